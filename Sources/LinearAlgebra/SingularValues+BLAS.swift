import COpenBLAS

/// Singular values in falling order, with their vectors if they are asked for: `A = L diag(values) R`.
public struct SingularValues: Sendable {
  /// Singular values, largest first, as many as the shorter side of the matrix.
  public let values: [Double]
  /// L: rows x (number of values), orthonormal columns; nil where only values were asked for.
  public let left: DenseMatrix?
  /// R: (number of values) x columns, orthonormal rows; nil where only values were asked for.
  public let right: DenseMatrix?

  /// Solves by LAPACK's divide and conquer (dgesdd).
  ///
  /// - Parameters:
  ///   - matrix: any shape with at least one entry.
  ///   - vectors: whether the vectors are wanted too.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge or an entry is not a number.
  public init(_ matrix: DenseMatrix, vectors: Bool) throws(LinearAlgebraFailure) {
    let count = min(matrix.rows, matrix.columns)
    var entries = matrix.storage
    var values = [Double](repeating: 0, count: count)
    var left = [Double](repeating: 0, count: vectors ? matrix.rows * count : 1)
    var right = [Double](repeating: 0, count: vectors ? matrix.columns * count : 1)
    let (rows, columns) = (Int32(matrix.rows), Int32(matrix.columns))
    // LAPACK reads our rows as columns: it sees the transpose, whose left vectors are our right ones.
    let status = LAPACKE_dgesdd(
      LAPACK_COL_MAJOR, vectors ? 0x53 /* S */ : 0x4E /* N */, columns, rows, &entries, columns, &values, &right,
      columns, &left, Int32(max(1, count)))
    guard status == 0 else { throw LinearAlgebraFailure(routine: "dgesdd", status: Int(status)) }
    self.values = values
    self.left = vectors ? DenseMatrix(rows: matrix.rows, columns: count, left) : nil
    self.right = vectors ? DenseMatrix(rows: count, columns: matrix.columns, right) : nil
  }
}
