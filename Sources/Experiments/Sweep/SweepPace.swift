/// How fast units of a sweep end, by the times at which their results were kept.
package struct SweepPace: Sendable {
  /// Units that end in a second.
  package let perSecond: Double
  /// When the last one ended, in seconds since 1970.
  package let last: Double

  /// A sweep may have rested in between: only so many seconds before the last end count.
  private static let window = 600.0

  /// Takes the times at which units ended, in any order; nil where fewer than two ended, or all at one time.
  package init?(times: [Double]) {
    let rising = times.sorted()
    guard let last = rising.last, rising.count > 1 else { return nil }
    let recent = rising.filter { $0 >= last - Self.window }
    let counted = recent.count > 1 ? recent : Array(rising.suffix(2))
    let seconds = last - counted[0]
    guard seconds > 0 else { return nil }
    perSecond = Double(counted.count - 1) / seconds
    self.last = last
  }
}
