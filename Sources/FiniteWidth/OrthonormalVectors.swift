/// Some vectors as combinations of orthonormal ones, `u_c = Σ_{j≤c} R_jc q_j`, by Gram and Schmidt; for equation (8.17).
struct OrthonormalVectors {
  /// `q_j`, as many as vectors; zero where a vector depends on those before it.
  private(set) var directions: [[Double]] = []
  /// `R_jc`: for each vector c the numbers j = 0 … c.
  private(set) var coefficients: [[Double]] = []

  /// What is left of a vector below this share of it is rounding.
  private static let rounding = 1e-14

  /// - Parameters:
  ///   - vectors: one after the other in one list.
  ///   - count: how many.
  ///   - keepsLast: whether the last direction is wanted, which the coefficients do without.
  init(_ vectors: [Double], count: Int, keepsLast: Bool = true) {
    for (index, vector) in vectors.parts(count).enumerated() {
      var rest = Array(vector)
      let whole = Self.dot(rest, rest).squareRoot()
      var shares = [Double](repeating: 0, count: index)
      // Once more, as what rounding leaves of the first time is along the directions too.
      for _ in 0..<(index == 0 ? 0 : 2) { remove(from: &rest) { shares[$0] += $1 } }
      let length = index == 0 ? whole : Self.dot(rest, rest).squareRoot()
      let isNew = length > Self.rounding * whole
      coefficients.append(shares + [isNew ? length : 0])
      if keepsLast || index < count - 1 { directions.append(rest.map { isNew ? $0 / length : 0 }) }
    }
  }

  /// The part of a vector that is orthogonal to all of them.
  func orthogonalPart(of vector: ArraySlice<Double>) -> [Double] {
    var rest = Array(vector)
    remove(from: &rest) { _, _ in }
    return rest
  }

  /// Removes what a vector has along each direction.
  private func remove(from vector: inout [Double], share: (Int, Double) -> Void) {
    for (index, direction) in directions.enumerated() {
      let overlap = Self.dot(direction, vector)
      share(index, overlap)
      Self.add(-overlap, direction, to: &vector)
    }
  }

  /// `x · y`.
  static func dot(_ x: some Sequence<Double>, _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }

  /// `y += scale · x`.
  static func add(_ scale: Double, _ x: [Double], to y: inout [Double]) {
    for place in x.indices { y[place] += scale * x[place] }
  }
}
