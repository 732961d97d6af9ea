import Problems
import Fixtures

@testable import MeanField
import Testing

/// Runs factor what is past from 128 points on (5.11). Blocks of two rows are solved implicitly and factor nothing.
@Suite("Long runs", .slow(.long))
struct LongRunTests {
  /// Losses of both, in units of the loss or of its start.
  private func expectEqual(_ keys: [String], steps: Int = 220) throws {
    let problem = try loadProblem(overrides: keys + ["training.steps=\(steps)"])
    let whole = try Solver(problem, blockLength: 2, compressing: true).solve().curve
    let factored = try solve(problem).curve
    #expect(factored.testLoss.count == steps + 1)
    for (one, other) in [(whole.testLoss, factored.testLoss), (whole.trainLoss, factored.trainLoss)] {
      let start = try #require(one.first)
      for (time, pair) in zip(one, other).enumerated() {
        #expect(abs(pair.0 - pair.1) <= 1e-11 * max(pair.0, start), "at step \(time)")
      }
    }
  }

  private static let deep = ["network.hiddenLayers=3", "network.widthRatio=1", "data.noise=0.3"]

  @Test("a batch at slow, ordinary and fast rates", arguments: [0.005, 0.04, 0.14])
  func batch(rate: Double) throws {
    try expectEqual(Self.deep + ["training.learningRate=\(rate)"])
  }

  @Test("strong momentum, and decay of weights")
  func momentum() throws {
    try expectEqual(
      Self.deep + ["training.learningRate=0.004", "training.momentum=0.9", "training.weightDecay=0.01"])
  }

  @Test("losses that fall by ten orders: neither noise nor a batch smaller than the dimension")
  func falling() throws {
    try expectEqual(["network.hiddenLayers=2", "training.mode=population", "training.learningRate=0.05"])
  }

  /// Few enough eigenvalues to stay whole: compressed, a long run has other masses than a short one.
  @Test("fresh samples of structured data")
  func freshSamples() throws {
    try expectEqual([
      "network.hiddenLayers=2", "network.width=128", "data.inputDimension=40", "data.samples=80", "data.noise=0.1",
      "data.spectrum={eigenvalueDecay: 1.5, signalDecay: 1.6}", "training.mode=onePass", "training.learningRate=0.005",
    ])
  }

  @Test("a residual chain")
  func residual() throws {
    try expectEqual(
      [
        "network.residual=true", "network.hiddenLayers=4", "network.widthRatio=1.5", "data.noise=0.2",
        "training.learningRate=0.02",
      ],
      steps: 280)
  }

  @Test("a climb far above the start on the way")
  func catapult() throws {
    try expectEqual(
      [
        "network.hiddenLayers=2", "network.widthRatio=32", "network.parameterization=NTK", "data.noise=0.3",
        "data.sampleRatio=2", "training.learningRate=0.4",
      ])
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
    let problem = try loadProblem(overrides: keys + ["training.steps=220"])
    let whole = try Solver(problem, blockLength: 2, compressing: true).solve().orderParameters
    let factored = try solve(problem).orderParameters
    for layer in 1...3 {
      for (one, other) in [
        (whole.forwardCorrelation(layer), factored.forwardCorrelation(layer)),
        (whole.backwardCorrelation(layer), factored.backwardCorrelation(layer)),
        (whole.forwardResponse(layer), factored.forwardResponse(layer)),
        (whole.backwardResponse(layer), factored.backwardResponse(layer)),
      ] {
        #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-11 })
      }
    }
  }
}
