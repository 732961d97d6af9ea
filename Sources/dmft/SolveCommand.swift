import ArgumentParser
import DeepLinear
import Foundation
import LinearAlgebra
import Logging
import MeanField
import Records

/// `dmft solve`: predict the curves, train nothing.
struct SolveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solve",
    abstract: "Predict the loss curve of a deep linear network without training it.",
    usage: "dmft solve [CONFIG] [key=value ...] [-o DIR] [--arrays] [--json] [--quiet]",
    discussion: """
      Examples:
        dmft solve
        dmft solve configs/digits.yaml
        dmft solve configs/digits.yaml training.learningRate=0.02 -o runs/digits
      """)

  @OptionGroup var options: ConfigurationOptions

  @Option(
    name: .customShort("o"),
    help: ArgumentHelp("Write a run folder: manifest, curves and layers.", valueName: "DIR"))
  var folder: String?

  @Flag(help: "With -o, also write the correlations and responses of all pairs of times (arrays.npz).")
  var arrays = false

  @Flag(help: .hidden)
  var figures = false

  mutating func run() throws {
    guard !figures else {
      throw CommandFailure(
        status: .usage, lines: ["--figures is not in version \(DMFT.version); curves.csv (with -o) has the numbers"])
    }
    let configuration = try options.load()
    let log = NoticeHandler.logger(quiet: options.output.quiet)
    if arrays && folder == nil { log.warning("--arrays needs -o DIR; no arrays will be written") }
    let runFolder = try claim(configuration)
    let solver = try SolverAccess.solver(configuration.problem)
    try SolverAccess.refuseBeyondMemory(solver.cost, configuration.problem)
    if !options.output.json { printHead(solver) }

    let interruption = Interruption()
    let progress = ProgressLine(quiet: options.output.quiet)
    let clock = ContinuousClock.now
    let solution = solver.solve(progress: progress.report)
    let seconds = (ContinuousClock.now - clock) / .seconds(1)
    progress.finish()
    if !options.output.json { printCurve(solution) }

    let report = SolveReport(
      configuration: configuration, solution: solution, stableRate: try stableRate(solution, log),
      seconds: seconds, cost: solver.cost)
    interruption.end()
    if !options.output.json { for line in report.remarks { print(line) } }
    try write(report, to: runFolder, log)
    if options.output.json { print(report.json.text()) } else { printNext(report) }
  }

  private func claim(_ configuration: Configuration) throws(CommandFailure) -> RunFolder? {
    guard let folder else { return nil }
    guard !folder.isEmpty else { throw CommandFailure(status: .usage, lines: ["-o needs the name of a folder"]) }
    do {
      return try RunFolder(claiming: folder, configuration: configuration, command: "solve")
    } catch {
      throw CommandFailure(error)
    }
  }

  private func printHead(_ solver: Solver) {
    print(ProblemText.line(solver.problem))
    var cost = CostText.line(solver.cost)
    if solver.compression.isCompressed {
      cost +=
        " (spectrum of \(solver.compression.eigenvalues) points compressed to "
        + "\(solver.compression.fluctuationMasses) + \(solver.compression.signalMasses))"
    }
    print(cost)
  }

  /// Only a diverged run is worth the dozen solves that the largest stable rate takes.
  private func stableRate(_ solution: Solution, _ log: Logger) throws -> StableRate? {
    guard case .diverged = solution.outcome else { return nil }
    log.notice("diverged; looking for the largest stable rate")
    return try SolverAccess.stableRate(solution.problem, log)
  }

  private func printCurve(_ solution: Solution) {
    print("")
    for line in CurveTable.lines(solution.curve) { print(line) }
    print("")
    let plot = TerminalPlot().lines(solution.curve)
    for line in plot { print(line) }
    if !plot.isEmpty { print("") }
    // A search for the stable rate may follow: show what is known.
    fflush(nil)
  }

  private func write(_ report: SolveReport, to runFolder: RunFolder?, _ log: Logger) throws(CommandFailure) {
    guard let runFolder else { return }
    do {
      let record = report.record(arrays: arrays)
      for file in try runFolder.filesRemoved(by: record) {
        log.warning("\(runFolder.path)/\(file) of the earlier run is removed: this run does not make it")
      }
      let files = try runFolder.write(record)
      guard !options.output.json else { return }
      print("written: " + files.map { "\(runFolder.path)/\($0)" }.joined(separator: "  "))
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Commands to paste that go on from this very problem.
  private func printNext(_ report: SolveReport) {
    // As the user called it: it may not be on the PATH.
    let program = Self.quoted(CommandLine.arguments[0])
    let given = options.words.map { " " + Self.quoted($0) }.joined()
    print("next:  \(program) explain\(given)    (every value and where it came from)")
    if let rate = report.suggestedRate(isKept: folder != nil) {
      let others = options.words.filter {
        !$0.hasPrefix("training.learningRate=") && !$0.hasPrefix("training.sgdRate=")
      }
      let rest = others.map { " " + Self.quoted($0) }.joined()
      print("       \(program) solve\(rest) training.learningRate=\(rate)    (\(report.suggestionReason))")
    } else {
      print("       \(program) solve\(given) -o runs/first    (keep the curve as a run folder)")
    }
  }

  /// A word as a shell takes it literally.
  private static func quoted(_ word: String) -> String {
    let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "._-/=+:,@%".contains($0) }
    return plain ? word : "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
