import LinearAlgebra

/// The least-squares fit of one target on whitened components. They are uncorrelated and of mean square 1, so that it is a
/// projection onto each.
struct LinearFit {
  /// Mean product of the target with each component.
  private let overlaps: [Double]
  /// What the fit leaves, one number a row.
  private let residuals: [Double]

  /// - Parameters:
  ///   - target: one number a row.
  ///   - whitened: the components, row-major.
  ///   - directions: how many there are.
  init(_ target: [Double], _ whitened: [Double], directions: Int) {
    let rows = Double(target.count)
    overlaps = TallMatrix.transposed(whitened, columns: directions, times: target).map { $0 / rows }
    var rest = target
    DenseMatrix(rows: target.count, columns: directions, whitened).addProduct(-1, overlaps, to: &rest)
    residuals = rest
  }

  /// `β*_k` on components of these sizes, the square roots of the eigenvalues.
  func coefficients(_ sizes: [Double]) -> [Double] {
    let root = Double(overlaps.count).squareRoot()
    return zip(overlaps, sizes).map { root * $0 / $1 }
  }

  /// Mean square of what is left.
  var residualVariance: Double { residualCovariance(with: self) }

  /// Mean product of what is left with what another fit leaves.
  func residualCovariance(with other: LinearFit) -> Double {
    zip(residuals, other.residuals).reduce(0) { $0 + $1.0 * $1.1 } / Double(residuals.count)
  }
}
