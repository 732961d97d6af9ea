import Calculus
import LinearAlgebra
import RealModule

/// The eigenvalues of the covariance of α D samples of isotropic data, equation (6.1).
struct MarchenkoPastur {
  /// α.
  let sampleRatio: Double

  /// The law without its atom as point masses that integrate x times any polynomial of degree below twice their number: the midpoint rule in
  /// the angle of `integral`.
  ///
  /// - Parameter nodes: how many.
  /// - Returns: the masses, at rising points.
  func bulk(nodes: Int) -> DiscreteMeasure {
    let (low, high) = edges
    var rule = DiscreteMeasure()
    for node in 0..<nodes {
      let angle = (Double(node) + 0.5) * .pi / Double(nodes)
      let sine = Double.sin(angle / 2)
      let x = low + (high - low) * sine * sine
      let edge = (high - low) / 2 * Double.sin(angle)
      rule.points.append(x)
      rule.weights.append(x > 0 ? sampleRatio / 2 * edge * edge / x / Double(nodes) : 0)
    }
    return rule
  }

  private var edges: (low: Double, high: Double) {
    let root = 1 / sampleRatio.squareRoot()
    return ((1 - root) * (1 - root), (1 + root) * (1 + root))
  }

  /// `∫ μ(dx) f(x)`, the atom at 0 included; adaptive, after `x = x_- + (x_+ - x_-) sin²(θ/2)`, which removes the
  /// square roots at the edges.
  ///
  /// - Parameter function: f, asked at x ≥ 0.
  /// - Returns: the integral, to 1e-12.
  /// - Throws: `GSLFailure` when the quadrature does not converge.
  func integral(of function: (Double) -> Double) throws(GSLFailure) -> Double {
    let (low, high) = edges
    let bulk = try Quadrature.integral(over: 0...(.pi)) { angle in
      let sine = Double.sin(angle / 2)
      let x = low + (high - low) * sine * sine
      let edge = (high - low) / 2 * Double.sin(angle)
      return x > 0 ? sampleRatio / (2 * .pi) * edge * edge / x * function(x) : 0
    }
    let atom = max(0, 1 - sampleRatio)
    return bulk.value + (atom > 0 ? atom * function(0) : 0)
  }
}
