import RealModule

/// Averages of max(x, 0) by parts: what is left are probabilities that fields are positive; equations (19.7)-(19.10).
struct RectifierAverages: FieldAverages {
  private let covariance: [Double]
  private let count: Int
  private let orthants: OrthantProbabilities
  /// `1/(2π√det)` of each pair, the density of two fields at 0; 0 where they are collinear.
  private let density: [Double]

  /// Determinant over the product of variances below which two fields count as collinear.
  private static let collinear = 1e-15

  init(_ covariance: [Double], count: Int) {
    self.covariance = covariance
    self.count = count
    var density = [Double](repeating: 0, count: count * count)
    var correlations = [Double](repeating: 1, count: count * count)
    var arcsines = [Double](repeating: .pi / 2, count: count * count)
    for a in 0..<count {
      for b in 0..<count where a != b {
        let (squares, product) = (covariance[a * count + a] * covariance[b * count + b], covariance[a * count + b])
        let determinant = squares - product * product
        let isCollinear = determinant <= Self.collinear * squares
        if !isCollinear { density[a * count + b] = 1 / (2 * .pi * determinant.squareRoot()) }
        correlations[a * count + b] = min(1, max(-1, product / squares.squareRoot()))
        // By the same determinant as the density: errors of nearly collinear fields then cancel between both.
        arcsines[a * count + b] = .pi / 2 - Double.atan2(y: isCollinear ? 0 : determinant.squareRoot(), x: product)
      }
    }
    self.density = density
    orthants = OrthantProbabilities(correlations, arcsines: arcsines, count: count)
  }

  private func entry(_ a: Int, _ b: Int) -> Double { covariance[a * count + b] }

  /// `C_dw - C_du C_uw/C_uu`: a covariance given that field u is 0.
  private func given(_ u: Int, _ d: Int, _ w: Int) -> Double {
    entry(d, w) - entry(d, u) * entry(u, w) / entry(u, u)
  }

  /// `E c d θ(c) θ(d)`, equation (19.8).
  func activations(_ a: Int, _ b: Int) -> Double {
    a == b ? entry(a, a) / 2 : entry(a, b) * orthants.pair(a, b) + boundary(a, b, of: a, b)
  }

  /// `P(a, b)`, equation (19.9).
  func slopes(_ a: Int, _ b: Int) -> Double { a == b ? 0.5 : orthants.pair(a, b) }

  /// `E θ(a) b c θ(c)`, equation (19.7).
  func gradient(_ a: Int, _ b: Int, _ c: Int) -> Double {
    guard a != c else { return entry(b, c) / 2 }
    // C_ba p_a E[c θ(c) | a = 0]; given c = 0 nothing is left.
    let density = density[a * count + c]
    let edge = density > 0 ? entry(b, a) / (4 * .pi * .pi * density * entry(a, a)) : 0
    return entry(b, c) * orthants.pair(a, c) + edge
  }

  /// What the pair u, w adds to `E c d θ(…)` without the probability of the other fields, equation (19.8).
  private func boundary(_ u: Int, _ w: Int, of c: Int, _ d: Int) -> Double {
    density[u * count + w] * (entry(c, u) * given(u, d, w) + entry(c, w) * given(w, d, u))
  }

  /// `E c d θ(U)` with the distinct fields U of a, b, c, d; equation (19.8).
  func products(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Double {
    var fields = SIMD4<Int>(repeating: a)
    var size = 1
    for field in [b, c, d] where !(0..<size).contains(where: { fields[$0] == field }) {
      fields[size] = field
      size += 1
    }
    switch size {
    case 1: return entry(c, d) / 2
    case 2:
      return entry(c, d) * orthants.pair(fields[0], fields[1]) + boundary(fields[0], fields[1], of: c, d)
    case 3:
      // Of the third field half is positive.
      let edges =
        boundary(fields[0], fields[1], of: c, d) + boundary(fields[0], fields[2], of: c, d)
        + boundary(fields[1], fields[2], of: c, d)
      return entry(c, d) * orthants.triple(fields[0], fields[1], fields[2]) + edges / 2
    default:
      var sum = entry(c, d) * orthants.quadruple(fields[0], fields[1], fields[2], fields[3])
      for pair in OrthantProbabilities.splits {
        let (u, w) = (fields[pair[0]], fields[pair[1]])
        let edge = boundary(u, w, of: c, d)
        if edge != 0 { sum += edge * orthants.pair(fields[pair[2]], fields[pair[3]], given: u, w) }
      }
      return sum
    }
  }
}
