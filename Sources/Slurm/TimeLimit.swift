/// A time limit of a job.
public struct TimeLimit: Hashable, Sendable {
  /// Seconds; nil for none.
  public let seconds: Int?

  /// - Parameter text: as Slurm takes it: minutes, minutes:seconds, hours:minutes:seconds, days-hours and so on; nil for
  ///   anything else.
  public init?(_ text: String) {
    if ["unlimited", "infinite", "-1", "0"].contains(text.lowercased()) {
      seconds = nil
      return
    }
    let halves = text.split(separator: "-", omittingEmptySubsequences: false)
    let parts = halves[halves.count - 1].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
    guard halves.count <= 2, parts.count <= 3, parts.allSatisfy({ (0...1_000_000).contains($0) }) else { return nil }
    var units = parts.count == 1 ? [60] : parts.count == 2 ? [60, 1] : [3600, 60, 1]
    var days = 0
    if halves.count == 2 {
      guard let given = Int(halves[0]), (0...100_000).contains(given) else { return nil }
      (days, units) = (given, [3600, 60, 1])
    }
    let sum = days * 86_400 + zip(parts, units).reduce(0) { $0 + $1.0 * $1.1 }
    seconds = sum > 0 ? sum : nil
  }

  /// Seconds before the limit at which a job is asked to end: twice its longest piece of work, at most half of the limit.
  ///
  /// - Parameter longest: seconds of the longest piece of work.
  /// - Returns: the seconds; nil without a limit.
  public func warning(longest: Double) -> Int? {
    seconds.map { max(1, min(Self.warning(longest: longest), $0 / 2)) }
  }

  /// The same where the limit is not known.
  ///
  /// - Parameter longest: seconds of the longest piece of work.
  /// - Returns: from half a minute to what sbatch takes at most.
  public static func warning(longest: Double) -> Int { max(30, Int(min(65_535, 2 * longest))) }
}
