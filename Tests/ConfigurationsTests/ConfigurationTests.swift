import Fixtures
import Foundation
import Problems
import Testing

@testable import Configurations

@Suite struct ConfigurationTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func defaultsAreThoseOfTheInterface() throws {
    let configuration = try scratch.load()
    let expected = TrainingProblem(
      architecture: Architecture(hiddenLayers: 2, width: .units(256)),
      parameterization: Parameterization(.muP, richness: 1),
      data: DataModel(inputDimension: 256, sampling: .batch(.count(512))),
      optimizer: LinearOptimizer(learningRate: 0.05), time: TimeGrid(.discrete(steps: 100)))
    #expect(configuration.problem == expected)
    #expect(configuration.simulation == SimulationSettings(replicas: 32, seed: 1))
    #expect(configuration.validationTolerance == 0.05)
    #expect(configuration.transferTolerance == 0.01)
    #expect(configuration.values.allSatisfy { $0.origin == .default && $0.isUsed })
    #expect(configuration.source == nil && configuration.dataFile == nil)
  }

  @Test(arguments: ["", "# nothing\n", "network:\ndata: {}\ntraining: ~\n", "---\n"])
  func emptyFilesGiveTheDefaults(text: String) throws {
    try scratch.write(text, to: "x.yaml")
    #expect(try scratch.load("x.yaml").problem == scratch.load().problem)
  }

  @Test func templateGivesExactlyTheDefaults() throws {
    try scratch.write(Configuration.template, to: "x.yaml")
    let (template, plain) = (try scratch.load("x.yaml"), try scratch.load())
    #expect(template.problem == plain.problem)
    #expect(template.hash() == plain.hash())
    for key in Schema.keys {
      #expect(Configuration.template.contains(" \(key.name): "), "\(key.path) is missing")
      #expect(Configuration.template.contains(key.meaning), "\(key.path) is not explained")
    }
  }

  @Test func alternativesOfTheTemplateAreValidToo() throws {
    // Every key in turn, with its example, on the command line.
    for key in Schema.keys where key.section == "network" || key.section == "training" {
      guard let example = key.example, !key.path.contains("samplesPerStep"), key.path != "training.batchOrder" else {
        continue
      }
      let isOfBatches = ["training.shuffle", "training.dropLast", "training.epochs"].contains(key.path)
      // What belongs to one choice stands beside it.
      let owners = [
        "exponent": ["training.schedule.decay=power"], "stableFraction": ["training.schedule.decay=wsd"],
        "normalizeOver": ["training.optimizer=normalized"], "momentumOrder": ["training.optimizer=muon"],
        "orthogonalization": ["training.optimizer=muon"], "newtonSchulzSteps": ["training.optimizer=muon"],
        "newtonSchulzCoefficients": ["training.optimizer=muon"],
        "huberDelta": ["training.loss=huber"], "samplePaths": ["training.loss=huber"],
        "sampleSeed": ["training.loss=huber"],
      ]
      let beside = isOfBatches ? ["training.mode=minibatch", "training.samplesPerStep=64"] : owners[key.name] ?? []
      #expect(scratch.problems(nil, beside + ["\(key.path)=\(example)"]).map(\.description) == [])
    }
    #expect(
      try scratch.mistakes(
        nil, "data.spectrum.eigenvalueDecay=1.2", "data.spectrum.signalDecay=1.5",
        "data.spectrum.scale=mean") == [])
    #expect(
      try scratch.mistakes(nil, "training.schedule.multipliers=[1.0, 0.5]", "training.steps=2")
        == [])
  }

  @Test func everyKeyReachesTheProblem() throws {
    try scratch.write(
      """
      network: {hiddenLayers: 3, widthRatio: 0.5, parameterization: ntk, richness: 2,
        residual: true, branchScale: 0.5, initScale: [1, 1, 2, 0], layerRates: [0, 1, 1, 3]}
      data: {inputDimension: 1e3, sampleRatio: 2.5, noise: 0.1,
        spectrum: {eigenvalueDecay: 1.2, signalDecay: 1.5, scale: Top}}
      training: {mode: onepass, steps: 2e2, learningRate: 1e-3, momentum: 0.9, nesterov: true,
        schedule: {warmupSteps: 5, decay: cosine, finalFraction: 0.1},
        weightDecay: 1e-4, decoupled: true, time: panels, rows: log, tolerance: 1e-5}
      simulation: {replicas: 4, seed: 12345678901234567}
      validation: {tolerance: 0.1}
      transfer: {tolerance: 0.2}
      """, to: "x.yaml")
    let configuration = try scratch.load("x.yaml")
    let expected = TrainingProblem(
      architecture: Architecture(
        hiddenLayers: 3, width: .ratio(0.5), connection: .residual(branchScale: 0.5),
        initScale: [1, 1, 2, 0], layerRates: [0, 1, 1, 3]),
      parameterization: Parameterization(.ntk, richness: 2),
      data: DataModel(
        spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 1.2, signalDecay: 1.5, scale: .top)),
        inputDimension: 1000, noise: 0.1, sampling: .onePass(.ratio(2.5))),
      optimizer: LinearOptimizer(
        learningRate: 1e-3, schedule: .warmup(steps: 5, decay: .cosine, finalFraction: 0.1),
        momentum: .nesterov(0.9), weightDecay: .decoupled(1e-4)),
      time: TimeGrid(.panels(steps: 200), rows: .log, tolerance: 1e-5))
    #expect(configuration.problem == expected)
    #expect(
      configuration.simulation == SimulationSettings(replicas: 4, seed: 12_345_678_901_234_567))
    #expect(configuration.validationTolerance == 0.1)
    #expect(configuration.transferTolerance == 0.2)
  }

  @Test func limitsAndKindsOfTime() throws {
    let deep = try scratch.load(
      nil, "network.depth=infinite", "network.residual=true", "network.width=Infinite",
      "network.initScale=[1, 2, 3]"
    ).problem
    #expect(deep.architecture.width == .infinite && deep.architecture.depth == .infinite)
    #expect(deep.architecture.initScale == [1, 2, 3])
    #expect(deep.architecture.layerRates.count == 3)
    let flow = try scratch.load(nil, "training.time=flow", "training.mode=population").problem
    #expect(flow.time == TimeGrid(.flow(horizon: 100)))
    #expect(flow.data.sampling == .population)
    #expect(try scratch.load(nil, "training.steps=10000").problem.time.rows == .all)
    #expect(try scratch.load(nil, "training.steps=10001").problem.time.rows == .log)
    #expect(
      try scratch.load(nil, "training.steps=1e6", "training.rows=all").problem.time.rows == .all)
    let fresh = try scratch.load(nil, "training.mode=onePass", "data.samples=7").problem
    #expect(fresh.data.sampling == .onePass(.count(7)))
    let own = try scratch.load(nil, "training.mode=onePass", "training.samplesPerStep=3").problem
    #expect(own.data.sampling == .onePass(.count(3)))
    let vast = [
      "data.inputDimension=1e12", "data.spectrum={eigenvalueDecay: 1, signalDecay: 2, scale: top}",
    ]
    #expect(
      try scratch.load(nil, vast[0], vast[1]).problem.data.inputDimension == 1_000_000_000_000)
  }

  @Test func plainRateIsConverted() throws {
    let overrides = ["training.sgdRate=12.8", "network.width=128", "network.richness=2"]
    let configuration = try scratch.load(nil, overrides[0], overrides[1], overrides[2])
    // gamma0^2 nu D = 4 * 128.
    #expect(configuration.problem.optimizer.learningRate == 12.8 / 512)
    let rate = try #require(configuration.values.first { $0.key == "training.learningRate" })
    guard case .derived = rate.origin else { Issue.record("\(rate.origin)"); return }
    #expect(configuration.values.contains { $0.key == "training.sgdRate" && $0.isUsed })
  }

  @Test func originsAreReported() throws {
    try scratch.write("network:\n  width: 64\n\ndata:\n  samples: 100\n", to: "sub/x.yaml")
    let configuration = try scratch.load(
      "sub/x.yaml", "network.hiddenLayers=3", "training.mode=population")
    let origins = Dictionary(
      uniqueKeysWithValues: configuration.values.map { ($0.key, $0.origin.description) })
    #expect(origins["network.width"] == "x.yaml:2")
    #expect(origins["network.hiddenLayers"] == "command line")
    #expect(origins["network.richness"] == "default")
    #expect(configuration.values.first { $0.key == "data.samples" }?.isUsed == false)
    let order = Schema.keys.map(\.path).filter { origins[$0] != nil }
    #expect(configuration.values.map(\.key) == order)
  }

  @Test func argumentsTakeThePlaceOfTheFile() throws {
    try scratch.write(
      """
      network: {width: 64}
      data: {samples: 10, spectrum: {eigenvalueDecay: 1, signalDecay: 2, scale: top}}
      training: {learningRate: 1, schedule: {multipliers: [1, 2]}, steps: 2}
      """, to: "x.yaml")
    let problem = try scratch.load(
      "x.yaml", "network.widthRatio=0.5", "data.sampleRatio=3", "training.sgdRate=2",
      "training.schedule.decay=linear", "data.spectrum=isotropic"
    ).problem
    #expect(problem.architecture.width == .ratio(0.5))
    #expect(problem.data.sampling == .batch(.ratio(3)))
    #expect(problem.data.spectrum == .isotropic)
    #expect(problem.optimizer.schedule == .warmup(steps: 0, decay: .linear, finalFraction: 0))
    let half = try scratch.load("x.yaml", "data.spectrum.eigenvalueDecay=3").problem
    #expect(
      half.data.spectrum
        == .powerLaw(PowerLaw(eigenvalueDecay: 3, signalDecay: 2, scale: .top)))
    let whole = try scratch.load("x.yaml", "training={schedule: constant, steps: 5}").problem
    #expect(whole.optimizer.schedule == .constant)
    #expect(whole.time.kind == .discrete(steps: 5))
  }
}
