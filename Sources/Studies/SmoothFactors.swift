import Calculus
import RealModule

/// A smooth positive curve through a few factors: a natural spline through their logarithms.
public enum SmoothFactors {
  /// Where the factors stand, evenly spaced from the first entry of the curve to the last.
  ///
  /// - Parameters:
  ///   - knots: how many, at least 3.
  ///   - count: entries of the curve.
  /// - Returns: places from 0 to `count - 1`.
  public static func places(_ knots: Int, count: Int) -> [Double] {
    (0..<knots).map { Double($0) * Double(count - 1) / Double(knots - 1) }
  }

  /// The curve, equation (9.11).
  ///
  /// - Parameters:
  ///   - factors: above 0, at least 3.
  ///   - count: entries of the curve.
  /// - Returns: one factor an entry, from 2^-20 to 2^8.
  public static func values(_ factors: [Double], count: Int) -> [Double] {
    let spline = NaturalSpline(x: places(factors.count, count: count), y: factors.map { .log2($0) })
    guard let logarithms = try? spline.values(at: (0..<count).map(Double.init)) else {
      preconditionFailure("every entry lies between the first knot and the last")
    }
    return logarithms.map { .exp2(min(max($0, -20), 8)) }
  }
}
