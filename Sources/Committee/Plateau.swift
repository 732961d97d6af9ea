/// A stretch of time in which the loss hardly falls, with a faster fall behind it; equation (19.11).
public struct Plateau: Codable, Hashable, Sendable {
  /// Where it begins.
  public let start: Double
  /// Where it ends.
  public let end: Double
  /// The loss where it falls least, noise included.
  public let loss: Double
  /// The time at which it falls least.
  public let middle: Double
  /// The loss above the noise at the end of the curve, over that on the plateau.
  public let remaining: Double

  /// Share of the fastest falls before and behind it below which the loss counts as standing still.
  public static let share = 0.2
  /// Share of the loss above the noise that must be lost behind a plateau.
  public static let leastFall = 0.1

  /// Loss above the noise over its start that is rounding.
  static let rounding = 1e-9

  /// How long it lasts.
  public var length: Double { end - start }
}

extension CommitteeCurve {
  /// All plateaus, in the order of time; equation (19.11).
  ///
  /// The relative rate of fall `-d ln(ε - σ²)/dt` is compared with its largest value before and behind; a plateau at the very start
  /// has nothing before it.
  public var plateaus: [Plateau] {
    let all = excess
    // A loss at the level of rounding has no rate of fall.
    let floor = Plateau.rounding * (all.first ?? 0)
    let excess = Array(all.prefix { $0 > floor })
    let rates = excess.indices.map { excess[$0] > 0 ? rows[$0].fall / excess[$0] : 0 }
    guard rates.count > 2 else { return [] }
    var behind = [Double](repeating: 0, count: rates.count)
    for row in rates.indices.dropLast().reversed() { behind[row] = max(behind[row + 1], rates[row + 1]) }
    var plateaus: [Plateau] = []
    var before = 0.0
    var row = 0
    // A stretch at the start has no fall before it.
    var isFirst = true
    while row < rates.count {
      let limit = Plateau.share * (isFirst ? behind[row] : min(before, behind[row]))
      guard rates[row] < limit else {
        isFirst = false
        before = max(before, rates[row])
        row += 1
        continue
      }
      var end = row
      while end + 1 < rates.count,
        rates[end + 1] < Plateau.share * (isFirst ? behind[end + 1] : min(before, behind[end + 1]))
      {
        end += 1
      }
      if let plateau = plateau(row...end, rates, excess) { plateaus.append(plateau) }
      row = end + 1
      isFirst = false
    }
    return plateaus
  }

  private func plateau(_ stretch: ClosedRange<Int>, _ rates: [Double], _ excess: [Double]) -> Plateau? {
    guard stretch.count > 1, let middle = stretch.min(by: { rates[$0] < rates[$1] }), let last = excess.last,
      excess[middle] > 0
    else { return nil }
    let least = excess[stretch.upperBound...].min() ?? last
    guard least < (1 - Plateau.leastFall) * excess[middle] else { return nil }
    return Plateau(
      start: rows[stretch.lowerBound].time, end: rows[stretch.upperBound].time, loss: rows[middle].loss,
      middle: rows[middle].time, remaining: last / excess[middle])
  }
}
