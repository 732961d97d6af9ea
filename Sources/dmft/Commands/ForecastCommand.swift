import ArgumentParser
import Configurations
import Experiments
import Tables

/// `dmft forecast`: the band in which one network will lie.
struct ForecastCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast",
    abstract: "The band in which the loss of one network will lie, beside the theory.",
    usage: """
      dmft forecast [CONFIG] [key=value ...] [--budget SECONDS]
                    [--level SHARE] [--log LOG.csv] [-o DIR] [--figures]
                    [--workers n] [--json] [--quiet]
      """,
    discussion: """
      The theory is the mean of many large networks. One network lies beside it,
      by its finite size and by chance: this trains up to 39 networks, as many
      as --budget seconds of processor time allow (2), and names the range in
      which 90 % (--level) of single networks lie, at each step, and the wider
      one that holds for whole curves. Where 8 networks take longer than the
      budget, 39 smaller ones of isotropic data stand for them if the theory of
      both sizes agrees.

      --log continues a training that has begun: its last values narrow the
      band of the rest, and it is said whether it looks like such a network.

      Examples:
        dmft forecast configs/digits.yaml
        dmft forecast configs/digits.yaml --level 0.5 -o runs/band --figures
        dmft forecast network.width=1024 --budget 60
        dmft forecast configs/digits.yaml --log log.csv
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var keeping: RunOptions
  @OptionGroup var workers: WorkerOptions

  @Option(help: ArgumentHelp("Seconds of processor time for networks.", valueName: "seconds"))
  var budget = Forecast.usualBudget

  @Option(help: ArgumentHelp("Share of networks that lie within the band.", valueName: "share"))
  var level = Forecast.usualLevel

  @Option(
    help: ArgumentHelp("The beginning of the training in question.", valueName: "LOG.csv"), completion: .file())
  var log: String?

  mutating func run() throws {
    let seen = try readLog()
    let configuration = try options.load(for: Forecast.self, refusals: Validate.refusals)
    for notice in seen?.notices ?? [] { options.log.notice("\(notice)") }
    let (seconds, share) = (budget, level)
    try ExperimentRun(output: options.output, keeping: keeping, workers: try workers.count).run(
      try CommandFailure.unless(CommandFailure.init) { () throws(ExperimentFailure) in
        try Forecast(
          configuration.problem, rows: try configuration.preparedRows(), effort: .budget(seconds: seconds),
          level: share,
          seed: configuration.simulation.seed, log: seen)
      }, of: configuration.identity(of: Forecast.keys))
  }

  private func readLog() throws(CommandFailure) -> TrainingLog? {
    guard let log else { return nil }
    do {
      return try TrainingLog(log)
    } catch {
      throw CommandFailure(status: .badInput, lines: error.problems)
    }
  }
}
