import Problems
import LinearAlgebra
import Testing

@testable import Parsimony

@Suite("The law of parsimony")
struct ReductionTests {
  @Test(
    "24 of 30 singular values of each layer are one number, with decay and with momentum",
    arguments: [
      (LinearOptimizer.Momentum.none, LinearOptimizer.WeightDecay.none, 0.774398548687929),
      (.none, .coupled(0.05), 0.7626879296), (.heavyBall(0.9), .none, 0.4720720737886923),
      // Decay outside the loss acts with the user's own rate: almost nothing is left of 0.95 to the power of 400.
      (.none, .decoupled(0.05), 1.2210499929861e-09),
    ])
  func equalSingularValues(
    momentum: LinearOptimizer.Momentum, decay: LinearOptimizer.WeightDecay, expected: Double
  ) throws {
    var reduction = try Examples.reduction(Examples.problem(momentum: momentum, decay: decay))
    #expect(reduction.subspace.rank == 3 && reduction.small.width == 6 && reduction.broken.isEmpty)
    _ = try reduction.run(reported: [400], withFull: true)
    let full = try #require(reduction.full)
    for (layer, rho) in try #require(reduction.small.inactive).layers.enumerated() {
      // The reference value of the second has ten digits.
      #expect(abs(rho - expected) < (decay == .coupled(0.05) ? 5e-11 : 1e-12))
      let values = try SingularValues(full.chain.weights[layer], vectors: false).values
      #expect(values.count { abs($0 - rho) < 1e-12 } == 24, "\(values)")
    }
  }

  @Test("small network and known remainder add up to the full one over 20,000 steps (1e-13 of the full product's norm)")
  func longRun() throws {
    let problem = Examples.problem(
      size: 60, rank: 4, scales: [0.3, 0.1, 0.03], rate: 0.1, steps: 20_000, isMean: false)
    var reduction = try Examples.reduction(problem)
    let rows = try reduction.run(reported: [0, 1, 50, 100, 200, 1000, 20_000], withFull: true)
    #expect(rows.count == 7)
    for row in rows {
      let far = try #require(row.distance)
      let known = try #require(row.knownTerm)
      let remainder = try #require(far.remainder)
      #expect(abs(far.deviation - known) <= 1e-13 * far.norm, "step \(row.step)")
      #expect(remainder <= 1e-13 * far.norm, "step \(row.step): \(remainder)")
    }
    #expect(try #require(rows.last?.distance).norm > 1)
    for layer in try reduction.layers() {
      #expect(try #require(layer.spectrumError) < 1e-13)
      let angles = try #require(layer.angles)
      #expect(angles.sines.count == 8 && angles.sines[0] < 1e-10, "\(angles.sines)")
    }
  }

  @Test(
    "losses of the full network follow from the small one under every optimiser",
    arguments: [
      (LinearOptimizer.Momentum.nesterov(0.8), LinearOptimizer.WeightDecay.coupled(0.02)),
      (.heavyBall(0.5), .decoupled(0.03)), (.none, .decoupled(0.01)),
    ])
  func optimizers(momentum: LinearOptimizer.Momentum, decay: LinearOptimizer.WeightDecay) throws {
    let problem = Examples.problem(
      size: 40, rank: 2, scales: [0.4, 0.3, 0.5, 0.2], rate: 0.05, steps: 300, momentum: momentum, decay: decay,
      isMean: false, schedule: .warmup(steps: 20, decay: .cosine, finalFraction: 0.1))
    var reduction = try Examples.reduction(problem)
    let rows = try reduction.run(reported: Array(0...300), withFull: true)
    try #require(rows.count == 301)
    for row in rows {
      let (said, whole) = (try #require(row.predictedLoss), try #require(row.fullLoss))
      #expect(abs(said - whole) <= 1e-12 * said, "step \(row.step)")
    }
    #expect(rows[300].smallLoss < 0.99 * rows[0].smallLoss)
  }

  @Test("half the mean is half the sum at a rate smaller by d², time still in the user's rate")
  func meanLoss() throws {
    var mean = try Examples.reduction(Examples.problem(rate: 9, steps: 20, decay: .coupled(0.1)))
    var sum = try Examples.reduction(Examples.problem(rate: 0.01, steps: 20, decay: .coupled(0.1), isMean: false))
    let (a, b) = (
      try #require(mean.run(reported: [20], withFull: false).first),
      try #require(sum.run(reported: [20], withFull: false).first)
    )
    #expect(abs(a.smallLoss * 900 - b.smallLoss) < 1e-12 * b.smallLoss)
    #expect(abs(a.time - 180) < 1e-9 && abs(b.time - 0.2) < 1e-12)
  }

  @Test("a rate that is too large ends as a value, with the step")
  func diverging() throws {
    var reduction = try Examples.reduction(Examples.problem(rate: 3, steps: 100, isMean: false))
    let rows = try reduction.run(reported: Array(0...100), withFull: true)
    guard case .diverged(let step) = reduction.outcome else {
      Issue.record("no divergence")
      return
    }
    #expect(rows.count == step && rows.allSatisfy { $0.smallLoss.isFinite })
    #expect(reduction.fullOutcome != .completed)
    #expect(try reduction.layers().isEmpty)
  }
}
