import ArgumentParser
import DeepLinear
import FiniteWidth
import Foundation
import RealData
import Records

/// `--workers`, and how simulators are made, shared by the commands that train networks.
struct SimulationOptions: ParsableArguments {
  @OptionGroup var threads: WorkerOptions

  /// A simulator for a problem of this configuration.
  static func simulator(
    _ problem: TrainingProblem, _ configuration: Configuration, keepsTwoTimes: Bool
  ) throws(CommandFailure) -> Simulator {
    try withRows(of: configuration) { table in
      try Simulator(problem, table: table, seed: configuration.simulation.seed, keepsTwoTimes: keepsTwoTimes)
    }
  }

  /// Makes something that trains networks on the rows of a configuration's table; nil where the data are generated.
  ///
  /// - Parameters:
  ///   - configuration: whose table it is.
  ///   - make: gets the rows.
  /// - Returns: what was made.
  /// - Throws: 65 with every reason where the table or the problem is refused.
  static func withRows<Machine>(of configuration: Configuration, _ make: (PreparedTable?) throws -> Machine)
    throws(CommandFailure) -> Machine
  {
    do {
      return try make(try prepared(configuration))
    } catch let refused as SimulationRefused {
      throw SolverAccess.failure(refused.refusals)
    } catch let invalid as InvalidTable {
      throw CommandFailure(status: .badInput, lines: invalid.problems)
    } catch {
      throw CommandFailure(status: .badInput, lines: ["\(error)"])
    }
  }

  private static func prepared(_ configuration: Configuration) throws(InvalidTable) -> PreparedTable? {
    guard let table = configuration.table, let file = configuration.dataFile else { return nil }
    return try Measurement(table, file.standardize).prepared
  }

  /// How many networks are trained at a time: as asked or as cores, and no more than memory holds.
  func workers(for simulator: Simulator) throws(CommandFailure) -> Int {
    let asked = try threads.count
    let bytes = simulator.cost.bytesPerReplica
    let memory = MachineMemory.available
    guard bytes <= memory else {
      throw CommandFailure(
        status: .badInput,
        lines: [
          "a network of this size takes \(NumberText.bytes(bytes)) while it trains, \(NumberText.bytes(memory)) are "
            + "free; use a smaller network.width or data.inputDimension"
            + (simulator.problem.sampleRatio == nil ? "" : ", or fewer data.samples")
        ])
    }
    return ThreadBudget.threads(asked: asked, bytesEach: bytes)
  }

  /// Memory and time of an ensemble, in words.
  static func cost(_ simulator: Simulator, replicas: Int, workers: Int) -> String {
    let cost = simulator.cost
    let running = min(workers, replicas)
    let (bytes, overflow) = cost.bytesPerReplica.multipliedReportingOverflow(by: running)
    let seconds = cost.secondsPerReplica * Double(replicas) / Double(running)
    return "cost: \(NumberText.bytes(overflow ? .max : bytes)), \(NumberText.seconds(seconds)) "
      + "(\(replicas) networks, \(running) at a time)"
  }
}
