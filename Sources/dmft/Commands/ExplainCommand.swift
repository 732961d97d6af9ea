import ArgumentParser
import Experiments
import JSON
import MeanField

/// `dmft explain`: the resolved problem, every value with its origin, and what it means for a network and for the solver.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show every value with its origin, the network's layers, the cost, the stable rate.",
    usage: "dmft explain [CONFIG] [key=value ...] [--stability] [--json] [--quiet]",
    discussion: """
      The stable rates are searched where that takes less than a second, and with --stability.

      Example:
        dmft explain configs/digits.yaml training.learningRate=0.2
      """)

  @OptionGroup var options: ConfigurationOptions
  @Flag(help: "Search for the stable rates, for up to a minute.") var stability = false

  mutating func run() throws {
    let keys = Explanation.keys
    let configuration = try options.load(uses: keys, refusals: { Solver.refusals($0.ofTheory) })
    let log = options.log
    for notice in configuration.notices { log.notice("\(notice)") }
    options.note(configuration.problem)
    if configuration.problem.time.isFlow {
      log.notice("gradient flow uses no learning rate and no steps; those below belong to training in steps")
    }
    let interruption = Interruption()
    let progress = ProgressLine(quiet: options.output.quiet)
    let report = try CommandFailure.unless(CommandFailure.init) { () throws(ExperimentFailure) in
      defer { progress.finish() }
      return try Explanation(
        configuration.problem, values: configuration.values, searches: stability, notice: { log.notice("\($0)") },
        progress: progress.report)
    }.report
    interruption.end()
    if options.output.json {
      let head: [String: JSONValue] = [
        "version": .text(DMFT.version), "command": .text("explain"),
        "configuration": configuration.json(of: keys.includes), "hash": .text(configuration.hash(of: keys.includes)),
      ]
      print(report.json(head: head).text())
    } else {
      print(report.problem.joined(separator: " | "))
      for line in report.lines { print(line) }
    }
  }
}
