import COpenBLAS

/// Products of a tall row-major table with itself and with a vector.
public enum TallMatrix {
  /// `Xᵀ X`, both triangles.
  ///
  /// - Parameters:
  ///   - matrix: rows x columns numbers, row-major.
  ///   - columns: number of columns.
  /// - Returns: columns x columns numbers.
  public static func gram(_ matrix: [Double], columns: Int) -> [Double] {
    precondition(columns >= 1 && matrix.count % columns == 0)
    let rows = matrix.count / columns
    var result = [Double](repeating: 0, count: columns * columns)
    result.withUnsafeMutableBufferPointer { result in
      matrix.withUnsafeBufferPointer { matrix in
        cblas_dgemm(
          CblasRowMajor, CblasTrans, CblasNoTrans, Int32(columns), Int32(columns), Int32(rows), 1,
          matrix.baseAddress, Int32(columns), matrix.baseAddress, Int32(columns), 0,
          result.baseAddress, Int32(columns))
      }
    }
    return result
  }

  /// `Xᵀ y`.
  ///
  /// - Parameters:
  ///   - matrix: rows x columns numbers, row-major.
  ///   - columns: number of columns.
  ///   - vector: one number a row.
  /// - Returns: one number a column.
  public static func transposed(_ matrix: [Double], columns: Int, times vector: [Double])
    -> [Double]
  {
    precondition(columns >= 1 && matrix.count == columns * vector.count)
    var result = [Double](repeating: 0, count: columns)
    result.withUnsafeMutableBufferPointer { result in
      matrix.withUnsafeBufferPointer { matrix in
        vector.withUnsafeBufferPointer { vector in
          cblas_dgemv(
            CblasRowMajor, CblasTrans, Int32(vector.count), Int32(columns), 1, matrix.baseAddress,
            Int32(columns), vector.baseAddress, 1, 0, result.baseAddress, 1)
        }
      }
    }
    return result
  }

  /// `scale · X Vᵀ`: the rows of X in other coordinates.
  ///
  /// - Parameters:
  ///   - matrix: rows x columns numbers, row-major.
  ///   - columns: number of columns.
  ///   - directions: some vectors of `columns` numbers, one after the other.
  ///   - scale: factor.
  /// - Returns: rows x (number of directions) numbers, row-major.
  public static func rotated(
    _ matrix: [Double], columns: Int, onto directions: [Double], scale: Double
  ) -> [Double] {
    // BLAS answers an empty leading dimension with a line on stdout.
    precondition(columns >= 1 && directions.count >= columns && directions.count % columns == 0)
    let rows = matrix.count / columns
    let count = directions.count / columns
    var result = [Double](repeating: 0, count: rows * count)
    result.withUnsafeMutableBufferPointer { result in
      matrix.withUnsafeBufferPointer { matrix in
        directions.withUnsafeBufferPointer { directions in
          cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(count), Int32(columns),
            scale, matrix.baseAddress, Int32(columns), directions.baseAddress, Int32(columns), 0,
            result.baseAddress, Int32(count))
        }
      }
    }
    return result
  }
}
