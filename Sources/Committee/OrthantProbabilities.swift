import Calculus
import RealModule

/// Probabilities that Gaussian fields are all positive; equations (19.9) and (19.10).
struct OrthantProbabilities {
  private let correlations: [Double]
  private let arcsines: [Double]
  private let count: Int

  /// Pairs of four, each with the other two.
  static let splits: [SIMD4<Int>] = [
    [0, 1, 2, 3], [0, 2, 1, 3], [0, 3, 1, 2], [1, 2, 0, 3], [1, 3, 0, 2], [2, 3, 0, 1],
  ]

  /// A node of equation (19.10).
  private struct Node {
    /// τ = sin θ.
    let place: Double
    /// 1 - τ², which is tiny near the end.
    let rest: Double
    /// Of the integral over θ, with cos θ.
    let weight: Double
  }

  /// The rule of equation (19.10): 48 Gauss nodes in x, θ = (1 - x⁴) π/2.
  ///
  /// Where each of two fields nearly is a copy of another, as at the end of learning, the integrand has a layer as narrow as their
  /// angle at the end of the range. Nodes in θ itself miss 7e-6 of the probability there; these miss 3e-10.
  private static let rule: [Node] = {
    let gauss = GaussLegendre(48)
    return zip(gauss.nodes, gauss.weights).map { node, weight in
      let place = (1 + node) / 2
      let angle = .pi / 2 * place * place * place * place
      let sine = Double.sin(angle)
      return Node(
        place: Double.cos(angle), rest: sine * sine, weight: sine * weight / 2 * 2 * .pi * place * place * place)
    }
  }()

  /// - Parameters:
  ///   - correlations: of all fields, row by row.
  ///   - arcsines: of the correlations, where they are known more exactly.
  ///   - count: number of fields.
  init(_ correlations: [Double], arcsines: [Double]? = nil, count: Int) {
    self.correlations = correlations
    self.count = count
    self.arcsines = arcsines ?? correlations.map(\.clippedArcsine)
  }

  /// `1/4 + asin ρ/(2π)`, equation (19.9).
  func pair(_ a: Int, _ b: Int) -> Double { 0.25 + arcsines[a * count + b] / (2 * .pi) }

  /// `1/8 + Σ asin ρ/(4π)`, equation (19.9).
  func triple(_ a: Int, _ b: Int, _ c: Int) -> Double {
    0.125 + (arcsines[a * count + b] + arcsines[a * count + c] + arcsines[b * count + c]) / (4 * .pi)
  }

  /// Two of four fields are positive given that the others are 0.
  func pair(_ a: Int, _ b: Int, given u: Int, _ w: Int) -> Double {
    Self.conditional(
      [rho(u, a), rho(u, b)], [rho(w, a), rho(w, b)], pair: rho(a, b), given: rho(u, w), determinant: distance(u, w))
  }

  /// `1 - ρ²`.
  private func distance(_ a: Int, _ b: Int) -> Double {
    let cosine = Double.cos(arcsines[a * count + b])
    return cosine * cosine
  }

  private func rho(_ a: Int, _ b: Int) -> Double { correlations[a * count + b] }

  /// `P(p, q | u = w = 0)` by the correlations of p and q with u, with w, with each other, and that of u and w.
  ///
  /// First w is given, then what is left of u: where both nearly are one field, small differences are then squared before they are
  /// divided by the small determinant `1 - ρ_uw²`.
  private static func conditional(
    _ u: SIMD2<Double>, _ w: SIMD2<Double>, pair: Double, given: Double, determinant: Double
  ) -> Double {
    guard determinant > 0 else { return 0.25 }
    let left = u - given * w
    let first = 1 - w[0] * w[0] - left[0] * left[0] / determinant
    let second = 1 - w[1] * w[1] - left[1] * left[1] / determinant
    // A field that the others determine is 0 itself.
    guard first > 1e-13, second > 1e-13 else { return 0.25 }
    let own = pair - w[0] * w[1] - left[0] * left[1] / determinant
    let (variances, square) = (first * second, own * own)
    let rest = variances - square
    return 0.5 - Double.atan2(y: rest > 1e-14 * variances ? rest.squareRoot() : 0, x: own) / (2 * .pi)
  }

  /// Four fields: the correlations of the one that is least correlated are switched on; equation (19.10).
  func quadruple(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Double {
    let fields: SIMD4<Int> = [a, b, c, d]
    var (first, least) = (0, Double.infinity)
    for own in 0..<4 {
      let largest = (0..<4).reduce(0.0) { $1 == own ? $0 : max($0, abs(rho(fields[own], fields[$1]))) }
      if largest < least { (first, least) = (own, largest) }
    }
    let rest = (1..<4).map { fields[(first + $0) % 4] }
    let own = rest.map { rho(fields[first], $0) }
    var sum = triple(rest[0], rest[1], rest[2]) / 2
    for turn in 0..<3 where own[turn] != 0 {
      let (p, q) = ((turn + 1) % 3, (turn + 2) % 3)
      let others: SIMD2<Double> = [rho(rest[turn], rest[p]), rho(rest[turn], rest[q])]
      let switched: SIMD2<Double> = [own[p], own[q]]
      let pair = rho(rest[p], rest[q])
      let distance = distance(fields[first], rest[turn])
      var integral = 0.0
      for node in Self.rule {
        let determinant = distance + node.rest * own[turn] * own[turn]
        let probability = Self.conditional(
          node.place * switched, others, pair: pair, given: node.place * own[turn], determinant: determinant)
        integral += node.weight * probability / determinant.squareRoot()
      }
      sum += own[turn] * integral / (2 * .pi)
    }
    return sum
  }
}
