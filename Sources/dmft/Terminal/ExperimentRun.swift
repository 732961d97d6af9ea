import Experiments
import Foundation
import JSON
import LinearAlgebra
import Logging
import Parallel
import Reports
import RunStore

/// Runs an experiment as a command line does: claims its folder, prints what it costs, listens to signals, prints and keeps
/// the report. The only place that connects an experiment to a terminal.
struct ExperimentRun {
  let output: OutputOptions
  let keeping: RunOptions
  /// Whether correlations are kept.
  var arrays = false
  /// Parallel workers; nil for as many as cores.
  var workers: Int?
  /// Whether finished parts are stored as they come, so that the same command continues after an interrupt.
  var isResumable = false

  private var log: Logger { NoticeHandler.logger(quiet: output.quiet) }

  /// Runs to the end and exits with the code of the report's answer.
  ///
  /// - Parameters:
  ///   - experiment: what is run.
  ///   - identity: what its run folder is known by.
  ///   - next: suggested commands.
  /// - Throws: what the experiment refuses, an interrupt, a file that can't be written, the exit code of a failed check.
  func run<Subject: Experiment>(
    _ experiment: Subject, of identity: RunIdentity, next: (Subject.Result) -> [String] = { _ in [] }
  ) throws {
    let folder = try keeping.claim(
      identity, command: Subject.name, options: experiment.options, arrays: arrays,
      growingKey: isResumable ? "simulation.replicas" : nil, log)
    var context = RunContext(workers: workers)
    let estimate = try CommandFailure.unless(CommandFailure.init) { () throws(ExperimentFailure) in
      let estimate = try experiment.estimate(workers: context.workers)
      try estimate.refuseBeyondMemory()
      return estimate
    }
    if output.showsFrame {
      let cost = folder == nil ? estimate.line : estimate.line(arrays: arrays, figures: keeping.figures)
      for line in experiment.headline + [cost] { print(line) }
      // A reader of a pipe sees the headline before the work begins.
      try Terminal.flush()
    }
    let clock = ContinuousClock.now
    context.keepsArrays = arrays && folder != nil
    if isResumable {
      do { context.units = try folder?.begin(version: DMFT.version) } catch { throw CommandFailure(error) }
    }
    let interruption = Interruption(
      saying: context.units == nil ? Interruption.nothingKept : Interruption.unitsKept)
    defer { interruption.end() }
    let finished = try perform(experiment, &context, interruption)
    let seconds = (ContinuousClock.now - clock) / .seconds(1)
    var report = Subject.report(finished.result, arrays: ComputedArrays(finished.arrays))
    // A signal while the result is written comes too late to matter.
    interruption.now(stops: StopSignal())
    let run = RunDescription(
      version: DMFT.version, command: Subject.name, hash: identity.hash, configuration: identity.json(in: nil),
      yaml: identity.yaml(in: nil), options: experiment.options, seconds: seconds, core: BLAS.core)
    if !output.json { printResult(report.lines) }
    if let folder {
      report.citations = Citation.all(
        of: report, version: DMFT.version, dataSHA256: identity.dataSHA256, blas: BLASName.running.library)
      try RunWriting(folder: folder, run: run, pictures: keeping.figures ? [.svg] : [], output: output)
        .write(report, finished)
    }
    if output.json { printJSON(report.json(head: run.head)) }
    if output.showsFrame { printNext(next(finished.result)) }
    try Terminal.flush()
    try exit(report.answer)
  }

  private func printJSON(_ result: JSONValue) { print(ServedCall.isActive ? result.line() : result.text()) }

  private func exit(_ answer: Report.Answer?) throws {
    switch answer {
    case .failed: throw ExitStatus.exit(.checkFailed)
    case .cannotTell: throw ExitStatus.exit(.cannotTell)
    case .passed, nil: break
    }
  }

  private func perform<Subject: Experiment>(
    _ experiment: Subject, _ context: inout RunContext, _ interruption: Interruption
  ) throws(CommandFailure) -> Finished<Subject.Result> {
    let log = log
    let progress = ProgressLine(quiet: output.quiet)
    context.progress = progress.report
    context.notice = { log.notice("\($0)") }
    context.warning = { log.warning("\($0)") }
    context.stopping = interruption.now(stops:)
    let context = context
    defer { progress.finish() }
    return try CommandFailure.unless(CommandFailure.init) { () throws(ExperimentFailure) in
      try experiment.run(in: context)
    }
  }

  /// The blank line at the head sets the result apart from what stands above it.
  private func printResult(_ lines: [String]) {
    for line in output.quiet ? Array(lines.drop(while: \.isEmpty)) : lines { print(line) }
  }

  private func printNext(_ lines: [String]) {
    for (index, line) in lines.enumerated() { print((index == 0 ? "next:  " : "       ") + line) }
  }
}
