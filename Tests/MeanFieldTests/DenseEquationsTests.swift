import Fixtures
import Problems
import Testing

@testable import MeanField

/// The naive twin of the march: the closed equations in the dense form of the literature, whole matrices at once,
/// are evaluated on the solution and have to give the solution back.
@Suite("Closed equations")
struct DenseEquationsTests {
  static let optimizers: [(String, LinearOptimizer)] = [
    ("SGD", LinearOptimizer(learningRate: 0.06)),
    (
      "Nesterov with coupled decay",
      LinearOptimizer(
        learningRate: 0.03, momentum: .nesterov(0.6), weightDecay: .coupled(0.2))
    ),
    ("coupled decay alone", LinearOptimizer(learningRate: 0.05, weightDecay: .coupled(0.4))),
    (
      "Nesterov with decoupled decay",
      LinearOptimizer(learningRate: 0.03, momentum: .nesterov(0.4), weightDecay: .decoupled(0.2))
    ),
    (
      "heavy ball with decoupled decay and a schedule",
      LinearOptimizer(
        learningRate: 0.04, schedule: .warmup(steps: 4, decay: .cosine, finalFraction: 0.1),
        momentum: .heavyBall(0.5), weightDecay: .decoupled(0.3))
    ),
  ]
  static let samplings: [DataModel.Sampling] = [
    .batch(.ratio(1.3)), .onePass(.ratio(0.8)), .population,
  ]

  @Test("a plain chain solves section 3", arguments: optimizers.indices, samplings.indices)
  func plain(optimizer: Int, sampling: Int) throws {
    let problem = makeProblem(
      layers: 3, width: .ratio(0.7), initScale: [0.9, 1.1, 0.8, 1.2], layerRates: [1, 0.5, 2, 1.5],
      richness: 0.8, spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 0.5, signalDecay: 0.9)),
      dimension: 5, noise: 0.4, sampling: Self.samplings[sampling],
      optimizer: Self.optimizers[optimizer].1, steps: 14)
    for defect in DenseTwin(problem, try solve(problem)).defects() { #expect(defect.size < 1e-11, "\(defect.name)") }
  }

  @Test("a residual chain solves section 4", arguments: optimizers.indices)
  func residual(optimizer: Int) throws {
    let problem = makeProblem(
      layers: 4, width: .ratio(1.4), connection: .residual(branchScale: 1.2),
      initScale: [0.9, 1.1, 0.8, 1.2, 0.7], layerRates: [1, 0.5, 2, 1.5, 0.8], noise: 0.3,
      optimizer: Self.optimizers[optimizer].1, steps: 12)
    for defect in DenseTwin(problem, try solve(problem)).defects() { #expect(defect.size < 1e-11, "\(defect.name)") }
  }
}
