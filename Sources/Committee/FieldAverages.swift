import RealModule

/// Gaussian averages of activations and their slopes over fields of a covariance; the integrals of equation (19.3).
protocol FieldAverages {
  /// - Parameters:
  ///   - covariance: of all fields, row by row.
  ///   - count: number of fields.
  init(_ covariance: [Double], count: Int)
  /// `I2 = E g(a) g(b)`.
  func activations(_ a: Int, _ b: Int) -> Double
  /// `J2 = E g'(a) g'(b)`.
  func slopes(_ a: Int, _ b: Int) -> Double
  /// `I3 = E g'(a) b g(c)`.
  func gradient(_ a: Int, _ b: Int, _ c: Int) -> Double
  /// `I4 = E g'(a) g'(b) g(c) g(d)`.
  func products(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Double
}

extension Double {
  /// asin of a number that rounding may have moved out of its range.
  var clippedArcsine: Double { Double.asin(Swift.min(1, Swift.max(-1, self))) }
}

/// Averages of erf(x/√2), in closed form; equations (19.4)-(19.6).
struct ErrorFunctionAverages: FieldAverages {
  private let covariance: [Double]
  private let count: Int

  init(_ covariance: [Double], count: Int) {
    self.covariance = covariance
    self.count = count
  }

  private func entry(_ a: Int, _ b: Int) -> Double { covariance[a * count + b] }

  /// `(2/π) asin(C_ab/√((1 + C_aa)(1 + C_bb)))`, equation (19.4).
  func activations(_ a: Int, _ b: Int) -> Double {
    let scale = ((1 + entry(a, a)) * (1 + entry(b, b))).squareRoot()
    return 2 / .pi * (entry(a, b) / scale).clippedArcsine
  }

  /// `(2/π)/√((1 + C_aa)(1 + C_bb) - C_ab²)`, equation (19.4).
  func slopes(_ a: Int, _ b: Int) -> Double {
    2 / (.pi * ((1 + entry(a, a)) * (1 + entry(b, b)) - entry(a, b) * entry(a, b)).squareRoot())
  }

  /// Equation (19.5).
  func gradient(_ a: Int, _ b: Int, _ c: Int) -> Double {
    let own = 1 + entry(a, a)
    let lambda = own * (1 + entry(c, c)) - entry(a, c) * entry(a, c)
    return 2 / (.pi * lambda.squareRoot()) * (entry(b, c) * own - entry(a, b) * entry(a, c)) / own
  }

  /// Equation (19.6).
  func products(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Double {
    let (first, second, pair) = (1 + entry(a, a), 1 + entry(b, b), entry(a, b))
    let (ac, ad, bc, bd) = (entry(a, c), entry(a, d), entry(b, c), entry(b, d))
    let lambda4 = first * second - pair * pair
    let lambda0 = lambda4 * entry(c, d) - bc * bd * first - ac * ad * second + pair * (ac * bd + ad * bc)
    let lambda1 = lambda4 * (1 + entry(c, c)) - bc * bc * first - ac * ac * second + 2 * pair * ac * bc
    let lambda2 = lambda4 * (1 + entry(d, d)) - bd * bd * first - ad * ad * second + 2 * pair * ad * bd
    return 4 / (.pi * .pi) / lambda4.squareRoot() * (lambda0 / (lambda1 * lambda2).squareRoot()).clippedArcsine
  }
}
