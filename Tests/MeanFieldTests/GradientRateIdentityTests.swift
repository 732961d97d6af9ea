import Fixtures
import MeanField
import Problems
import Testing

/// Optimisers that read the gradient: what is known exactly, section 17 of the notes.
@Suite("Identities of optimisers that read the gradient")
struct GradientRateIdentityTests {
  static let polar = Muon(order: .after, orthogonalization: .exact)
  static let linear = LinearOptimizer(
    learningRate: 0.03, schedule: .warmup(steps: 0, decay: .linear, finalFraction: 0), momentum: .heavyBall(0.4))

  private func problem(
    _ rule: GradientRule?, _ optimizer: LinearOptimizer = linear, layers: Int = 2,
    width: Architecture.Width = .ratio(1),
    richness: Double = 1, connection: Architecture.Connection = .plain, rates: [Double]? = nil,
    sampling: DataModel.Sampling = .batch(.ratio(2)), outputs: OutputModel? = nil, steps: Int = 12
  ) -> TrainingProblem {
    var problem = makeProblem(
      layers: layers, width: width, connection: connection, layerRates: rates, richness: richness, noise: 0.3,
      sampling: sampling, optimizer: optimizer, steps: steps)
    problem.gradientRule = rule
    problem.data.outputs = outputs
    return problem
  }

  /// Largest difference of both losses, relative to the first loss.
  private func distance(_ one: TrainingProblem, _ other: TrainingProblem, scale: Double = 1) throws -> Double {
    let (a, b) = (try solve(one).curve, try solve(other).curve)
    var worst = 0.0
    for (x, y) in zip(a.testLoss + a.trainLoss, b.testLoss + b.trainLoss) {
      let difference = abs(scale * x - y) / abs(b.testLoss[0])
      if !(difference <= worst) { worst = difference }
    }
    return worst
  }

  @Test("one output: Muon is the gradient over its norm, and Newton-Schulz the same at another rate")
  func oneSingularValue() throws {
    let layer = problem(.normalized(.layer))
    #expect(try distance(problem(.muon(Self.polar)), layer) < 1e-13)
    let factor = 0.69643640947
    #expect(abs(Muon().loneSingularValue - factor) < 1e-11)
    var slower = Self.linear
    slower.learningRate *= factor
    #expect(try distance(problem(.muon(Muon(order: .after))), problem(.normalized(.layer), slower)) < 1e-10)
  }

  @Test(
    "without momentum the order of buffer and rule does not matter",
    arguments: [nil, GradientRateIdentityTests.coupled])
  func order(_ outputs: OutputModel?) throws {
    let plain = LinearOptimizer(learningRate: 0.03, weightDecay: .decoupled(0.5))
    for method in [Muon.Orthogonalization.exact, Muon().orthogonalization] {
      let before = problem(.muon(Muon(order: .before, orthogonalization: method)), plain, outputs: outputs)
      let after = problem(.muon(Muon(order: .after, orthogonalization: method)), plain, outputs: outputs)
      #expect(try distance(before, after) < 1e-13)
    }
  }

  /// The general path over all times, at a momentum that is next to nothing, is the path of single gradients.
  @Test("the buffer of a vanishing momentum is the gradient", arguments: [nil, GradientRateIdentityTests.coupled])
  func vanishingMomentum(_ outputs: OutputModel?) throws {
    let optimizer = LinearOptimizer(learningRate: 0.03, momentum: .heavyBall(1e-13), weightDecay: .decoupled(0.5))
    let plain = LinearOptimizer(learningRate: 0.03, weightDecay: .decoupled(0.5))
    for (layers, connection) in [(2, Architecture.Connection.plain), (3, .residual(branchScale: 0.7))] {
      func own(_ optimizer: LinearOptimizer) -> TrainingProblem {
        problem(.muon(Muon()), optimizer, layers: layers, connection: connection, outputs: outputs)
      }
      #expect(try distance(own(optimizer), own(plain)) < 1e-10)
    }
  }

  @Test("a loose clip is SGD, a tight one the normalised gradient")
  func clip() throws {
    #expect(try distance(problem(.clip(1e9)), problem(nil)) < 1e-13)
    var rate = Self.linear
    let (limit, richness) = (1e-3, 1.4)
    rate.learningRate *= 100
    var normalized = rate
    normalized.learningRate *= richness * limit
    #expect(
      try distance(
        problem(.clip(limit), rate, richness: richness), problem(.normalized(.global), normalized, richness: richness))
        < 1e-12)
  }

  /// (b, Σ, γ0) -> (a² b, a² Σ, γ0/a) at the same rate multiplies all losses by a².
  @Test(
    "the scale of the target drops out",
    arguments: [GradientRule.lars, .muon(polar), .muon(Muon()), .normalized(.global)])
  func scale(_ rule: GradientRule) throws {
    let a = 1.7
    func model(_ factor: Double) -> OutputModel {
      OutputModel(
        targetCovariance: [[factor, 0.3 * factor], [0.3 * factor, 0.6 * factor]],
        noiseCovariance: [[0.1 * factor, 0], [0, 0.05 * factor]])
    }
    let one = problem(rule, outputs: model(1))
    let other = problem(rule, richness: 1 / a, outputs: model(a * a))
    #expect(try distance(one, other, scale: a * a) < 1e-11)
  }

  @Test("one hidden layer of infinite width: the first loss is (1 - 2 c/γ0)²", arguments: [0.7, 1, 2.5])
  func firstStep(_ richness: Double) throws {
    let problem = {
      var problem = makeProblem(
        layers: 1, width: .infinite, richness: richness, sampling: .population,
        optimizer: LinearOptimizer(learningRate: 0.05), steps: 1)
      problem.gradientRule = .muon(Self.polar)
      return problem
    }()
    let expected = (1 - 2 * 0.05 / richness) * (1 - 2 * 0.05 / richness)
    #expect(abs(try solve(problem).curve.testLoss[1] - expected) < 1e-14)
  }

  static let diagonal = OutputModel(targetCovariance: [[1, 0], [0, 0.4]], noiseCovariance: [[0.1, 0], [0, 0.05]])
  static let coupled = OutputModel(
    targetCovariance: [[1, 0.4], [0.4, 0.7]], noiseCovariance: [[0.1, -0.05], [-0.05, 0.2]], coupling: .exact)

  @Test("exact Muon decouples where the targets do; together or one by one")
  func decoupling() throws {
    let together = problem(.muon(Self.polar), outputs: Self.diagonal)
    let sum = try [(1.0, 0.1), (0.4, 0.05)].map { power, noise in
      // A scalar problem of power b is one of power 1 by the scale identity.
      var alone = problem(.muon(Self.polar), richness: power.squareRoot())
      alone.data.noise = (noise / power).squareRoot()
      return try solve(alone).curve.testLoss.map { power * $0 }
    }
    let found = try solve(together).curve.testLoss
    for row in found.indices { #expect(abs(found[row] - sum[0][row] - sum[1][row]) < 1e-11) }
  }

  @Test(
    "outputs that decouple are still coupled by a norm, as whole and rotated",
    arguments: [GradientRule.clip(1.5), .lars, .normalized(.layer), .muon(Muon())])
  func rotation(_ rule: GradientRule) throws {
    let root = 0.5.squareRoot()
    /// O m Oᵀ for the rotation by an eighth of a turn.
    func turn(_ m: [[Double]]) -> [[Double]] {
      let o: [[Double]] = [[root, root], [-root, root]]
      var turned: [[Double]] = [[0, 0], [0, 0]]
      for i in 0..<2 {
        for j in 0..<2 {
          for k in 0..<2 {
            for l in 0..<2 {
              let left: Double = o[i][k] * m[k][l]
              turned[i][j] += left * o[j][l]
            }
          }
        }
      }
      return turned
    }
    for model in [Self.diagonal, Self.coupled] {
      let turned = OutputModel(
        targetCovariance: turn(model.targetCovariance), noiseCovariance: turn(model.noiseCovariance))
      #expect(try distance(problem(rule, outputs: model), problem(rule, outputs: turned)) < 1e-11)
    }
  }

  @Test(
    "several equal outputs, solved once, have the norm of all",
    arguments: [GradientRule.clip(1.5), .lars, .normalized(.global), .muon(Muon())])
  func copies(_ rule: GradientRule) throws {
    func model(_ small: Double) -> OutputModel {
      OutputModel(
        targetCovariance: [[1, 0, 0], [0, 1 + small, 0], [0, 0, 0.5]],
        noiseCovariance: OutputModel.identity(3, times: 0.1))
    }
    // Outputs that differ by next to nothing are solved one by one.
    let (same, apart) = (problem(rule, outputs: model(0)), problem(rule, outputs: model(1e-9)))
    #expect(try distance(same, apart) < 1e-7)
  }

  @Test(
    "the balance of the layers holds for every rule at several layer rates",
    arguments: [GradientRule.clip(1.5), .lars, .normalized(.layer), .normalized(.global), .muon(polar), .muon(Muon())])
  func balance(_ rule: GradientRule) throws {
    let decoupled = LinearOptimizer(learningRate: 0.03, momentum: .nesterov(0.6), weightDecay: .decoupled(0.3))
    for problem in [
      problem(rule, decoupled, rates: [1, 2, 0.5]),
      problem(rule, decoupled, layers: 3, connection: .residual(branchScale: 1), rates: [1, 2, 1, 0.5]),
      problem(rule, decoupled, width: .infinite, sampling: .onePass(.ratio(1))),
      problem(
        rule, decoupled, sampling: .minibatch(.ratio(2), Minibatches(samplesPerStep: .ratio(0.5))),
        outputs: Self.coupled),
    ] {
      let solution = try solve(problem)
      #expect(solution.outcome == .completed)
      #expect(solution.residual < 1e-11)
    }
  }

  @Test(
    "residual chains converge as 1/L where the rate of a branch is its share of the signal, and not at a common rate")
  func depth() throws {
    func loss(_ layers: Int, _ rate: Double) throws -> Double {
      let rates = [1] + Array(repeating: rate, count: layers - 1) + [1]
      let optimizer = LinearOptimizer(learningRate: 0.1)
      let curve = try solve(
        problem(
          .muon(Muon()), optimizer, layers: layers, connection: .residual(branchScale: 1), rates: rates,
          sampling: .population, steps: 5)
      ).curve
      return try #require(curve.testLoss.last)
    }
    func gaps(_ rate: (Int) -> Double) throws -> [Double] {
      let losses = try [17, 33, 65].map { try loss($0, rate($0)) }
      return [losses[1] - losses[0], losses[2] - losses[1]]
    }
    let scaled = try gaps { 1 / Double($0 - 1).squareRoot() }
    #expect(scaled[0] / scaled[1] > 1.75 && scaled[0] / scaled[1] < 2.1, "\(scaled)")
    #expect(abs(scaled[1]) < 2e-3)
    #expect(try gaps { _ in 1 }.contains { abs($0) > 0.02 })
  }

  @Test(
    "the norm over all layers counts each by the variance of its weights", arguments: Parameterization.Rule.allCases)
  func weights(_ rule: Parameterization.Rule) throws {
    var problem = makeProblem(width: .ratio(2), rule: rule, noise: 0.3, steps: 4)
    problem.gradientRule = .clip(1e9)
    let solution = try solve(problem)
    let parameters = solution.orderParameters
    // Standard weights of fan-in N = 2 D have half the variance of those of the input, and gradients to match.
    let weights: [Double] = rule == .standard ? [1, 2, 2] : [1, 1, 1]
    for step in 0...3 {
      let squares = (0...2).map { layer in
        parameters.forwardStrength(layer)[step] * (layer < 2 ? parameters.backwardStrength(layer + 1)[step] : 1)
      }
      let expected = zip(weights, squares).reduce(0) { $0 + $1.0 * $1.1 }.squareRoot()
      #expect(abs(try #require(solution.gradients).norm[step] / expected - 1) < 1e-12)
    }
    problem.gradientRule = .normalized(.layer)
    let factor = rule == .standard ? Double(2).squareRoot() : Double(512).squareRoot()
    #expect(abs(try #require(problem.normalizedRateFactor) / factor - 1) < 1e-14)
  }

  @Test("a minibatch of all samples is the batch", arguments: [GradientRule.clip(1.5), .muon(Muon())])
  func wholeBatch(_ rule: GradientRule) throws {
    let whole = problem(rule, sampling: .minibatch(.ratio(2), Minibatches(samplesPerStep: .ratio(2))))
    #expect(try distance(whole, problem(rule)) < 1e-13)
  }

  @Test("what the theory does not have is refused, with a way out")
  func refusals() {
    var flow = problem(.muon(Muon()))
    flow.time.kind = .flow(horizon: 3)
    var panels = problem(.clip(1))
    panels.time.kind = .panels(steps: 100)
    let momentum = LinearOptimizer(learningRate: 0.03, momentum: .heavyBall(0.5), weightDecay: .coupled(0.1))
    let exact = GradientRule.muon(Muon(orthogonalization: .exact))
    let cases: [(TrainingProblem, String)] = [
      (flow, "training.time"), (panels, "training.time"), (problem(.muon(Muon()), momentum), "training.weightDecay"),
      (problem(exact, steps: 9), "training.orthogonalization"),
    ]
    for (problem, key) in cases {
      let refusal = Solver.refusals(problem).first { $0.key == key }
      #expect(refusal?.suggestion != nil, "\(key)")
    }
    #expect(Solver.refusals(problem(exact, steps: 8)).isEmpty)
  }
}
