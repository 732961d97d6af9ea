import Parallel

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
