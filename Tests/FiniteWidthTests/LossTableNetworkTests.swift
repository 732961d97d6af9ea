import Calculus
import Fixtures
import MeanField
import Problems
import Tables
import Testing

@testable import FiniteWidth

/// Networks trained on the rows of a table of two classes, beside the theory of its class mixture.
@Suite("Networks on tables of two classes")
struct LossTableNetworkTests {
  /// Gaussian rows of unequal classes: 3,000 rows of 60 columns, a quarter of them of the second class.
  private func table() throws -> (problem: TrainingProblem, rows: PreparedTable) {
    let (count, dimension) = (3000, 60)
    var stream = RandomStream(seed: 11, replica: 0, purpose: .inputs)
    var numbers = stream.normals(count * dimension)
    let target = (0..<count).map { $0 % 4 == 0 ? 1.0 : -1.0 }
    for row in 0..<count {
      for column in 0..<dimension {
        numbers[row * dimension + column] *= 1 / (1 + 0.1 * Double(column)).squareRoot()
        numbers[row * dimension + column] += target[row] * 0.15
      }
    }
    let data = DataTable(inputNames: (0..<dimension).map { "x\($0)" }, inputs: numbers, target: target)
    let (labelled, classes) = try data.withTwoClasses()
    let measurement = try Measurement(labelled, .center)
    let mixture = try ClassMixture(measurement)
    var problem = makeProblem(
      width: .units(128), spectrum: .measured(mixture.spectrum), dimension: dimension, sampling: .batch(.count(240)),
      optimizer: LinearOptimizer(learningRate: 0.1), steps: 20)
    problem.lossRule = LossRule(
      .logistic, labels: .mixture(separation: mixture.separation), paths: 8192, classes: classes)
    return (problem, measurement.prepared)
  }

  @Test("losses and accuracies of all modes agree", arguments: ["batch", "onePass", "population", "minibatch"])
  func theory(_ mode: String) throws {
    var (problem, rows) = try table()
    switch mode {
    case "onePass": problem.data.sampling = .onePass(.count(240))
    case "population": problem.data.sampling = .population
    case "minibatch":
      problem.data.sampling = .minibatch(.count(240), Minibatches(samplesPerStep: .count(60), shuffle: .epochs))
    default: break
    }
    let solution = try solve(problem)
    let simulator = try Simulator(problem, table: rows, seed: 1)
    let curves = (0..<24).compactMap { simulator.train(replica: $0)?.curve }
    #expect(curves.count == 24)
    let ensemble = Ensemble(times: simulator.times, replicas: curves)
    func compare(_ name: String, _ theory: [Double], _ curve: (ReplicaCurve) -> [Double]) {
      // D = 60 leaves some per cent.
      ensemble.expect(name, theory, errors: 4, share: 0.06, curve)
    }
    compare("test loss", solution.curve.testLoss, \.testLoss)
    compare("train loss", solution.curve.trainLoss, \.trainLoss)
    if let batch = solution.curve.batchLoss { compare("batch loss", batch) { $0.batchLoss ?? [] } }
    let accuracy = try #require(solution.labelAccuracy)
    compare("test accuracy", accuracy.test) { $0.outputs?.testAccuracy ?? [] }
    #expect(try #require(accuracy.test.last) > 0.8)
  }
}
