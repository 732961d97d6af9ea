import DeepLinear
import Fixtures

@testable import MeanField
import Testing

/// Long runs factor what is past (5.11), short ones keep it whole. The march is causal: the start of a long run is a short run.
@Suite("Long runs")
struct LongRunTests {
  /// Both losses, as far as the shorter run goes.
  private func expectEqualStarts(_ keys: [String], steps: Int = 420) throws {
    let short = try solve(loadProblem(overrides: keys + ["training.steps=120"])).curve
    let long = try solve(loadProblem(overrides: keys + ["training.steps=\(steps)"])).curve
    #expect(long.testLoss.count == steps + 1)
    for (brief, whole) in [(short.testLoss, long.testLoss), (short.trainLoss, long.trainLoss)] {
      let start = try #require(brief.first)
      for (time, pair) in zip(brief, whole).enumerated() {
        #expect(abs(pair.0 - pair.1) <= 1e-11 * max(pair.0, start), "at step \(time)")
      }
    }
  }

  private static let deep = ["network.hiddenLayers=3", "network.widthRatio=1", "data.noise=0.3"]

  @Test("a batch at slow, ordinary and fast rates", arguments: [0.005, 0.04, 0.14])
  func batch(rate: Double) throws {
    try expectEqualStarts(Self.deep + ["training.learningRate=\(rate)"])
  }

  @Test("strong momentum, and decay of weights")
  func momentum() throws {
    try expectEqualStarts(
      Self.deep + ["training.learningRate=0.004", "training.momentum=0.9", "training.weightDecay=0.01"])
  }

  @Test("losses that fall by ten orders: neither noise nor a batch smaller than the dimension")
  func falling() throws {
    try expectEqualStarts(["network.hiddenLayers=2", "training.mode=population", "training.learningRate=0.05"])
  }

  /// Few enough eigenvalues to stay whole: compressed, a long run has other masses than a short one.
  @Test("fresh samples of structured data")
  func freshSamples() throws {
    try expectEqualStarts([
      "network.hiddenLayers=2", "network.width=128", "data.inputDimension=40", "data.samples=80", "data.noise=0.1",
      "data.spectrum={eigenvalueDecay: 1.5, signalDecay: 1.6}", "training.mode=onePass", "training.learningRate=0.005",
    ])
  }

  @Test("a residual chain, and one of infinite depth", arguments: ["network.hiddenLayers=4", "network.depth=infinite"])
  func residual(depth: String) throws {
    try expectEqualStarts(
      ["network.residual=true", depth, "network.widthRatio=1.5", "data.noise=0.2", "training.learningRate=0.02"],
      steps: 280)
  }

  @Test("a climb far above the start on the way")
  func catapult() throws {
    try expectEqualStarts(
      [
        "network.hiddenLayers=2", "network.widthRatio=32", "network.parameterization=NTK", "data.noise=0.3",
        "data.sampleRatio=2", "training.learningRate=0.4",
      ])
  }

  @Test(
    "blocks of two implicit rows, which factor nothing",
    arguments: [["training.learningRate=0.04"], ["training.learningRate=0.01", "training.momentum=0.8"]])
  func blocks(keys: [String]) throws {
    let problem = try loadProblem(overrides: Self.deep + ["training.steps=300"] + keys)
    let whole = try Solver(problem, blockLength: 2, compressing: true).solve().curve
    let factored = try solve(problem).curve
    for (time, pair) in zip(whole.testLoss, factored.testLoss).enumerated() {
      #expect(abs(pair.0 - pair.1) <= 1e-11 * pair.0, "at step \(time)")
    }
  }

  @Test(
    "cores share the modes of a spectrum, and long rows: the same bits",
    arguments: [
      [
        "network.hiddenLayers=1", "network.width=64", "data.inputDimension=40", "data.samples=80", "training.steps=150",
        "data.spectrum={eigenvalueDecay: 1.2, signalDecay: 1.5}", "training.learningRate=0.005",
      ],
      ["network.hiddenLayers=1", "network.widthRatio=1", "training.steps=1010", "training.learningRate=0.02"],
    ])
  func cores(keys: [String]) throws {
    let solver = try Solver(loadProblem(overrides: keys + ["data.noise=0.3"]))
    let alone = solver.solve().curve
    let shared = solver.solve(cores: 2).curve
    #expect(alone.testLoss == shared.testLoss)
    #expect(alone.trainLoss == shared.trainLoss)
    #expect(alone.testLoss.count > 150)
  }

  @Test("order parameters of past times come back whole")
  func orderParameters() throws {
    let keys = Self.deep + ["training.learningRate=0.04"]
    let short = try solve(loadProblem(overrides: keys + ["training.steps=120"])).orderParameters
    let long = try solve(loadProblem(overrides: keys + ["training.steps=300"])).orderParameters
    for layer in 1...3 {
      for (brief, whole) in [
        (short.forwardCorrelation(layer), long.forwardCorrelation(layer)),
        (short.backwardCorrelation(layer), long.backwardCorrelation(layer)),
        (short.forwardResponse(layer), long.forwardResponse(layer)),
        (short.backwardResponse(layer), long.backwardResponse(layer)),
      ] {
        for row in stride(from: 0, to: 121, by: 10) {
          for column in 0..<121 { #expect(abs(brief[row * 121 + column] - whole[row * 301 + column]) < 1e-11) }
        }
      }
    }
  }
}
