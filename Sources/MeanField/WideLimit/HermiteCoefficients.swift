import LinearAlgebra
import Problems
import RealModule

/// `C_n = E phi(sqrt(a) z) h_n(z)` over standard normal z, with the orthonormal Hermite polynomials h_n, for the variances a of some rows:
/// by Mehler's formula
///
///     F = sum_n C_n(a) C_n(b) rho^n,      F' = dF/dc,      rho = c/sqrt(ab)      (20.6)
///
/// Of analytic activations the terms fall like `exp(-2 y sqrt(2n))`, y being the distance of the nearest pole from the real axis.
struct HermiteCoefficients: Sendable {
  /// Terms that count for each row and those before it.
  let terms: [Int]
  /// Coefficient n of every row, one list after the other.
  let values: [Double]
  /// Share of `E phi'^2` beyond the last coefficient, of the row where it is largest.
  let remainder: Double
  /// Number of rows.
  let rows: Int

  /// Most coefficients; rows that need more have variances above a hundred.
  private static let most = 8192
  /// Share of the sum of the slopes' squares that is left out.
  private static let left = 1e-17
  /// Variance below which that of a row does not count: a row of zeros has a slope too.
  static let smallestVariance = 1e-24

  /// - Parameters:
  ///   - activation: analytic on the real axis.
  ///   - variances: one number a row.
  init(_ activation: ActivationFunction, variances: [Double]) {
    rows = variances.count
    let floored = variances.map { max($0, Self.smallestVariance) }
    var (count, found) = (128, [Double]())
    var (terms, remainder) = ([Int](), 0.0)
    while true {
      found = Self.coefficients(activation, floored, count: count)
      (terms, remainder) = Self.counted(found, rows: variances.count, count: count)
      if (terms.max() ?? 0) <= count * 3 / 4 || count >= Self.most { break }
      count *= 2
    }
    // A pair needs the terms of both: the rest is a product of both tails. Each row is taken with those before it.
    var most = 0
    self.terms = terms.map { own in
      most = max(most, own)
      return most
    }
    self.remainder = remainder
    values = Array(found.prefix((terms.max() ?? 0) * variances.count))
  }

  /// Integrals by the trapezoidal rule, which converges exponentially here.
  private static func coefficients(
    _ activation: ActivationFunction, _ variances: [Double], count: Int
  ) -> [Double] {
    let largest = variances.max() ?? 1
    let strip = max(largest, 1e-4).squareRoot()
    // Poles of tanh lie at i pi/2, of silu at i pi; the oscillation of the last polynomial needs its own points.
    let step = min(0.1, 0.19 / strip, Double.pi / Double(count).squareRoot())
    let half = Int((13.5 / step).rounded(.up))
    let places = (-half...half).map { Double($0) * step }
    var polynomials = [Double](repeating: 0, count: count * places.count)
    for (index, z) in places.enumerated() {
      let root = Double.exp(-0.25 * z * z) / Double.pow(2 * .pi, 0.25)
      var (old, new) = (0.0, root)
      for n in 0..<count {
        polynomials[n * places.count + index] = new * root * step
        (old, new) = (new, (z * new - Double(n).squareRoot() * old) / Double(n + 1).squareRoot())
      }
    }
    var fields: [Double] = []
    fields.reserveCapacity(variances.count * places.count)
    for variance in variances {
      let deviation = variance.squareRoot()
      for z in places { fields.append(activation.value(deviation * z)) }
    }
    return DenseMatrix.product(
      .plain(DenseMatrix(rows: count, columns: places.count, polynomials)),
      .transposed(DenseMatrix(rows: variances.count, columns: places.count, fields))
    ).storage
  }

  /// How many terms of each row count, and the largest share left beyond them.
  private static func counted(_ values: [Double], rows: Int, count: Int) -> (
    terms: [Int], remainder: Double
  ) {
    var remainder = 0.0
    let terms = (0..<rows).map { row in
      func power(_ n: Int) -> Double { Double(n) * values[n * rows + row] * values[n * rows + row] }
      let total = (0..<count).reduce(0) { $0 + power($1) }
      var (tail, kept) = (0.0, count)
      while kept > 2, tail + power(kept - 1) <= left * total {
        kept -= 1
        tail += power(kept)
      }
      if total > 0 {
        remainder = max(
          remainder, kept < count ? tail / total : power(count - 1) * Double(count) / total)
      }
      return kept
    }
    return (terms, remainder)
  }
}
