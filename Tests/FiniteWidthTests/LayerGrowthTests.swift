import Fixtures
import Problems
import MeanField
import Studies
import Testing

@testable import FiniteWidth

@Suite("Growth of the layers")
struct LayerGrowthTests {
  /// Small enough for a second, large enough for the limit: N = D = 96.
  private func problem(_ time: TimeGrid.Kind = .discrete(steps: 40)) -> TrainingProblem {
    SmallLayers.problem(width: 96, dimension: 96, samples: 192, noise: 0.3, scale: 0.8, rate: 0.05, time: time)
  }

  static let cases = ["plain", "momentum and decay", "decoupled decay, warm-up, layer rates", "NTK, three layers"]

  private func variant(_ name: String) -> TrainingProblem {
    var problem = problem()
    switch name {
    case "momentum and decay":
      problem.optimizer.momentum = .nesterov(0.6)
      problem.optimizer.weightDecay = .coupled(0.3)
    case "decoupled decay, warm-up, layer rates":
      problem.optimizer.weightDecay = .decoupled(0.4)
      problem.optimizer.schedule = .warmup(steps: 10, decay: .cosine, finalFraction: 0.2)
      problem.architecture.layerRates = [0.5, 2, 0]
    case "NTK, three layers":
      problem.architecture.hiddenLayers = 3
      problem.architecture.initScale = [0.7, 1, 0.9, 0.8]
      problem.architecture.layerRates = [1, 1, 1, 1]
      problem.parameterization = Parameterization(.ntk, richness: 1.3)
    default: break
    }
    return problem
  }

  private func ensemble(_ problem: TrainingProblem, _ replicas: Int) throws -> LayerEnsemble {
    let layers = try LayerProblem(problem, table: nil, seed: 11)
    return LayerEnsemble(
      .linear,
      try (0..<replicas).map { replica in
        let training = try #require(LayerTraining(layers, replica: replica))
        return try #require(try training.train(.linear, moments: 8))
      })
  }

  /// Networks within four standard errors of the limit, and what finite size leaves.
  private func compare(_ problem: TrainingProblem, replicas: Int = 16) throws {
    let networks = try ensemble(problem, replicas)
    let theory = try #require(
      try Solver(problem).solve().layerGrowth(steps: networks.steps, times: networks.times))
    #expect(theory.curve.trainLoss.count == networks.count && networks.count >= 8)
    for layer in theory.layers.indices {
      let means = networks.means { $0.growth(layer) }
      let scale = theory.layers[layer].map(abs).max() ?? 0
      for (mean, expected) in zip(means, theory.layers[layer]) {
        #expect(
          abs(mean.value - expected) <= 4 * mean.standardError + 0.01 * scale + 1e-12,
          "layer \(layer): \(mean.value) +- \(mean.standardError) against \(expected)")
      }
    }
    let losses = networks.means(of: \.trainLoss)
    for (mean, expected) in zip(losses, theory.curve.trainLoss) {
      #expect(abs(mean.value - expected) <= 4 * mean.standardError + 0.01 * expected)
    }
  }

  @Test("trained networks grow as the order parameters say", .slow(.statistical), arguments: cases)
  func networks(name: String) throws {
    try compare(variant(name))
  }

  @Test("the same under gradient flow with weight decay", .slow(.statistical))
  func flow() throws {
    var problem = problem(.flow(horizon: 2))
    problem.optimizer.weightDecay = .coupled(0.3)
    problem.architecture.layerRates = [1, 0.5, 2]
    try compare(problem, replicas: 8)
  }

  @Test("under flow with decay the growth comes to rest where the balance holds it, however long the run", .slow(.long))
  func longDecay() throws {
    for decay in [0.3, 1] {
      var problem = problem(.flow(horizon: 120))
      problem.optimizer.weightDecay = .coupled(decay)
      let solution = try Solver(problem).solve()
      let growth = try #require(solution.layerGrowth(steps: [], times: [60, 120]))
      let balance = try #require(solution.orderParameters.balance(1).last)
      for layer in growth.layers {
        #expect(abs(layer[1] - problem.effectiveRichness * balance / decay) < 1e-4, "decay \(decay): \(layer)")
        #expect(abs(layer[0] - layer[1]) < 1e-4)
      }
    }
    // Decay that removes everything in one step leaves no overlap to measure.
    var sudden = self.problem()
    sudden.optimizer.weightDecay = .coupled(20)
    #expect(try Solver(sudden).solve().layerGrowth(steps: [0, 1], times: []) == nil)
  }

  @Test("growths are compared by their rates; test losses are those of samples of their own")
  func spread() throws {
    var problem = SmallLayers.problem(samples: 15, noise: 0.5, time: .flow(horizon: 6))
    problem.architecture.layerRates = [0.5, 2, 1]
    let networks = try ensemble(problem, 1)
    #expect(try #require(networks.spread(rates: problem.layerRates)) < 1e-8)
    #expect(try #require(networks.spread(rates: [1, 1, 1])) > 0.5)
    #expect(networks.spread(rates: [0, 1, 0]) == nil)
    // Fifteen noisy samples of twenty dimensions are learned by heart.
    let last = try #require(networks.replicas[0].moments.last)
    #expect(last.testLoss > 3 * last.trainLoss)
  }

  @Test("plain steps: the growth is the sum of what each step adds")
  func steps() throws {
    let problem = problem()
    let solution = try Solver(problem).solve()
    let parameters = solution.orderParameters
    let growth = try #require(solution.layerGrowth(steps: Array(0...40), times: []))
    let balance = parameters.balance(2)
    let (rate, richness) = (0.05, problem.effectiveRichness)
    for layer in 0...2 {
      let forward = parameters.forwardStrength(layer)
      let backward = layer == 2 ? Array(repeating: 1, count: 41) : parameters.backwardStrength(layer + 1)
      var expected = 0.0
      for step in 0...40 {
        #expect(abs(growth.layers[layer][step] - expected) < 1e-11)
        expected +=
          2 * rate * richness * balance[step] + rate * rate * richness * richness * forward[step] * backward[step]
      }
    }
  }

  @Test("steps go over into flow at first order in their size")
  func order() throws {
    func growth(_ steps: Int) throws -> Double {
      var problem = problem(.discrete(steps: steps))
      problem.optimizer.learningRate = 1 / Double(steps)
      problem.optimizer.weightDecay = .coupled(0.5)
      return try #require(try Solver(problem).solve().layerGrowth(steps: [steps], times: [])).layers[1][0]
    }
    var flowing = problem(.flow(horizon: 1))
    flowing.optimizer.weightDecay = .coupled(0.5)
    let limit = try #require(try Solver(flowing).solve().layerGrowth(steps: [], times: [1])).layers[1][0]
    let errors = try [80, 160].map { try growth($0) - limit }
    #expect(abs(errors[0] / errors[1] - 2) < 0.08, "\(errors)")
  }

  @Test("residual chains have no growth in common")
  func residual() throws {
    var problem = problem()
    problem.architecture.connection = .residual(branchScale: 1)
    #expect(try Solver(problem).solve().layerGrowth(steps: [0], times: []) == nil)
  }
}

@Suite("Plateau times")
struct PlateauTimeTests {
  private func problem(_ hiddenLayers: Int, horizon: Double, samples: Int = 20) -> TrainingProblem {
    SmallLayers.problem(
      hiddenLayers: hiddenLayers, width: 12, dimension: 6, samples: samples, noise: 0.3, time: .flow(horizon: horizon))
  }

  /// Phases of a balanced network, and the mode that predicts them.
  private func measure(_ problem: TrainingProblem, share: Double, whitened: Bool = true) throws -> (
    phases: GrowthPhases, mode: BalancedMode, history: LayerHistory
  ) {
    let layers = try LayerProblem(
      problem, table: nil, seed: 2, start: .balanced(share: share), isWhitened: whitened)
    let training = try #require(LayerTraining(layers, replica: 0))
    let found = try #require(training.mode)
    let mode = BalancedMode(
      weightLayers: found.weightLayers, target: found.target, rate: found.rate, start: found.start)
    let history = try #require(try training.train(.linear, moments: 4000))
    let phases = try #require(
      GrowthPhases(times: history.moments.map(\.time), losses: history.moments.map(\.trainLoss)))
    return (phases, mode, history)
  }

  @Test("two, three and four weight layers leave their plateaus when the formulas say", arguments: [1, 2, 3])
  func balanced(hiddenLayers: Int) throws {
    let (share, horizon) = [(1e-4, 30.0), (1e-5, 150), (1e-5, 400)][hiddenLayers - 1]
    var problem = problem(hiddenLayers, horizon: horizon)
    problem.parameterization = Parameterization(.muP, richness: 1.5)
    let (phases, mode, history) = try measure(problem, share: share)
    #expect(phases.hasPlateau && phases.isFinished)
    #expect(abs(phases.halfTime / (try mode.halfTime()) - 1) < 2e-3)
    #expect(abs(phases.halfTime / mode.plateauTime - 1) < 0.05, "\(phases.halfTime) \(mode.plateauTime)")
    #expect(abs((phases.relaxationRate ?? 0) / mode.relaxationRate - 1) < 0.05)
    // What the network makes is the mode, at every moment.
    let strengths = try mode.strengths(at: history.moments.map(\.time))
    let floor = history.moments.map(\.trainLoss).min() ?? 0
    for (moment, strength) in zip(history.moments, strengths) where strength < 0.9 * mode.target {
      let error = mode.target - strength
      #expect(abs(moment.trainLoss - floor - error * error) < 1e-6 * mode.target * mode.target)
    }
  }

  @Test("one input dimension needs no whitening, and steps agree with flow at first order")
  func oneDimension() throws {
    var problem = SmallLayers.problem(
      hiddenLayers: 2, width: 6, dimension: 1, samples: 9, noise: 0.1, rate: 0.01, time: .discrete(steps: 4000))
    problem.parameterization = Parameterization(.muP, richness: 1)
    let (phases, mode, _) = try measure(problem, share: 1e-3, whitened: false)
    #expect(abs(phases.halfTime / (try mode.halfTime()) - 1) < 0.02)
  }

  @Test("half-time and plateau of the mode itself: integrator, Saxe, small starts")
  func formulas() throws {
    for layers in 2...5 {
      let mode = BalancedMode(weightLayers: layers, target: 1.7, rate: 0.6, start: 1e-6)
      let half = try mode.halfTime()
      let strength = try mode.strengths(at: [half])[0]
      #expect(abs(strength - 0.85) < 1e-8)
      #expect(abs(mode.plateauTime / half - 1) < (layers == 2 ? 1e-10 : 0.05))
    }
    // A start of unit strength learns in n times the rate at a time that depth does not change; a small one does not.
    func depthTime(_ layers: Int, _ start: Double) throws -> Double {
      try Double(layers) * BalancedMode(weightLayers: layers, target: 4, start: start).halfTime()
    }
    #expect(abs(try depthTime(100, 1) / depthTime(10, 1) - 1) < 0.2)
    #expect(try depthTime(100, 1e-3) / depthTime(10, 1e-3) > 2)
    let late = BalancedMode(weightLayers: 3, target: 1, start: 0.7)
    #expect(try late.halfTime() == 0)
  }

  @Test("layers of unequal rates, and samples too few to be whitened, are refused with a way out")
  func refused() throws {
    var problem = problem(2, horizon: 1, samples: 5)
    problem.architecture.layerRates = [1, 2, 1]
    let refusals = LayerProblem.refusals(problem, start: .balanced(share: 0.1), isWhitened: true)
    #expect(refusals.map(\.key) == ["network.layerRates", "layers.whiten"])
    #expect(refusals.allSatisfy { $0.suggestion?.isEmpty == false })
    #expect(throws: SimulationRefused.self) {
      try LayerProblem(problem, table: nil, seed: 1, start: .balanced(share: 0.1))
    }
    // Two equal columns span one dimension.
    let table = PreparedTable(inputs: [1, 1, 2, 2, -1, -1, 3, 3], target: [1, 0, 1, 2])
    let small = SmallLayers.problem(hiddenLayers: 1, width: 3, dimension: 2, samples: 3)
    #expect(LayerTraining(try LayerProblem(small, table: table, seed: 1, isWhitened: true), replica: 0) == nil)
  }
}
