import Fixtures
import Problems
import RealModule
import Testing

@testable import MeanField

/// Sampled paths that carry their batches, and two classes that differ in size, section 21.
@Suite("Minibatches and unequal classes under other losses")
struct LossMinibatchTests {
  private func problem(
    _ loss: SampleLoss, _ labels: LossRule.Labels, _ sampling: DataModel.Sampling, mean: Double? = nil,
    paths: Int = 65536, seed: Int = 1, steps: Int = 16
  ) -> TrainingProblem {
    var problem = makeProblem(
      noise: labels == .mixture(separation: 1.5) ? 0 : 0.3, sampling: sampling,
      optimizer: LinearOptimizer(learningRate: 0.1), steps: steps)
    problem.lossRule = LossRule(
      loss, labels: labels, paths: paths, seed: seed,
      classes: mean.map { TableClasses(names: ["a", "b"], meanLabel: $0) })
    return problem
  }

  private func parts(_ shuffle: Minibatches.Shuffle, share: Double = 0.3, dropsLast: Bool = false)
    -> DataModel.Sampling
  {
    .minibatch(.ratio(2), Minibatches(samplesPerStep: .ratio(2 * share), shuffle: shuffle, dropsLast: dropsLast))
  }

  private func largestGap(_ found: [Double], _ expected: [Double]) -> Double {
    guard found.count == expected.count, !found.isEmpty else { return .infinity }
    return zip(found, expected).reduce(0) { max($0, abs($1.0 / $1.1 - 1)) }
  }

  @Test(
    "squared error by paths with masks is the exact theory of minibatches", arguments: Minibatches.Shuffle.allCases)
  func squared(_ shuffle: Minibatches.Shuffle) throws {
    for dropsLast in shuffle.isPartition ? [false, true] : [false] {
      let sampled = problem(.squared, .linear, parts(shuffle, dropsLast: dropsLast))
      var plain = sampled
      plain.lossRule = nil
      let (found, expected) = (try solve(sampled), try solve(plain))
      let batch = (try #require(found.curve.batchLoss), try #require(expected.curve.batchLoss))
      // The last batch has a tenth of the paths: its loss scatters by 1.8 %. Sixty seeds have no mean gap beyond their errors.
      #expect(largestGap(found.curve.testLoss, expected.curve.testLoss) <= 0.025)
      #expect(largestGap(found.curve.trainLoss, expected.curve.trainLoss) <= 0.03)
      #expect(largestGap(batch.0, batch.1) <= 0.06)
      #expect(found.residual <= 1e-13)
      // C_Delta is of the whole training set.
      let last = (found.orderParameters.residualStrength.last, expected.orderParameters.residualStrength.last)
      #expect(abs((try #require(last.0)) / (try #require(last.1)) - 1) <= 0.03)
    }
  }

  @Test("a batch of all samples is a full batch, bit for bit")
  func whole() throws {
    let full = try solve(problem(.logistic, .sign, .batch(.ratio(2)), paths: 1024))
    let parts = try solve(problem(.logistic, .sign, parts(.epochs, share: 1), paths: 1024))
    #expect(parts.curve.testLoss == full.curve.testLoss && parts.curve.batchLoss == full.curve.trainLoss)
  }

  @Test("the balance holds with masks whatever the number of paths")
  func balance() throws {
    for shuffle in Minibatches.Shuffle.allCases {
      #expect(try solve(problem(.logistic, .sign, parts(shuffle), paths: 64)).residual <= 1e-13)
    }
  }

  @Test("of unequal classes <f Delta> of the population is a q + c m", arguments: [-0.5, 0.3])
  func outputTimesResidual(_ mean: Double) throws {
    for loss in [SampleLoss.logistic, .squaredHinge, .huber(0.7)] {
      let solution = try solve(problem(loss, .mixture(separation: 1.5), .onePass(.ratio(2)), mean: mean))
      let moments = try #require(solution.lossMoments)
      let balance = solution.orderParameters.balance(1)
      let scale = balance.map(abs).max() ?? 0
      for row in balance.indices {
        let expected = moments.slopes[row] * moments.variances[row] + moments.signals[row] * moments.overlaps[row]
        #expect(abs(balance[row] - expected) <= 1e-10 * scale)
      }
    }
  }

  @Test("of unequal classes a very large training set is the population", arguments: [0.0, -0.5])
  func manySamples(_ mean: Double) throws {
    for loss in [SampleLoss.logistic, .squaredHinge] {
      let labels = LossRule.Labels.mixture(separation: 1.5)
      let paths = try solve(problem(loss, labels, .batch(.ratio(1e7)), mean: mean, paths: 16384))
      let exact = try solve(problem(loss, labels, .population, mean: mean))
      #expect(largestGap(paths.curve.testLoss, exact.curve.testLoss) <= 2e-4)
      #expect(largestGap(paths.curve.trainLoss, exact.curve.testLoss) <= 1e-3)
      let accuracies = (try #require(paths.labelAccuracy), try #require(exact.labelAccuracy))
      for (found, expected) in zip(accuracies.0.train, accuracies.1.test).dropFirst() {
        #expect(abs(found - expected) <= 2e-3)
      }
    }
  }

  @Test("moments of unequal classes are sums over both, by a plain sum over the normal density")
  func moments() {
    let rule = LossRule(
      .logistic, labels: .mixture(separation: 1), classes: TableClasses(names: ["a", "b"], meanLabel: 0.4))
    let (variance, overlap) = (1.3, 0.8)
    let found = LossLaw(rule: rule, power: 1, noise: 0).moments(variance: variance, overlap: overlap)
    var (slope, signal, square, loss, right) = (0.0, 0.0, 0.0, 0.0, 0.0)
    let step = 1.0 / 64
    for (label, share) in [(1.0, 0.7), (-1.0, 0.3)] {
      for index in -9 * 64...9 * 64 {
        let z = Double(index) * step
        let weight = share * step * Double.exp(-0.5 * z * z) / (2 * Double.pi).squareRoot()
        let output = (label - 0.4) * overlap + variance.squareRoot() * z
        let residual = label / (1 + Double.exp(label * output))
        slope -= weight * abs(residual) * (1 - abs(residual))
        signal += weight * (label - 0.4) * residual
        square += weight * residual * residual
        loss += weight * Double.log(1 + .exp(-label * output))
        right += weight * (output * label > 0 ? 1 : 0)
      }
    }
    #expect(abs(found.slope - slope) <= 1e-11 && abs(found.signal - signal) <= 1e-11)
    #expect(abs(found.square - square) <= 1e-11 && abs(found.loss - loss) <= 1e-11)
    #expect(abs(found.accuracy - right) <= 1e-2)
  }
}
