import Problems
import LinearAlgebra

/// Rank, eigenvalues and principal directions of a standardised table, steps 3 to 5 of equation (7.4).
///
/// Two questions with an answer each. *How many directions are there?* must not depend on units, so it is asked of columns of
/// mean square 1. *Which eigenvalues do they have?* does depend on them, since a network sees the columns as they are. Squaring
/// the table, as a covariance does, would lose whatever is below 1e-16 of the largest eigenvalue, that is columns of 1e-8 of the
/// largest deviation. So nothing is squared:
///
/// 1. `X = Q T`, X the columns of mean square 1. T has the singular values of X and its right vectors, and is small.
/// 2. `T = U diag(s) Vᵀ`. Kept are the D values with `s² > 1e-10 s₁²`: of these, s and V carry at least eleven digits.
/// 3. With S the diagonal of the columns' sizes, the kept part of the table is `W B`, `W = X V diag(1/s)` (whitened) and
///    `B = diag(s) Vᵀ S`.
/// 4. `B = P diag(ℓ) Eᵀ` by a method that is accurate relative to each ℓ (`GradedSingularValues`): B is a well-conditioned matrix
///    between two diagonal ones. Eigenvalues are `ℓ²`, principal directions the rows of `Eᵀ`.
/// 5. Whitened principal components are `X V diag(1/s) P`, of order one whatever ℓ is. Their product with `√λ` has the relative
///    accuracy that a projection `Z e_k` would lose by cancellation.
struct PrincipalDirections {
  /// Eigenvalues below this share of the largest, of columns of mean square 1, are rounding of zero and do not count.
  static let eigenvalueFloor = 1e-10

  /// Square roots ℓ of the eigenvalues of the covariance, falling, over `2^exponent` of the table.
  let roots: [Double]
  /// Principal directions, a row each, of unit length in the columns' own units.
  let directions: DenseMatrix
  /// Weights on the columns of mean square 1 that give each whitened component, a row each.
  let whitening: DenseMatrix
  /// Columns that are combinations of others: their number in the table, the others, and what is left of them.
  let dependent: [DependentColumn]

  /// - Parameters:
  ///   - values: columns of mean square 1, row-major.
  ///   - sizes: what each of them is multiplied by.
  ///   - rows: number of rows.
  /// - Throws: what LAPACK throws.
  init(_ values: [Double], sizes: [Double], rows: Int) throws(LinearAlgebraFailure) {
    let count = sizes.count
    let factor = try DenseMatrix(rows: rows, columns: count, values).triangularFactor()
    let (singular, loadings) = try factor.rowSpace(tolerance: Self.eigenvalueFloor.squareRoot())
    let kept = singular.map { $0 / Double(rows).squareRoot() }
    var sized = loadings.scalingRows(by: kept)
    sized.scaleColumns(by: sizes)
    let own = try GradedSingularValues(sized)
    // The sign of a direction is free: fixed so that its largest component is positive, whichever LAPACK found it.
    let signs = (0..<kept.count).map { direction in
      let row = own.right.storage[direction * count..<(direction + 1) * count]
      return (row.max { abs($0) < abs($1) } ?? 0) < 0 ? -1.0 : 1
    }
    roots = own.values
    directions = own.right.scalingRows(by: signs)
    whitening = DenseMatrix.product(.transposed(own.left), .plain(loadings.scalingRows(by: kept.map { 1 / $0 })))
      .scalingRows(by: signs)
    dependent = kept.count < count ? try DependentColumn.columns(of: factor, rank: kept.count) : []
  }
}
