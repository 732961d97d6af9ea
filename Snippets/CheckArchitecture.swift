// What every architecture must satisfy, whatever its equations: the first checks of a new one.

// snippet.problem
import Problems
import FiniteWidth
import MeanField

func problem(_ connection: Architecture.Connection) -> TrainingProblem {
  TrainingProblem(
    architecture: Architecture(hiddenLayers: 3, width: .units(256), connection: connection),
    parameterization: Parameterization(.muP, richness: 1),
    data: DataModel(inputDimension: 64, noise: 0.3, sampling: .batch(.count(128))),
    optimizer: LinearOptimizer(learningRate: 0.02),
    time: TimeGrid(.discrete(steps: 30)))
}
// snippet.end

// snippet.checks
func check(_ name: String, _ problem: TrainingProblem) throws {
  let solution = try Solver(problem).solve()
  print("\(name): violation of the balance \(solution.residual)")
  print("  loss at the start, off by: \(solution.curve.testLoss[0] / Limits.initialLoss(problem) - 1)")

  var lazy = problem
  lazy.architecture.width = .infinite
  lazy.parameterization.richness = 1e-3
  let rows = try Solver(lazy).solve().curve
  let limit = try Limits.Lazy(lazy).curve(at: rows)
  print("  lazy limit: off by \(zip(rows.testLoss, limit.testLoss).map { abs($0 / $1 - 1) }.max() ?? .nan)")

  let simulator = try Simulator(problem, table: nil, seed: 1)
  let networks = (0..<32).compactMap { simulator.train(replica: $0)?.curve.trainLoss.last }
  let mean = Ensemble.Mean(of: networks)
  print("  train loss at the end: \(solution.curve.trainLoss.last ?? .nan)")
  print("  of 32 networks:        \(mean.value) +- \(mean.standardError)")
}
// snippet.end

// snippet.run
try check("plain chain", problem(.plain))
try check("residual chain", problem(.residual(branchScale: 1)))
// snippet.end
