import ArgumentParser
import DeepLinear
import Foundation
import Logging
import MeanField
import Records

/// `dmft compare`: a user's own training log against the theory.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Hold a training log of your own against the theory.",
    usage: "dmft compare [CONFIG] LOG.csv [key=value ...] [-o DIR] [--arrays] [--figures] [--json] [--quiet]",
    discussion: """
      LOG.csv has a header with a column step and test_loss (or val_loss),
      train_loss (or loss), or both: mean squares without the factor 1/2.
      Cells may be empty. One log is one network: how far single networks
      scatter, dmft validate says.

      Example:
        dmft compare configs/weight-decay.yaml log.csv -o runs/mine --figures
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var keeping: RunOptions
  @OptionGroup var matrices: ArrayOptions

  mutating func run() throws {
    let (log, words) = try readLog()
    let configuration = try options.load(words)
    let notices = NoticeHandler.logger(quiet: options.output.quiet)
    let runFolder = try keeping.claim(
      configuration.identity, command: "compare", options: ["log sha256:\(log.sha256)"], notices)
    guard case .discrete = configuration.problem.time.kind else {
      throw CommandFailure(
        status: .badInput,
        lines: [
          "training.time: a log is compared step by step, and flow or panels do not tell each; use training.time=discrete"
        ])
    }
    let solver = try SolverAccess.solver(configuration.problem)
    try SolverAccess.refuseBeyondMemory(solver.cost, configuration.problem)
    let interruption = Interruption()
    let clock = ContinuousClock.now
    let solution = solver.solve()
    interruption.end()
    let theory = SolveReport(
      configuration: configuration, solution: solution, stableRate: nil,
      seconds: (ContinuousClock.now - clock) / .seconds(1), cost: solver.cost)
    let report = CompareReport(theory: theory, log: log)
    if bareConfiguration(words) == nil {
      notices.notice("no configuration is given: the log is held against the built-in example")
    }
    guard !report.columns.isEmpty else {
      throw CommandFailure(
        status: .badInput,
        lines: ["\(log.path): no loss is logged at any of the theory's steps, 0 to \(solution.curve.steps.count - 1)"])
    }
    if !options.output.json {
      print(ProblemText.line(configuration.problem))
      for line in report.lines { print(line) }
    }
    try keeping.write(
      report.record(arrays: matrices.arrays), to: runFolder,
      isListed: !options.output.json, notices)
    if options.output.json {
      print(report.json.text())
    } else {
      print("next:  " + NextCommand(words).text("validate") + "    (how far single networks scatter)")
    }
  }

  private func bareConfiguration(_ words: [String]) -> String? { words.first { !$0.contains("=") } }

  /// The log, and the words that are left for the configuration.
  private func readLog() throws(CommandFailure) -> (log: TrainingLog, words: [String]) {
    let bare = options.words.filter { !$0.contains("=") }
    let table = bare.last { $0.lowercased().hasSuffix(".csv") }
    guard let path = table ?? bare.last, table != nil || bare.count == 2 else {
      throw CommandFailure(
        status: .usage,
        lines: ["dmft compare needs a log: dmft compare CONFIG LOG.csv (columns step, test_loss, train_loss)"])
    }
    var words = options.words
    if let index = words.lastIndex(of: path) { words.remove(at: index) }
    do {
      return (try TrainingLog(path), words)
    } catch {
      throw CommandFailure(status: .badInput, lines: error.problems)
    }
  }
}
