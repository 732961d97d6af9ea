import Fixtures
import MeanField
import Problems
import Testing

@testable import FiniteWidth

/// Networks trained with other losses, beside the theory.
@Suite("Networks trained with other losses")
struct LossNetworkTests {
  static let cases: [(SampleLoss, LossRule.Labels, DataModel.Sampling)] = [
    (.logistic, .sign, .population), (.squaredHinge, .mixture(separation: 1.5), .onePass(.ratio(2))),
    (.huber(0.7), .linear, .batch(.ratio(2))), (.logistic, .logistic(slope: 2), .batch(.ratio(2))),
    (.squared, .sign, .onePass(.ratio(2))),
    (.logistic, .sign, .minibatch(.ratio(2), Minibatches(samplesPerStep: .ratio(0.5), shuffle: .epochs))),
    (.logcosh, .logistic(slope: 1), .population),
  ]

  @Test("losses and accuracies agree within errors", arguments: cases)
  func theory(_ loss: SampleLoss, _ labels: LossRule.Labels, _ sampling: DataModel.Sampling) throws {
    var problem = makeProblem(
      dimension: 200, noise: labels == .linear || labels == .sign ? 0.3 : 0, sampling: sampling,
      optimizer: LinearOptimizer(learningRate: 0.1), steps: 20)
    problem.lossRule = LossRule(loss, labels: labels, paths: 16384)
    let solution = try solve(problem)
    let simulator = try Simulator(problem, table: nil, seed: 1)
    let curves = (0..<32).compactMap { simulator.train(replica: $0)?.curve }
    #expect(curves.count == 32)
    let ensemble = Ensemble(times: simulator.times, replicas: curves)
    func compare(_ name: String, _ theory: [Double], _ curve: (ReplicaCurve) -> [Double]) {
      // So many networks know their own error to a tenth or so, and a thousand numbers are compared.
      ensemble.expect(name, theory, errors: 5, share: 0.03, curve)
    }
    compare("test loss", solution.curve.testLoss, \.testLoss)
    compare("train loss", solution.curve.trainLoss, \.trainLoss)
    for layer in 0...2 { compare("H^\(layer)", solution.orderParameters.forwardStrength(layer)) { $0.forward[layer] } }
    guard let accuracy = solution.labelAccuracy else { return }
    compare("test accuracy", accuracy.test) { $0.outputs?.testAccuracy ?? [] }
    compare("train accuracy", accuracy.train) { $0.outputs?.trainAccuracy ?? [] }
  }

  @Test("the population's integral is the mean over very many samples")
  func population() throws {
    for labels in [LossRule.Labels.sign, .logistic(slope: 2), .mixture(separation: 1.5), .linear] {
      let loss: SampleLoss = labels == .linear ? .huber(0.7) : .squaredHinge
      var data = DataModel(
        inputDimension: 10, noise: labels == .mixture(separation: 1.5) ? 0 : 0.3, sampling: .population)
      if labels == .logistic(slope: 2) { data.noise = 0 }
      let modes = Modes(data, seed: 1, replica: 0)
      let rule = LossRule(loss, labels: labels)
      let predictor = modes.target.enumerated().map { 0.6 * $1 + 0.3 * Double($0 % 3) }
      let exact = LossPopulation(modes, rule: rule, noise: data.noise).answer(predictor)
      let population = LossPopulation(modes, rule: rule, noise: data.noise)
      let samples = LossSampling(modes: modes, rule: rule, count: 400_000, noise: data.noise, seed: 3, replica: 0)
      var sampled = SampledLossGradient(modes: modes, rule: rule, test: .population(population), part: .fresh) {
        samples.draw($0)
      }
      let answer = sampled.respond(to: predictor, step: 0)
      #expect(abs(answer.trainLoss - exact.loss) <= 0.005 * exact.loss)
      let accuracy = try #require(answer.trainAccuracy)
      if labels != .linear { #expect(abs(accuracy - exact.accuracy) <= 0.004) }
      for (found, expected) in zip(answer.field, exact.field) { #expect(abs(found - expected) <= 0.03, "\(labels)") }
    }
  }
}

extension Ensemble {
  /// Expects the means of networks within so many standard errors of a theory, or a share of it.
  func expect(
    _ name: String, _ theory: [Double], errors: Double, share: Double, _ curve: (ReplicaCurve) -> [Double],
    at location: SourceLocation = #_sourceLocation
  ) {
    for (step, mean) in means(curve).enumerated() {
      let allowed = max(errors * mean.standardError, share * abs(theory[step]))
      #expect(
        abs(mean.value - theory[step]) <= allowed, "\(name) at step \(step): \(mean.value), \(theory[step])",
        sourceLocation: location)
    }
  }
}
