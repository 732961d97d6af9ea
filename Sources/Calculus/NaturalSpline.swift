import CGSL

/// The natural cubic spline through some points, from GSL: the smoothest curve that passes them.
public struct NaturalSpline: Sendable {
  private let x: [Double]
  private let y: [Double]

  /// - Parameters:
  ///   - x: rising places, at least three.
  ///   - y: one value for each.
  public init(x: [Double], y: [Double]) {
    precondition(x.count == y.count && x.count > 2)
    self.x = x
    self.y = y
  }

  /// The curve at some places.
  ///
  /// - Parameter places: between the first and the last point.
  /// - Returns: one value for each.
  /// - Throws: `GSLFailure` when GSL has no memory or a place lies outside.
  public func values(at places: [Double]) throws(GSLFailure) -> [Double] {
    _ = errorsAreReturned
    guard let spline = gsl_interp_alloc(gslx_interp_cspline(), x.count) else {
      throw GSLFailure("spline", status: Int32(GSL_ENOMEM))
    }
    defer { gsl_interp_free(spline) }
    let status = gsl_interp_init(spline, x, y, x.count)
    guard status == 0 else { throw GSLFailure("spline", status: status) }
    var values: [Double] = []
    for place in places {
      var value = 0.0
      let status = gsl_interp_eval_e(spline, x, y, place, nil, &value)
      guard status == 0 else { throw GSLFailure("spline at \(place)", status: status) }
      values.append(value)
    }
    return values
  }
}
