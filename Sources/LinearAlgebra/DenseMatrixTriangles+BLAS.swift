import COpenBLAS

/// Triangular matrices as factors, and factors of symmetric matrices.
extension DenseMatrix {
  /// `B <- L⁻¹ B` with the strict lower triangle of a matrix and ones on the diagonal (dtrsm).
  ///
  /// - Parameter triangle: square, as many rows as this matrix; its diagonal and what is above are not read.
  public mutating func divideByUnitLower(_ triangle: DenseMatrix) {
    precondition(triangle.rows == rows && triangle.columns == rows)
    let (height, width) = (Int32(rows), Int32(columns))
    withMutableStorage { result in
      triangle.storage.withUnsafeBufferPointer { triangle in
        cblas_dtrsm(
          CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasUnit, height, width, 1, triangle.baseAddress, height,
          result.baseAddress, width)
      }
    }
  }

  /// `B <- L⁻¹ B L⁻ᵀ` of a square matrix, with the strict lower triangle of a matrix and ones on the diagonal (dtrsm).
  ///
  /// - Parameter triangle: square, as many rows as this matrix; its diagonal and what is above are not read.
  public mutating func divideBothSidesByUnitLower(_ triangle: DenseMatrix) {
    precondition(columns == rows)
    divideByUnitLower(triangle)
    let size = Int32(rows)
    withMutableStorage { result in
      triangle.storage.withUnsafeBufferPointer { triangle in
        cblas_dtrsm(
          CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasUnit, size, size, 1, triangle.baseAddress, size,
          result.baseAddress, size)
      }
    }
  }

  /// `B <- L B` with the lower triangle of a matrix, its diagonal included (dtrmm).
  ///
  /// - Parameter triangle: square, as many rows as this matrix; what is above the diagonal is not read.
  public mutating func multiplyByLower(_ triangle: DenseMatrix) {
    precondition(triangle.rows == rows && triangle.columns == rows)
    let (height, width) = (Int32(rows), Int32(columns))
    withMutableStorage { result in
      triangle.storage.withUnsafeBufferPointer { triangle in
        cblas_dtrmm(
          CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, height, width, 1, triangle.baseAddress,
          height, result.baseAddress, width)
      }
    }
  }

  /// `B <- A⁻¹ B` (dgesv); not a number where A is singular.
  ///
  /// - Parameter matrix: A, square, as many rows as this matrix.
  public mutating func divide(by matrix: DenseMatrix) {
    precondition(matrix.rows == rows && matrix.columns == rows)
    let (height, width) = (Int32(rows), Int32(columns))
    var factors = matrix.storage
    var pivots = [Int32](repeating: 0, count: rows)
    withMutableStorage { result in
      let status = LAPACKE_dgesv(
        LAPACK_ROW_MAJOR, height, width, &factors, height, &pivots, result.baseAddress, width)
      if status != 0 { result.update(repeating: .nan) }
    }
  }

  /// Adds a number to every diagonal entry.
  ///
  /// - Parameter number: what is added.
  public mutating func addToDiagonal(_ number: Double) {
    let step = columns + 1
    withMutableStorage { entries in
      for index in stride(from: 0, to: entries.count, by: step) { entries[index] += number }
    }
  }

  /// Multiplies each row by a number of its own.
  ///
  /// - Parameter factors: one a row.
  public mutating func scaleRows(by factors: [Double]) {
    precondition(factors.count == rows)
    let width = columns
    withMutableStorage { entries in
      for (row, factor) in factors.enumerated() {
        for index in row * width..<(row + 1) * width { entries[index] *= factor }
      }
    }
  }

  /// Adds to an array that has a vector for each entry the entry's multiple of one vector.
  ///
  /// - Parameters:
  ///   - vector: the vector.
  ///   - result: `rows * columns` vectors, one after the other.
  public func addOuter(_ vector: [Double], to result: inout [Double]) {
    precondition(result.count == storage.count * vector.count)
    let count = vector.count
    storage.withUnsafeBufferPointer { entries in
      vector.withUnsafeBufferPointer { vector in
        result.withUnsafeMutableBufferPointer { result in
          for (index, entry) in entries.enumerated() {
            for place in 0..<count { result[index * count + place] += entry * vector[place] }
          }
        }
      }
    }
  }

  /// Calls with the entries of a row.
  ///
  /// - Parameters:
  ///   - row: from 0.
  ///   - body: receives `columns` numbers.
  /// - Returns: what it returns.
  public func withRow<Result>(_ row: Int, _ body: (UnsafeBufferPointer<Double>) -> Result) -> Result {
    storage.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[row * columns..<(row + 1) * columns])) }
  }

  /// Some columns that follow each other.
  ///
  /// - Parameter span: which.
  /// - Returns: their entries, row by row.
  public func columns(_ span: Range<Int>) -> [Double] {
    (0..<rows).flatMap { storage[$0 * columns + span.lowerBound..<$0 * columns + span.upperBound] }
  }

  /// Gram matrices of groups of rows that follow each other, over some columns.
  ///
  /// - Parameters:
  ///   - height: rows of a group, a divisor of their number.
  ///   - span: which columns; may be empty.
  /// - Returns: `height * height` numbers a group.
  public func grams(ofRows height: Int, over span: Range<Int>) -> [Double] {
    precondition(rows.isMultiple(of: height) && span.upperBound <= columns)
    var result = [Double](repeating: 0, count: rows * height)
    guard !span.isEmpty else { return result }
    let (order, length, width) = (Int32(height), Int32(span.count), Int32(columns))
    storage.withUnsafeBufferPointer { entries in
      result.withUnsafeMutableBufferPointer { result in
        for first in stride(from: 0, to: rows, by: height) {
          let group = entries.baseAddress.map { $0 + first * columns + span.lowerBound }
          cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, order, order, length, 1, group, width, group, width, 0,
            result.baseAddress.map { $0 + first * height }, order)
        }
      }
    }
    return result
  }

  /// Columns whose outer products sum to a positive semidefinite matrix: Cholesky's method with pivots, until nothing is left (dpstrf).
  ///
  /// - Parameters:
  ///   - matrix: row-major, symmetric.
  ///   - size: its rows.
  ///   - rounding: share of the largest diagonal entry below which the rest is rounding.
  /// - Returns: `size` rows, a column for each rank; one of zeros for the zero matrix, of nan where an entry is no number.
  public static func semidefiniteFactor(_ matrix: [Double], size: Int, rounding: Double) -> DenseMatrix {
    precondition(matrix.count == size * size)
    let largest = (0..<size).reduce(0) { max($0, matrix[$1 * size + $1]) }
    guard largest > 0 else { return DenseMatrix(rows: size, columns: 1) }
    var factor = matrix
    var order = [Int32](repeating: 0, count: size)
    var rank: Int32 = 0
    // LAPACK reads our rows as columns: its upper factor is our lower one.
    let status = LAPACKE_dpstrf(
      LAPACK_COL_MAJOR, 0x55, Int32(size), &factor, Int32(size), &order, &rank, rounding * largest)
    guard status >= 0, rank > 0 else {
      return DenseMatrix(rows: size, columns: 1, Array(repeating: .nan, count: size))
    }
    let count = Int(rank)
    var columns = [Double](repeating: 0, count: size * count)
    for (row, place) in order.enumerated() {
      let target = (Int(place) - 1) * count
      for column in 0..<min(row + 1, count) { columns[target + column] = factor[row * size + column] }
    }
    return DenseMatrix(rows: size, columns: count, columns)
  }
}
