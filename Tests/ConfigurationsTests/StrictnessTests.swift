import Fixtures
import Foundation
import Problems
import Testing

@testable import Configurations

@Suite struct StrictnessTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test(arguments: [
    ("network.widht=64", "unknown key network.widht; did you mean network.width?"),
    (
      "data.foo=1",
      "unknown key data.foo; data has inputDimension, samples, sampleRatio, noise, outputs, targetCovariance, noiseCovariance, "
        + "outputCoupling, spectrum, file, sha256, target, targets, columns, exclude, categorical, missing, fitCorrection, standardize, "
        + "split, trainFile, testFile, testSha256, trainRows, trainFraction, splitSeed, labels, labelSlope, separation"
    ),
    (
      "zzz.qqq=1",
      "unknown key zzz.qqq; the sections are network, data, training, simulation, validation, "
        + "transfer, tune, reduce, layers, committee"
    ),
    ("network.width=0", "network.width must be at least 1, got 0"),
    ("network.width=2.5", "network.width must be a whole number or infinite, got 2.5"),
    ("network.width=wide", "network.width must be a whole number or infinite, got wide"),
    (
      "network.width=\"64\"",
      "network.width must be a whole number or infinite, got the text \"64\"; remove the quotes"
    ),
    ("network.width=", "network.width has no value; give one or remove the key"),
    ("network.width=[1]", "network.width must have 2 entries, one for each of network.hiddenLayers, got 1"),
    (
      "network.hiddenLayers=1e5",
      "network.hiddenLayers must be at most 10000, got 1e5"
    ),
    (
      "network=3",
      "network is a section, got 3; below it go hiddenLayers, width, widthRatio, widthProfile, "
        + "parameterization, richness, residual, branchScale, depth, initScale, layerRates, "
        + "activation, regime, gain"
    ),
    ("network.richness=0", "network.richness must be at least 1e-50, got 0"),
    ("network.richness=.nan", "network.richness must be a finite number, got .nan"),
    ("network.richness=-.inf", "network.richness must be a finite number, got -.inf"),
    ("network.richness=1e999", "network.richness must be a finite number, got 1e999"),
    ("network.richness=0x10", "network.richness must be a number, got 0x10"),
    ("network.richness=1_0", "network.richness must be a number, got 1_0"),
    ("network.residual=yes", "network.residual must be true or false, got yes; did you mean true?"),
    (
      "network.parameterization=mupp",
      "network.parameterization must be one of muP, NTK, standard, got mupp; did you mean muP?"
    ),
    (
      "network.initScale=[1, 1]",
      "network.initScale must be one number or 3 (the input layer to the readout of 2 hidden "
        + "layers), got 2"
    ),
    ("network.initScale=[1, -1, x]", "entry 2 of network.initScale must be at least 0, got -1"),
    (
      "network.depth=infinite",
      "network.depth infinite is the limit of a residual network; set network.residual to true"
    ),
    ("data.noise=-1", "data.noise must be at least 0, got -1"),
    (
      "data.spectrum=powerlaw",
      "data.spectrum must be isotropic or a mapping with eigenvalueDecay, signalDecay, scale, "
        + "got powerlaw"
    ),
    (
      "data.spectrum.eigenvalueDecay=1",
      "data.spectrum needs signalDecay too; as in "
        + "{eigenvalueDecay: 1.2, signalDecay: 1.5, scale: mean}"
    ),
    (
      "data.inputDimension=1e8",
      "data.inputDimension must be at most 1e7 where every mode counts alike, got 100000000; "
        + "only a spectrum with scale: top goes up to 1e12"
    ),
    ("data.target=y", "data.target applies to a data.file only, and none is given"),
    (
      "training.schedule=cosine",
      "training.schedule must be constant or a mapping with warmupSteps, decay, exponent, stableFraction, finalFraction, "
        + "multipliers, got cosine; did you mean schedule: {decay: cosine}?"
    ),
    (
      "training.schedule.warmupSteps=101",
      "training.schedule.warmupSteps must be at most training.steps, 100, got 101"
    ),
    (
      "training.schedule.multipliers=[1, 2]",
      "training.schedule.multipliers must have one number for each of 100 steps, got 2"
    ),
    (
      "training.schedule={multipliers: [1], decay: cosine}",
      "training.schedule.multipliers is given together with training.schedule.decay; "
        + "they exclude each other, keep one"
    ),
    ("training.momentum=1", "training.momentum must be below 1, got 1"),
    (
      "training.nesterov=true",
      "training.nesterov needs training.momentum above 0, got 0.0; "
        + "set training.momentum, such as 0.9"
    ),
    ("training.learningRate=-1", "training.learningRate must be above 0, got -1"),
    ("training.tolerance=1", "training.tolerance must be below 1, got 1"),
    ("training.steps=1e30", "training.steps must be at most 1e+12, got 1e30"),
    (
      "network={width: 3",
      "the value of network is not YAML: did not find expected ',' or '}' "
        + "while parsing a flow mapping"
    ),
  ])
  func oneMistakeOnTheCommandLine(argument: String, message: String) throws {
    let mistakes = try scratch.mistakes(nil, argument)
    #expect(mistakes.first == "command line: \(argument): \(message)")
    #expect(scratch.problems(nil, [argument]).allSatisfy { !$0.isMalformed })
  }

  @Test func allMistakesAtOnceInTheOrderOfTheirPlaces() throws {
    let mistakes = try scratch.mistakes(
      """
      network:
        width: 0
        widht: 3
        residual: maybe
      data:
        samples: 3
        sampleRatio: 2
        noise: .inf
        noise: 1
      trainnig:
        steps: 1
      training:
        schedule: {warmupSteps: -1, decay: [x]}
        momentum: 0.5
        nesterov: 1
      network: {depth: infinit}
      """, "network.richness=-1", "nothing", "=3", "network.richness=2")
    #expect(
      mistakes == [
        "x.yaml:1:1: network is given again further on; keep one",
        "x.yaml:2:10: network.width must be at least 1, got 0",
        "x.yaml:3:3: unknown key network.widht; did you mean network.width?",
        "x.yaml:4:13: network.residual must be true or false, got maybe",
        "x.yaml:7:16: data.sampleRatio is given together with data.samples; they exclude each other, "
          + "keep one",
        "x.yaml:8:3: data.noise is given again further on; keep one",
        "x.yaml:10:1: unknown key trainnig; did you mean training?",
        "x.yaml:13:27: training.schedule.warmupSteps must be at least 0, got -1",
        "x.yaml:13:38: training.schedule.decay must be one of constant, cosine, linear, power, wsd, got a list",
        "x.yaml:15:13: training.nesterov must be true or false, got 1; did you mean true?",
        "x.yaml:16:18: network.depth must be one of finite, infinite, got infinit; "
          + "did you mean infinite?",
        "command line: nothing: is not key=value",
        "command line: =3: has no key before the =",
        "command line: network.richness=2: network.richness is given twice; keep one",
      ])
  }

  @Test func positionsAreOfTheValueAndOfTheKey() throws {
    #expect(
      try scratch.mistakes("network:\n  width: 0\n\n    \n  widht: 3\n") == [
        "x.yaml:2:10: network.width must be at least 1, got 0",
        "x.yaml:5:3: unknown key network.widht; did you mean network.width?",
      ])
    #expect(
      try scratch.mistakes("network:\n  initScale: [1,\n    x, 1, -2]\n") == [
        "x.yaml:3:5: entry 2 of network.initScale must be a number, got x",
        "x.yaml:3:11: entry 4 of network.initScale must be at least 0, got -2",
      ])
  }

  @Test func emptyValuesStandAtTheirKey() throws {
    #expect(
      try scratch.mistakes("network:\n  width:\n\n  residual: ~\n") == [
        "x.yaml:2:3: network.width has no value; give one or remove the key",
        "x.yaml:4:3: network.residual has no value; give one or remove the key",
      ])
  }

  @Test func syntaxErrorsHaveTheirPlace() throws {
    #expect(
      try scratch.mistakes("network:\n  width: [1, 2\ndata:\n  samples: 3\n").first?
        .hasPrefix("x.yaml:3:5: not YAML: ") == true)
    #expect(try scratch.mistakes("a: b: c\n").first?.hasPrefix("x.yaml:1:5: not YAML: ") == true)
    #expect(
      try scratch.mistakes("network:\n\twidth: 3\n") == [
        "x.yaml:2:1: not YAML: a tab can't indent a line; use spaces"
      ])
    #expect(try scratch.mistakes("? \n: 3\n").count == 1)
    #expect(try scratch.mistakes("network: {}\n---\ndata: {}\n").count == 1)
    #expect(
      try scratch.mistakes("- 1\n").first?.hasPrefix("x.yaml:1:1: a configuration consists") == true
    )
    try Data([0x61, 0x3A, 0xFF]).write(to: URL(fileURLWithPath: scratch.path + "/x.yaml"))
    #expect(scratch.problems("x.yaml", []).map(\.description) == ["x.yaml: is not UTF-8 text"])
  }

  @Test func keysRepeatedManyTimesAreAllReported() throws {
    #expect(
      try scratch.mistakes("data:\n  \"noise\": 1\n  noise: 2\n  noise: 3\n  nois: 1\n") == [
        "x.yaml:2:3: data.noise is given again further on; keep one",
        "x.yaml:3:3: data.noise is given again further on; keep one",
        "x.yaml:5:3: unknown key data.nois; did you mean data.noise?",
      ])
  }

  @Test func malformedArgumentsWin() throws {
    func code(_ overrides: String...) -> Int32? {
      do throws(InvalidConfiguration) {
        _ = try Configuration.load(file: nil, overrides: overrides, workingDirectory: "/")
        return nil
      } catch {
        return error.exitCode
      }
    }
    #expect(code("network.width=3") == nil)
    #expect(code("network.width=0") == 65)
    #expect(code("network.widht=0") == 65)
    #expect(code("network.width") == 64)
    #expect(code("=3", "network.width=0") == 64)
  }

  @Test func contradictionsWithinTheCommandLine() throws {
    #expect(
      try scratch.mistakes(nil, "network.widthRatio=1", "network.width=3") == [
        "command line: network.width=3: network.width is given together with network.widthRatio; "
          + "they exclude each other, keep one"
      ])
    #expect(
      try scratch.mistakes(nil, "training.schedule=constant", "training.schedule.decay=cosine")
        .count == 1)
  }

  @Test func limitsThatDoNotExist() throws {
    #expect(
      try scratch.mistakes(nil, "network.width=infinite", "network.parameterization=NTK") == [
        "command line: network.width=infinite: network.width infinite has no limit that learns "
          + "features with NTK; use network.parameterization muP or a finite width"
      ])
    #expect(
      try scratch.mistakes(nil, "network.width=infinite", "training.sgdRate=1") == [
        "command line: training.sgdRate=1: training.sgdRate has no meaning at infinite width; "
          + "use training.learningRate"
      ])
    #expect(
      try scratch.mistakes(nil, "training.time=flow", "training.schedule.decay=cosine").count == 1)
  }

  @Test func refusalsStandAtTheirKey() throws {
    let refusals = [
      Refusal(key: "training.time", reason: "flow is not there yet", suggestion: "use discrete"),
      Refusal(key: "network.width", reason: "too wide"),
    ]
    #expect(
      try scratch.mistakes(
        "training:\n  time: flow\n  stepz: 3\n", "network.widthRatio=3", refusals: refusals) == [
          "x.yaml:2:9: flow is not there yet; use discrete",
          "x.yaml:3:3: unknown key training.stepz; did you mean training.steps?",
          "command line: network.widthRatio=3: too wide",
        ])
    #expect(
      try scratch.mistakes(nil, refusals: [refusals[1]]) == ["default of network.width: too wide"])
    // The backend is not checked for a problem that has mistakes.
    #expect(try scratch.mistakes(nil, "network.width=0", refusals: refusals).count == 1)
  }

  @Test func missingFilesAreNamed() throws {
    try scratch.write("", to: "conf.yaml")
    #expect(
      scratch.problems("cnof.yaml", []).map(\.description) == [
        "cnof.yaml: no such file (looked in \(scratch.path)); did you mean conf.yaml?"
      ])
    // What the missing file may have said about the momentum is not guessed at.
    #expect(
      scratch.problems("cnof.yaml", ["training.nesterov=true", "network.width=0"]).count == 2)
    #expect(scratch.problems("none/x.yaml", []).count == 1)
    #expect(scratch.problems(".", []).map(\.description) == [".: is a folder, not a file"])
    #expect(InvalidConfiguration(mistakes: scratch.problems("q.yaml", [])).exitCode == 65)
  }
}
