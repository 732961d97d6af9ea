import Fixtures
import Foundation
import Parallel
import Problems
import Testing

@testable import FiniteWidth

@Suite("Simulator")
struct SimulatorTests {
  static let optimizers = [
    LinearOptimizer(learningRate: 0.07),
    LinearOptimizer(
      learningRate: 0.05, schedule: .warmup(steps: 5, decay: .cosine, finalFraction: 0.1), momentum: .heavyBall(0.6),
      weightDecay: .coupled(0.3)),
    LinearOptimizer(learningRate: 0.04, momentum: .nesterov(0.5), weightDecay: .decoupled(0.2)),
    LinearOptimizer(learningRate: 0.05, weightDecay: .coupled(0.1)),
  ]
  static let problems: [TrainingProblem] = [
    makeProblem(
      layers: 3, width: .units(7), initScale: [1, 0.8, 1.1, 0.5], layerRates: [1, 0.5, 2, 0.7], dimension: 6,
      noise: 0.3, sampling: .batch(.count(9)), steps: 30),
    makeProblem(
      layers: 4, width: .units(5), connection: .residual(branchScale: 0.8), dimension: 6, noise: 0.1,
      sampling: .batch(.count(4)), steps: 30),
    makeProblem(layers: 1, width: .units(9), rule: .ntk, richness: 0.7, dimension: 5, sampling: .population, steps: 30),
    makeProblem(
      layers: 2, width: .units(6), rule: .standard, richness: 1.3,
      spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 0.8, signalDecay: 1.1)), dimension: 7, noise: 0.2,
      sampling: .batch(.count(11)), steps: 30),
    makeProblem(
      layers: 2, width: .units(8), spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 1.3, signalDecay: 1.6, scale: .top)),
      dimension: 9, sampling: .population, steps: 30),
    makeProblem(
      layers: 3, width: .units(6), widthProfile: [9.0 / 6, 3.0 / 6, 1], initScale: [1, 0.8, 1.1, 0.9],
      layerRates: [1, 0.5, 2, 0.7], dimension: 7, noise: 0.2, sampling: .batch(.count(9)), steps: 30),
    makeProblem(
      layers: 2, width: .units(4), widthProfile: [2, 1], rule: .standard, richness: 1.2, dimension: 5,
      sampling: .population, steps: 30),
    makeProblem(
      layers: 2, width: .units(8), widthProfile: [0.5, 1], rule: .ntk, dimension: 6, noise: 0.1,
      sampling: .batch(.count(7)), steps: 30),
  ]

  /// Thirty steps on networks of less than ten units: the factors are multiplied out three times.
  @Test("every step is the textbook's", arguments: problems, optimizers)
  func textbook(problem: TrainingProblem, optimizer: LinearOptimizer) throws {
    var problem = problem
    problem.optimizer = optimizer
    // Power laws have one large eigenvalue, and narrow networks a scattered one.
    problem.optimizer.learningRate *= 0.3
    let curve = try textbookCurve(problem, steps: 30)
    #expect(curve.testLoss[30] != curve.testLoss[0])
  }

  @Test("the same seed gives the same numbers on any number of workers, another seed or replica others")
  func deterministic() throws {
    let problem = makeProblem(width: .units(40), dimension: 50, noise: 0.2, sampling: .batch(.count(70)), steps: 15)
    func curves(_ workers: Int, seed: Int) throws -> [ReplicaCurve] {
      let simulator = try Simulator(problem, table: nil, seed: seed)
      var curves: [ReplicaCurve] = []
      _ = OrderedResults.run(
        0..<6, workers: workers, stop: StopSignal(), work: { simulator.train(replica: $0) },
        deliver: { curves.append($1.curve) })
      return curves
    }
    let one = try curves(1, seed: 9)
    #expect(try curves(2, seed: 9) == one)
    #expect(try curves(5, seed: 9) == one)
    #expect(try curves(1, seed: 10) != one)
    #expect(Set(one.map { $0.testLoss[15] }).count == 6)
  }

  @Test(
    "correlations of all pairs of times: diagonals are the curves, symmetric, the last C_v is |v|^2",
    arguments: [DataModel.Sampling.batch(.count(40)), .onePass(.count(40)), .population])
  func twoTimes(sampling: DataModel.Sampling) throws {
    let problem = makeProblem(
      layers: 2, width: .units(20), spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 0.5, signalDecay: 0.5)),
      dimension: 30, noise: 0.4, sampling: sampling, steps: 8)
    let simulator = try Simulator(problem, table: nil, seed: 1, keepsTwoTimes: true)
    var sums = simulator.emptySums
    var curves: [ReplicaCurve] = []
    for replica in 0..<3 {
      let network = try #require(simulator.train(replica: replica))
      sums.add(network.correlations)
      curves.append(network.curve)
    }
    #expect(sums.networks == 3 && sums.size == 9)
    func mean(_ curve: (ReplicaCurve) -> [Double], _ step: Int) -> Double {
      curves.reduce(0) { $0 + curve($1)[step] } / 3
    }
    for step in 0...8 {
      let here = step * 9 + step
      #expect(abs(sums.errorCorrelation[here] + 0.16 - mean(\.testLoss, step)) < 1e-12)
      if case .batch = sampling {
        #expect(abs(sums.residualCorrelation[here] - mean(\.trainLoss, step)) < 1e-12)
      } else {
        #expect(abs(sums.residualCorrelation[here] - sums.errorCorrelation[here] - 0.16) < 1e-12)
      }
      for layer in 0...2 {
        #expect(abs(sums.forwardCorrelation(layer)[here] - mean({ $0.forward[layer] }, step)) < 1e-11)
      }
      for layer in 1...2 {
        #expect(abs(sums.backwardCorrelation(layer)[here] - mean({ $0.backward[layer - 1] }, step)) < 1e-12)
      }
      #expect(abs(sums.forwardCorrelation(1)[step] - sums.forwardCorrelation(1)[step * 9]) < 1e-12)
    }
  }

  @Test("a diverging network is data: its curve ends before the loss exceeds a million times its start")
  func diverging() throws {
    let problem = makeProblem(
      width: .units(30), dimension: 30, sampling: .batch(.count(40)), optimizer: LinearOptimizer(learningRate: 5),
      steps: 50)
    let simulator = try Simulator(problem, table: nil, seed: 1, keepsTwoTimes: true)
    let network = try #require(simulator.train(replica: 0))
    #expect(network.curve.count > 0 && network.curve.count < 50)
    #expect(network.curve.testLoss.allSatisfy { $0 <= 1e6 * network.curve.testLoss[0] })
    #expect(network.correlations.isEmpty)
    var sums = simulator.emptySums
    sums.add(network.correlations)
    #expect(sums.networks == 0)
  }

  @Test("what has no finite network is refused with its key")
  func refusals() {
    var problem = makeProblem(width: .infinite)
    #expect(Simulator.refusals(problem).map(\.key) == ["network.width"])
    problem.time = TimeGrid(.flow(horizon: 3))
    #expect(Simulator.refusals(problem).map(\.key) == ["network.width", "training.time"])
    #expect(throws: SimulationRefused.self) { try Simulator(problem, table: nil, seed: 1) }
    #expect(Simulator.refusals(makeProblem()).isEmpty)
  }

  @Test("a raised signal ends a training")
  func stopped() throws {
    let stop = StopSignal()
    stop.raise()
    let simulator = try Simulator(makeProblem(dimension: 20), table: nil, seed: 1)
    #expect(simulator.train(replica: 0, stop: stop) == nil)
  }

  @Test("the cost counts what a network allocates")
  func cost() throws {
    let problem = makeProblem(
      layers: 3, width: .units(1000), dimension: 500, sampling: .batch(.count(2000)), steps: 100)
    let cost = try Simulator(problem, table: nil, seed: 1).cost
    // Two hidden matrices, the input layer, the samples, a hundred gradients as factors.
    #expect(cost.bytesPerReplica == 8 * (2 * 1_000_000 + 500_000 + 1_000_000 + 101 * (500 + 5 * 1000)))
    #expect(cost.secondsPerReplica > 0.05 && cost.secondsPerReplica < 20)
  }
}
