import Fixtures
import LinearAlgebra
import Problems
import Testing

@testable import MeanField

/// How several outputs fall into groups, and what the groups make together.
@Suite("Outputs that decouple")
struct OutputDecouplingTests {
  private static func signal(_ masses: [[[Double]]], noise: [[Double]]) -> OutputSignal {
    OutputSignal(
      eigenvalues: masses.indices.map { 1 / Double($0 + 1) }, masses: masses.map(OutputMatrix.init),
      noise: OutputMatrix(noise))
  }

  private func sizes(_ decoupling: OutputDecoupling) -> [[Int]] {
    decoupling.groups.map { [$0.size, $0.copies.count] }
  }

  @Test("commuting covariances fall into single outputs, equal ones are solved once, the rest stays together")
  func groups() throws {
    let equal = try OutputDecoupling(
      Self.signal(
        [
          [
            [1, -0.25, -0.25, -0.25, -0.25], [-0.25, 1, -0.25, -0.25, -0.25], [-0.25, -0.25, 1, -0.25, -0.25],
            [-0.25, -0.25, -0.25, 1, -0.25], [-0.25, -0.25, -0.25, -0.25, 1],
          ]
        ],
        noise: (0..<5).map { row in (0..<5).map { $0 == row ? 0.08 : -0.02 } }))
    #expect(sizes(equal) == [[1, 4], [1, 1]])
    // One vector of ones has neither target nor noise.
    let silent = try #require(equal.groups.last)
    #expect(abs(silent.signal.masses[0].trace) < 1e-15 && abs(silent.signal.noise.trace) < 1e-15)
    #expect(silent.copies[0][0].allSatisfy { abs(abs($0) - 0.2.squareRoot()) < 1e-12 })

    let apart = try OutputDecoupling(
      Self.signal([[[1, 0.6], [0.6, 1]], [[2, 0.1], [0.1, 2]]], noise: [[0.1, 0], [0, 0.1]]))
    #expect(sizes(apart) == [[1, 1], [1, 1]])
    let together = try OutputDecoupling(Self.signal([[[1, 0.6], [0.6, 1]]], noise: [[0.1, 0], [0, 0.2]]))
    #expect(sizes(together) == [[2, 1]])
    // The first two couple, the third stands alone, whatever the directions are called.
    let mixed = try OutputDecoupling(
      Self.signal(
        [[[1, 0, 0.6], [0, 0.7, 0], [0.6, 0, 1.5]]], noise: [[0.1, 0, 0], [0, 0.3, 0], [0, 0, 0.4]]))
    #expect(sizes(mixed) == [[2, 1], [1, 1]])
    let left = try OutputDecoupling(
      approximating: Self.signal([[[1, 0.6], [0.6, 1]]], noise: [[0.1, 0], [0, 0.2]]))
    #expect(sizes(left) == [[1, 1], [1, 1]] && left.isApproximate)
  }

  private static let problems: [[String]] = [
    ["data.outputs=3", "data.targetCovariance=[[1,0.5,0],[0.5,1,0],[0,0,1]]", "data.noise=0.3", "data.samples=300"],
    [
      "data.outputs=2", "data.targetCovariance=[[1,0.7],[0.7,1]]", "training.mode=onePass",
      "training.samplesPerStep=64",
      "data.noiseCovariance=[[0.1,0.05],[0.05,0.1]]", "network.residual=true", "network.hiddenLayers=3",
      "training.momentum=0.5", "training.learningRate=0.02",
    ],
    [
      "data.outputs=2", "data.inputDimension=40", "network.width=64", "data.samples=90", "data.noise=0.2",
      "data.spectrum={eigenvalueDecay: 0.5, signalDecay: [0.3, 1.2]}", "training.learningRate=0.03",
    ],
    [
      "data.outputs=3", "data.targetCovariance=[[1,0.5,0],[0.5,1,0],[0,0,1]]", "training.mode=population",
      "training.time=flow",
      "training.horizon=3",
    ],
    [
      "data.outputs=2", "data.targetCovariance=[[1,0.7],[0.7,1]]", "network.residual=true", "network.depth=infinite",
      "data.noise=0.2", "data.samples=300", "training.learningRate=0.05",
    ],
  ]

  /// What decouples is solved as the same problem whose outputs are all solved together.
  @Test("groups by themselves are the whole problem", arguments: problems)
  func parts(_ settings: [String]) throws {
    let problem = try loadProblem(overrides: ["training.steps=25"] + settings)
    let outputs = try #require(problem.data.outputs)
    let solution = try Solver(problem).solve()
    let found = try #require(solution.outputs)
    #expect(try #require(solution.outputReport).groups.allSatisfy { $0.size == 1 })
    // One group with every output in it, which nothing has turned.
    let whole = OutputGroup(
      copies: [(0..<outputs.count).map { index in (0..<outputs.count).map { $0 == index ? 1 : 0 } }],
      signal: OutputSignal(problem.data, outputs))
    let march = try PreparedMarch(problem, groups: [whole], compressing: true)
    let reference = try #require(try Solver(problem, marches: [march]).solve().outputs)
    let tolerance = problem.time.isFlow || problem.architecture.depth == .infinite ? 1e-6 : 1e-10
    for (one, other) in zip(found.testLoss + found.trainLoss, reference.testLoss + reference.trainLoss) {
      #expect(one.count == other.count && !one.isEmpty)
      for (one, other) in zip(one, other) { #expect(abs(one - other) <= tolerance * (abs(other) + 1e-3)) }
    }
    let sums = (0..<solution.curve.testLoss.count).map { row in found.testLoss.reduce(0) { $0 + $1[row] } }
    for (sum, total) in zip(sums, solution.curve.testLoss) { #expect(abs(sum - total) <= 1e-12 * total) }
  }

  @Test("orthonormal targets: every output is the problem of one")
  func orthonormal() throws {
    let settings = ["training.steps=25", "data.noise=0.3", "data.samples=400"]
    let one = try Solver(loadProblem(overrides: settings)).solve()
    let four = try Solver(loadProblem(overrides: settings + ["data.outputs=4"])).solve()
    #expect(try #require(four.outputReport).groups == [OutputReport.Group(size: 1, copies: 4)])
    for (row, loss) in one.curve.testLoss.enumerated() {
      #expect(abs(four.curve.testLoss[row] - 4 * loss) <= 1e-12 * loss)
      for output in try #require(four.outputs).testLoss { #expect(abs(output[row] - loss) <= 1e-12 * loss) }
    }
    #expect(
      zip(one.orderParameters.forwardCorrelation(1), four.orderParameters.forwardCorrelation(1)).allSatisfy {
        abs(4 * $0 - $1) <= 1e-12 * (1 + abs($1))
      })
  }

  /// The approximation is measured against the exact solution over the first steps, and named.
  @Test("leaving couplings out is an approximation whose size is measured")
  func approximation() throws {
    let settings = [
      "training.steps=25", "data.samples=400", "data.outputs=2", "data.targetCovariance=[[1,0.6],[0.6,0.8]]",
      "data.noiseCovariance=[[0.1,0],[0,0.4]]",
    ]
    let exact = try Solver(loadProblem(overrides: settings)).solve()
    let left = try Solver(loadProblem(overrides: settings + ["data.outputCoupling=decoupled"])).solve()
    let report = try #require(left.outputReport)
    let error = try #require(report.error)
    #expect(report.isApproximate && report.measuredSteps == 25)
    let worst = zip(exact.curve.testLoss + exact.curve.trainLoss, left.curve.testLoss + left.curve.trainLoss)
      .reduce(0) { max($0, abs($1.0 - $1.1) / $1.0) }
    #expect(abs(error - worst) <= 1e-9 && worst > 1e-6 && worst < 0.05)
    #expect(try #require(exact.outputReport).isApproximate == false && exact.outputReport?.error == nil)
  }

  /// The rate at which outputs diverge is that of the whole network.
  @Test("losses at a rate and the stable rate are those of all outputs")
  func rates() throws {
    let settings = ["training.steps=30", "data.samples=400", "data.noise=0.2"]
    let one = try RateSeries(loadProblem(overrides: settings))
    let three = try RateSeries(loadProblem(overrides: settings + ["data.outputs=3"]))
    let (single, triple) = (one.losses(at: 0.05), three.losses(at: 0.05))
    for (single, triple) in zip(single.test + single.train, triple.test + triple.train) {
      #expect(abs(triple - 3 * single) <= 1e-11 * triple)
    }
    #expect(three.losses(at: 2).divergedAt == one.losses(at: 2).divergedAt && one.losses(at: 2).divergedAt != nil)
  }
}
