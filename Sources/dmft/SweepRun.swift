import Foundation
import Logging
import Parallel
import Records
import Synchronization

/// Runs units of a sweep that have no result yet, side by side on the cores; each is kept the moment it ends.
struct SweepRun {
  let folder: SweepFolder
  /// The units to look at; those that are done are left alone.
  let units: [Sweep.Unit]
  let workers: Int
  let quiet: Bool

  /// Runs to the end, or until a signal comes.
  ///
  /// - Parameter log: for what was done before.
  /// - Throws: 75 if it was stopped, 74 where a result can't be kept.
  func run(_ log: Logger) throws(CommandFailure) {
    let pending = pending
    let before = units.count - pending.count
    if before > 0 { log.notice("\(before) done before, \(pending.count) to go") }
    // SIGINT and SIGTERM leave networks in training; SIGUSR1 lets running units end.
    let (abandon, ending) = (StopSignal(), StopSignal())
    let interruption = Interruption(abandon, saying: Interruption.unitsKept, ending: ending)
    defer { interruption.end() }
    let progress = ProgressLine(quiet: quiet, units: pending.count)
    var done = 0
    let end = try runAll(pending, abandon: abandon, ending: ending) {
      done += 1
      progress.report(Double(done) / Double(pending.count))
    }
    progress.finish()
    guard end < pending.count else { return }
    let left = self.pending.count
    throw CommandFailure(
      status: .interrupted,
      lines: ["stopped: \(units.count - left) of \(units.count) units kept; the same command goes on"])
  }

  /// Units without a result, each once.
  private var pending: [Sweep.Unit] {
    var names: Set<String> = []
    return units.filter { unit in
      if case .done = folder.state(of: unit) { return false }
      return names.insert(unit.name).inserted
    }
  }

  private func runAll(_ pending: [Sweep.Unit], abandon: StopSignal, ending: StopSignal, progress: () -> Void)
    throws(CommandFailure) -> Int
  {
    let folder = folder
    let available = MachineMemory.available
    // What can't fit at all fails by itself; the largest of the others says how many fit side by side.
    let largest = pending.compactMap { try? UnitMachine.expense($0).bytes }.filter { $0 <= available }.max() ?? 0
    let running = max(1, min(workers, pending.count, available / max(1, largest)))
    let threads = max(1, workers / running)
    let memory = running == 1 ? available : max(largest, available / running)
    do throws(WritingProblem) {
      return try OrderedResults.run(
        0..<pending.count, workers: running, ahead: pending.count, stop: ending,
        work: { index -> Result<Void, WritingProblem>? in
          if abandon.isRaised { return nil }
          return Self.finish(pending[index], folder, threads: threads, memory: memory, stop: abandon)
        },
        deliver: { _, result throws(WritingProblem) in
          try result.get()
          progress()
        })
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Runs a unit and keeps what it came to, or why it failed; nil if it was stopped.
  private static func finish(
    _ unit: Sweep.Unit, _ folder: SweepFolder, threads: Int, memory: Int, stop: StopSignal
  ) -> Result<Void, WritingProblem>? {
    let curve: UnitCurve?
    do throws(UnitMachine.Failure) {
      curve = try UnitMachine.run(unit, threads: threads, memory: memory, stop: stop)
    } catch {
      let reason = error.reason
      return Result { () throws(WritingProblem) in try folder.fail(unit, reason: reason) }
    }
    guard let curve else { return nil }
    return Result { () throws(WritingProblem) in try folder.keep(curve, of: unit) }
  }
}
