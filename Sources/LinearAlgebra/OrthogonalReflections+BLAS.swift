import COpenBLAS

/// An orthogonal matrix as a product of reflections; thin products cost no more than those with a dense matrix, and it is
/// never made dense unless that is asked for.
///
/// `Q = S H_nᵀ … H_1ᵀ` with `H_i = 1 - τ_i v_i v_iᵀ`, v_i zero above its place i and 1 at it, S diagonal with signs.
public struct OrthogonalReflections: Sendable {
  /// Rows and columns.
  public let size: Int
  /// Column i of a column-major matrix holds v_i below its place i.
  private var vectors: [Double]
  private var scales: [Double]
  private var signs: [Double]

  /// The orthogonal factor of a QR decomposition, with the signs that make the diagonal of R positive, of a matrix whose
  /// columns come one at a time as they look behind the reflections before them; transposed.
  ///
  /// - Parameters:
  ///   - size: n ≥ 1.
  ///   - column: called with n, n - 1, …, 1: that many entries of the next column.
  public init(size: Int, column: (Int) -> [Double]) {
    self.size = size
    vectors = Array(repeating: 0, count: size * size)
    scales = Array(repeating: 0, count: size)
    signs = Array(repeating: 1, count: size)
    for place in 0..<size {
      let entries = column(size - place)
      let tail = entries.dropFirst().reduce(0) { $0 + $1 * $1 }
      let head = entries[0]
      // The reflection maps the column to `image` on its first axis; the sign avoids cancellation.
      let image = -copysign((head * head + tail).squareRoot(), head)
      if tail == 0 {
        signs[place] = head < 0 ? -1 : 1
        continue
      }
      signs[place] = image < 0 ? -1 : 1
      scales[place] = (image - head) / image
      let start = place * size + place
      for (offset, entry) in entries.enumerated().dropFirst() { vectors[start + offset] = entry / (head - image) }
    }
  }

  private func copysign(_ magnitude: Double, _ sign: Double) -> Double { sign < 0 ? -magnitude : magnitude }

  /// `Q C` or `Qᵀ C`.
  ///
  /// - Parameters:
  ///   - matrix: C, with n rows.
  ///   - transposed: whether Q is transposed.
  /// - Returns: a matrix of the shape of C.
  /// - Throws: `LinearAlgebraFailure` when LAPACK refuses.
  public func product(_ matrix: DenseMatrix, transposed: Bool = false) throws(LinearAlgebraFailure) -> DenseMatrix {
    precondition(matrix.rows == size)
    var result = transposed ? matrix.scalingRows(by: signs) : matrix
    let (width, height) = (Int32(matrix.columns), Int32(size))
    var status: Int32 = 0
    // LAPACK reads our rows as columns: C comes as its transpose, and the reflections act from the right.
    result.withMutableStorage { entries in
      status = LAPACKE_dormqr(
        LAPACK_COL_MAJOR, 0x52 /* R */, transposed ? 0x54 /* T */ : 0x4E /* N */, width, height, height, vectors,
        height, scales, entries.baseAddress, width)
    }
    guard status == 0 else { throw LinearAlgebraFailure(routine: "dormqr", status: Int(status)) }
    return transposed ? result : result.scalingRows(by: signs)
  }

  /// The matrix itself.
  ///
  /// - Parameter scale: factor.
  /// - Returns: `scale · Q`.
  /// - Throws: `LinearAlgebraFailure` when LAPACK refuses.
  public func dense(scale: Double = 1) throws(LinearAlgebraFailure) -> DenseMatrix {
    var entries = vectors
    let count = Int32(size)
    // What LAPACK makes column by column are our rows: the transpose, which is what Q is.
    let status = LAPACKE_dorgqr(LAPACK_COL_MAJOR, count, count, count, &entries, count, scales)
    guard status == 0 else { throw LinearAlgebraFailure(routine: "dorgqr", status: Int(status)) }
    return DenseMatrix(rows: size, columns: size, entries).scalingRows(by: signs.map { $0 * scale })
  }
}
