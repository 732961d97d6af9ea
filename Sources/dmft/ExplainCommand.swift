import ArgumentParser
import DeepLinear
import MeanField
import Records

/// `dmft explain`: the resolved problem, every value with its origin, and what it means for a network and for the solver.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show every value with its origin, the network's layers, the cost, the stable rate.",
    usage: "dmft explain [CONFIG] [key=value ...] [--json] [--quiet]",
    discussion: """
      Example:
        dmft explain configs/digits.yaml training.learningRate=0.2
      """)

  @OptionGroup var options: ConfigurationOptions

  /// A search of the stable rate that would take longer is left out, with the command that does it.
  private static let patience = 60.0
  private static let solvesOfSearch = 12.0

  mutating func run() throws {
    let configuration = try options.load()
    let solver = try SolverAccess.solver(configuration.problem)
    let explanation = Explanation(
      configuration: configuration, cost: solver.cost, compression: solver.compression,
      stableRate: try stableRate(configuration.problem))
    if options.output.json {
      print(explanation.json.text())
    } else {
      for line in explanation.lines { print(line) }
    }
  }

  private func stableRate(_ problem: TrainingProblem) throws -> StableRate? {
    let cost = try SolverAccess.searchCost(problem)
    let seconds = cost.seconds * Self.solvesOfSearch
    guard seconds < Self.patience, cost.bytes < MachineMemory.available else {
      NoticeHandler.logger(quiet: options.output.quiet).notice(
        "the largest stable rate is left out: its search would take about \(NumberText.seconds(seconds)); try fewer steps"
      )
      return nil
    }
    return try SolverAccess.stableRate(problem)
  }
}
