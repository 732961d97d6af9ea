import Fixtures
import Foundation
import LinearAlgebra
import Problems
import Testing

@testable import MeanField

/// Minibatches of given rows: in an order that is known, and averaged over random ones.
@Suite("Batches of given rows")
struct GivenBatchesTests {
  private static let curves = [("test_loss", \LearningCurve.testLoss), ("train_loss", \LearningCurve.trainLoss)]

  @Test(
    "exact solutions agree within 1e-8 |x| + 1e-11 |x(0)|",
    arguments: try OracleCase.splits("exact", modes: ["minibatch"]))
  func exact(_ reference: OracleCase) throws {
    let solution = try solve(reference.problem)
    let batch = ("batch loss", "batch_loss", 0, try #require(solution.curve.batchLoss))
    for (name, key, layer, theory) in reference.comparisons(solution) + [batch] {
      let expected = reference.column(key, layer)
      #expect(expected.count > 40 && theory.count == expected.count, "\(name)")
      let worst = zip(theory, expected).map { theory, expected in
        abs(theory - expected) / (1e-8 * abs(expected) + 1e-11 * abs(reference.column(key, layer)[0]))
      }.max()
      let found = try #require(worst)
      #expect(found <= 1, "\(name): \(found)")
    }
    #expect(solution.residual < 1e-12)
  }

  @Test(
    "trained networks agree within their errors", arguments: try OracleCase.splits("ensemble", modes: ["minibatch"]))
  func ensembles(_ reference: OracleCase) throws {
    let curve = try solve(reference.problem).curve
    let tolerance = try #require(reference.tolerance)
    for (key, losses) in Self.curves {
      let (mean, error, theory) = (reference.column(key), reference.column(key + "_se"), curve[keyPath: losses])
      #expect(mean.count > 40 && theory.count == mean.count && error.count == mean.count)
      for step in mean.indices {
        let difference =
          mean[step] > 0.01 * mean[0]
          ? abs(theory[step] - mean[step]) / max(4 * error[step], tolerance * mean[step])
          : abs(log(theory[step] / mean[step])) / log(1.15)
        #expect(difference <= 1, "\(key) at step \(step)")
      }
    }
  }

  @Test("there are two exact and three ensemble cases")
  func counts() throws {
    #expect(try OracleCase.splits("exact", modes: ["minibatch"]).count == 2)
    #expect(try OracleCase.splits("ensemble", modes: ["minibatch"]).count == 3)
  }

  private func problem(_ overrides: [String]) throws -> TrainingProblem {
    let folder = "Tests/Fixtures/oracle/tables/diabetes300"
    return try loadProblem(
      overrides: [
        "data.trainFile=\(folder)_train.csv", "data.testFile=\(folder)_test.csv", "data.target=progression",
        "data.standardize=zscore", "training.learningRate=0.02", "training.steps=24",
      ] + overrides)
  }

  private func distance(_ one: [Double], _ other: [Double]) -> Double {
    one.count == other.count ? zip(one, other).map { abs($0 - $1) / $1 }.max() ?? .infinity : .infinity
  }

  @Test(
    "batches of all rows are full batches", arguments: ["fixed", "independent", "epochs"],
    ["network.width=64", "network.width=infinite"])
  func fullBatches(shuffle: String, width: String) throws {
    let batches = ["training.mode=minibatch", "training.samplesPerStep=300", "training.shuffle=\(shuffle)", width]
    let (full, part) = (try solve(problem([width])), try solve(problem(batches)))
    for (_, losses) in Self.curves {
      #expect(distance(part.curve[keyPath: losses], full.curve[keyPath: losses]) < 1e-11)
    }
    #expect(distance(try #require(part.curve.batchLoss), full.curve.trainLoss) < 1e-11)
    #expect(distance(part.orderParameters.forwardStrength(0), full.orderParameters.forwardStrength(0)) < 1e-9)
    let (own, expected) = (part.orderParameters.errorCorrelation, full.orderParameters.errorCorrelation)
    #expect(zip(own, expected).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test(
    "training rows as test rows have the train loss", arguments: ["fixed", "independent", "replacement", "epochs"],
    [
      ["network.width=32"], ["network.width=infinite", "network.hiddenLayers=1"],
      ["network.width=32", "training.momentum=0.6"],
    ])
  func sameRows(shuffle: String, overrides: [String]) throws {
    var problem = try problem(
      ["training.mode=minibatch", "training.samplesPerStep=40", "training.shuffle=\(shuffle)"] + overrides)
    let train = try #require(problem.data.rows?.train)
    problem.data.rows = GivenRows(train: train, test: train)
    let solution = try solve(problem)
    #expect(distance(solution.curve.testLoss, solution.curve.trainLoss) < 1e-11)
    #expect(solution.residual < 1e-12)
  }

  @Test("an order that is the file's is the file's order, and another is another")
  func order() throws {
    let words = ["network.width=32", "training.mode=minibatch", "training.samplesPerStep=50", "training.shuffle=fixed"]
    let fixed = try solve(problem(words)).curve
    var given = try problem(words)
    given.data.rows?.order = (0..<24).map { step in (0..<50).map { step % 6 * 50 + $0 } }
    #expect(try solve(given).curve == fixed)
    given.data.rows?.order = (0..<24).map { step in (0..<50).map { (5 - step % 6) * 50 + $0 } }
    #expect(distance(try solve(given).curve.testLoss, fixed.testLoss) > 1e-3)
  }

  @Test("the loss of an independent batch is that of all rows; in an epoch it is that of rows not seen yet")
  func batchLosses() throws {
    func curve(_ shuffle: String) throws -> LearningCurve {
      try solve(
        problem([
          "network.width=32", "training.mode=minibatch", "training.samplesPerStep=50", "training.shuffle=\(shuffle)",
        ])
      ).curve
    }
    let independent = try curve("independent")
    #expect(distance(try #require(independent.batchLoss), independent.trainLoss) < 1e-14)
    let epochs = try curve("epochs")
    let batch = try #require(epochs.batchLoss)
    for step in 0...24 {
      let isFirst = step % 6 == 0
      let excess = batch[step] / epochs.trainLoss[step] - 1
      #expect(isFirst ? abs(excess) < 1e-12 : excess > 1e-6, "step \(step): \(excess)")
    }
    #expect(try curve("replacement").testLoss[24] > independent.testLoss[24])
  }

  @Test("random batches of several outputs by epochs sum to the total; other ways are refused")
  func severalOutputs() throws {
    func problem(_ shuffle: String, _ size: Int) throws -> TrainingProblem {
      try loadProblem(overrides: [
        "data.file=configs/data/diabetes.csv", "data.trainFraction=0.5", "data.target=[progression, bmi]",
        "data.standardize=zscore", "network.width=32", "training.learningRate=0.02", "training.steps=20",
        "training.mode=minibatch", "training.samplesPerStep=\(size)", "training.shuffle=\(shuffle)",
      ])
    }
    let solution = try solve(problem("epochs", 50))
    let outputs = try #require(solution.outputs)
    for step in 0...20 {
      let sum = outputs.testLoss[0][step] + outputs.testLoss[1][step]
      #expect(abs(sum - solution.curve.testLoss[step]) < 1e-12)
    }
    var full = try problem("epochs", 221)
    let all = try solve(full).curve
    full.data.sampling = .batch(.count(221))
    #expect(distance(all.testLoss, try solve(full).curve.testLoss) < 1e-11)
    #expect(Self.refusal("fixed") != nil && Self.refusal("independent") != nil)
  }

  /// The refusal of several outputs under a way to draw batches; nil where they are taken.
  private static func refusal(_ shuffle: String) -> String? {
    do {
      _ = try loadProblem(overrides: [
        "data.file=configs/data/diabetes.csv", "data.trainFraction=0.5", "data.target=[progression, bmi]",
        "training.mode=minibatch", "training.samplesPerStep=50", "training.shuffle=\(shuffle)",
      ])
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// Equation (16.8) once more, by whole matrices from arbitrary responses and correlations.
  @Test("the rule of epochs solves its equations", arguments: [1, 2])
  func epochRule(outputs: Int) throws {
    let times = 7
    let size = times * outputs
    let slots = [0, 0, 0, 1, 1, 1, 2].enumerated().map { (epoch: $1, share: [0.4, 0.4, 0.2, 0.4, 0.4, 0.2, 0.4][$0]) }
    let layout = BlockLayout(times: times, outputs: outputs)
    let zero = OutputMatrix(outputs: outputs, Array(repeating: 0, count: outputs * outputs))
    var rule = EpochRule(SampleRows(layout: layout, noise: zero), layout: layout, sampleRatio: 2, slots: slots)
    var random = SeededRandom(seed: 3)
    func number() -> Double { Double.random(in: -0.4...0.4, using: &random) }
    let causal = (0..<size).map { row in (0..<size).map { $0 / outputs < row / outputs ? number() : 0 } }
    let root = (0..<size).map { _ in (0..<size).map { _ in number() } }
    let error = root.map { left in root.map { right in zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } } }
    for time in 0..<times {
      let rows = layout.rows(time)
      var (response, block) = (RowBlock(size: size, capacity: outputs), RowBlock(size: size, capacity: outputs))
      response.begin(rows)
      block.begin(rows)
      for row in rows {
        for column in 0..<rows.upperBound {
          (response[row, column], block[row, column]) = (causal[row][column], error[row][column])
        }
      }
      rule.update(
        modeResponse: response, error: block, errorCorrelation: Correlation(size: size, storage: layout.storage))
    }
    let found = DenseEpochs(causal.map { $0.map { $0 / 2 } }, error, slots: slots, outputs: outputs)
    for row in 0..<size {
      for column in 0...row {
        #expect(abs(rule.noise(row, column) - found.noise[row, column] / 2) < 1e-12)
        #expect(abs(try #require(rule.batchLoss(row, column)) - found.fresh[row, column]) < 1e-12)
      }
    }
  }
}

/// The library's matrices; those of these tests are of time.
private typealias Matrix = LinearAlgebra.DenseMatrix

/// Equation (16.8) by whole matrices: iterated until the last row is right, which takes as many rounds as there are rows.
private struct DenseEpochs {
  private(set) var fresh: Matrix
  let noise: Matrix

  init(_ memory: [[Double]], _ error: [[Double]], slots: [(epoch: Int, share: Double)], outputs: Int) {
    let size = memory.count
    func matrix(_ entry: (Int, Int) -> Double) -> Matrix {
      Matrix(rows: size, columns: size, (0..<size).flatMap { row in (0..<size).map { entry(row, $0) } })
    }
    func product(_ factors: Matrix...) -> Matrix {
      factors.dropFirst().reduce(factors[0]) { Matrix.product(.plain($0), .plain($1)) }
    }
    func transposed(_ one: Matrix) -> Matrix { matrix { one[$1, $0] } }
    func isOneEpoch(_ row: Int, _ column: Int) -> Bool { slots[row / outputs].epoch == slots[column / outputs].epoch }
    let own = matrix { isOneEpoch($0, $1) ? memory[$0][$1] : 0 }
    let all = matrix { memory[$0][$1] }
    let correlation = matrix { error[$0][$1] }
    // (I + K)^{-1} of a strictly lower K by its series.
    var (gain, power) = (matrix { $0 == $1 ? 1 : 0 }, matrix { $0 == $1 ? 1 : 0 })
    for _ in 0..<size {
      power = Matrix.product(.plain(power), .plain(own), scale: -1)
      gain = matrix { [gain, power] in gain[$0, $1] + power[$0, $1] }
    }
    let response = gain
    let reaction = matrix { response[$0, $1] - ($0 == $1 ? 1 : 0) }
    var (noise, fresh) = (matrix { _, _ in 0 }, matrix { _, _ in 0 })
    for _ in 0...size {
      let base = product(response, correlation, transposed(response))
      let crossing = product(response, all, response, noise, transposed(reaction))
      let rest = product(reaction, noise, transposed(reaction))
      let next = matrix { base[$0, $1] + crossing[$0, $1] + crossing[$1, $0] + rest[$0, $1] }
      fresh = next
      noise = matrix { row, column in
        guard isOneEpoch(row, column) else { return 0 }
        return ((row / outputs == column / outputs ? 1 / slots[row / outputs].share : 0) - 1) * next[row, column]
      }
    }
    self.fresh = fresh
    self.noise = product(response, noise, transposed(response))
  }
}
