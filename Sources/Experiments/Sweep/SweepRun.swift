import Files
import Parallel
import RunStore

extension UnitStore {
  /// What is known of a unit; one whose record is damaged is missing.
  func state(of unit: Sweep.Unit) -> UnitState {
    if let curve = appended(unit.name).flatMap(UnitCurve.init(numbers:)) { return .done(curve) }
    return note(unit.name).map { .failed($0) } ?? .missing
  }

  /// Keeps what is known of a unit; one that failed will be tried again.
  fileprivate func keep(_ state: UnitState, of unit: Sweep.Unit) throws(WritingProblem) {
    switch state {
    case .done(let curve): try append(unit.name, curve.numbers)
    case .failed(let reason): try appendNote(unit.name, reason)
    case .missing: break
    }
  }
}

extension Sweep {
  /// Every n-th unit.
  package func shard(_ index: Int, of count: Int) -> [Unit] { units.filter { $0.index % count == index } }

  /// Units that have no result, each name once.
  package func pending(_ units: [Unit], in store: UnitStore?) -> [Unit] {
    var names: Set<String> = []
    store?.refresh()
    return units.filter { store?.state(of: $0).curve == nil && names.insert($0.name).inserted }
  }

  /// Runs those of some units that have no result yet, side by side; each is kept the moment it ends. Returns what was found
  /// by the names of the units; nothing of what is kept.
  @discardableResult
  func run(_ units: [Unit], in context: RunContext) throws(ExperimentFailure) -> [String: UnitState] {
    let store = context.units
    let pending = pending(units, in: store)
    func kept() -> Int { units.count { store?.state(of: $0).curve != nil } }
    let done = kept()
    if done > 0 { context.notice("\(done) done before, \(units.count - done) to go") }
    let stop = StopSignal()
    context.stopping(stop)
    defer { context.stopping(nil) }
    let share = MemoryShare(pending, workers: context.workers)
    var states: [String: UnitState] = [:]
    var count = 0
    let end: Int
    do throws(WritingProblem) {
      end = try OrderedResults.run(
        0..<pending.count, workers: share.running, ahead: pending.count, stop: context.ending,
        work: { index -> Swift.Result<UnitState?, WritingProblem>? in
          guard !stop.isRaised, let state = pending[index].run(share, stop: stop) else { return nil }
          return Swift.Result { () throws(WritingProblem) in
            try store?.keep(state, of: pending[index])
            return store == nil ? state : nil
          }
        },
        deliver: { index, result throws(WritingProblem) in
          states[pending[index].name] = try result.get()
          count += 1
          context.progress(Double(count) / Double(pending.count))
        })
    } catch {
      throw ExperimentFailure(error)
    }
    guard end < pending.count else { return states }
    let words =
      store == nil
      ? "stopped: nothing was kept"
      : "stopped: \(kept()) of \(units.count) units kept; repeat the command to continue"
    throw ExperimentFailure(.interrupted, [words])
  }
}

/// How memory and cores are shared by units that run side by side.
struct MemoryShare: Sendable {
  /// Units at a time.
  let running: Int
  /// Networks of a unit that are trained at a time.
  let threads: Int
  /// Bytes that a unit may take.
  let bytes: Int

  /// What does not fit at all fails by itself; the largest of the others decides.
  init(_ units: [Sweep.Unit], workers: Int) {
    let available = MachineMemory.available
    let largest = units.compactMap { try? PreparedUnit($0).estimate.most }.filter { $0 <= available }.max() ?? 0
    running = ThreadBudget.threads(asked: min(workers, units.count), bytesEach: largest)
    threads = max(1, ThreadBudget.threads(asked: workers, beside: running * largest) / running)
    let left = ThreadBudget.available(threads: running * threads)
    bytes = running == 1 ? left : max(largest, left / running)
  }
}

extension Sweep.Unit {
  /// Runs it to its result or its failure; nil if it was stopped.
  fileprivate func run(_ share: MemoryShare, stop: StopSignal) -> UnitState? {
    do throws(ExperimentFailure) {
      return try PreparedUnit(self).run(threads: share.threads, memory: share.bytes, stop: stop).map { .done($0) }
    } catch {
      return .failed(error.reasons.joined(separator: "; "))
    }
  }
}
