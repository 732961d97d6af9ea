import Fixtures
import LinearAlgebra
import Problems
import RealModule
import Testing

@testable import MeanField

/// The largest eigenvalue of the Gauss-Newton matrix, section 22 of the notes, part B.
@Suite("Sharpness")
struct SharpnessTests {
  private static let isNear = WeightSpectraTests.isNear
  private static let cases = (try? SpectraCase.all("sharpness").filter(\.isIsotropic)) ?? []

  @Test("edge, outlier and Rayleigh quotient agree within 1e-6", arguments: cases)
  func predictions(_ reference: SpectraCase) throws {
    let rows = try #require(reference.rows)
    let found = try solve(reference.problem()).sharpness(steps: rows.map(\.t))
    #expect(rows.count >= 5 && found.count == rows.count)
    for (sharpness, row) in zip(found, rows) {
      #expect(Self.isNear(sharpness.edge, row.edge, 1e-10), "step \(row.t)")
      #expect(Self.isNear(sharpness.value, row.sharpness, 1e-9), "step \(row.t)")
      #expect((sharpness.outlier == nil) == row.outlier.isEmpty && (sharpness.outlierCount > 0) == !row.outlier.isEmpty)
      #expect(Self.isNear(sharpness.rayleigh, row.rayleigh, 1e-8) && sharpness.rayleigh < sharpness.value)
      for network in row.measured {
        let allowed = max(3 * network.top_se[0], 0.025 * network.top[0])
        // Networks of the smaller size lie below a bare edge by Tracy and Widom's shift.
        let samples = Int((Double(network.D) * reference.problem().sampleRatio!).rounded())
        let expected = sharpness.outlier ?? sharpness.topWithoutOutlier(rows: samples)
        #expect(abs(expected - network.top[0]) <= allowed, "step \(row.t), D = \(network.D)")
      }
    }
  }

  @Test(
    "the shift of a bare edge is that of Marchenko and Pastur's where the matrix is theirs", arguments: [0.5, 1, 2, 5])
  func shift(width: Double) throws {
    // The population and one layer at the start: 1 + WᵀW/N, with N = νD rows and D columns.
    let start = try start(makeProblem(layers: 1, width: .ratio(width), sampling: .population))
    for dimension in [100, 400] {
      let roots = (Double(dimension).squareRoot(), (width * Double(dimension)).squareRoot())
      let scale = (roots.0 + roots.1) * Double.root(1 / roots.0 + 1 / roots.1, 3)
      let expected = start.edge - 1.2065335745820 * scale / (width * Double(dimension))
      #expect(Self.isNear(start.topWithoutOutlier(rows: dimension), expected, 1e-7))
    }
    let wide = try self.start(makeProblem(layers: 2, width: .infinite, sampling: .population))
    #expect(wide.edgeScale == 0 && wide.topWithoutOutlier(rows: 100) == 3)
    // A training set beside layers that do not fluctuate: Marchenko and Pastur again, with P samples.
    let samples = try self.start(makeProblem(layers: 2, width: .infinite, sampling: .batch(.ratio(width))))
    let roots = (20.0, (width * 400).squareRoot())
    let shift = 3 * 1.2065335745820 * (roots.0 + roots.1) * Double.root(1 / roots.0 + 1 / roots.1, 3) / (width * 400)
    #expect(Self.isNear(samples.edge - samples.topWithoutOutlier(rows: Int(width * 400)), shift, 1e-5))
  }

  @Test("three isotropic cases are read")
  func isComplete() { #expect(Self.cases.count == 3) }

  private func start(_ problem: TrainingProblem) throws -> Sharpness {
    var problem = problem
    problem.time = TimeGrid(.discrete(steps: 1))
    return try #require(try solve(problem).sharpness(steps: [0]).first)
  }

  @Test("at the start the edge is known in closed form")
  func atStart() throws {
    for layers in 1...3 {
      for ratio in [0.5, 1, 2] {
        let wide = try start(makeProblem(layers: layers, width: .infinite, sampling: .batch(.ratio(ratio))))
        let root = 1 + 1 / ratio.squareRoot()
        #expect(Self.isNear(wide.edge, Double(layers + 1) * root * root, 1e-12) && wide.outlier == nil)
      }
    }
    #expect(
      Self.isNear(
        try start(makeProblem(layers: 3, width: .infinite, sampling: .batch(.ratio(2)))).edge, 11.656854249492380, 1e-12
      ))
    for width in [0.5, 2, 5] {
      let population = try start(makeProblem(layers: 1, width: .ratio(width), sampling: .population))
      let root = 1 + 1 / width.squareRoot()
      #expect(Self.isNear(population.edge, 1 + root * root, 1e-12))
    }
    #expect(Self.isNear(try start(makeProblem(layers: 2, width: .infinite, sampling: .population)).edge, 3, 1e-12))
  }

  @Test("lazy training leaves it where it started")
  func lazy() throws {
    let solution = try solve(
      makeProblem(
        layers: 2, width: .ratio(1e7), richness: 1e-3, noise: 0.3, optimizer: LinearOptimizer(learningRate: 0.1),
        steps: 12))
    let found = solution.sharpness(steps: [0, 3, 12])
    #expect(found.count == 3)
    for sharpness in found { #expect(abs(sharpness.value / found[0].value - 1) < 1e-4) }
  }

  @Test("large widths approach infinite width as 1/nu", arguments: [true, false])
  func widths(isBatch: Bool) throws {
    func value(_ width: Architecture.Width) throws -> Double {
      let problem = makeProblem(
        layers: 2, width: width, richness: 8, noise: 0.3, sampling: isBatch ? .batch(.ratio(2)) : .onePass(.ratio(2)),
        optimizer: LinearOptimizer(learningRate: 0.01), steps: 15)
      return try #require(try solve(problem).sharpness(steps: [15]).first).value
    }
    let limit = try value(.infinite)
    let gaps = try [1e3, 1e4, 1e5].map { abs(try value(.ratio($0)) - limit) }
    #expect(gaps[2] < 1e-2 * limit)
    #expect(gaps[1] < 0.5 * gaps[0] && gaps[2] < 0.5 * gaps[1])
  }

  @Test("the count rises by one where the largest eigenvalue passes, and nowhere before")
  func dense() throws {
    let problem = makeProblem(
      layers: 2, width: .ratio(1.5), initScale: [0.8, 1.1, 0.9], layerRates: [0.5, 2, 1], richness: 8, noise: 0.3,
      optimizer: LinearOptimizer(learningRate: 0.01, momentum: .heavyBall(0.3)), steps: 12)
    let solution = try solve(problem)
    let history = try #require(SharpnessHistory(solution, count: 13))
    let kernel = KernelRows(problem, steps: 12)
    let count = SharpnessCount(history, kernel: kernel.rows[12], step: 12)
    let bulk = try #require(count.bulkEdge())
    let found = try #require(count.outliers(below: bulk.parameter))
    #expect(found.total >= 1)
    let largest = try #require(found.largest)
    var last = 0
    for share in stride(from: 0.05, to: 1, by: 0.05) {
      let scalars = try #require(
        BulkScalars(
          share * bulk.parameter, start: history.initialWeights.map { $0[12] },
          strengths: (0...2).map { history.layerRates[$0] * ($0 < 2 ? history.layers[$0].backward[12 * 13 + 12] : 1) },
          inverseWidth: history.inverseWidth, inverseSamples: history.inverseSamples))
      let above = SymmetricInertia(count.counted(scalars)).negatives - 24
      #expect(above >= last && (above > 0) == (scalars.eigenvalue < largest))
      last = above
    }
  }

  @Test("the share of the stable rate follows rate, schedule and momentum")
  func stability() throws {
    #expect(LinearOptimizer(learningRate: 1).stableProduct == 2)
    #expect(Self.isNear(LinearOptimizer(learningRate: 1, momentum: .heavyBall(0.9)).stableProduct, 3.8, 1e-14))
    #expect(Self.isNear(LinearOptimizer(learningRate: 1, momentum: .nesterov(0.9)).stableProduct, 3.8 / 2.8, 1e-14))
    let problem = makeProblem(
      richness: 4, noise: 0.3, optimizer: LinearOptimizer(learningRate: 0.03, momentum: .heavyBall(0.5)), steps: 6)
    for sharpness in try solve(problem).sharpness(steps: [0, 6]) {
      #expect(Self.isNear(sharpness.edgeShare, 0.03 * sharpness.value / 3, 1e-14))
    }
  }

  @Test("what is not derived is refused with the key to change")
  func refusals() throws {
    func keys(_ problem: TrainingProblem) -> [String] { Solver.refusalsOfSharpness(problem).map(\.key) }
    #expect(keys(makeProblem()) == [])
    #expect(keys(makeProblem(connection: .residual(branchScale: 1))) == ["network.residual"])
    #expect(keys(makeProblem(layers: 1, connection: .residual(branchScale: 1))) == [])
    let minibatches = Minibatches(samplesPerStep: .ratio(1), shuffle: .independent, dropsLast: false)
    #expect(keys(makeProblem(sampling: .minibatch(.ratio(2), minibatches))) == ["training.mode"])
    #expect(
      keys(makeProblem(spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 1.2, signalDecay: 2.7)))) == [
        "data.spectrum"
      ])
  }
}
