import Foundation

/// Independent pieces of work on several threads, whose results come back one by one in the order of their indices.
///
/// Sums over results are then made in one order, whatever the number of threads and the order in which they finish.
public enum OrderedResults {
  /// Works through a range.
  ///
  /// - Parameters:
  ///   - indices: the pieces of work.
  ///   - workers: number of threads, at least 1.
  ///   - ahead: how many pieces may be begun before an earlier one is delivered; nil: as many as threads, so that large
  ///     results do not pile up.
  ///   - stop: once raised no further piece is begun; pieces check it themselves to end early.
  ///   - work: does one piece; nil if it ended early.
  ///   - deliver: takes each result, in order, on the calling thread.
  /// - Returns: the first index without a delivered result; the end of the range if all are done.
  /// - Throws: what `deliver` throws, after all threads have ended.
  public static func run<Result: Sendable, Failure: Error>(
    _ indices: Range<Int>, workers: Int, ahead: Int? = nil, stop: StopSignal,
    work: @escaping @Sendable (Int) -> Result?, deliver: (Int, Result) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    try run(
      indices, workers: workers, ahead: ahead, stop: stop, start: WorkThread.start, work: work, deliver: deliver)
  }

  /// With threads that a test can deny.
  static func run<Result: Sendable, Failure: Error>(
    _ indices: Range<Int>, workers: Int, ahead: Int?, stop: StopSignal,
    start: (@escaping @Sendable () -> Void) -> Bool,
    work: @escaping @Sendable (Int) -> Result?, deliver: (Int, Result) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    let queue = WorkQueue<Result>(indices, slack: ahead ?? workers, stop: stop)
    let count = min(workers, indices.count)
    var started = 0
    while started < count {
      queue.enter()
      let isStarted = start {
        while let index = queue.begin() { queue.finish(index, work(index)) }
        queue.leave()
      }
      // A limit on threads or memory leaves fewer of them; without any the caller works itself.
      guard isStarted else {
        queue.leave()
        break
      }
      started += 1
    }
    // However this ends, no piece is begun any more.
    defer { queue.close() }
    for index in indices {
      if started == 0, let index = queue.begin() { queue.finish(index, work(index)) }
      guard let result = queue.result(index) else { return index }
      do {
        try deliver(index, result)
      } catch {
        // Running pieces check the signal, not the queue.
        stop.raise()
        throw error
      }
    }
    return indices.upperBound
  }
}

/// Where threads take work and leave results. Safe because every access holds the lock.
private final class WorkQueue<Result: Sendable>: @unchecked Sendable {
  private let lock = NSCondition()
  private let stop: StopSignal
  private let end: Int
  /// How far the work may run ahead of delivery, so that results do not pile up.
  private let slack: Int
  private var next: Int
  private var awaited: Int
  private var workers = 0
  private var isClosed = false
  private var finished: [Int: Result?] = [:]

  init(_ indices: Range<Int>, slack: Int, stop: StopSignal) {
    next = indices.lowerBound
    awaited = indices.lowerBound
    end = indices.upperBound
    self.slack = slack
    self.stop = stop
  }

  private func locked<Value>(_ body: () -> Value) -> Value {
    lock.lock()
    defer { lock.unlock() }
    return body()
  }

  func enter() { locked { workers += 1 } }

  func leave() {
    locked {
      workers -= 1
      lock.broadcast()
    }
  }

  /// The next piece of work; nil when there is none or the work is to stop.
  func begin() -> Int? {
    locked {
      while next >= awaited + slack, next < end, !stop.isRaised, !isClosed { lock.wait() }
      guard next < end, !stop.isRaised, !isClosed else { return nil }
      defer { next += 1 }
      return next
    }
  }

  func finish(_ index: Int, _ result: Result?) {
    locked {
      finished[index] = .some(result)
      lock.broadcast()
    }
  }

  /// Waits for a result; nil when it ended early or will never come.
  func result(_ index: Int) -> Result? {
    locked {
      while finished[index] == nil, workers > 0 { lock.wait() }
      awaited = index + 1
      lock.broadcast()
      return finished.removeValue(forKey: index) ?? nil
    }
  }

  /// Begins nothing more, and waits until all workers have left.
  func close() {
    locked {
      isClosed = true
      lock.broadcast()
      while workers > 0 { lock.wait() }
    }
  }
}
