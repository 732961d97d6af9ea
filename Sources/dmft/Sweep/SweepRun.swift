import Foundation
import Logging
import Parallel
import Records
import Synchronization

/// Runs units of a sweep that have no result yet, side by side on the cores; each is kept the moment it ends.
struct SweepRun {
  let folder: SweepFolder
  let workers: Int
  let quiet: Bool
  private let units: [Sweep.Unit]
  /// Units that had no result when this began, each once.
  let pending: [Sweep.Unit]
  private let doneBefore: Int

  /// - Parameters:
  ///   - folder: where results are kept.
  ///   - units: the units to look at; those that are done are left alone.
  ///   - workers: units run at a time.
  ///   - quiet: no progress.
  init(folder: SweepFolder, units: [Sweep.Unit], workers: Int, quiet: Bool) {
    self.folder = folder
    self.workers = workers
    self.quiet = quiet
    self.units = units
    let open = units.filter { !Self.isDone($0, folder) }
    var names: Set<String> = []
    pending = open.filter { names.insert($0.name).inserted }
    doneBefore = units.count - open.count
  }

  /// Runs to the end, or until a signal comes.
  ///
  /// - Parameters:
  ///   - signals: what stops it.
  ///   - log: for what was done before.
  /// - Throws: 75 if it was stopped, 74 where a result can't be kept.
  func run(_ signals: SweepSignals, _ log: Logger) throws(CommandFailure) {
    if doneBefore > 0 { log.notice("\(doneBefore) done before, \(units.count - doneBefore) to go") }
    signals.listen()
    let progress = ProgressLine(quiet: quiet, units: pending.count)
    var count = 0
    let end = try runAll(pending, abandon: signals.abandon, ending: signals.ending) {
      count += 1
      progress.report(Double(count) / Double(pending.count))
    }
    progress.finish()
    guard end < pending.count else { return }
    let done = units.count { Self.isDone($0, folder) }
    throw CommandFailure(
      status: .interrupted, lines: ["stopped: \(done) of \(units.count) units kept; the same command goes on"])
  }

  private static func isDone(_ unit: Sweep.Unit, _ folder: SweepFolder) -> Bool {
    if case .done = folder.state(of: unit) { true } else { false }
  }

  private func runAll(_ pending: [Sweep.Unit], abandon: StopSignal, ending: StopSignal, progress: () -> Void)
    throws(CommandFailure) -> Int
  {
    let folder = folder
    let available = MachineMemory.available
    // What can't fit at all fails by itself; the largest of the others says how many fit side by side.
    let largest = pending.compactMap { try? UnitMachine.expense($0).bytes }.filter { $0 <= available }.max() ?? 0
    let running = ThreadBudget.threads(asked: min(workers, pending.count), bytesEach: largest)
    let threads = max(1, ThreadBudget.threads(asked: workers, beside: running * largest) / running)
    let left = ThreadBudget.available(threads: running * threads)
    let memory = running == 1 ? left : max(largest, left / running)
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

/// The signals that a sweep answers: SIGINT and SIGTERM leave networks in training, SIGUSR1 lets running units end.
final class SweepSignals {
  let abandon = StopSignal()
  let ending = StopSignal()
  private let interruption: Interruption

  /// From here on SIGUSR1 is remembered, and the others leave at once.
  init() {
    interruption = Interruption(nil, saying: Interruption.unitsKept, ending: ending)
  }

  /// From here on units run, which a signal asks to stop.
  func listen() { interruption.now(stops: abandon) }

  /// Gives the signals back.
  func end() { interruption.end() }
}
