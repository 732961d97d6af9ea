import LinearAlgebra
import RealModule

/// Few point masses in place of many, equation (7.5), so that the cost of a solve does not grow with D.
///
/// The spectrum is cut into panels; each gets the shortest Gauss rule that integrates a family of test functions to
/// the tolerance, or is cut in two. The family spans what a linear network can do to a mode within
/// the horizon: `(1 - 2x)^{2s}` with x = λ/λ_max (steps at the edge of stability, which alternate) and `exp(-τ x)`
/// (slow relaxation), s and τ in powers of two; under gradient flow the latter alone, down to the last mode. Panels with few eigenvalues keep them exactly, so the
/// leading modes of a power law are never approximated.
struct SpectralCompression: Sendable {
  /// Error allowed on each test function, relative to the whole measure.
  var tolerance: Double
  /// Steps whose alternating modes are told apart; nil under gradient flow, where nothing alternates.
  var steps: Int?
  /// Longest relaxation time, in units of the leading mode's.
  var reach: Double
  /// Longest Gauss rule on one panel; beyond it, cutting the panel is cheaper.
  var longestRule = 12

  /// The compressed measure, or the measure itself where nothing is gained.
  ///
  /// - Parameter measure: all eigenvalues.
  /// - Returns: fewer masses.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  func compress(_ measure: DiscreteMeasure) throws(LinearAlgebraFailure) -> DiscreteMeasure {
    guard let top = measure.points.max(), top > 0, measure.total > 0 else { return measure }
    let order = measure.points.indices.sorted { measure.points[$0] > measure.points[$1] }
    let sorted = DiscreteMeasure(
      points: order.map { measure.points[$0] }, weights: order.map { measure.weights[$0] })
    let result = try rule(for: sorted, top: top, allowed: tolerance * measure.total)
    return result.count < measure.count ? result : measure
  }

  private func rule(for panel: DiscreteMeasure, top: Double, allowed: Double)
    throws(LinearAlgebraFailure) -> DiscreteMeasure
  {
    guard panel.count > 2 else { return panel }
    let exact = moments(panel, top: top)
    for nodes in 1..<min(panel.count, longestRule + 1) {
      let rule = try panel.gaussRule(nodes)
      if zip(moments(rule, top: top), exact).allSatisfy({ abs($0 - $1) <= allowed }) { return rule }
    }
    if panel.count <= longestRule { return panel }
    let cut = cutIndex(panel)
    // Each half may spend half of the error.
    let upper = try rule(for: panel.slice(0..<cut), top: top, allowed: allowed / 2)
    let lower = try rule(for: panel.slice(cut..<panel.count), top: top, allowed: allowed / 2)
    return DiscreteMeasure(
      points: upper.points + lower.points, weights: upper.weights + lower.weights)
  }

  /// Where the eigenvalues pass the geometric mean of the panel's ends.
  private func cutIndex(_ panel: DiscreteMeasure) -> Int {
    let last = panel.count - 1
    let middle = (panel.points[0] * max(panel.points[last], .leastNormalMagnitude)).squareRoot()
    let cut = panel.points.firstIndex { $0 < middle } ?? panel.count / 2
    return min(max(cut, 1), last)
  }

  private func moments(_ measure: DiscreteMeasure, top: Double) -> [Double] {
    var values = (0...Self.powers(reach)).map { power in
      measure.integral { .exp(-Double(sign: .plus, exponent: power, significand: 1) * $0 / top) }
    }
    if let steps {
      values += (0...Self.powers(Double(steps))).map { power in
        measure.integral { Self.integerPower(1 - 2 * $0 / top, 1 << power) }
      }
    }
    return values
  }

  /// The power of two that covers a number of steps or a time twice.
  private static func powers(_ reach: Double) -> Int { Int(Double.log2(max(reach, 2)).rounded(.up)) + 1 }

  private static func integerPower(_ base: Double, _ exponent: Int) -> Double {
    // Exponents are powers of two.
    var result = base
    var left = exponent
    while left > 1 {
      result *= result
      left /= 2
    }
    return result
  }
}

extension DiscreteMeasure {
  fileprivate func slice(_ range: Range<Int>) -> DiscreteMeasure {
    DiscreteMeasure(points: Array(points[range]), weights: Array(weights[range]))
  }
}
