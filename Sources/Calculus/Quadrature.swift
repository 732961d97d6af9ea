import CGSL

/// Integrals by GSL.
public enum Quadrature {
  /// An integral and GSL's estimate of its absolute error.
  public struct Value: Sendable {
    /// The integral.
    public let value: Double
    /// Estimated absolute error.
    public let error: Double
  }

  /// `∫_a^b f(x) dx`, adaptive Gauss-Kronrod with 61 points (gsl_integration_qag).
  ///
  /// - Parameters:
  ///   - range: from a to b, finite.
  ///   - relative: requested relative error.
  ///   - absolute: requested absolute error; the one reached first ends the computation.
  ///   - function: the integrand.
  /// - Returns: the integral and its estimated error.
  /// - Throws: `GSLFailure` when the accuracy is not reached.
  public static func integral(
    over range: ClosedRange<Double>, relative: Double = 1e-12, absolute: Double = 1e-15,
    of function: (Double) -> Double
  ) throws(GSLFailure) -> Value {
    precondition(errorsAreReturned)
    let limit = 2000
    let workspace = gsl_integration_workspace_alloc(limit)
    defer { gsl_integration_workspace_free(workspace) }
    var value = 0.0
    var error = 0.0
    let status = withoutActuallyEscaping(function) { function in
      var box = Integrand(function)
      return withUnsafeMutablePointer(to: &box) { box in
        var integrand = gsl_function(
          function: { x, box in
            guard let box else { return .nan }
            return box.assumingMemoryBound(to: Integrand.self).pointee.function(x)
          }, params: box)
        return gsl_integration_qag(
          &integrand, range.lowerBound, range.upperBound, absolute, relative, limit,
          Int32(GSL_INTEG_GAUSS61), workspace, &value, &error)
      }
    }
    guard status == Int32(GSL_SUCCESS) else { throw GSLFailure("quadrature", status: status) }
    return Value(value: value, error: error)
  }

  private struct Integrand {
    let function: (Double) -> Double
    init(_ function: @escaping (Double) -> Double) { self.function = function }
  }
}
