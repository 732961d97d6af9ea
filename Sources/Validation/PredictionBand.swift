import Calculus

/// Where one more curve will lie that is drawn as some were, equations (23.1) to (23.4): at each point with a given probability, and at all
/// points together. What is already known of the new curve narrows the band.
///
///     let band = PredictionBand(curves, level: 0.9)
///     print(band.points[3].low, band.points[3].high)
public struct PredictionBand: Codable, Hashable, Sendable {
  /// A number that is known of every curve, and of the new one.
  public struct Known: Sendable {
    /// One a curve.
    public let values: [Double]
    /// That of the new curve.
    public let seen: Double

    /// - Parameters:
    ///   - values: one a curve.
    ///   - seen: that of the new curve.
    public init(values: [Double], seen: Double) {
      self.values = values
      self.seen = seen
    }
  }

  /// The band at one point.
  public struct Point: Codable, Hashable, Sendable {
    /// What is expected of the new curve; the median where ranks are taken.
    public let center: Double
    /// Standard error of a prediction, `S` in equation (23.1); nil where ranks are taken.
    public let error: Double?
    /// Lower end of the band at this point.
    public let low: Double
    /// Upper end; infinite where too many curves end before.
    public let high: Double
  }

  /// Values whose deviation is rounding.
  static let rounding = 1e-9
  /// Fewest curves that a band for all points together rests on.
  public static let fewestTogether = 19

  /// At every point.
  public let points: [Point]
  /// Errors to either side for all points together, `q` in equation (23.3); nil where there are too few curves.
  public let factor: Double?
  /// Errors to either side at a single point, `t` in equation (23.1).
  public let pointFactor: Double
  /// Probability that was asked for.
  public let level: Double
  /// Number of curves.
  public let curves: Int

  /// Finds the band.
  ///
  /// - Parameters:
  ///   - values: for each point one number a curve; infinite for a curve that has ended before.
  ///   - level: probability of the band, such as 0.9.
  ///   - known: what is known of all curves and of the new one; at least three fewer than there are curves.
  public init(_ values: [[Double]], level: Double, known: [Known] = []) {
    let count = values.first?.count ?? 0
    precondition(count > known.count + 2)
    let basis = Basis(known, count: count)
    let degrees = Double(count - 1 - basis.columns.count)
    let t = StudentDistribution.quantile((1 + level) / 2, degrees: degrees)
    (self.level, curves, pointFactor) = (level, count, t)
    let fits = values.map { $0.allSatisfy(\.isFinite) ? basis.fit($0) : nil }
    points = zip(values, fits).map { values, fit in
      guard let fit else { return Self.ranked(values, level: level) }
      let error = fit.deviation * basis.leverage.squareRoot()
      return Point(center: fit.center, error: error, low: fit.center - t * error, high: fit.center + t * error)
    }
    let rank = Self.rank(level, of: count, .up)
    guard count >= Self.fewestTogether, rank <= count, degrees > 1 else {
      factor = nil
      return
    }
    let largest = (0..<count).map { curve in fits.reduce(0) { max($0, $1?.deleted[curve] ?? 0) } }
    factor = largest.sorted()[rank - 1]
  }

  /// The band that holds at all points together, where the point takes part in it.
  ///
  /// - Parameter point: its index.
  /// - Returns: both ends; nil where there is none.
  public func together(_ point: Int) -> ClosedRange<Double>? {
    guard let factor, let error = points[point].error else { return nil }
    let half = factor * error
    return points[point].center - half...points[point].center + half
  }

  /// Order statistics, for curves some of which have ended: equation (23.4).
  private static func ranked(_ values: [Double], level: Double) -> Point {
    let sorted = values.map { $0.isNaN ? .infinity : $0 }.sorted()
    let low = max(1, rank((1 - level) / 2, of: sorted.count, .down))
    let high = min(sorted.count, rank((1 + level) / 2, of: sorted.count, .up))
    return Point(center: sorted[sorted.count / 2], error: nil, low: sorted[low - 1], high: sorted[high - 1])
  }

  /// A share of one more than the curves, as a whole number; what is whole but for rounding stays.
  private static func rank(_ share: Double, of count: Int, _ rule: FloatingPointRoundingRule) -> Int {
    let place = share * Double(count + 1)
    return Int((abs(place - place.rounded()) < 1e-9 ? place.rounded() : place.rounded(rule)))
  }

  /// Least squares on a constant and what is known, in an orthonormal basis.
  private struct Basis {
    /// Without the constant: orthonormal, each of mean zero.
    private(set) var columns: [[Double]] = []
    /// The new curve in the same basis.
    private var seen: [Double] = []
    /// Diagonal of the hat matrix.
    private let hat: [Double]
    /// `1 + z' (Z'Z)^-1 z` of the new curve, equation (23.2).
    let leverage: Double

    struct Fit {
      let center: Double
      /// Standard deviation of the residuals.
      let deviation: Double
      /// Of every curve, how many errors it lies from what the others predict; 0 where values differ by rounding.
      let deleted: [Double]
    }

    init(_ known: [Known], count: Int) {
      for one in known {
        let mean = one.values.reduce(0, +) / Double(count)
        var (column, value) = (one.values.map { $0 - mean }, one.seen - mean)
        let size = Self.square(column)
        for (other, own) in zip(columns, seen) {
          let share = zip(column, other).reduce(0) { $0 + $1.0 * $1.1 }
          for row in column.indices { column[row] -= share * other[row] }
          value -= share * own
        }
        // What earlier ones already say has nothing left.
        let rest = Self.square(column)
        guard rest > 1e-12 * size, rest > 0 else { continue }
        columns.append(column.map { $0 / rest.squareRoot() })
        seen.append(value / rest.squareRoot())
      }
      hat = (0..<count).map { [columns] row in columns.reduce(1 / Double(count)) { $0 + $1[row] * $1[row] } }
      leverage = 1 + 1 / Double(count) + Self.square(seen)
    }

    private static func square(_ list: [Double]) -> Double { list.reduce(0) { $0 + $1 * $1 } }

    func fit(_ values: [Double]) -> Fit {
      let mean = values.reduce(0, +) / Double(values.count)
      var (rest, center) = (values.map { $0 - mean }, mean)
      for (column, own) in zip(columns, seen) {
        let share = zip(rest, column).reduce(0) { $0 + $1.0 * $1.1 }
        for row in rest.indices { rest[row] -= share * column[row] }
        center += share * own
      }
      let degrees = Double(values.count - 1 - columns.count)
      let squares = Self.square(rest)
      let deviation = (squares / degrees).squareRoot()
      guard deviation > PredictionBand.rounding, degrees > 1 else {
        return Fit(center: center, deviation: deviation, deleted: values.map { _ in 0 })
      }
      let deleted = rest.indices.map { row in
        let own = rest[row] * rest[row] / (1 - hat[row])
        let others = (squares - own) / (degrees - 1)
        return others > 0 ? (own / others).squareRoot() : 0
      }
      return Fit(center: center, deviation: deviation, deleted: deleted)
    }
  }
}
