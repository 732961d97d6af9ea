import COpenBLAS

/// A matrix without structure, row-major: weights, samples, stacked vectors.
public struct DenseMatrix: Sendable {
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// The entries, row by row.
  public private(set) var storage: [Double]

  /// - Parameters:
  ///   - rows: number of rows.
  ///   - columns: number of columns, at least 1.
  ///   - storage: `rows * columns` entries; nil for zeros.
  public init(rows: Int, columns: Int, _ storage: [Double]? = nil) {
    precondition(storage == nil || storage?.count == rows * columns)
    self.rows = rows
    self.columns = columns
    self.storage = storage ?? Array(repeating: 0, count: rows * columns)
  }

  /// The entries for a routine that writes them in place.
  mutating func withMutableStorage(_ body: (UnsafeMutableBufferPointer<Double>) -> Void) {
    storage.withUnsafeMutableBufferPointer { body($0) }
  }

  /// The entry of a row and a column.
  ///
  /// - Parameters:
  ///   - row: from 0.
  ///   - column: from 0.
  /// - Returns: the entry.
  @inlinable
  public subscript(row: Int, column: Int) -> Double {
    storage[row * columns + column]
  }

  /// The entries whose row and column agree.
  public var diagonal: [Double] { (0..<min(rows, columns)).map { storage[$0 * columns + $0] } }

  /// Takes entries where another matrix is positive, and zero elsewhere.
  ///
  /// - Parameters:
  ///   - values: a matrix of the same shape; nil for this one's own entries.
  ///   - reference: a matrix of the same shape.
  public mutating func keep(_ values: DenseMatrix? = nil, wherePositive reference: DenseMatrix) {
    precondition(reference.rows == rows && reference.columns == columns)
    precondition(values == nil || values?.storage.count == storage.count)
    storage.withUnsafeMutableBufferPointer { entries in
      reference.storage.withUnsafeBufferPointer { reference in
        guard let values else {
          for index in entries.indices where !(reference[index] > 0) { entries[index] = 0 }
          return
        }
        values.storage.withUnsafeBufferPointer { values in
          for index in entries.indices { entries[index] = reference[index] > 0 ? values[index] : 0 }
        }
      }
    }
  }

  /// How many entries differ from another matrix in being positive.
  ///
  /// - Parameter other: a matrix of the same shape.
  /// - Returns: their number.
  public func signDifferences(from other: DenseMatrix) -> Int {
    precondition(other.rows == rows && other.columns == columns)
    return zip(storage, other.storage).count { ($0 > 0) != ($1 > 0) }
  }

  /// Some of the rows, in the order asked for.
  ///
  /// - Parameter indices: which rows.
  /// - Returns: a matrix of as many rows.
  public func selecting(_ indices: [Int]) -> DenseMatrix {
    DenseMatrix(
      rows: indices.count, columns: columns,
      indices.flatMap { storage[$0 * columns..<($0 + 1) * columns] })
  }

  /// Overwrites one row, or some that follow each other.
  ///
  /// - Parameters:
  ///   - row: the first.
  ///   - values: a multiple of `columns` numbers.
  public mutating func setRow(_ row: Int, _ values: [Double]) {
    precondition(values.count.isMultiple(of: columns))
    storage.replaceSubrange(row * columns..<row * columns + values.count, with: values)
  }

  /// `y += scale · A x`, with the first rows only if `count` is given.
  ///
  /// - Parameters:
  ///   - scale: factor.
  ///   - x: `columns` numbers for each vector, one vector after the other.
  ///   - y: for each vector at least as many numbers as rows are used.
  ///   - count: how many rows are used; by default all.
  ///   - vectors: how many vectors.
  public func addProduct(
    _ scale: Double, _ x: [Double], to y: inout [Double], rows count: Int? = nil, vectors: Int = 1
  ) {
    precondition(x.count == vectors * columns && y.count >= vectors * (count ?? rows))
    addProducts(CblasNoTrans, scale, x, to: &y, rows: count ?? rows, vectors: vectors)
  }

  /// `y += scale · Aᵀ x`, with the first rows only if `count` is given.
  ///
  /// - Parameters:
  ///   - scale: factor.
  ///   - x: for each vector at least as many numbers as rows are used, one vector after the other.
  ///   - y: `columns` numbers for each vector.
  ///   - count: how many rows are used; by default all.
  ///   - vectors: how many vectors.
  public func addTransposedProduct(
    _ scale: Double, _ x: [Double], to y: inout [Double], rows count: Int? = nil, vectors: Int = 1
  ) {
    precondition(y.count == vectors * columns && x.count >= vectors * (count ?? rows))
    addProducts(CblasTrans, scale, x, to: &y, rows: count ?? rows, vectors: vectors)
  }

  private func addProducts(
    _ side: CBLAS_TRANSPOSE, _ scale: Double, _ x: [Double], to y: inout [Double], rows count: Int, vectors: Int
  ) {
    precondition(count <= rows && x.count.isMultiple(of: vectors) && y.count.isMultiple(of: vectors))
    let strides = (Int32(x.count / vectors), Int32(y.count / vectors))
    storage.withUnsafeBufferPointer { matrix in
      y.withUnsafeMutableBufferPointer { y in
        Self.addProducts(
          side, scale, matrix.baseAddress, Int32(count), Int32(columns), x, y.baseAddress, strides: strides,
          vectors: vectors)
      }
    }
  }

  /// One vector alone is a product with a vector, several are the rows of a matrix.
  private static func addProducts(
    _ side: CBLAS_TRANSPOSE, _ scale: Double, _ matrix: UnsafePointer<Double>?, _ rows: Int32, _ columns: Int32,
    _ x: UnsafePointer<Double>?, _ y: UnsafeMutablePointer<Double>?, strides: (x: Int32, y: Int32), vectors: Int
  ) {
    if vectors == 1 {
      cblas_dgemv(CblasRowMajor, side, rows, columns, scale, matrix, columns, x, 1, 1, y, 1)
      return
    }
    let isTransposed = side == CblasTrans
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, isTransposed ? CblasNoTrans : CblasTrans, Int32(vectors),
      isTransposed ? columns : rows, isTransposed ? rows : columns, scale, x, strides.x, matrix, columns, 1, y,
      strides.y)
  }

  /// `A <- own · A + weight · B` (B absent: only the factor).
  ///
  /// - Parameters:
  ///   - own: factor of this matrix.
  ///   - weight: factor of the other.
  ///   - other: a matrix of the same shape.
  public mutating func combine(own: Double, weight: Double, other: DenseMatrix?) {
    storage.withUnsafeMutableBufferPointer { matrix in
      // Row by row: all entries together may be more than BLAS counts.
      for start in stride(from: 0, to: matrix.count, by: columns) {
        let row = matrix.baseAddress.map { $0 + start }
        if own != 1 { cblas_dscal(Int32(columns), own, row, 1) }
        other?.storage.withUnsafeBufferPointer { other in
          cblas_daxpy(Int32(columns), weight, other.baseAddress.map { $0 + start }, 1, row, 1)
        }
      }
    }
  }

  /// `A += Σ_s c_s l_s r_sᵀ` over the first rows of two stacks of vectors.
  ///
  /// - Parameters:
  ///   - coefficients: `c_s`; their number says how many rows are used.
  ///   - left: vectors `l_s` of `rows` numbers.
  ///   - right: vectors `r_s` of `columns` numbers.
  public mutating func addOuterProducts(_ coefficients: [Double], _ left: DenseMatrix, _ right: DenseMatrix) {
    let count = coefficients.count
    precondition(left.columns == rows && right.columns == columns && left.rows >= count && right.rows >= count)
    var scaled = Array(left.storage.prefix(count * rows))
    for index in 0..<count {
      for position in index * rows..<(index + 1) * rows { scaled[position] *= coefficients[index] }
    }
    storage.withUnsafeMutableBufferPointer { matrix in
      right.storage.withUnsafeBufferPointer { right in
        cblas_dgemm(
          CblasRowMajor, CblasTrans, CblasNoTrans, Int32(rows), Int32(columns), Int32(count), 1, scaled,
          Int32(rows), right.baseAddress, Int32(columns), 1, matrix.baseAddress, Int32(columns))
      }
    }
  }

  /// Entries of a panel of rows that stays in a core's own cache: a quarter of a megabyte.
  private static let panelEntries = 32_768

  /// Residuals of linear fits and their product with the inputs: `r = y - scale · A x` and `Aᵀ r`, as in equation (8.1).
  ///
  /// Both are made panel by panel of rows, so that the matrix comes from memory once.
  ///
  /// - Parameters:
  ///   - target: y, one number a row for each fit, one fit after the other.
  ///   - scale: factor of the fits.
  ///   - x: coefficients, one a column for each fit.
  ///   - fits: how many fits.
  /// - Returns: the residuals r, one a row for each fit, and `Aᵀ r`, one a column for each.
  public func leastSquaresGradient(target: [Double], scale: Double, _ x: [Double], fits: Int = 1) -> (
    residuals: [Double], product: [Double]
  ) {
    precondition(target.count == fits * rows && x.count == fits * columns)
    var residuals = target
    var product = [Double](repeating: 0, count: fits * columns)
    let height = max(1, Self.panelEntries / columns)
    let (width, length) = (Int32(columns), Int32(rows))
    storage.withUnsafeBufferPointer { matrix in
      residuals.withUnsafeMutableBufferPointer { residuals in
        product.withUnsafeMutableBufferPointer { product in
          for start in stride(from: 0, to: rows, by: height) {
            let count = Int32(min(height, rows - start))
            let panel = matrix.baseAddress.map { $0 + start * columns }
            let part = residuals.baseAddress.map { $0 + start }
            Self.addProducts(
              CblasNoTrans, -scale, panel, count, width, x, part, strides: (width, length), vectors: fits)
            Self.addProducts(
              CblasTrans, 1, panel, count, width, part, product.baseAddress, strides: (length, width), vectors: fits)
          }
        }
      }
    }
    return (residuals, product)
  }
}
