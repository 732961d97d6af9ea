import Calculus
import Fixtures
import Problems
import Testing

@testable import FiniteWidth

@Suite("Networks with several outputs")
struct SeveralOutputNetworksTests {
  static let outputs = OutputModel(
    targetCovariance: [[1, 0.6, -0.3], [0.6, 1.5, 0.2], [-0.3, 0.2, 0.5]],
    noiseCovariance: [[0.09, 0, 0.05], [0, 0.04, 0], [0.05, 0, 0.16]])

  private static func problem(
    layers: Int = 2, width: Int, connection: Architecture.Connection = .plain, profile: [Double]? = nil,
    rule: Parameterization.Rule = .muP, scale: [Double]? = nil, spectrum: Spectrum = .isotropic, dimension: Int,
    _ sampling: DataModel.Sampling, _ outputs: OutputModel = outputs
  ) -> TrainingProblem {
    var problem = makeProblem(
      layers: layers, width: .units(width), widthProfile: profile, connection: connection, initScale: scale, rule: rule,
      richness: 1.2, spectrum: spectrum, dimension: dimension, sampling: sampling, steps: 20)
    problem.data.outputs = outputs
    return problem
  }

  static let problems = [
    problem(layers: 3, width: 12, scale: [1, 0.8, 1.1, 0.5], dimension: 8, .batch(.count(9))),
    problem(layers: 4, width: 7, connection: .residual(branchScale: 0.8), dimension: 6, .batch(.count(4))),
    problem(layers: 3, width: 6, profile: [1.5, 0.5, 1], rule: .standard, dimension: 7, .batch(.count(9))),
    problem(layers: 1, width: 9, rule: .ntk, dimension: 5, .population),
    problem(
      width: 40, spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 0.8, signalDecay: 1.1)), dimension: 60,
      .batch(.count(11)),
      OutputModel(
        targetCovariance: [[1, 0.7], [0.7, 1]], noiseCovariance: [[0, 0], [0, 0]], signalDecays: [0.3, 1.2])),
  ]

  /// Twenty steps of networks of which some multiply their factors out after each step, some after a few.
  @Test("every step is the textbook's", arguments: problems, SimulatorTests.optimizers)
  func textbook(problem: TrainingProblem, optimizer: LinearOptimizer) throws {
    var problem = problem
    problem.optimizer = optimizer
    problem.optimizer.learningRate *= 0.3
    let curve = try textbookCurve(problem, steps: 20)
    let outputs = try #require(curve.outputs)
    #expect(outputs.testLoss.count == problem.data.outputCount)
    for step in 0...20 {
      #expect(abs(outputs.testLoss.reduce(0) { $0 + $1[step] } - curve.testLoss[step]) < 1e-14 * curve.testLoss[0])
      #expect(abs(outputs.trainLoss.reduce(0) { $0 + $1[step] } - curve.trainLoss[step]) < 1e-14 * curve.testLoss[0])
    }
    #expect(curve.testLoss[20] != curve.testLoss[0])
    #expect(outputs.testAccuracy == nil && outputs.trainAccuracy == nil)
  }

  @Test("the textbook's gradient is the objective's, summed over the outputs", arguments: problems.prefix(3))
  func gradient(problem: TrainingProblem) throws {
    var twin = NaiveTraining(problem, seed: 2, replica: 0)
    let downhill = twin.objective().downhill
    for layer in downhill.indices {
      for row in Set([0, downhill[layer].count - 1]) {
        for column in [0, downhill[layer][row].count - 1] {
          let weight = twin.weights[layer][row][column]
          let values = [1e-5, -1e-5].map { shift in
            twin.weights[layer][row][column] = weight + shift
            return twin.objective().value
          }
          twin.weights[layer][row][column] = weight
          let expected = (values[1] - values[0]) / 2e-5
          #expect(abs(downhill[layer][row][column] - expected) < 1e-8 * max(1, abs(expected)))
        }
      }
    }
  }

  @Test("isotropic targets have their covariance exactly")
  func isotropicTargets() throws {
    let data = DataModel(inputDimension: 7, sampling: .population, outputs: Self.outputs)
    let modes = Modes(data, try OutputRoots(Self.outputs), seed: 1, replica: 4)
    let targets = modes.target.parts(3)
    for (row, target) in targets.enumerated() {
      for (column, other) in targets.enumerated() {
        let overlap = zip(target, other).reduce(0) { $0 + $1.0 * $1.1 } / 7
        #expect(abs(overlap - Self.outputs.targetCovariance[row][column]) < 1e-14)
      }
    }
    #expect(Modes(data, try OutputRoots(Self.outputs), seed: 1, replica: 5).target != modes.target)
  }

  @Test("targets of a power law covary mode by mode, noise between outputs")
  func covariances() throws {
    let law = PowerLaw(eigenvalueDecay: 0.7, signalDecay: 9)
    var outputs = Self.outputs
    outputs.signalDecays = [0.3, 1.2, 0.8]
    let data = DataModel(spectrum: .powerLaw(law), inputDimension: 3, sampling: .population, outputs: outputs)
    let roots = try OutputRoots(outputs)
    let shares = [0.3, 1.2, 0.8].map { decay in
      PowerLaw(eigenvalueDecay: 0.7, signalDecay: decay)
        .modes([1, 2, 3], multiplicity: [1, 1, 1], dimension: 3).signalShares
    }
    let count = 4000
    var (targets, noise) = ([Double](repeating: 0, count: 27), [Double](repeating: 0, count: 9))
    for replica in 0..<count {
      let modes = Modes(data, roots, seed: 1, replica: replica)
      var stream = RandomStream(seed: 1, replica: replica, purpose: .noise)
      let errors = modes.noise.draw(1, from: &stream)
      let eigenvalues = try #require(modes.eigenvalues)
      for pair in 0..<9 {
        noise[pair] += errors[pair / 3] * errors[pair % 3] / Double(count)
        for mode in 0..<3 {
          let signal = modes.target[3 * (pair / 3) + mode] * modes.target[3 * (pair % 3) + mode]
          targets[3 * pair + mode] += eigenvalues[mode] * signal / 3 / Double(count)
        }
      }
    }
    for pair in 0..<9 {
      let (row, column) = (pair / 3, pair % 3)
      #expect(abs(noise[pair] - outputs.noiseCovariance[row][column]) < 0.02)
      for mode in 0..<3 {
        let share = (shares[row][mode] * shares[column][mode]).squareRoot()
        #expect(abs(targets[3 * pair + mode] / share - outputs.targetCovariance[row][column]) < 0.1)
      }
    }
  }

  /// Of a power law, whose signs come from the same numbers; isotropic targets of a model are a random direction instead.
  @Test("a model of one output is one output", arguments: [DataModel.Sampling.batch(.count(30)), .onePass(.count(12))])
  func oneOutput(sampling: DataModel.Sampling) throws {
    var problem = makeProblem(
      width: .units(15), spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 0.5, signalDecay: 0.9)), dimension: 20,
      noise: 0.3,
      sampling: sampling)
    let alone = try #require(Simulator(problem, table: nil, seed: 3).train(replica: 0)).curve
    problem.data.outputs = OutputModel(targetCovariance: [[1]], noiseCovariance: [[0.09]])
    let one = try #require(Simulator(problem, table: nil, seed: 3).train(replica: 0)).curve
    #expect(one.outputs == nil && alone.outputs == nil)
    for (first, second) in zip(alone.testLoss + alone.trainLoss, one.testLoss + one.trainLoss) {
      #expect(abs(first - second) < 1e-12 * alone.testLoss[0])
    }
  }

  @Test(
    "correlations of all pairs of times are sums over outputs, with the width of each layer",
    arguments: [DataModel.Sampling.batch(.count(40)), .onePass(.count(40)), .population])
  func twoTimes(sampling: DataModel.Sampling) throws {
    let problem = Self.problem(width: 20, profile: [0.5, 1], dimension: 30, sampling)
    let simulator = try Simulator(problem, table: nil, seed: 1, keepsTwoTimes: true)
    var sums = simulator.emptySums
    let network = try #require(simulator.train(replica: 0))
    sums.add(network.correlations)
    let curve = network.curve
    for step in 0...20 {
      let here = step * 21 + step
      let tolerance = 1e-12 * curve.testLoss[0]
      #expect(abs(sums.errorCorrelation[here] + 0.29 - curve.testLoss[step]) < tolerance)
      if case .batch = sampling {
        #expect(abs(sums.residualCorrelation[here] - curve.trainLoss[step]) < tolerance)
      } else {
        #expect(abs(sums.residualCorrelation[here] - sums.errorCorrelation[here] - 0.29) < tolerance)
      }
      for layer in 0...2 {
        let expected = curve.forward[layer][step]
        #expect(abs(sums.forwardCorrelation(layer)[here] - expected) < 1e-12 * max(1, expected))
      }
      for layer in 1...2 {
        let expected = curve.backward[layer - 1][step]
        #expect(abs(sums.backwardCorrelation(layer)[here] - expected) < 1e-12 * max(1, expected))
      }
    }
    // Three rows of deviation 1 at the start.
    #expect(abs(curve.backward[1][0] - 3) < 1.5)
  }

  @Test("what has no finite network is refused with its key")
  func refusals() throws {
    let tight = Self.problem(width: 5, dimension: 2, .population)
    #expect(Simulator.refusals(tight).map(\.key) == ["data.outputs"])
    var problem = Self.problem(width: 5, dimension: 4, .population)
    #expect(Simulator.refusals(problem).isEmpty)
    problem.data.outputs?.noiseCovariance = [[1, 2, 0], [2, 1, 0], [0, 0, 1]]
    #expect(throws: SimulationRefused.self) { try Simulator(problem, table: nil, seed: 1) }
    problem.data.outputs = OutputModel(targetCovariance: [[1, 0], [0, 1]], noiseCovariance: [[1]])
    #expect(throws: SimulationRefused.self) { try Simulator(problem, table: nil, seed: 1) }
    #expect(
      LayerProblem.refusals(Self.problem(width: 5, dimension: 4, .batch(.count(9)))).map(\.key) == ["data.outputs"])
  }

  @Test("the cost counts a gradient and a curve for each output")
  func cost() throws {
    var problem = makeProblem(
      layers: 3, width: .units(1000), dimension: 500, sampling: .batch(.count(2000)), steps: 30)
    problem.data.outputs = Self.outputs
    let cost = try Simulator(problem, table: nil, seed: 1).cost
    let targets = 2 * (500 + 2000)
    #expect(cost.bytesPerReplica == 8 * (2 * 1_000_000 + 500_000 + 1_000_000 + targets + 3 * 31 * (500 + 5 * 1000)))
    #expect(cost.bytesKeptPerReplica == 8 * 31 * (3 + 6 + 6) + 512)
    #expect(cost.secondsPerReplica > 0.05 && cost.secondsPerReplica < 20)
  }
}

@Suite("Classes of rows")
struct AccuracyTests {
  /// Twenty rows of three classes in two dimensions.
  private func table() -> PreparedTable {
    var stream = RandomStream(seed: 4, replica: 0, purpose: .inputs)
    let inputs = stream.normals(40)
    let classes = (0..<20).map { $0 % 5 % 3 }
    let offsets = [0.8, 0.8, 0.4]
    let targets = (0..<3).map { output in classes.map { ($0 == output ? 2 : 0) - offsets[output] } }
    return PreparedTable(inputs: inputs, targets: targets, classes: classes, offsets: offsets)
  }

  private let predictor = [0.9, -0.4, -0.7, 0.8, 0.1, -0.3]

  /// Whether the largest of the outputs, offset added, is the row's class.
  private func isRight(_ row: Int, _ table: PreparedTable) -> Bool {
    let outputs = (0..<3).map { output in
      (0..<2).reduce(table.offsets[output]) {
        $0 + table.inputs[2 * row + $1] * predictor[2 * output + $1] / 2.0.squareRoot()
      }
    }
    return outputs.firstIndex(of: outputs.max() ?? .nan) == table.classes?[row]
  }

  private func modes(_ table: PreparedTable) throws -> Modes {
    let outputs = OutputModel(
      targetCovariance: [], noiseCovariance: [[0.2, 0, 0], [0, 0.3, 0], [0, 0, 0.1]])
    let measured = MeasuredOutputs(
      names: ["a", "b", "c"], areClasses: true, coefficients: [[1, 0], [0, 1], [0.5, 0.5]], shifts: table.offsets,
      scales: [1, 1, 1], residualCovariance: outputs.noiseCovariance)
    let spectrum = MeasuredSpectrum(
      eigenvalues: [1.2, 0.8], targetCoefficients: [1, 1], residualVariance: 0.6, inputFactor: 1, targetShift: 0,
      targetScale: 1, rows: 20, columns: 2, outputs: measured)
    return Modes(
      DataModel(spectrum: .measured(spectrum), inputDimension: 2, sampling: .population, outputs: outputs),
      try OutputRoots(outputs), seed: 1, replica: 0)
  }

  @Test("the largest output names the class, of all rows in population and one pass")
  func population() throws {
    let table = table()
    let right = (0..<20).map { isRight($0, table) }
    let share = Double(right.count { $0 }) / 20
    #expect(share > 0.3 && share < 1)
    let modes = try modes(table)
    let whole = PopulationGradient(modes: modes, table: table).respond(to: predictor, step: 0)
    #expect(whole.testAccuracy == share && whole.trainAccuracy == share)
    let fresh = FreshRows(modes: modes, table: table, samples: 7, seed: 1, replica: 0).respond(to: predictor, step: 3)
    var stream = RandomStream(seed: 1, replica: 0, purpose: .rows, substream: 3)
    let drawn = (0..<7).map { _ in stream.index(below: 20) }
    #expect(fresh.testAccuracy == share)
    #expect(fresh.trainAccuracy == Double(drawn.count { right[$0] }) / 7)
    let expected = (0..<3).map { output in
      drawn.reduce(0.0) { sum, row in
        let fit = (0..<2).reduce(0) { $0 + table.inputs[2 * row + $1] * predictor[2 * output + $1] } / 2.0.squareRoot()
        return sum + (table.targets[output][row] - fit) * (table.targets[output][row] - fit) / 7
      }
    }
    for (found, expected) in zip(fresh.train, expected) { #expect(abs(found - expected) < 1e-14 * expected) }
  }

  @Test("a batch counts the rows drawn and those held out")
  func batch() throws {
    let table = table()
    let answer = FixedBatch(try modes(table), table: table, samples: 13, seed: 1, replica: 2)
      .respond(to: predictor, step: 0)
    var stream = RandomStream(seed: 1, replica: 2, purpose: .rows)
    let rows = stream.draw(13, of: 20)
    func share(_ rows: [Int]) -> Double { Double(rows.count { isRight($0, table) }) / Double(rows.count) }
    #expect(answer.trainAccuracy == share(rows.drawn))
    #expect(answer.testAccuracy == share(rows.left))
    #expect(answer.trainAccuracy != answer.testAccuracy)
    let offset = PreparedTable(
      inputs: table.inputs, targets: table.targets, classes: table.classes, offsets: [9, 0, 0])
    let always = PopulationGradient(modes: try modes(table), table: offset).respond(to: predictor, step: 0)
    #expect(always.testAccuracy == 0.4)
  }
}
