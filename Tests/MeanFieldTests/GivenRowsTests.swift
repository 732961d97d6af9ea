import Fixtures
import Foundation
import LinearAlgebra
import Problems
import Tables
import Testing

@testable import MeanField

/// Exact splits: the training rows and the test rows are given.
@Suite("Given rows")
struct GivenRowsTests {
  @Test("exact solutions agree within 1e-8 |x| + 1e-11 |x(0)|", arguments: try OracleCase.splits("exact"))
  func exact(_ reference: OracleCase) throws {
    let solution = try solve(reference.problem)
    for (name, key, layer, theory) in reference.comparisons(solution) {
      let expected = reference.column(key, layer)
      #expect(expected.count == 61 && theory.count == 61, "\(name)")
      let worst = zip(theory, expected).map { theory, expected in
        abs(theory - expected) / (1e-8 * abs(expected) + 1e-11 * abs(reference.column(key, layer)[0]))
      }.max()
      let found = try #require(worst)
      #expect(found <= 1, "\(name): \(found)")
    }
  }

  /// The rule of Tests/Fixtures/oracle/README.md.
  @Test("trained networks agree within their errors", arguments: try OracleCase.splits("ensemble"))
  func ensembles(_ reference: OracleCase) throws {
    let solution = try solve(reference.problem)
    let tolerance = try #require(reference.tolerance)
    for (key, theory) in [("test_loss", solution.curve.testLoss), ("train_loss", solution.curve.trainLoss)] {
      let (mean, error) = (reference.column(key), reference.column(key + "_se"))
      #expect(mean.count == 61 && theory.count == 61 && error.count == 61)
      for step in mean.indices {
        let difference =
          mean[step] > 0.01 * mean[0]
          ? abs(theory[step] - mean[step]) / max(4 * error[step], tolerance * mean[step])
          : abs(log(theory[step] / mean[step])) / log(1.15)
        #expect(difference <= 1, "\(key) at step \(step)")
      }
    }
  }

  @Test("there are four exact and five ensemble cases with full batches")
  func counts() throws {
    #expect(try OracleCase.splits("exact").count == 4)
    #expect(try OracleCase.splits("ensemble").count == 5)
  }

  /// The same problem with its training rows for test rows.
  private func testedOnTraining(_ problem: TrainingProblem) throws -> TrainingProblem {
    let train = try #require(problem.data.rows?.train)
    var result = problem
    result.data.rows = GivenRows(train: train, test: train)
    return result
  }

  @Test(
    "training rows as test rows have the train loss",
    arguments: [
      ["network.hiddenLayers=1"], ["network.width=infinite"],
      ["network.residual=true", "network.hiddenLayers=4", "training.momentum=0.6", "training.weightDecay=0.05"],
      ["network.depth=infinite", "network.residual=true", "training.steps=12"], ["network.parameterization=NTK"],
    ])
  func sameRows(_ overrides: [String]) throws {
    let problem = try testedOnTraining(
      loadSplit("diabetes300", target: "progression", "data.standardize=zscore", "training.learningRate=0.01")
        .with(overrides))
    let curve = try solve(problem).curve
    #expect(curve.steps.count > 12)
    for (test, train) in zip(curve.testLoss, curve.trainLoss) { #expect(abs(test - train) <= 1e-12 * train) }
  }

  @Test("fewer rows than directions: nothing is left by the fit, and directions without variance move by themselves")
  func fewRows() throws {
    let problem = try loadSplit(
      "diabetes6", target: "progression", "data.standardize=zscore", "network.width=64", "training.learningRate=0.02")
    guard case .measured(let measured) = problem.data.spectrum else { Issue.record("no spectrum"); return }
    #expect(measured.eigenvalues.count == 10 && measured.eigenvalues.count { $0 == 0 } == 5)
    #expect(measured.residualVariance < 1e-25)
    let solution = try solve(problem)
    // Equation (16.3): of a direction without variance F is the identity.
    let law = solution.orderParameters.predictorLaw([0], times: 101)
    #expect(law.fresh.moves[0].allSatisfy { $0 == 0 })
    #expect(law.fresh.covariance[0][100] > 1.2 * law.fresh.covariance[0][0])
  }

  @Test("at step 0 both losses are the target's mean square and the random predictor's")
  func start() throws {
    let problem = try loadSplit(
      "diabetes300", target: "progression", "data.standardize=zscore", "network.width=32", "network.hiddenLayers=3",
      "network.initScale=[0.9, 1.2, 0.7, 1.1]", "training.steps=1")
    let test = try #require(problem.data.rows?.test)
    let curve = try solve(problem).curve
    let width = 32.0
    let spread = pow(0.9 * 1.2 * 0.7 * 1.1, 2) / width
    let square = test.target.reduce(0) { $0 + $1 * $1 } / Double(test.rows)
    let trace = test.inputs.reduce(0) { $0 + $1 * $1 } / Double(test.rows)
    #expect(abs(curve.testLoss[0] - (square + spread * trace)) < 1e-12)
    #expect(abs(curve.trainLoss[0] - (1 + spread * 10)) < 1e-12)
  }

  @Test("a rotation of all rows leaves both curves")
  func rotation() throws {
    var random = SeededRandom(seed: 5)
    func number() -> Double { Double.random(in: -1...1, using: &random) }
    let (rows, columns) = (40, 6)
    let inputs = (0..<rows * columns).map { _ in number() }
    let target = (0..<rows).map { _ in number() }
    // A product of two reflections.
    var turned = inputs
    for axis in [(0..<columns).map { _ in number() }, (0..<columns).map { _ in number() }] {
      let square = axis.reduce(0) { $0 + $1 * $1 }
      for row in 0..<rows {
        let along = (0..<columns).reduce(0) { $0 + axis[$1] * turned[row * columns + $1] }
        for column in 0..<columns { turned[row * columns + column] -= 2 * along / square * axis[column] }
      }
    }
    let curves = try [inputs, turned].map { inputs in
      let table = DataTable(inputNames: (0..<columns).map { "x\($0)" }, inputs: inputs, target: target)
      let split = try SplitMeasurement(table, train: Array(3..<25), .none)
      var problem = try loadProblem(overrides: ["network.width=16", "training.learningRate=0.03", "training.steps=40"])
      problem.data = DataModel(
        spectrum: .measured(split.spectrum), inputDimension: columns,
        noise: split.spectrum.residualVariance.squareRoot(),
        sampling: .batch(.count(22)), rows: split.rows)
      return try solve(problem).curve
    }
    for (one, other) in zip(curves[0].testLoss, curves[1].testLoss) { #expect(abs(one - other) <= 1e-12 * one) }
    for (one, other) in zip(curves[0].trainLoss, curves[1].trainLoss) { #expect(abs(one - other) <= 1e-12 * one) }
  }

  @Test("classes: losses and accuracies of training rows are the same on both sides, and outputs sum to the total")
  func classes() throws {
    let problem = try testedOnTraining(
      loadProblem(overrides: [
        "data.file=configs/data/digits10.csv", "data.trainFraction=0.1", "data.target=digit", "data.targets=oneHot",
        "network.width=64", "training.learningRate=0.01", "training.steps=12", "data.outputCoupling=exact",
      ]))
    let solution = try solve(problem)
    let outputs = try #require(solution.outputs)
    for step in 0...12 {
      let sum = outputs.testLoss.reduce(0) { $0 + $1[step] }
      #expect(abs(solution.curve.testLoss[step] - sum) <= 1e-13 * sum)
      #expect(abs(solution.curve.testLoss[step] - solution.curve.trainLoss[step]) <= 1e-11 * sum)
      for output in 0..<10 {
        #expect(abs(outputs.testLoss[output][step] - outputs.trainLoss[output][step]) <= 1e-10 * sum)
      }
    }
    let accuracy = try #require(solution.accuracyOfGivenRows())
    #expect(accuracy.test == accuracy.train && abs(accuracy.test[0] - 0.1) < 0.02 && accuracy.test[12] > 0.5)
  }

  @Test("what needs steps, rows or a population is refused")
  func refusals() throws {
    let problem = try loadSplit("diabetes300", target: "progression")
    var flow = problem
    flow.time = TimeGrid(.flow(horizon: 1))
    #expect(Solver.refusals(flow).map(\.key) == ["training.time"])
    let stored = try JSONDecoder().decode(TrainingProblem.self, from: JSONEncoder().encode(problem))
    #expect(stored.data.rows?.trainCount == 300 && stored.data.rows?.testCount == 142 && stored.data.rows?.train == nil)
    #expect(Solver.refusals(stored).map(\.key) == ["data.trainFile"])
    #expect(throws: LimitAbsence.self) { try Limits.Lazy(problem) }
  }
}

extension TrainingProblem {
  /// With other keys of network and training.
  fileprivate func with(_ overrides: [String]) throws -> TrainingProblem {
    let width = overrides.contains { $0.hasPrefix("network.width=") } ? [] : ["network.width=64"]
    var problem = try loadProblem(overrides: width + ["training.learningRate=0.01"] + overrides)
    problem.data = data
    return problem
  }
}
