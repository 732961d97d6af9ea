import COpenBLAS

/// Products of whole matrices.
extension DenseMatrix {
  /// A matrix as a factor: as it is, or transposed.
  public enum Factor {
    case plain(DenseMatrix)
    case transposed(DenseMatrix)

    var matrix: DenseMatrix {
      switch self {
      case .plain(let matrix), .transposed(let matrix): matrix
      }
    }
    var isTransposed: Bool {
      if case .transposed = self { true } else { false }
    }
    var rows: Int { isTransposed ? matrix.columns : matrix.rows }
    var columns: Int { isTransposed ? matrix.rows : matrix.columns }
  }

  /// `C <- own · C + scale · A B`.
  ///
  /// - Parameters:
  ///   - scale: factor of the product.
  ///   - left: A, with as many rows as this matrix.
  ///   - right: B, with as many columns as this matrix.
  ///   - own: factor of what was there; 0 forgets it, whatever it was.
  public mutating func setProduct(_ scale: Double = 1, _ left: Factor, _ right: Factor, own: Double = 0) {
    precondition(left.rows == rows && right.columns == columns && left.columns == right.rows)
    let (height, width, inner) = (Int32(rows), Int32(columns), Int32(left.columns))
    withMutableStorage { result in
      left.matrix.storage.withUnsafeBufferPointer { a in
        right.matrix.storage.withUnsafeBufferPointer { b in
          cblas_dgemm(
            CblasRowMajor, left.isTransposed ? CblasTrans : CblasNoTrans,
            right.isTransposed ? CblasTrans : CblasNoTrans, height, width, inner, scale, a.baseAddress,
            Int32(left.matrix.columns), b.baseAddress, Int32(right.matrix.columns), own, result.baseAddress, width)
        }
      }
    }
  }

  /// `A B` as a new matrix.
  ///
  /// - Parameters:
  ///   - left: A.
  ///   - right: B, with as many rows as A has columns.
  ///   - scale: factor.
  /// - Returns: the product.
  public static func product(_ left: Factor, _ right: Factor, scale: Double = 1) -> DenseMatrix {
    var result = DenseMatrix(rows: left.rows, columns: right.columns)
    result.setProduct(scale, left, right)
    return result
  }

  /// Sum of the squares of all entries.
  public var squaredNorm: Double {
    storage.withUnsafeBufferPointer { entries in
      var sum = 0.0
      // Piece by piece: all entries together may be more than BLAS counts.
      for start in stride(from: 0, to: entries.count, by: 1 << 20) {
        let count = Int32(min(1 << 20, entries.count - start))
        let piece = entries.baseAddress.map { $0 + start }
        sum += cblas_ddot(count, piece, 1, piece, 1)
      }
      return sum
    }
  }
}
