import Fixtures
import LinearAlgebra
import Problems
import Testing

@testable import FiniteWidth

// The tests have a naive matrix of the same name.
private typealias Matrix = LinearAlgebra.DenseMatrix

@Suite("Spectra of trained networks")
struct NetworkSpectraTests {
  private static let all = MeasuredSteps(weights: [0, 1, 6], sharpness: [0, 6])

  private static let problems: [TrainingProblem] = [
    makeProblem(
      layers: 3, width: .units(12), initScale: [1, 0.8, 1.1, 0.5], layerRates: [1, 0.5, 2, 0.7], richness: 2,
      dimension: 10, noise: 0.3, sampling: .batch(.count(15)), steps: 6),
    makeProblem(
      layers: 4, width: .units(9), connection: .residual(branchScale: 0.8), dimension: 10, noise: 0.1,
      sampling: .batch(.count(8)), steps: 6),
    makeProblem(layers: 1, width: .units(9), rule: .ntk, richness: 0.7, dimension: 5, sampling: .population, steps: 6),
    makeProblem(
      layers: 2, width: .units(6), rule: .standard, richness: 1.3,
      spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 0.8, signalDecay: 1.1)), dimension: 7, noise: 0.2,
      sampling: .batch(.count(11)), steps: 6),
    makeProblem(
      layers: 2, width: .units(8), spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 1.3, signalDecay: 1.6, scale: .top)),
      dimension: 9, sampling: .population, steps: 6),
    makeProblem(
      layers: 3, width: .units(6), widthProfile: [9.0 / 6, 3.0 / 6, 1], initScale: [1, 0.8, 1.1, 0.9],
      layerRates: [1, 0.5, 2, 0.7], dimension: 7, noise: 0.2, sampling: .batch(.count(9)), steps: 6),
    {
      var problem = makeProblem(
        layers: 2, width: .units(8), richness: 2, dimension: 9, sampling: .batch(.count(12)), steps: 6)
      problem.data.outputs = OutputModel(
        targetCovariance: [[1, 0.5], [0.5, 2]], noiseCovariance: [[0.1, 0], [0, 0.2]])
      return problem
    }(),
  ]

  private func trained(_ problem: TrainingProblem, rate: Double, steps: MeasuredSteps = NetworkSpectraTests.all) throws
    -> ReplicaCurve
  {
    var problem = problem
    problem.optimizer.learningRate = rate
    let simulator = try Simulator(problem, table: nil, seed: 3, spectra: steps)
    return try #require(simulator.train(replica: 1)).curve
  }

  @Test("the quotient of the residuals is how fast the train loss falls", arguments: problems)
  func decayRate(_ problem: TrainingProblem) throws {
    let rate = 1e-7
    let curve = try trained(problem, rate: rate)
    let quotient = try #require(curve.spectra?.sharpness.first).rayleigh
    let fall = (curve.trainLoss[0] - curve.trainLoss[1]) / (2 * rate * curve.trainLoss[0])
    #expect(abs(quotient / fall - 1) < 1e-4)
  }

  @Test("the operator is symmetric, has that quotient, and the eigenvalue that LAPACK finds", arguments: problems)
  func operatorOfTheKernel(_ problem: TrainingProblem) throws {
    let simulator = try Simulator(problem, table: nil, seed: 3)
    let sizes = try #require(Sizes(simulator.problem))
    let network = Network(simulator.problem, sizes, seed: 3, replica: Simulator.key(1, simulator.problem))
    let backward = network.backwardPass()
    var source = simulator.source(replica: 1)
    let roots = try simulator.problem.data.outputs.map { try OutputRoots($0) }
    let modes = Modes(simulator.problem.data, roots, seed: 3, replica: Simulator.key(1, simulator.problem))
    let answer = source.respond(to: network.predictor(backward), step: 0)
    let matrix = GaussNewton(network, backward: backward, inputs: source.trainingInputs, modes: modes)
    let columns = (0..<matrix.size).map { column in
      matrix.product((0..<matrix.size).map { $0 == column ? 1 : 0 })
    }
    let scale = columns.flatMap { $0 }.map { abs($0) }.max() ?? 0
    for (row, values) in columns.enumerated() {
      for (column, value) in values.enumerated() { #expect(abs(value - columns[column][row]) < 1e-13 * scale) }
    }
    let eigen = try SymmetricEigenproblem(columns.flatMap { $0 }, size: matrix.size)
    #expect(eigen.eigenvalues.allSatisfy { $0 > -1e-12 * scale })
    let curve = try trained(problem, rate: 1e-7)
    let measured = try #require(curve.spectra?.sharpness.first)
    #expect(abs(measured.value / eigen.eigenvalues[0] - 1) < 1e-10)
    let residuals = answer.residuals.isEmpty ? answer.error : answer.residuals
    guard !answer.residuals.isEmpty || problem.data.noise == 0 else { return }
    let product = matrix.product(residuals)
    let quotient = zip(residuals, product).reduce(0) { $0 + $1.0 * $1.1 } / residuals.reduce(0) { $0 + $1 * $1 }
    #expect(abs(quotient / measured.rayleigh - 1) < 1e-10)
    #expect(measured.rayleigh <= measured.value)
  }

  @Test("singular values, growth and directions are those of the weights", arguments: problems)
  func weights(_ problem: TrainingProblem) throws {
    var problem = problem
    problem.optimizer = LinearOptimizer(
      learningRate: 0.02, momentum: .heavyBall(0.6), weightDecay: .coupled(0.3))
    let simulator = try Simulator(problem, table: nil, seed: 3, spectra: Self.all)
    let curve = try #require(simulator.train(replica: 1)).curve
    let rows = try #require(curve.spectra).weights
    #expect(rows.map(\.step) == [0, 1, 6].flatMap { Array(repeating: $0, count: problem.architecture.hiddenLayers) })
    // The same training again, step by step, with whole matrices.
    let sizes = try #require(Sizes(simulator.problem))
    var network = Network(simulator.problem, sizes, seed: 3, replica: Simulator.key(1, simulator.problem))
    var source = simulator.source(replica: 1)
    let starts = (0..<sizes.hiddenLayers).map { network.weight($0) }
    var newest: (forward: [[Double]], backward: [[Double]]) = ([], [])
    var share = (weight: 1.0, buffer: 0.0)
    for step in 0..<6 {
      let backward = network.backwardPass()
      let answer = source.respond(to: network.predictor(backward), step: step)
      let forward = network.forwardPass(answer.field)
      newest = ([answer.field] + forward, backward)
      network.step(rate: 0.02, input: answer.field, forward: forward, backward: backward)
      share.buffer = 0.6 * share.buffer - 0.3 * share.weight
      share.weight += 0.02 * share.buffer
    }
    for (layer, row) in rows.suffix(sizes.hiddenLayers).enumerated() {
      let weight = network.weight(layer)
      let columns = Double(weight.columns)
      let expected = try SingularValues(weight, vectors: true)
      for (found, value) in zip(row.values, expected.values) {
        #expect(abs(found - value / columns.squareRoot()) < 1e-12)
      }
      let edge =
        problem.architecture.initScale[layer] * abs(share.weight) * (1 + (Double(weight.rows) / columns).squareRoot())
      #expect(abs(row.edge - edge) < 1e-13)
      #expect(row.above == expected.values.count { $0 / columns.squareRoot() > edge })
      let growth = (weight.squaredNorm - share.weight * share.weight * starts[layer].squaredNorm) / columns
      #expect(abs(row.growth - growth) < 1e-11)
      let right = try #require(expected.right).storage.prefix(weight.columns)
      let left = try #require(expected.left)
      #expect(abs(row.forwardNewest - cosine(Array(right), newest.forward[layer])) < 1e-9)
      #expect(
        abs(row.backwardNewest - cosine((0..<weight.rows).map { left[$0, 0] }, newest.backward[layer])) < 1e-9)
      #expect(row.forwardLargest >= row.forwardNewest && row.forwardLargest <= 1 + 1e-12)
      #expect(row.backwardLargest >= row.backwardNewest && row.backwardLargest <= 1 + 1e-12)
    }
    #expect(rows[0].growth == 0 && rows[0].forwardNewest.isNaN)
  }

  /// The largest over the vectors of all outputs.
  private func cosine(_ vector: [Double], _ fields: [Double]) -> Double {
    stride(from: 0, to: fields.count, by: vector.count).map { start in
      let field = fields[start..<start + vector.count]
      let (product, square) = zip(vector, field).reduce(into: (0.0, 0.0)) { sums, pair in
        sums.0 += pair.0 * pair.1
        sums.1 += pair.1 * pair.1
      }
      return abs(product) / square.squareRoot()
    }.max() ?? .nan
  }

  @Test("measuring changes nothing, and a diverged network has the steps before")
  func curve() throws {
    let problem = Self.problems[0]
    let (bare, looked) = (
      try trained(problem, rate: 0.05, steps: MeasuredSteps()), try trained(problem, rate: 0.05)
    )
    #expect(bare.spectra == nil && bare.testLoss == looked.testLoss && bare.forward == looked.forward)
    let diverged = try trained(problem, rate: 40)
    let spectra = try #require(diverged.spectra)
    #expect(diverged.count < 7 && Self.all.areAll(in: spectra, count: diverged.count, layers: 3))
    #expect(!Self.all.areAll(in: spectra, count: 7, layers: 3))
  }

  @Test("the list of numbers is read back, and no other")
  func numbers() throws {
    let spectra = try #require(try trained(Self.problems[0], rate: 0.01).spectra)
    let copy = try #require(NetworkSpectra(numbers: spectra.numbers))
    #expect(copy.numbers.description == spectra.numbers.description && copy.sharpness == spectra.sharpness)
    #expect(copy.weights.last == spectra.weights.last)
    #expect(NetworkSpectra(numbers: Array(spectra.numbers.dropLast())) == nil)
    #expect(NetworkSpectra(numbers: []) == nil && NetworkSpectra(numbers: [2, 0]) == nil)
  }

  @Test("what has no meaning is refused")
  func refusals() throws {
    func keys(_ change: (inout TrainingProblem) -> Void, _ steps: MeasuredSteps = NetworkSpectraTests.all) -> [String] {
      var problem = Self.problems[0]
      change(&problem)
      return Simulator.refusalsOfSpectra(problem, steps).map(\.key)
    }
    #expect(keys { _ in } == [])
    #expect(keys { $0.gradientRule = .clip(1) } == ["training.optimizer"])
    #expect(keys({ $0.gradientRule = .clip(1) }, MeasuredSteps(weights: [1])) == [])
    #expect(keys { $0.architecture.activation = .relu } == ["network.activation"])
    #expect(keys({ $0.architecture.activation = .relu }, MeasuredSteps()) == [])
  }
}
