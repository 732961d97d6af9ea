import Parallel

/// How far a search is that ends after a number of solves which is found out on the way.
struct SearchShare {
  let report: (Double) -> Void
  private var done = 0.0
  private var largest = 0.0

  /// Solves that are left while nothing is known.
  static let usualLeft = 5.0

  init(report: @escaping (Double) -> Void) { self.report = report }

  /// Another solve is done.
  ///
  /// - Parameter left: how many more there will be.
  mutating func step(left: Double) {
    done += 1
    largest = max(largest, done / (done + max(left, 0)))
    report(largest)
  }
}

/// Seconds that a search for a rate may take, by a clock that is read after every row of every solve.
public struct SearchBudget: Sendable {
  /// Seconds from the first solve of the search on.
  public let seconds: Double
  private let clock: @Sendable () -> Double

  /// - Parameters:
  ///   - seconds: from the first solve of the search on.
  ///   - clock: reads seconds; the processor time of the calling thread, so that a busy computer changes little.
  public init(seconds: Double, clock: @escaping @Sendable () -> Double = ProcessorTime.ofThread) {
    self.seconds = seconds
    self.clock = clock
  }

  /// Time without end.
  static let unlimited = SearchBudget(seconds: .infinity) { 0 }

  /// Starts the clock.
  ///
  /// - Returns: whether the seconds are over, at any later time.
  func started() -> @Sendable () -> Bool {
    let (end, clock) = (clock() + seconds, clock)
    return { clock() >= end }
  }
}
