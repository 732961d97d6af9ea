import COpenBLAS

/// Eigenvalues in falling order, and their eigenvectors, of a real symmetric matrix.
public struct SymmetricEigenproblem: Sendable {
  /// Eigenvalues, largest first.
  public let eigenvalues: [Double]
  /// Eigenvector k is `eigenvectors[k * n ..< (k + 1) * n]`, of unit length.
  public let eigenvectors: [Double]

  /// Solves by LAPACK's divide and conquer (dsyevd).
  ///
  /// - Parameters:
  ///   - matrix: n x n numbers, symmetric.
  ///   - size: n ≥ 1.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  public init(_ matrix: [Double], size: Int) throws(LinearAlgebraFailure) {
    precondition(matrix.count == size * size)
    var vectors = matrix
    var values = [Double](repeating: 0, count: size)
    // Column-major output puts eigenvector k at k*n, so rows of `vectors` are eigenvectors.
    let status = vectors.withUnsafeMutableBufferPointer { vectors in
      values.withUnsafeMutableBufferPointer { values in
        LAPACKE_dsyevd(
          LAPACK_COL_MAJOR, 0x56 /* V */, 0x55 /* U */, Int32(size), vectors.baseAddress,
          Int32(size), values.baseAddress)
      }
    }
    guard status == 0 else { throw LinearAlgebraFailure(routine: "dsyevd", status: Int(status)) }
    let order = Array((0..<size).reversed())
    eigenvalues = order.map { values[$0] }
    eigenvectors = order.flatMap { vectors[$0 * size..<($0 + 1) * size] }
  }

  /// The largest eigenvalues alone, by relatively robust representations (dsyevr).
  ///
  /// - Parameters:
  ///   - matrix: square and symmetric.
  ///   - count: how many are wanted, from 1 to the number of rows.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge or an entry is not a number.
  public init(_ matrix: DenseMatrix, largest count: Int) throws(LinearAlgebraFailure) {
    let size = matrix.rows
    precondition(size == matrix.columns && count >= 1 && count <= size)
    var entries = matrix.storage
    var values = [Double](repeating: 0, count: size)
    var vectors = [Double](repeating: 0, count: size * count)
    var supports = [Int32](repeating: 0, count: 2 * count)
    var found: Int32 = 0
    let n = Int32(size)
    let status = LAPACKE_dsyevr(
      LAPACK_COL_MAJOR, 0x56 /* V */, 0x49 /* I */, 0x4C /* L */, n, &entries, n, 0, 0, n - Int32(count) + 1, n, 0,
      &found, &values, &vectors, n, &supports)
    guard status == 0, Int(found) == count else { throw LinearAlgebraFailure(routine: "dsyevr", status: Int(status)) }
    let order = Array((0..<count).reversed())
    eigenvalues = order.map { values[$0] }
    eigenvectors = order.flatMap { vectors[$0 * size..<($0 + 1) * size] }
  }
}

/// LAPACK gave up.
public struct LinearAlgebraFailure: Error, Sendable, CustomStringConvertible {
  /// LAPACK's routine.
  public let routine: String
  /// Its `info`.
  public let status: Int

  /// One line for a person.
  public var description: String { "LAPACK \(routine) stopped with status \(status)" }
}
