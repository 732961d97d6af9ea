import DeepLinear
import FiniteWidth
import Foundation
import MeanField
import Parallel
import RealData
import Records

/// Runs single units of a sweep and tells beforehand what they take.
struct UnitMachine: Sendable {
  /// Why a unit has no result.
  struct Failure: Error, Sendable {
    let reason: String
  }

  /// Memory and seconds of a unit.
  struct Expense: Sendable {
    let bytes: Int
    let seconds: Double
  }

  /// What a unit takes.
  static func expense(_ unit: Sweep.Unit) throws(Failure) -> Expense {
    switch unit.machine {
    case .theory:
      let cost = try solver(unit).cost
      return Expense(bytes: cost.bytes, seconds: cost.seconds)
    case .simulation:
      let simulator = try simulator(unit)
      let seconds = simulator.cost.secondsPerReplica * Double(unit.point.configuration.simulation.replicas)
      return Expense(bytes: simulator.cost.bytesPerReplica, seconds: seconds)
    }
  }

  /// Runs a unit.
  ///
  /// - Parameters:
  ///   - unit: the unit.
  ///   - threads: networks that are trained at a time.
  ///   - memory: bytes that it may take.
  ///   - stop: ends the training of networks when raised.
  /// - Returns: nil if it was stopped.
  /// - Throws: `Failure` where it can't be run here.
  static func run(_ unit: Sweep.Unit, threads: Int, memory: Int, stop: StopSignal) throws(Failure) -> UnitCurve? {
    switch unit.machine {
    case .theory:
      let solver = try solver(unit)
      try check(solver.cost.bytes, memory)
      return curve(solver.solve())
    case .simulation:
      let simulator = try simulator(unit)
      try check(simulator.cost.bytesPerReplica, memory)
      let workers = max(1, min(threads, memory / max(1, simulator.cost.bytesPerReplica)))
      return train(simulator, replicas: unit.point.configuration.simulation.replicas, workers: workers, stop: stop)
    }
  }

  private static func check(_ bytes: Int, _ memory: Int) throws(Failure) {
    guard bytes > memory else { return }
    throw Failure(reason: "needs \(NumberText.bytes(bytes)), \(NumberText.bytes(memory)) are there for it")
  }

  private static func solver(_ unit: Sweep.Unit) throws(Failure) -> Solver {
    do {
      return try SolverAccess.solver(unit.point.configuration.problem)
    } catch {
      throw Failure(reason: error.lines.joined(separator: "; "))
    }
  }

  private static func simulator(_ unit: Sweep.Unit) throws(Failure) -> Simulator {
    let configuration = unit.point.configuration
    do throws(CommandFailure) {
      return try SimulationOptions.simulator(configuration.problem, configuration, keepsTwoTimes: false)
    } catch {
      throw Failure(reason: error.lines.joined(separator: "; "))
    }
  }

  private static func curve(_ solution: Solution) -> UnitCurve {
    let rows = solution.reportedRows
    return UnitCurve(outcome: solution.outcome, curve: solution.curve.rows(rows))
  }

  private static func train(_ simulator: Simulator, replicas: Int, workers: Int, stop: StopSignal) -> UnitCurve? {
    var curves: [ReplicaCurve] = []
    let end: Int = OrderedResults.run(
      0..<replicas, workers: workers, stop: stop,
      work: { simulator.train(replica: $0, stop: stop)?.curve }, deliver: { curves.append($1) })
    guard end == replicas else { return nil }
    let ensemble = Ensemble(times: simulator.times, replicas: curves)
    let rows = simulator.problem.time.reportedRows(of: ensemble.count)
    let (test, train) = (ensemble.means(\.testLoss), ensemble.means(\.trainLoss))
    return UnitCurve(
      outcome: ensemble.count < simulator.times.count ? .diverged(step: ensemble.count) : .completed,
      curve: ensemble.meanCurve.rows(rows), testError: rows.map { test[$0].standardError },
      trainError: rows.map { train[$0].standardError }, replicas: replicas, divergedReplicas: ensemble.diverged)
  }
}
