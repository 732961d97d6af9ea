import COpenBLAS

/// Singular values and vectors of a matrix whose rows or columns differ by many orders of magnitude: `A = L diag(values) R`.
///
/// Methods that reduce to bidiagonal form first, such as `SingularValues`, are accurate to rounding of the *largest*
/// singular value; what is smaller than 1e-16 of it comes out as noise. One-sided Jacobi rotations after a QR factorisation
/// with both pivotings find every value to about `ε κ(C)` of *itself* where `A = D₁ C D₂` with diagonal D₁, D₂ of any
/// grading (Drmač and Veselić, SIAM J. Matrix Anal. Appl. 29 (2008) 1322 and 1343; LAPACK's dgejsv).
public struct GradedSingularValues: Sendable {
  /// Singular values, largest first, one for each row of the matrix.
  public let values: [Double]
  /// L: rows x rows, orthogonal.
  public let left: DenseMatrix
  /// R: rows x columns, orthonormal rows.
  public let right: DenseMatrix

  /// Solves by LAPACK's preconditioned Jacobi method (dgejsv).
  ///
  /// - Parameter matrix: at most as many rows as columns, at least one; entries between 1e-150 and 1e150 in size, or 0.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge or an entry is not a number.
  public init(_ matrix: DenseMatrix) throws(LinearAlgebraFailure) {
    precondition(matrix.rows >= 1 && matrix.rows <= matrix.columns)
    var entries = matrix.storage
    var values = [Double](repeating: 0, count: matrix.rows)
    var left = [Double](repeating: 0, count: matrix.rows * matrix.rows)
    var right = [Double](repeating: 0, count: matrix.rows * matrix.columns)
    var statistics = [Double](repeating: 0, count: 7)
    var counts = [Int32](repeating: 0, count: 3)
    let (short, long) = (Int32(matrix.rows), Int32(matrix.columns))
    // LAPACK reads our rows as columns: it sees the transpose, whose left vectors are our right ones.
    let status = LAPACKE_dgejsv(
      LAPACK_COL_MAJOR, 0x46 /* F */, 0x55 /* U */, 0x56 /* V */, 0x52 /* R */, 0x4E /* N */, 0x4E /* N */, long, short,
      &entries, long, &values, &right, long, &left, short, &statistics, &counts)
    guard status == 0 else { throw LinearAlgebraFailure(routine: "dgejsv", status: Int(status)) }
    // It may have scaled the values against overflow.
    let scale = statistics[0] / statistics[1]
    self.values = values.map { scale * $0 }
    self.right = DenseMatrix(rows: matrix.rows, columns: matrix.columns, right)
    self.left = DenseMatrix(
      rows: matrix.rows, columns: matrix.rows,
      (0..<matrix.rows * matrix.rows).map { left[$0 % matrix.rows * matrix.rows + $0 / matrix.rows] })
  }
}
