import Calculus
import RealModule

/// Plateau, transition and relaxation of a loss curve, equation (12.10). Times are in the unit of the times given, the
/// rate in one over it.
public struct GrowthPhases: Codable, Hashable, Sendable {
  /// When a tenth of the way was gone: the end of the plateau.
  public let plateauEnd: Double
  /// When half of the way was gone.
  public let halfTime: Double
  /// When nine tenths were gone: the end of the transition.
  public let transitionEnd: Double
  /// Rate at which the error decays while it is between 3 % and .05 % of its start; nil where the curve has too few rows there.
  public let relaxationRate: Double?

  /// Share of the loss at the start that is gone at the end.
  public let fall: Double
  /// Whether the curve left its plateau at all: a tenth of the loss or more is gone. Otherwise the times are those of any slow fall.
  public var hasLearned: Bool { fall >= 0.1 }

  /// Whether the loss has come to rest: over the last tenth of the time it fell by less than a hundredth of all it fell. Otherwise the floor is not
  /// known, and the phases are those of this stretch of the curve only.
  public let isFinished: Bool

  /// Whether the curve begins with a plateau: it stays in the first tenth for half of its half-time or more. A mode that relaxes from the start
  /// stays there for 15 % of it, linear growth for 20 %.
  public var hasPlateau: Bool { plateauEnd >= halfTime / 2 }

  /// Means over several curves: one network may leave its plateau long after another, which would smear a mean curve.
  ///
  /// - Parameter curves: phases of each; nil where one has none, or there are no curves.
  public init?(meanOf curves: [GrowthPhases?]) {
    let phases = curves.compactMap { $0 }
    guard !phases.isEmpty, phases.count == curves.count else { return nil }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    plateauEnd = mean(phases.map(\.plateauEnd))
    halfTime = mean(phases.map(\.halfTime))
    transitionEnd = mean(phases.map(\.transitionEnd))
    let rates = phases.compactMap(\.relaxationRate)
    relaxationRate = rates.count == phases.count ? mean(rates) : nil
    isFinished = phases.allSatisfy(\.isFinished)
    fall = mean(phases.map(\.fall))
  }

  /// Reads the phases of a curve; nil where the loss never falls.
  ///
  /// - Parameters:
  ///   - times: rising.
  ///   - losses: one a time; the least of them counts as the floor.
  public init?(times: [Double], losses: [Double]) {
    guard let start = losses.first, let floor = losses.min(), start > floor, times.count == losses.count,
      losses.allSatisfy(\.isFinite)
    else {
      return nil
    }
    let errors = losses.map { max(0, ($0 - floor) / (start - floor)).squareRoot() }
    func time(_ progress: Double) -> Double? {
      guard let row = errors.firstIndex(where: { $0 <= 1 - progress }) else { return nil }
      guard row > 0 else { return times[0] }
      let share = (errors[row - 1] - (1 - progress)) / (errors[row - 1] - errors[row])
      return times[row - 1] + share * (times[row] - times[row - 1])
    }
    guard let early = time(0.1), let half = time(0.5), let late = time(0.9) else { return nil }
    (plateauEnd, halfTime, transitionEnd) = (early, half, late)
    let end = times[times.count - 1]
    let nearEnd = times.lastIndex { $0 <= times[0] + 0.9 * (end - times[0]) } ?? 0
    isFinished = losses[nearEnd] - floor < 0.01 * (start - floor) && losses[losses.count - 1] <= losses[nearEnd]
    fall = (start - floor) / start
    // Late enough for a rate that no longer changes, and not so near the end that the floor, which is its loss, bends the curve.
    let tail = errors.indices.filter { errors[$0] < 0.03 && errors[$0] > 0.0005 && times[$0] < 0.9 * end }
    relaxationRate =
      tail.count < 3 ? nil : -LineFit(tail.map { times[$0] }, tail.map { .log(errors[$0]) }).slope
  }
}
