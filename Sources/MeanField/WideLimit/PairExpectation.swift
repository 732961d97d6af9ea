import Problems
import RealModule

/// `F = E phi(u) phi(v)` and `F' = E phi'(u) phi'(v)` of jointly normal u, v with variances a, b and covariance c, in closed form,
/// equations (20.3) to (20.5). `F' = dF/dc` for each of them.
enum PairExpectation {
  /// Whether an activation has a closed form here; the others go by their Hermite coefficients.
  static func hasClosedForm(_ activation: ActivationFunction) -> Bool {
    switch activation {
    case .linear, .relu, .erf, .gelu: true
    case .tanh, .silu: false
    }
  }

  /// Relative distance of `c^2` from `a b` below which two rows are one row: what is left there is rounding, of which a root would make 1e-8.
  private static let equal = 16 * Double.ulpOfOne

  /// Equation (20.3): with `q = sqrt(ab - c^2)` and the angle `theta = atan2(q, c)` between both rows.
  @inline(__always)
  static func relu(_ a: Double, _ b: Double, _ c: Double) -> (value: Double, slope: Double) {
    let product = a * b
    let square = product - c * c
    let root = square > equal * product ? square.squareRoot() : 0
    let rest = Double.pi - Double.atan2(y: root, x: c)
    return ((root + rest * c) / (2 * .pi), rest / (2 * .pi))
  }

  /// Equation (20.4).
  @inline(__always)
  static func erf(_ a: Double, _ b: Double, _ c: Double) -> (value: Double, slope: Double) {
    let product = (1 + 2 * a) * (1 + 2 * b)
    return (
      2 / .pi * Double.asin(2 * c / product.squareRoot()),
      4 / (.pi * (product - 4 * c * c).squareRoot())
    )
  }

  /// Equation (20.5), by Stein's lemma from `E Phi(u) Phi(v)` and `N = E n(u) n(v)` with the normal density n.
  @inline(__always)
  static func gelu(_ a: Double, _ b: Double, _ c: Double) -> (value: Double, slope: Double) {
    let product = (1 + a) * (1 + b)
    let rest = product - c * c
    let density = 1 / (2 * .pi * rest.squareRoot())
    let both = 0.25 + Double.asin(c / product.squareRoot()) / (2 * .pi)
    let share = 1 / (1 + a) + 1 / (1 + b) - 1
    let moment = a * b + c * c * share
    return (
      density * moment + c * both,
      c * density / rest * moment + (2 * share + 1) * c * density + both
    )
  }
}
