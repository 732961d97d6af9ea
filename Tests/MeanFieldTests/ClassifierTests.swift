import Configurations
import Fixtures
import Foundation
import Problems
import Tables
import Testing

@testable import MeanField

/// Networks with an output for each class of a table.
@Suite("Classes of a table")
struct ClassifierTests {
  private struct Digits {
    let problem: TrainingProblem
    let table: PreparedTable
    let measured: MeasuredSpectrum
  }

  private func digits(_ overrides: [String] = []) throws -> Digits {
    let configuration = try Configuration.load(
      file: "configs/digits10.yaml", overrides: overrides, workingDirectory: packageRoot.path, refusals: Solver.refusals
    )
    let file = try #require(configuration.dataFile)
    let measurement = try Measurement(try #require(configuration.table), file.standardize)
    return Digits(problem: configuration.problem, table: measurement.prepared, measured: measurement.spectrum)
  }

  private func reference(_ name: String) throws -> [String: Any] {
    let url = packageRoot.appendingPathComponent("Tests/Fixtures/oracle/vector_outputs.json")
    let file = try castOrThrow(JSONSerialization.jsonObject(with: Data(contentsOf: url)), as: [String: Any].self)
    let cases = try castOrThrow(file["exact"], as: [[String: Any]].self)
    return try #require(cases.first { $0["name"] as? String == name })
  }

  @Test(
    "ten digits: losses to 1e-7 of the reference, accuracies within its random error and ours",
    arguments: [
      ("digits10_N64_P600", "data.fitCorrection=false"), ("digits10_N64_P600_corrected", "data.fitCorrection=true"),
    ])
  func digits(name: String, correction: String) throws {
    let digits = try digits(["training.steps=30", "data.outputCoupling=exact", correction])
    let solution = try Solver(digits.problem).solve()
    let reference = try reference(name)
    let outputs = try #require(solution.outputs)
    let test = try castOrThrow(reference["test_loss"], as: [Double].self)
    let train = try castOrThrow(reference["train_loss"], as: [Double].self)
    let each = try castOrThrow(reference["test_per_output"], as: [[Double]].self)
    for step in 0...30 {
      #expect(abs(solution.curve.testLoss[step] - test[step]) <= 1e-7 * test[step])
      #expect(abs(solution.curve.trainLoss[step] - train[step]) <= 1e-7 * train[step])
      for (output, loss) in each[step].enumerated() {
        #expect(abs(outputs.testLoss[output][step] - loss) <= 1e-7 * loss)
      }
    }
    // The direction in which all ten indicators are equal stands alone.
    #expect(try #require(solution.outputReport).groups.map(\.size) == [9, 1])
    let accuracy = try #require(solution.accuracy(on: digits.table))
    let steps = try castOrThrow(reference["accuracy_steps"], as: [Int].self)
    let expected = try castOrThrow(reference["test_accuracy"], as: [Double].self)
    let error = try castOrThrow(reference["test_accuracy_mc_error"], as: Double.self)
    #expect(accuracy.error > 0 && accuracy.error < 4e-4)
    for (step, share) in zip(steps, expected) {
      let allowed = 3.5 * (accuracy.error * accuracy.error + error * error).squareRoot()
      #expect(abs(accuracy.test[step] - share) <= allowed, "step \(step): \(accuracy.test[step]), \(share)")
    }
  }

  /// What the law of the predictor says of the rows of a table is the loss of the theory, of rows that are trained on too.
  @Test(
    "the mean over rows of |y - m|^2 + tr S is the loss",
    arguments: [
      ["data.outputCoupling=exact"], ["data.outputCoupling=decoupled"],
      ["data.outputCoupling=decoupled", "training.mode=minibatch", "training.samplesPerStep=200"],
      [
        "data.outputCoupling=decoupled", "training.mode=minibatch", "training.samplesPerStep=150",
        "training.shuffle=fixed",
      ],
      [
        "data.outputCoupling=decoupled", "training.mode=minibatch", "training.samplesPerStep=150",
        "training.shuffle=replacement",
      ],
    ])
  func rows(_ words: [String]) throws {
    let digits = try digits(["training.steps=6"] + words)
    let solution = try Solver(digits.problem).solve()
    let law = TableLaw(digits.table, digits.measured, try #require(digits.measured.outputs))
    for isFresh in [true, false] {
      let moments = law.moments(solution.predictorLaws(law.eigenvalues), isFresh: isFresh)
      for step in [0, 1, 3, 6] {
        let loss = isFresh ? solution.curve.testLoss[step] : solution.curve.trainLoss[step]
        #expect(abs(meanSquare(moments, law, step) - loss) <= 1e-8 * loss, "\(words) \(isFresh) \(step)")
      }
    }
  }

  /// The mean over rows of |y - m|^2 + tr S.
  private func meanSquare(_ moments: OutputMoments, _ law: TableLaw, _ time: Int) -> Double {
    var sum = 0.0
    for row in 0..<law.table.rows {
      for (output, targets) in law.table.targets.enumerated() {
        let difference = targets[row] - moments.means[row, time * moments.outputs + output]
        sum += difference * difference
        let place = time * moments.pairs + OutputMoments.pair(output, output)
        for mode in law.eigenvalues.indices { sum += law.squares[row, mode] * moments.covariances[mode, place] }
      }
    }
    return sum / Double(law.table.rows)
  }

  /// Minibatches: what networks say of rows that are not trained on is the test loss; of the others masks leave a little more.
  @Test("the law of a row holds with batches from a fixed training set")
  func minibatches() throws {
    let digits = try digits([
      "training.steps=12", "data.outputCoupling=decoupled", "training.mode=minibatch", "training.samplesPerStep=50",
    ])
    let solution = try Solver(digits.problem).solve()
    let law = TableLaw(digits.table, digits.measured, try #require(digits.measured.outputs))
    let fresh = law.moments(solution.predictorLaws(law.eigenvalues), isFresh: true)
    let sample = law.moments(solution.predictorLaws(law.eigenvalues), isFresh: false)
    for step in [0, 1, 4, 12] {
      let (test, train) = (solution.curve.testLoss[step], solution.curve.trainLoss[step])
      #expect(abs(meanSquare(fresh, law, step) - test) <= 1e-8 * test)
      #expect(abs(meanSquare(sample, law, step) - train) <= 0.05 * train)
    }
  }

  /// Between the nodes of panels, where maps are no triangles.
  @Test(
    "the law of a row holds under flow and on panels too",
    arguments: [
      ["training.time=flow", "training.horizon=0.5"], ["training.time=panels", "training.steps=12"],
    ])
  func continuous(_ words: [String]) throws {
    let digits = try digits(words + ["data.outputCoupling=decoupled"])
    let solution = try Solver(digits.problem).solve()
    let law = TableLaw(digits.table, digits.measured, try #require(digits.measured.outputs))
    for isFresh in [true, false] {
      let moments = law.moments(solution.predictorLaws(law.eigenvalues), isFresh: isFresh)
      #expect(moments.times == solution.curve.steps.count)
      for row in stride(from: 0, to: moments.times, by: 5) {
        let loss = isFresh ? solution.curve.testLoss[row] : solution.curve.trainLoss[row]
        #expect(abs(meanSquare(moments, law, row) - loss) <= 1e-5 * loss, "\(words) \(isFresh) \(row)")
      }
    }
    let accuracy = try #require(solution.accuracy(on: digits.table))
    #expect(abs(accuracy.test[0] - 0.1) < 0.003)
    #expect(try #require(accuracy.test.last) > 0.7 && accuracy.error < 4e-4)
  }

  @Test("one network class is a coin for two classes before it learns, and better afterwards; closed form")
  func twoClasses() throws {
    let measured = MeasuredSpectrum(
      eigenvalues: [1.2, 0.8], targetCoefficients: [1, 0.5], residualVariance: 0.5, inputFactor: 1, targetShift: 0,
      targetScale: 1, rows: 4, columns: 2,
      outputs: MeasuredOutputs(
        names: ["a", "b"], areClasses: true, coefficients: [[0.7, 0.35], [-0.7, -0.35]], shifts: [0.5, 0.5],
        scales: [0.5, 0.5],
        residualCovariance: [[0.25, -0.25], [-0.25, 0.25]]))
    var problem = makeProblem(spectrum: .measured(measured), dimension: 2, steps: 10)
    problem.data.outputs = OutputModel(targetCovariance: [], noiseCovariance: [[0.25, -0.25], [-0.25, 0.25]])
    let table = PreparedTable(
      inputs: [1, 1, -1, -1, 2, 0, -2, 0], targets: [[1, -1, 1, -1], [-1, 1, -1, 1]], classes: [0, 1, 0, 1],
      offsets: [1, 1])
    let accuracy = try #require(try Solver(problem).solve().accuracy(on: table))
    #expect(accuracy.draws == 0 && accuracy.error == 0)
    #expect(abs(accuracy.test[0] - 0.5) <= 1e-12 && accuracy.test[10] > 0.6 && accuracy.train[10] > accuracy.test[0])
  }
}
