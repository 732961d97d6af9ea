import COpenBLAS

/// The triangular half of QR factorisations; Q is not formed.
extension DenseMatrix {
  /// R of `A = Q R`: as many columns, and the same singular values and right vectors, without the length of A (dgelqf).
  ///
  /// - Returns: min(rows, columns) x columns, zero below the diagonal.
  /// - Throws: `LinearAlgebraFailure` when LAPACK refuses an entry that is not a number.
  public func triangularFactor() throws(LinearAlgebraFailure) -> DenseMatrix {
    let rank = min(rows, columns)
    var entries = storage
    var scales = [Double](repeating: 0, count: rank)
    // LAPACK reads our rows as columns: it sees the transpose, whose LQ factors are our QR factors.
    let status = LAPACKE_dgelqf(
      LAPACK_COL_MAJOR, Int32(columns), Int32(rows), &entries, Int32(columns), &scales)
    guard status == 0 else { throw LinearAlgebraFailure(routine: "dgelqf", status: Int(status)) }
    for row in 0..<rank { for column in 0..<row { entries[row * columns + column] = 0 } }
    return DenseMatrix(rows: rank, columns: columns, Array(entries.prefix(rank * columns)))
  }

  /// QR with column pivoting, `A P = Q R`: the next column is always the one that is farthest from those before (dgeqp3).
  ///
  /// - Returns: numbers of the columns in their order, and R, min(rows, columns) x columns, whose columns are in that order.
  /// - Throws: `LinearAlgebraFailure` when LAPACK refuses an entry that is not a number.
  public func pivotedTriangularFactor() throws(LinearAlgebraFailure) -> (order: [Int], factor: DenseMatrix) {
    let rank = min(rows, columns)
    var entries = (0..<rows * columns).map { storage[$0 % rows * columns + $0 / rows] }
    var order = [Int32](repeating: 0, count: columns)
    var scales = [Double](repeating: 0, count: rank)
    let status = LAPACKE_dgeqp3(
      LAPACK_COL_MAJOR, Int32(rows), Int32(columns), &entries, Int32(rows), &order, &scales)
    guard status == 0 else { throw LinearAlgebraFailure(routine: "dgeqp3", status: Int(status)) }
    let factor = (0..<rank * columns).map { index in
      let (row, column) = (index / columns, index % columns)
      return row <= column ? entries[column * rows + row] : 0
    }
    return (order.map { Int($0) - 1 }, DenseMatrix(rows: rank, columns: columns, factor))
  }
}
