import FiniteWidth
import MeanField
import Parallel
import Problems
import Reports

/// One unit of a sweep, ready to run.
enum PreparedUnit: Sendable {
  case theory(Solver)
  case simulation(Simulator, networks: Int)

  /// - Parameter unit: a unit.
  /// - Throws: why it cannot be run.
  init(_ unit: Sweep.Unit) throws(ExperimentFailure) {
    let configuration = unit.point.configuration
    switch unit.method {
    case .theory: self = .theory(try Solver.prepared(configuration.problem))
    case .simulation:
      do {
        let table = try configuration.preparedRows()
        self = .simulation(
          try Simulator(configuration.problem, table: table, seed: configuration.simulation.seed),
          networks: configuration.simulation.replicas)
      } catch {
        if let refused = error as? SimulationRefused { throw ExperimentFailure(refused.refusals) }
        throw error as? ExperimentFailure ?? ExperimentFailure(.refused, ["\(error)"])
      }
    }
  }

  /// What it takes on one core, one network at a time.
  var estimate: Estimate {
    switch self {
    case .theory(let solver):
      var estimate = Estimate(
        bytes: solver.cost.bytes, seconds: solver.cost.seconds, subject: "the theory needs",
        remedy: "use fewer training.steps or network.hiddenLayers, or fewer --workers")
      estimate.isLeast = solver.cost.isLeast
      estimate.mostBytes = solver.cost.mostBytes
      return estimate
    case .simulation(let simulator, let networks):
      return Estimate(
        bytes: simulator.cost.bytesPerReplica, seconds: simulator.cost.secondsPerReplica * Double(networks),
        subject: "a network of this size takes while it trains", remedy: "use fewer --workers or smaller networks")
    }
  }

  /// Rows of its curve.
  var rows: Int {
    switch self {
    case .theory(let solver): return solver.shape.rows
    case .simulation(let simulator, _):
      let time = simulator.problem.time
      return time.reportedRows(of: (time.steps ?? 0) + 1).count
    }
  }

  /// Runs it; nil if it was stopped.
  func run(threads: Int, memory: Int, stop: StopSignal) throws(ExperimentFailure) -> UnitCurve? {
    let bytes = estimate.most
    try estimate.refuseBeyondMemory(memory)
    switch self {
    case .theory(let solver): return UnitCurve(solver.solve(memory: memory))
    case .simulation(let simulator, let networks):
      var curves: [ReplicaCurve] = []
      let end: Int = OrderedResults.run(
        0..<networks, workers: max(1, min(threads, memory / max(1, bytes))), stop: stop,
        work: { simulator.train(replica: $0, stop: stop)?.curve }, deliver: { curves.append($1) })
      return end == networks ? UnitCurve(Ensemble(times: simulator.times, replicas: curves), simulator.problem) : nil
    }
  }
}

extension UnitCurve {
  /// The reported rows of a solution.
  init(_ solution: Solution) {
    self.init(outcome: solution.outcome, curve: solution.curve.rows(solution.reportedRows))
  }

  /// The reported rows of the means of trained networks.
  init(_ ensemble: Ensemble, _ problem: TrainingProblem) {
    let rows = problem.time.reportedRows(of: ensemble.count)
    let (test, train) = (ensemble.means(\.testLoss), ensemble.means(\.trainLoss))
    self.init(
      outcome: ensemble.count < ensemble.times.count ? .diverged(step: ensemble.count) : .completed,
      curve: ensemble.meanCurve.rows(rows), testError: rows.map { test[$0].standardError },
      trainError: rows.map { train[$0].standardError }, networks: ensemble.replicas.count,
      divergedNetworks: ensemble.diverged)
  }
}

extension Sweep {
  /// What some methods cannot do, for loading a family.
  package static func refusals(of methods: [Method]) -> (TrainingProblem) -> [Refusal] {
    { problem in methods.flatMap { $0 == .theory ? Solver.refusals(problem) : Simulator.refusals(problem) } }
  }
}
