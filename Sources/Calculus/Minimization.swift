import CGSL

/// Minima of functions of one variable by GSL.
public enum Minimization {
  /// A place where a function is known.
  public struct Place: Hashable, Sendable {
    /// Where.
    public let x: Double
    /// The function there.
    public let value: Double

    /// - Parameters:
    ///   - x: where.
    ///   - value: the function there.
    public init(_ x: Double, _ value: Double) {
      self.x = x
      self.value = value
    }
  }

  /// The minimum in a bracket by Brent's method (gsl_min_fminimizer_brent).
  ///
  /// - Parameters:
  ///   - low: left end of the bracket.
  ///   - middle: a place within, lower than both ends.
  ///   - high: right end of the bracket.
  ///   - tolerance: length of the last bracket, absolute; below the square root of rounding function values cannot be distinguished.
  ///   - gain: the search ends too where the parabola through the bracket promises no more than this.
  ///   - function: finite everywhere in the bracket.
  /// - Returns: the lowest place that was seen.
  /// - Throws: `GSLFailure` where the three places are no bracket or the function is not finite.
  public static func minimum(
    between low: Place, _ middle: Place, and high: Place, tolerance: Double, gain: Double = 0,
    of function: (Double) -> Double
  ) throws(GSLFailure) -> Place {
    precondition(errorsAreReturned)
    let minimizer = gsl_min_fminimizer_alloc(gslx_min_brent())
    defer { gsl_min_fminimizer_free(minimizer) }
    let status = withoutActuallyEscaping(function) { function in
      var box = Objective(function)
      return withUnsafeMutablePointer(to: &box) { box in
        var objective = gsl_function(
          function: { x, box in
            guard let box else { return .nan }
            return box.assumingMemoryBound(to: Objective.self).pointee.function(x)
          }, params: box)
        var status = gsl_min_fminimizer_set_with_values(
          minimizer, &objective, middle.x, middle.value, low.x, low.value, high.x, high.value)
        var rounds = 0
        while status == Int32(GSL_SUCCESS), rounds < 100, !isSettled(minimizer, tolerance, gain) {
          status = gsl_min_fminimizer_iterate(minimizer)
          rounds += 1
        }
        return status
      }
    }
    guard status == Int32(GSL_SUCCESS) else { throw GSLFailure("minimum", status: status) }
    return Place(gsl_min_fminimizer_x_minimum(minimizer), gsl_min_fminimizer_f_minimum(minimizer))
  }

  private static func isSettled(
    _ minimizer: UnsafeMutablePointer<gsl_min_fminimizer>?, _ tolerance: Double, _ gain: Double
  ) -> Bool {
    let low = Place(gsl_min_fminimizer_x_lower(minimizer), gsl_min_fminimizer_f_lower(minimizer))
    let middle = Place(gsl_min_fminimizer_x_minimum(minimizer), gsl_min_fminimizer_f_minimum(minimizer))
    let high = Place(gsl_min_fminimizer_x_upper(minimizer), gsl_min_fminimizer_f_upper(minimizer))
    guard high.x - low.x > tolerance else { return true }
    return middle.x > low.x && middle.x < high.x && promised(low, middle, high) <= gain
  }

  /// By how much the vertex of the parabola through three places lies below the middle one.
  private static func promised(_ low: Place, _ middle: Place, _ high: Place) -> Double {
    let (left, right) = (middle.x - low.x, high.x - middle.x)
    let (leftSlope, rightSlope) = ((middle.value - low.value) / left, (high.value - middle.value) / right)
    let slope = (leftSlope * right + rightSlope * left) / (left + right)
    let bend = (rightSlope - leftSlope) / (left + right)
    return bend > 0 ? slope * slope / (4 * bend) : .infinity
  }

  private struct Objective {
    let function: (Double) -> Double
    init(_ function: @escaping (Double) -> Double) { self.function = function }
  }
}
