import Fixtures
import Problems
import RealModule
import Testing

@testable import MeanField

/// Laws that losses other than squared error obey exactly, section 21.
@Suite("Identities of other losses")
struct LossIdentityTests {
  private func problem(
    _ loss: SampleLoss, _ labels: LossRule.Labels, noise: Double = 0.3,
    sampling: DataModel.Sampling = .onePass(.ratio(2)), spectrum: Spectrum = .isotropic,
    width: Architecture.Width = .ratio(1), layers: Int = 2, rate: Double = 0.1, steps: Int = 30
  ) -> TrainingProblem {
    var problem = makeProblem(
      layers: layers, width: width, spectrum: spectrum, noise: noise, sampling: sampling,
      optimizer: LinearOptimizer(learningRate: rate), steps: steps)
    problem.lossRule = LossRule(loss, labels: labels)
    return problem
  }

  private func same(_ found: [Double], _ expected: [Double], _ tolerance: Double, _ name: String = "") {
    #expect(found.count == expected.count && !found.isEmpty)
    let first = expected.first ?? 0
    for (row, (found, expected)) in zip(found, expected).enumerated() {
      #expect(
        abs(found - expected) <= tolerance * max(abs(expected), 0.01 * abs(first)),
        "\(name) row \(row): \(found), \(expected)")
    }
  }

  @Test(
    "squared error of linear labels is the theory of section 3",
    arguments: [DataModel.Sampling.population, .onePass(.ratio(2))])
  func squaredLinear(_ sampling: DataModel.Sampling) throws {
    let through = problem(.squared, .linear, sampling: sampling)
    var plain = through
    plain.lossRule = nil
    let (found, expected) = (try solve(through), try solve(plain))
    same(found.curve.testLoss, expected.curve.testLoss, 1e-12)
    for layer in 0...2 {
      same(found.orderParameters.forwardStrength(layer), expected.orderParameters.forwardStrength(layer), 1e-12)
    }
  }

  @Test("squared error of signs is that of a weaker linear target with more noise")
  func squaredSigns() throws {
    let noise = 0.3
    let signs = problem(.squared, .sign, noise: noise)
    let found = try solve(signs)
    // b -> k^2 b and sigma^2 -> 1 - k^2: in units in which the target has variance 1 again, outputs are smaller by k.
    let power = 2 / (.pi * (1 + noise * noise))
    var weak = signs
    weak.lossRule = nil
    weak.data.noise = ((1 - power) / power).squareRoot()
    weak.parameterization.richness *= power.squareRoot()
    let expected = try solve(weak)
    same(found.curve.testLoss, expected.curve.testLoss.map { power * $0 }, 1e-11)
    for layer in 0...2 {
      same(
        found.orderParameters.forwardStrength(layer),
        expected.orderParameters.forwardStrength(layer).map { power * $0 }, 1e-11)
    }
  }

  @Test("Huber loss with a large delta is half of squared error")
  func wideHuber() throws {
    let found = try solve(problem(.huber(1e6), .linear))
    let expected = try solve(problem(.squared, .linear))
    same(found.curve.testLoss, expected.curve.testLoss.map { $0 / 2 }, 1e-12)
  }

  @Test(
    "the balance of the layers holds under every loss",
    arguments: [SampleLoss.squared, .logistic, .huber(0.7), .logcosh, .squaredHinge])
  func balance(_ loss: SampleLoss) throws {
    for labels in [LossRule.Labels.sign, .logistic(slope: 2), .mixture(separation: 1.5)] {
      #expect(try solve(problem(loss, labels)).residual <= 1e-13)
    }
  }

  @Test(
    "<f Delta> of the data block is a q + c m",
    arguments: [LossRule.Labels.sign, .logistic(slope: 2), .mixture(separation: 1.5)])
  func outputTimesResidual(_ labels: LossRule.Labels) throws {
    let spectrum = Spectrum.powerLaw(PowerLaw(eigenvalueDecay: 0.7, signalDecay: 1.3, scale: .mean))
    for loss in [SampleLoss.logistic, .squaredHinge, .huber(0.7)] {
      let solution = try solve(problem(loss, labels, spectrum: spectrum))
      let moments = try #require(solution.lossMoments)
      let balance = solution.orderParameters.balance(1)
      let expected = moments.slopes.indices.map {
        moments.slopes[$0] * moments.variances[$0] + moments.signals[$0] * moments.overlaps[$0]
      }
      let scale = balance.map(abs).max() ?? 0
      for (found, expected) in zip(balance, expected) {
        #expect(abs(found - expected) <= 1e-10 * scale, "\(labels), \(loss)")
      }
    }
  }

  @Test("one hidden layer of infinite width is two numbers")
  func oneLayer() throws {
    let (richness, rate) = (1.0, 0.3)
    let found = try solve(
      problem(.logistic, .sign, noise: 0.3, sampling: .population, width: .infinite, layers: 1, rate: rate))
    let law = LossLaw(rule: LossRule(.logistic, labels: .sign), power: 1, noise: 0.09)
    var (plus, minus) = (1.0, 1.0)
    var losses: [Double] = []
    for _ in 0...30 {
      let learned = (plus - minus) / (2 * richness)
      let moments = law.moments(variance: learned * learned, overlap: learned)
      losses.append(moments.loss)
      let kick = richness * rate * (moments.signal + moments.slope * learned)
      plus *= (1 + kick) * (1 + kick)
      minus *= (1 - kick) * (1 - kick)
    }
    same(found.curve.testLoss, losses, 1e-12)
  }

  @Test("logistic loss falls to the entropy of logistic labels")
  func entropy() throws {
    let found = try solve(
      problem(
        .logistic, .logistic(slope: 2), noise: 0, sampling: .population, width: .infinite, layers: 1, rate: 0.5,
        steps: 400))
    let loss = try #require(found.curve.testLoss.last)
    let accuracy = try #require(found.labelAccuracy?.test.last)
    #expect(abs(loss - 0.46200887848) <= 1e-10)
    #expect(abs(accuracy - 0.777989657891) <= 1e-9)
  }
}

/// The exact limit of one hidden layer under other losses.
@Suite("One hidden layer under other losses")
struct LossLimitTests {
  @Test(
    "on any spectrum, with scales, a schedule and weight decay",
    arguments: [LossRule.Labels.sign, .logistic(slope: 2), .mixture(separation: 1.5)])
  func spectrum(_ labels: LossRule.Labels) throws {
    var problem = makeProblem(
      layers: 1, width: .infinite, initScale: [0.8, 1.3], layerRates: [1.2, 0.7], richness: 0.6,
      spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 0.7, signalDecay: 1.3, scale: .mean)),
      noise: labels == .sign ? 0.3 : 0, sampling: .population,
      optimizer: LinearOptimizer(learningRate: 0.3, weightDecay: .coupled(0.01)), steps: 30)
    problem.lossRule = LossRule(.logistic, labels: labels)
    let found = try solve(problem).curve
    let limit = try Limits.HiddenLayerOnSpectrum(problem).curve(at: found)
    #expect(limit.testLoss.count == 31 && limit.testLoss[30] < 0.9 * limit.testLoss[0])
    for (found, expected) in zip(found.testLoss, limit.testLoss) { #expect(abs(found - expected) <= 1e-9 * expected) }
  }
}
