import Experiments
import Files
import Foundation
import JSON
import LinearAlgebra
import Parallel
import Reports
import RunStore

/// The folder of a sweep as the commands `sweep`, `worker`, `status` and `merge` use it.
struct SweepRun {
  let folder: SweepFolder
  private let output: OutputOptions

  init(claiming path: String, _ sweep: Sweep, output: OutputOptions) throws(CommandFailure) {
    self.output = output
    folder = try CommandFailure.unless(CommandFailure.init) { () throws(WritingProblem) in
      try SweepFolder(claiming: path, sweep: sweep, version: DMFT.version)
    }
  }

  /// A sweep that was begun before.
  init(opening path: String, output: OutputOptions) throws(CommandFailure) {
    self.output = output
    folder = try CommandFailure.unless(CommandFailure.init) { () throws(WritingProblem) in
      try SweepFolder.open(path, version: DMFT.version)
    }
  }

  /// Runs those of some units that have no result yet, until a signal comes: SIGINT and SIGTERM leave networks in training,
  /// SIGUSR1 lets running units end.
  func run(
    _ units: [Sweep.Unit], workers: Int, _ interruption: Interruption, ending: StopSignal
  ) throws(CommandFailure) {
    let log = NoticeHandler.logger(quiet: output.quiet)
    let progress = ProgressLine(quiet: output.quiet, units: folder.sweep.pending(units, in: folder.units).count)
    defer { progress.finish() }
    var context = RunContext(workers: workers)
    context.progress = progress.report
    context.notice = { log.notice("\($0)") }
    context.stopping = interruption.now(stops:)
    context.ending = ending
    try CommandFailure.unless(CommandFailure.init) { () throws(ExperimentFailure) in
      try folder.run(units, in: context)
    }
  }

  /// Prints how far the sweep is, without its tables.
  func printStatus() {
    let result = folder.result()
    var report = Sweep.report(result, arrays: nil)
    report.tables = []
    let status = SweepStatus(folder, result)
    report.findings.insert(contentsOf: status.findings, at: min(1, report.findings.count))
    report.details.merge(status.details) { $1 }
    if output.json { return print(report.json(head: head).text()) }
    for line in report.findings { print(line) }
  }

  /// Makes the summary and prints how far the sweep is; exit code 2 with failed units, 75 with missing ones.
  func merge(curves: Bool) throws {
    let lock = try CommandFailure.unless(CommandFailure.init) { () throws(WritingProblem) in
      try folder.folder.lockForMerging()
    }
    defer { withExtendedLifetime(lock) {} }
    let result = folder.result(curves: curves)
    let report = Sweep.report(result, arrays: nil)
    if !output.json { for line in report.lines.drop(while: \.isEmpty) { print(line) } }
    try RunWriting(folder: folder.folder, run: RunDescription(of: folder.sweep), keepsUnits: true, output: output)
      .write(report, Finished(result))
    if output.json { print(report.json(head: head).text()) }
    try Terminal.flush()
    if !result.failed.isEmpty { throw ExitStatus.exit(.failedUnits) }
    if result.missing > 0 { throw ExitStatus.exit(.interrupted) }
  }

  private var head: [String: JSONValue] {
    RunDescription(of: folder.sweep).head.merging(["run": .text(folder.path)]) { $1 }
  }
}

extension RunDescription {
  /// Of a sweep, whose parts take their time in several processes.
  init(of sweep: Sweep) {
    let identity = sweep.identity
    self.init(
      version: DMFT.version, command: Sweep.name, hash: identity.hash, configuration: identity.json(in: nil),
      yaml: identity.yaml(in: nil), options: sweep.options, seconds: 0, core: BLAS.core)
  }
}
