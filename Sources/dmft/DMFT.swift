import ArgumentParser
import Files
import Foundation

/// The command line: parse, call, print.
@main
struct DMFT: ParsableCommand {
  static let version = "0.2.0"

  static let configuration = CommandConfiguration(
    commandName: "dmft",
    abstract: "Loss curves of deep linear networks, predicted without training them.",
    discussion: """
      Three things to paste:
        dmft solve                                      a built-in example
        dmft validate network.width=512 data.noise=0.3  compared with trained networks
        dmft init my.yaml && dmft explain my.yaml       a file to start from

      CONFIG is a YAML file; key=value sets any of its keys by the dotted path.
      Exit codes: 0 done, 1 a check failed, 2 some units failed, 3 a verdict
      that cannot tell, 64 a wrong command or flag, 65 wrong keys, values or
      data, 74 files, 75 interrupted.
      """,
    version: version,
    subcommands: [
      SolveCommand.self, SimulateCommand.self, ValidateCommand.self, CompareCommand.self,
      TransferCommand.self, TuneCommand.self, SweepCommand.self, WorkerCommand.self, StatusCommand.self,
      MergeCommand.self,
      ReduceCommand.self, LayersCommand.self, CommitteeCommand.self, ForecastCommand.self, PlotCommand.self,
      CiteCommand.self,
      ExplainCommand.self,
      InitCommand.self, ServeCommand.self,
    ])

  static func main() {
    ProcessLimits.prepare()
    let words = CommandLine.arguments.dropFirst()
    if words.count == 2, words.first == "--generate-completion-script", let name = words.last,
      let shell = CompletionShell(rawValue: name)
    {
      print(WordCompletion.script(for: shell))
      return printed()
    }
    do {
      try refuse(unknown: words.first)
      var command = try command(Array(words))
      try ProcessLimits.refuseSmallAddressSpace()
      try command.run()
      printed()
    } catch let failure as CommandFailure {
      failure.report()
      Foundation.exit(failure.status.rawValue)
    } catch {
      // Help and version come as errors. ArgumentParser would print them and not notice that stdout is full.
      guard exitCode(for: error) == .success else {
        printed()
        exit(withError: error)
      }
      print(fullMessage(for: error))
      printed()
    }
  }

  /// The command that words mean.
  static func command(_ words: [String]) throws -> any ParsableCommand {
    try parseAsRoot(SpectraOptions.completed(words))
  }

  /// Ends with 74 where stdout has not taken everything, whatever the command's own answer is.
  private static func printed() {
    do throws(CommandFailure) {
      try Terminal.flush()
    } catch {
      error.report()
      Foundation.exit(error.status.rawValue)
    }
  }

  /// ArgumentParser would take a misspelt command for an argument of the root and not say what was near.
  static func refuse(unknown word: String?) throws(CommandFailure) {
    guard let word, !word.hasPrefix("-") else { return }
    let known = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    guard !known.contains(word) else { return }
    let problem: String
    if let near = nearestName(to: word, among: known) {
      problem = "no command \(word); did you mean \(near)?"
    } else {
      problem = "no command \(word); there are: " + known.joined(separator: ", ")
    }
    throw CommandFailure(status: .usage, lines: [problem])
  }
}
