import Fixtures
import Foundation
import Problems
import Testing

@testable import FiniteWidth

/// Networks that are trained on parts of a training set, equation (8.18).
@Suite("Parts of a training set")
struct PartialBatchTests {
  private func problem(
    _ shuffle: Minibatches.Shuffle, size: Int = 7, dropsLast: Bool = false, dimension: Int = 12, samples: Int = 24,
    steps: Int = 6
  ) -> TrainingProblem {
    makeProblem(
      layers: 1, width: .units(dimension), dimension: dimension, noise: 0.3,
      sampling: .minibatch(
        .count(samples), Minibatches(samplesPerStep: .count(size), shuffle: shuffle, dropsLast: dropsLast)),
      optimizer: LinearOptimizer(learningRate: 0.1), steps: steps)
  }

  private func answers(_ problem: TrainingProblem, steps: Int, replica: Int = 0) throws -> [InputGradient] {
    var source = try Simulator(problem, table: nil, seed: 3).source(replica: replica)
    let predictor = (0..<problem.data.inputDimension).map { 0.1 * Double($0 % 5) - 0.2 }
    return (0..<steps).map { source.respond(to: predictor, step: $0) }
  }

  private func weighted(_ answers: ArraySlice<InputGradient>, _ sizes: [Int]) -> (loss: Double, field: [Double]) {
    let total = Double(sizes.reduce(0, +))
    var (loss, field) = (0.0, [Double](repeating: 0, count: answers.first?.field.count ?? 0))
    for (answer, size) in zip(answers, sizes) {
      loss += Double(size) / total * (answer.batchLoss ?? .nan)
      for index in field.indices { field[index] += Double(size) / total * answer.field[index] }
    }
    return (loss, field)
  }

  /// As long as the predictor stays, the batches of an epoch are the training set, each sample once.
  @Test("the batches of an epoch are the training set", arguments: [Minibatches.Shuffle.epochs, .fixed])
  func partition(_ shuffle: Minibatches.Shuffle) throws {
    let answers = try answers(problem(shuffle), steps: 8)
    var full = problem(shuffle)
    full.data.sampling = .batch(.count(24))
    let whole = try self.answers(full, steps: 1)[0]
    for epoch in [0..<4, 4..<8] {
      let (loss, field) = weighted(answers[epoch], [7, 7, 7, 3])
      #expect(abs(loss - whole.trainLoss) < 1e-13)
      for (found, expected) in zip(field, whole.field) { #expect(abs(found - expected) < 1e-12) }
    }
    #expect(answers.allSatisfy { abs($0.trainLoss - whole.trainLoss) < 1e-13 })
    // A new order, or the same.
    #expect((answers[0].batchLoss == answers[4].batchLoss) == (shuffle == .fixed))
    #expect(answers[0].batchLoss != answers[1].batchLoss)
    let dropping = try self.answers(problem(shuffle, dropsLast: true), steps: 6)
    #expect((dropping[0].batchLoss == dropping[3].batchLoss) == (shuffle == .fixed))
    let kept = weighted(dropping[0..<3], [7, 7, 7]).loss
    #expect(abs(kept - whole.trainLoss) > 1e-6)
  }

  /// Over many draws batches have the mean of the training set, and `variance/B` times what is left of it, (P - B)/(P - 1) of it without
  /// replacement.
  @Test("independent batches scatter by their size", arguments: [Minibatches.Shuffle.independent, .replacement])
  func independent(_ shuffle: Minibatches.Shuffle) throws {
    let answers = try answers(problem(shuffle), steps: 20_000)
    let losses = answers.compactMap(\.batchLoss)
    let train = answers[0].trainLoss
    let squares = answers[0].residuals.map { $0 * $0 }
    let variance = squares.reduce(0) { $0 + ($1 - train) * ($1 - train) } / 24
    let expected = variance / 7 * (shuffle == .independent ? 17.0 / 23 : 1)
    let mean = losses.reduce(0, +) / 20_000
    let found = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(losses.count == 20_000 && abs(mean - train) < 4 * (expected / 20_000).squareRoot())
    #expect(abs(found / expected - 1) < 0.05)
  }

  @Test("a batch of all samples trains as the full batch does")
  func whole() throws {
    for shuffle in [Minibatches.Shuffle.epochs, .independent, .fixed] {
      var whole = problem(shuffle, size: 24)
      let part = try #require(Simulator(whole, table: nil, seed: 5).train(replica: 1)).curve
      whole.data.sampling = .batch(.count(24))
      let full = try #require(Simulator(whole, table: nil, seed: 5).train(replica: 1)).curve
      for step in 0...6 {
        #expect(abs(part.testLoss[step] / full.testLoss[step] - 1) < 1e-11)
        #expect(abs((part.batchLoss?[step] ?? .nan) / full.trainLoss[step] - 1) < 1e-11)
      }
    }
  }
}

/// What the ways to draw batches differ by, and the reference ensembles once more.
@Suite("Ensembles of minibatches", .serialized, .slow(.statistical))
struct MinibatchEnsembleTests {
  /// Half of the reference cases: those with partitions, momentum, residual chains and power laws.
  private static let cases = try? OracleCase.minibatches("ensemble").filter { reference in
    ["quarter_replacement", "residual", "powerlaw", "L2_sixteenth_epochs"].contains {
      reference.description.contains($0)
    }
  }

  @Test("networks trained with new seeds agree within errors", arguments: cases ?? [])
  func reference(_ reference: OracleCase) throws {
    let ensemble = try trainedEnsemble(reference.problem, replicas: 24, seed: 7)
    let curves: [(key: String, curve: (ReplicaCurve) -> [Double])] = [
      ("test_loss", { $0.testLoss }), ("train_loss", { $0.trainLoss }), ("batch_loss", { $0.batchLoss ?? [] }),
    ]
    for (key, curve) in curves {
      let (expected, errors) = (reference.column(key), reference.column(key + "_se"))
      let means = ensemble.means(curve)
      #expect(means.count == expected.count && means.count >= 41)
      for (step, mean) in means.enumerated() {
        let allowed = 4 * (mean.standardError * mean.standardError + errors[step] * errors[step]).squareRoot()
        #expect(abs(mean.value - expected[step]) <= allowed, "\(key) at step \(step)")
      }
    }
  }

  @Test("four reference cases are trained again")
  func count() { #expect(Self.cases?.count == 4) }

  /// One seed shares rows, noise and initial weights between all ways to draw, so that differences are known far better than losses.
  @Test("ways to draw differ as the theory says")
  func differences() throws {
    func problem(_ sampling: DataModel.Sampling) -> TrainingProblem {
      makeProblem(
        layers: 1, width: .units(200), dimension: 200, noise: 0.3, sampling: sampling,
        optimizer: LinearOptimizer(learningRate: 0.1), steps: 32)
    }
    let samplings: [DataModel.Sampling] =
      [.batch(.count(400))]
      + Minibatches.Shuffle.allCases.map {
        .minibatch(.count(400), Minibatches(samplesPerStep: .count(100), shuffle: $0))
      }
    let runs = try samplings.map { sampling in
      (
        theory: try solve(problem(sampling)).curve,
        networks: try trainedEnsemble(problem(sampling), replicas: 64, seed: 2)
      )
    }
    for (first, second) in [(0, 1), (1, 2), (1, 3), (2, 4)] {
      var largest = 0.0
      for loss in 0..<2 {
        let theory = [first, second].map {
          loss == 0 ? runs[$0].theory.testLoss : runs[$0].theory.trainLoss
        }
        let pairs = zip(runs[first].networks.replicas, runs[second].networks.replicas).map { one, other in
          loss == 0
            ? zip(one.testLoss, other.testLoss).map { $0 - $1 } : zip(one.trainLoss, other.trainLoss).map { $0 - $1 }
        }
        for step in 1...32 {
          let mean = Ensemble.Mean(of: pairs.map { $0[step] })
          let expected = theory[0][step] - theory[1][step]
          // Rounding, where two ways are one; and a bias of order 1/D of the difference itself.
          let allowed = 4 * mean.standardError + 0.02 * abs(expected) + 1e-12
          #expect(abs(mean.value - expected) <= allowed, "\(first) against \(second), loss \(loss), step \(step)")
          largest = max(largest, abs(mean.value) / mean.standardError)
        }
      }
      #expect(largest > 10, "\(first) against \(second)")
    }
  }
}
