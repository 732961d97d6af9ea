import Fixtures
import Problems
import Testing

@testable import FiniteWidth

/// Optimisers that read the gradient in real networks, against textbook training with dense gradients.
@Suite("Networks under optimisers that read the gradient")
struct GradientStepTests {
  static let optimizer = LinearOptimizer(
    learningRate: 0.04, schedule: .warmup(steps: 2, decay: .linear, finalFraction: 0.1), momentum: .heavyBall(0.5),
    weightDecay: .coupled(0.3))
  static let nesterov = LinearOptimizer(learningRate: 0.04, momentum: .nesterov(0.8), weightDecay: .decoupled(0.4))

  static func problem(
    _ rule: GradientRule, _ optimizer: LinearOptimizer = optimizer, parameterization: Parameterization.Rule = .muP,
    connection: Architecture.Connection = .plain, profile: [Double]? = nil, outputs: OutputModel? = nil
  ) -> TrainingProblem {
    var problem = makeProblem(
      width: .units(12), widthProfile: profile, connection: connection, initScale: [1, 0.8, 1.2],
      layerRates: [1, 1.5, 0.7], rule: parameterization, richness: 1.3, dimension: 10, noise: 0.3,
      sampling: .batch(.count(25)), optimizer: optimizer, steps: 9)
    problem.gradientRule = rule
    problem.data.outputs = outputs
    return problem
  }

  static let exact = Muon(order: .after, orthogonalization: .exact)
  static let scalar: [TrainingProblem] = [
    problem(.clip(1.2)), problem(.clip(1.2), parameterization: .standard), problem(.clip(1.2), parameterization: .ntk),
    problem(.normalized(.layer), connection: .residual(branchScale: 1)),
    problem(.normalized(.layer), parameterization: .standard, profile: [0.75, 1]),
    problem(.normalized(.global)), problem(.normalized(.global), parameterization: .standard),
    problem(.lars), problem(.lars, profile: [1.5, 1]), problem(.muon(exact)), problem(.muon(Muon(order: .after))),
  ]
  static let buffered: [TrainingProblem] = [
    problem(.muon(Muon()), nesterov), problem(.muon(Muon()), nesterov, profile: [1.5, 1]),
    problem(
      .muon(Muon(orthogonalization: .newtonSchulz(steps: 3, coefficients: [1.5, -0.5, 0]))),
      LinearOptimizer(learningRate: 0.04, momentum: .heavyBall(0.8))),
    problem(.muon(Muon()), LinearOptimizer(learningRate: 0.04)),
  ]

  @Test("one output: every step is that of the textbook", arguments: scalar + buffered)
  func oneOutput(_ problem: TrainingProblem) throws {
    _ = try textbookCurve(problem, steps: 9)
  }

  static let outputs = OutputModel(
    targetCovariance: [[1, 0.3], [0.3, 0.6]], noiseCovariance: [[0.1, -0.05], [-0.05, 0.2]])

  @Test(
    "two outputs: every step is that of the textbook",
    arguments: [
      problem(.clip(1.5), outputs: outputs), problem(.normalized(.layer), outputs: outputs),
      problem(.lars, outputs: outputs), problem(.muon(exact), outputs: outputs),
      problem(.muon(Muon()), LinearOptimizer(learningRate: 0.04), outputs: outputs),
      problem(.muon(Muon()), nesterov, outputs: outputs),
    ])
  func twoOutputs(_ problem: TrainingProblem) throws {
    _ = try textbookCurve(problem, steps: 9)
  }

  @Test("decay that would enter the orthogonal buffer is refused")
  func coupledDecay() {
    let problem = Self.problem(.muon(Muon()), Self.optimizer)
    #expect(Simulator.refusals(problem).contains { $0.key == "training.weightDecay" })
  }
}
