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

  mutating func run() throws {
    let configuration = try options.load()
    let log = NoticeHandler.logger(quiet: options.output.quiet)
    for notice in PanelText.notices(configuration.problem) + TableText.notices(configuration.problem) {
      log.notice("\(notice)")
    }
    if configuration.problem.time.isFlow {
      log.notice("gradient flow uses no learning rate and no steps; those below belong to training in steps")
    }
    let solver = try SolverAccess.solver(configuration.problem)
    let interruption = Interruption()
    let window = try SolverAccess.catapultWindow(
      configuration.problem, log)
    interruption.end()
    let explanation = Explanation(
      configuration: configuration, cost: solver.cost, compression: solver.compression,
      window: window)
    if options.output.json {
      print(explanation.json.text())
    } else {
      for line in explanation.lines { print(line) }
    }
  }
}
