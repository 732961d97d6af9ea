import LinearAlgebra

/// What gradient flow conserves between two adjacent layers, equation (12.4): `C_l`, l = 0 … L-1, each N x N. Steps
/// of finite size move it, equation (12.5).
struct ConservedMatrices: Sendable {
  /// `C_l`.
  private let matrices: [DenseMatrix]
  /// Sum of the norms of the two terms that `C_l` is the difference of.
  private let scales: [Double]
  private let diagonalScales: [Double]

  /// - Parameters:
  ///   - weights: `W^0 … W^{L-1}`, and w as one row.
  ///   - rates: `c_0 … c_L`.
  init(_ weights: [DenseMatrix], rates: [Double]) {
    var scales: [Double] = []
    var diagonalScales: [Double] = []
    matrices = weights.indices.dropLast().map { layer in
      let above = DenseMatrix.product(.transposed(weights[layer + 1]), .plain(weights[layer + 1]), scale: rates[layer])
      let below = DenseMatrix.product(.plain(weights[layer]), .transposed(weights[layer]), scale: rates[layer + 1])
      scales.append(above.squaredNorm.squareRoot() + below.squaredNorm.squareRoot())
      diagonalScales.append(Self.norm(above.diagonal) + Self.norm(below.diagonal))
      var difference = above
      difference.combine(own: 1, weight: -1, other: below)
      return difference
    }
    self.scales = scales
    self.diagonalScales = diagonalScales
  }

  private static func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// How far the matrices have moved from those at the start, relative to the terms that they are differences of.
  ///
  /// - Parameters:
  ///   - start: the matrices at the start.
  ///   - share: d(t), what weight decay alone leaves of a weight.
  /// - Returns: the largest of all l, of the whole matrix and of its diagonal.
  func drift(from start: ConservedMatrices, share: Double) -> (whole: Double, diagonal: Double) {
    var (whole, diagonal) = (0.0, 0.0)
    for layer in matrices.indices {
      var difference = matrices[layer]
      difference.combine(own: 1, weight: -share * share, other: start.matrices[layer])
      whole = Self.larger(whole, difference.squaredNorm.squareRoot(), scales[layer])
      diagonal = Self.larger(diagonal, Self.norm(difference.diagonal), diagonalScales[layer])
    }
    return (whole, diagonal)
  }

  /// Layers that are all zero have nothing to drift.
  private static func larger(_ known: Double, _ size: Double, _ scale: Double) -> Double {
    // What is no number stays so.
    known.isNaN || size == 0 || size / scale <= known ? known : size / scale
  }
}
