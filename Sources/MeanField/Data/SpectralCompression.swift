import Problems
import LinearAlgebra
import RealModule

/// Few point masses in place of many, equation (7.5), so that the cost of a solve does not grow with D.
///
/// The whole spectrum, or a panel of it, gets the shortest rule that is a Gauss rule on the relaxation scale (7.7) and integrates the test
/// functions (7.8) to the tolerance; where none is short enough the panel is cut in two. A large eigenvalue that stands
/// apart gets a node of its own as far as its mass asks for it.
struct SpectralCompression: Sendable {
  /// Error allowed on each test function, relative to the whole measure.
  var tolerance: Double
  /// Steps whose alternating modes are resolved; nil under gradient flow, where nothing alternates.
  var steps: Int?
  /// Longest relaxation time, in units of the leading mode's.
  var reach: Double
  /// How steps are carried on.
  var momentum = LinearOptimizer.Momentum.none
  /// Longest Gauss rule on one panel; beyond it, cutting the panel is cheaper.
  var longestRule = 64

  /// The compressed measure, equation (7.5), or the measure itself where nothing is gained.
  ///
  /// - Parameter measure: all eigenvalues.
  /// - Returns: fewer masses.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  func compress(_ measure: DiscreteMeasure) throws(LinearAlgebraFailure) -> DiscreteMeasure {
    guard let top = measure.points.max(), top > 0, measure.total > 0 else { return measure }
    let order = measure.points.indices.sorted { measure.points[$0] > measure.points[$1] }
    let sorted = DiscreteMeasure(
      points: order.map { measure.points[$0] }, weights: order.map { measure.weights[$0] })
    let panels = SpectralPanels(
      all: sorted, scale: RelaxationScale(top: top, offset: 2 / reach, alternates: steps != nil),
      functions: TestFunctions(top: top, steps: steps, reach: reach, momentum: momentum), longestRule: longestRule)
    let result = try panels.rule(for: 0..<sorted.count, allowed: tolerance * measure.total)
    return result.count < measure.count ? result : measure
  }

  /// The compressed measure of one whose masses may be negative: positive and negative ones by themselves, as Gauss rules need.
  ///
  /// - Parameter measure: all eigenvalues.
  /// - Returns: fewer masses.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  func compressParts(_ measure: DiscreteMeasure) throws(LinearAlgebraFailure) -> DiscreteMeasure {
    let negative = measure.weights.indices.filter { measure.weights[$0] < 0 }
    guard !negative.isEmpty else { return try compress(measure) }
    func part(_ indices: [Int], sign: Double) throws(LinearAlgebraFailure) -> DiscreteMeasure {
      let rule = try compress(
        DiscreteMeasure(
          points: indices.map { measure.points[$0] }, weights: indices.map { sign * measure.weights[$0] }))
      return DiscreteMeasure(points: rule.points, weights: rule.weights.map { sign * $0 })
    }
    let above = try part(measure.weights.indices.filter { measure.weights[$0] >= 0 }, sign: 1)
    let below = try part(negative, sign: -1)
    return DiscreteMeasure(points: above.points + below.points, weights: above.weights + below.weights)
  }
}

/// A spectrum cut into panels, each with the shortest Gauss rule that passes.
private struct SpectralPanels {
  /// Falling points.
  let all: DiscreteMeasure
  let scale: RelaxationScale
  let functions: TestFunctions
  let longestRule: Int

  func rule(for range: Range<Int>, allowed: Double) throws(LinearAlgebraFailure) -> DiscreteMeasure {
    let panel = DiscreteMeasure(points: Array(all.points[range]), weights: Array(all.weights[range]))
    guard panel.count > 2, panel.total > 0 else { return panel }
    if let rule = try shortestRule(panel, allowed: allowed) { return rule }
    if panel.count <= longestRule { return panel }
    let cut = cutIndex(range)
    // Each half may spend half of the error.
    let upper = try rule(for: range.lowerBound..<cut, allowed: allowed / 2)
    let lower = try rule(for: cut..<range.upperBound, allowed: allowed / 2)
    return DiscreteMeasure(points: upper.points + lower.points, weights: upper.weights + lower.weights)
  }

  /// The shortest Gauss rule on the relaxation scale that integrates all test functions.
  private func shortestRule(_ panel: DiscreteMeasure, allowed: Double)
    throws(LinearAlgebraFailure) -> DiscreteMeasure?
  {
    let exact = functions.integrals(panel)
    let placed = DiscreteMeasure(points: panel.points.map(scale.place), weights: panel.weights)
    let ends = (panel.points[panel.count - 1], panel.points[0])
    let longest = min(panel.count - 1, longestRule)
    var (tried, size) = (0, 0)
    // Most rules are short, and Lanczos costs the square of its steps.
    while tried < longest {
      size = min(max(16, 2 * size), longest)
      let jacobi = JacobiMatrix(placed, size: size)
      guard jacobi.size > tried else { return nil }
      for nodes in tried + 1...jacobi.size {
        var rule = try jacobi.gaussRule(nodes)
        // Rounding may leave the hull.
        rule.points = rule.points.map { min(max(scale.eigenvalue($0), ends.0), ends.1) }
        if zip(functions.integrals(rule), exact).allSatisfy({ abs($0 - $1) <= allowed }) { return rule }
      }
      tried = size
    }
    return nil
  }

  /// Where the eigenvalues pass the middle of a panel.
  private func cutIndex(_ range: Range<Int>) -> Int {
    let last = range.upperBound - 1
    let middle = (scale.place(all.points[range.lowerBound]) + scale.place(all.points[last])) / 2
    let cut = range.first { scale.place(all.points[$0]) < middle } ?? (range.lowerBound + last) / 2
    return min(max(cut, range.lowerBound + 1), last)
  }
}
