import COpenBLAS

/// Orthonormal bases of the space that the columns of a tall matrix span.
extension DenseMatrix {
  /// As many orthonormal columns as the matrix has, whose first ones span the same as its first ones (dgelqf of the
  /// transpose). Columns that depend on others give directions of no meaning, orthonormal all the same.
  ///
  /// - Returns: Q of the same shape, `QᵀQ = 1`.
  /// - Throws: `LinearAlgebraFailure` when LAPACK refuses.
  /// - Precondition: at least as many rows as columns.
  public func orthonormalColumns() throws(LinearAlgebraFailure) -> DenseMatrix {
    precondition(rows >= columns)
    var entries = storage
    var scales = [Double](repeating: 0, count: columns)
    let (height, width) = (Int32(rows), Int32(columns))
    // LAPACK reads our rows as columns: it sees the transpose, whose LQ factors are our QR factors.
    var status = LAPACKE_dgelqf(LAPACK_COL_MAJOR, width, height, &entries, width, &scales)
    guard status == 0 else { throw LinearAlgebraFailure(routine: "dgelqf", status: Int(status)) }
    status = LAPACKE_dorglq(LAPACK_COL_MAJOR, width, height, width, &entries, width, scales)
    guard status == 0 else { throw LinearAlgebraFailure(routine: "dorglq", status: Int(status)) }
    return DenseMatrix(rows: rows, columns: columns, entries)
  }

  /// Orthonormal columns that span what the columns span; dependent ones are dropped.
  ///
  /// - Parameter tolerance: directions weaker than this share of the strongest count as absent.
  /// - Returns: Q with at most as many columns, at least one.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  public func columnSpace(tolerance: Double = 1e-10) throws(LinearAlgebraFailure) -> DenseMatrix {
    let singular = try SingularValues(self, vectors: true)
    guard let left = singular.left else { return self }
    let count = singular.values.count { $0 > tolerance * singular.values[0] }
    return left.firstColumns(max(1, count))
  }

  /// The rows' directions that carry the matrix: right singular vectors, with their singular values.
  ///
  /// - Parameter tolerance: directions at or below this share of the strongest count as absent.
  /// - Returns: the kept singular values, falling, and their vectors, one a row.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  public func rowSpace(tolerance: Double) throws(LinearAlgebraFailure) -> (values: [Double], directions: DenseMatrix) {
    let singular = try SingularValues(self, vectors: true)
    guard let right = singular.right else { return ([], self) }
    let kept = Array(singular.values.prefix { $0 > tolerance * singular.values[0] })
    return (kept, DenseMatrix(rows: kept.count, columns: columns, Array(right.storage.prefix(kept.count * columns))))
  }

  /// The first columns.
  ///
  /// - Parameter count: how many, at least 1.
  /// - Returns: rows x count.
  public func firstColumns(_ count: Int) -> DenseMatrix {
    if count == columns { return self }
    var entries: [Double] = []
    entries.reserveCapacity(rows * count)
    for row in 0..<rows { entries += storage[row * columns..<row * columns + count] }
    return DenseMatrix(rows: rows, columns: count, entries)
  }

  /// The columns of two matrices side by side.
  ///
  /// - Parameter other: a matrix with as many rows.
  /// - Returns: `[A B]`.
  public func appendingColumns(_ other: DenseMatrix) -> DenseMatrix {
    precondition(rows == other.rows)
    var entries: [Double] = []
    entries.reserveCapacity(storage.count + other.storage.count)
    for row in 0..<rows {
      entries += storage[row * columns..<(row + 1) * columns]
      entries += other.storage[row * other.columns..<(row + 1) * other.columns]
    }
    return DenseMatrix(rows: rows, columns: columns + other.columns, entries)
  }

  /// Rows as columns.
  public var transposed: DenseMatrix {
    var entries = [Double](repeating: 0, count: storage.count)
    entries.withUnsafeMutableBufferPointer { result in
      storage.withUnsafeBufferPointer { source in
        for row in 0..<rows {
          for column in 0..<columns { result[column * rows + row] = source[row * columns + column] }
        }
      }
    }
    return DenseMatrix(rows: columns, columns: rows, entries)
  }

  /// Ones on the diagonal.
  ///
  /// - Parameters:
  ///   - size: rows and columns.
  ///   - scale: what stands on the diagonal.
  /// - Returns: a square matrix.
  public static func identity(_ size: Int, scale: Double = 1) -> DenseMatrix {
    var entries = [Double](repeating: 0, count: size * size)
    for index in 0..<size { entries[index * size + index] = scale }
    return DenseMatrix(rows: size, columns: size, entries)
  }
}
