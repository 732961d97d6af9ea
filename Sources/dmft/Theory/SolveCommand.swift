import ArgumentParser
import DeepLinear
import Foundation
import Logging
import MeanField
import Parallel
import Records

/// `dmft solve`: predict the curves, train nothing.
struct SolveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solve",
    abstract: "Predict the loss curve of a deep linear network without training it.",
    usage: "dmft solve [CONFIG] [key=value ...] [-o DIR] [--compare-limits] [--arrays] [--figures] [--json] [--quiet]",
    discussion: """
      Examples:
        dmft solve
        dmft solve configs/digits.yaml
        dmft solve configs/digits.yaml training.learningRate=0.02 -o runs/digits
      """)

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var keeping: RunOptions
  @OptionGroup var matrices: ArrayOptions
  @OptionGroup var workers: WorkerOptions

  @Flag(help: "Also show the exact limits near this problem and how far the solver is from each.")
  var compareLimits = false

  mutating func run() throws {
    let configuration = try options.load()
    let log = NoticeHandler.logger(quiet: options.output.quiet)
    let runFolder = try keeping.claim(configuration.identity, command: "solve", arrays: matrices.arrays, log)
    for notice in PanelText.notices(configuration.problem) + TableText.notices(configuration.problem) {
      log.notice("\(notice)")
    }
    let solver = try SolverAccess.solver(configuration.problem)
    try SolverAccess.refuseBeyondMemory(solver.cost, configuration.problem)
    if !options.output.json { printHead(solver) }

    let interruption = Interruption()
    // Whoever waits on a pipe knows now what is being solved, and that an interrupt will be answered.
    fflush(nil)
    let progress = ProgressLine(quiet: options.output.quiet)
    let clock = ContinuousClock.now
    let cores = SideBySide.cores(ThreadBudget.threads(asked: try workers.count, beside: solver.cost.bytes))
    let solution = solver.solve(cores: cores, progress: progress.report)
    let seconds = (ContinuousClock.now - clock) / .seconds(1)
    progress.finish()
    if !options.output.json { printCurve(solution) }

    let report = SolveReport(
      configuration: configuration, solution: solution, stableRate: try stableRate(solution, log),
      seconds: seconds, cost: solver.cost, limits: compareLimits ? LimitsTable(solution) : nil)
    interruption.end()
    if !options.output.json { for line in (report.limits?.lines ?? []) + report.remarks { print(line) } }
    try keeping.write(
      report.record(arrays: matrices.arrays), to: runFolder, isListed: !options.output.json, log)
    if options.output.json { print(report.json.text()) } else { printNext(report) }
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
    let plot = TerminalPlot().lines(solution.curve, solution.problem.time)
    for line in plot { print(line) }
    if !plot.isEmpty { print("") }
    // A search for the stable rate may follow: show what is known.
    fflush(nil)
  }

  /// Commands to paste that go on from this very problem.
  private func printNext(_ report: SolveReport) {
    let same = NextCommand(options.words)
    print("next:  " + same.text("explain") + "    (every value and where it came from)")
    if let rate = report.suggestedRate(isKept: keeping.folder != nil) {
      let other = same.replacing("training.learningRate", by: rate, orGivenAs: "training.sgdRate")
      print("       " + other.text("solve") + "    (\(report.suggestionReason))")
    } else if let folder = keeping.folder {
      print(
        "       " + [CommandLine.arguments[0], "plot", folder].map(NextCommand.quoted).joined(separator: " ")
          + "    (its figures)")
    } else {
      print("       " + same.text("solve") + " -o runs/first    (keep the curve as a run folder)")
    }
  }
}
