import CGSL

/// The straight line `y = intercept + slope x` nearest to some points in the mean square (gsl_fit_linear).
public struct LineFit: Codable, Hashable, Sendable {
  /// Value at x = 0.
  public let intercept: Double
  /// Rise for each unit of x.
  public let slope: Double
  /// Standard error of the slope, from the scatter about the line; not a number for two points.
  public let slopeError: Double
  /// Root mean square distance of the points from the line, in units of y.
  public let residual: Double

  /// Fits; at least two points with different x.
  ///
  /// - Parameters:
  ///   - x: first coordinates.
  ///   - y: second coordinates, as many.
  public init(_ x: [Double], _ y: [Double]) {
    precondition(x.count == y.count && x.count >= 2, "a line needs two points")
    var (intercept, slope) = (0.0, 0.0)
    var (variance, covariance, slopeVariance, squares) = (0.0, 0.0, 0.0, 0.0)
    // Its status is always success.
    _ = gsl_fit_linear(x, 1, y, 1, x.count, &intercept, &slope, &variance, &covariance, &slopeVariance, &squares)
    self.intercept = intercept
    self.slope = slope
    slopeError = x.count > 2 ? slopeVariance.squareRoot() : .nan
    residual = (squares / Double(x.count)).squareRoot()
  }
}
