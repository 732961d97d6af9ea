import COpenBLAS

/// Sums over the beginnings of long lists.
public enum VectorSums {
  /// `y_i += scale · x_i` for all entries of x.
  ///
  /// - Parameters:
  ///   - scale: factor.
  ///   - vector: x, at most as long as y.
  ///   - result: y.
  public static func add(_ scale: Double, _ vector: [Double], to result: inout [Double]) {
    precondition(vector.count <= result.count)
    result.withUnsafeMutableBufferPointer { result in
      vector.withUnsafeBufferPointer { vector in
        forEachPiece(vector.count) { start, count in
          cblas_daxpy(
            count, scale, vector.baseAddress.map { $0 + start }, 1, result.baseAddress.map { $0 + start }, 1)
        }
      }
    }
  }

  /// `Σ x_i y_i` over all entries of x.
  ///
  /// - Parameters:
  ///   - short: x, at most as long as y.
  ///   - long: y.
  /// - Returns: the sum.
  public static func dot(_ short: [Double], _ long: [Double]) -> Double {
    precondition(short.count <= long.count)
    var sum = 0.0
    short.withUnsafeBufferPointer { short in
      long.withUnsafeBufferPointer { long in
        forEachPiece(short.count) { start, count in
          sum += cblas_ddot(count, short.baseAddress.map { $0 + start }, 1, long.baseAddress.map { $0 + start }, 1)
        }
      }
    }
    return sum
  }

  /// Piece by piece: a list may be longer than BLAS counts.
  private static func forEachPiece(_ count: Int, _ body: (Int, Int32) -> Void) {
    for start in stride(from: 0, to: count, by: 1 << 20) { body(start, Int32(min(1 << 20, count - start))) }
  }
}
