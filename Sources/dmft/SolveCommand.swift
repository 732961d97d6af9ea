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

  mutating func run() throws {
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
    let stableRate = try stableRate(solution, log)
    progress.finish()
    interruption.end()

    let report = SolveReport(
      configuration: configuration, solution: solution, stableRate: stableRate,
      seconds: seconds, cost: solver.cost)
    printResult(report)
    try write(report, to: runFolder)
    if !options.output.json { printNext(configuration) }
  }

  private func claim(_ configuration: Configuration) throws(CommandFailure) -> RunFolder? {
    guard let folder else { return nil }
    do {
      return try RunFolder(claiming: folder, configuration: configuration, command: "solve")
    } catch {
      throw CommandFailure(error)
    }
  }

  private func printHead(_ solver: Solver) {
    print(ProblemText.line(solver.problem))
    var cost =
      "cost: \(NumberText.bytes(solver.cost.bytes)), \(NumberText.seconds(solver.cost.seconds))"
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
    return try SolverAccess.stableRate(solution.problem)
  }

  private func printResult(_ report: SolveReport) {
    if options.output.json {
      print(report.json.text())
      return
    }
    let curve = report.reportedCurve
    print("")
    for line in CurveTable.lines(report.solution.curve) { print(line) }
    print("")
    let plot = TerminalPlot().lines(curve)
    for line in plot { print(line) }
    if !plot.isEmpty { print("") }
    for line in report.remarks { print(line) }
  }

  private func write(_ report: SolveReport, to runFolder: RunFolder?) throws(CommandFailure) {
    guard let runFolder else { return }
    do {
      let files = try runFolder.write(report.record(arrays: arrays))
      guard !options.output.json else { return }
      print("written: " + files.map { "\(runFolder.path)/\($0)" }.joined(separator: "  "))
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Commands to paste that go on from this very problem.
  private func printNext(_ configuration: Configuration) {
    let given = options.words.map { " " + Self.quoted($0) }.joined()
    if folder == nil {
      print("next:  dmft explain\(given)    (every value and where it came from)")
      print("       dmft solve\(given) -o runs/first    (keep the curve as a run folder)")
    } else {
      let rate = NumberText.short(2 * configuration.problem.optimizer.learningRate)
      let others = options.words.filter { !$0.hasPrefix("training.learningRate=") }
      let rest = others.map { " " + Self.quoted($0) }.joined()
      print("next:  dmft explain\(given)    (every value and where it came from)")
      print("       dmft solve\(rest) training.learningRate=\(rate)    (twice the rate)")
    }
  }

  /// A word as a shell takes it literally.
  private static func quoted(_ word: String) -> String {
    let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "._-/=+:,@%".contains($0) }
    return plain ? word : "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
