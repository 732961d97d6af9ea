import COpenBLAS

// Products of the newest rows of a correlation with the coefficients of what a layer has learned, equation (17.4).
extension RowBlock {
  /// Becomes, entry by entry, another block with its columns multiplied.
  ///
  /// - Parameters:
  ///   - other: rows.
  ///   - factors: one number for each of its first columns; the others are zeros.
  public mutating func set(_ other: RowBlock, columnsScaledBy factors: [Double]) {
    begin(other.rows)
    let count = min(factors.count, columns)
    factors.withUnsafeBufferPointer { factors in
      forEachRow { time, row in
        other.withRow(time) { other in
          for column in 0..<count { row[column] = other[column] * factors[column] }
        }
      }
    }
  }

  /// Adds `scale · X C`, or `scale · X Cᵀ`, with rows X of a correlation and C block diagonal over times.
  ///
  /// - Parameters:
  ///   - correlation: one whose rows of this block are known.
  ///   - blocks: K x K blocks, one for each of the first times, one after the other.
  ///   - outputs: K.
  ///   - isTransposed: whether Cᵀ is meant.
  ///   - scale: factor.
  public mutating func addProduct(
    _ correlation: Correlation, blocks: [Double], outputs: Int, isTransposed: Bool, scale: Double
  ) {
    let times = blocks.count / (outputs * outputs)
    blocks.withUnsafeBufferPointer { blocks in
      forEachRow { index, row in
        correlation.store.withRow(index) { entries in
          for time in 0..<times {
            let start = time * outputs
            for inner in 0..<outputs {
              let entry = scale * entries[start + inner]
              for outer in 0..<outputs {
                let place = isTransposed ? outer * outputs + inner : inner * outputs + outer
                row[start + outer] += entry * blocks[start * outputs + place]
              }
            }
          }
        }
      }
    }
  }

  /// Adds `scale · C(c, s)` where C has a row for each output: K x K blocks side by side.
  ///
  /// - Parameters:
  ///   - blocks: K x K blocks, one for each of the first times, one after the other.
  ///   - outputs: K.
  ///   - scale: factor.
  public mutating func addOutputRows(blocks: [Double], outputs: Int, scale: Double) {
    let times = blocks.count / (outputs * outputs)
    forEachRow { index, row in
      let output = index % outputs
      for time in 0..<times {
        for column in 0..<outputs {
          row[time * outputs + column] += scale * blocks[(time * outputs + output) * outputs + column]
        }
      }
    }
  }

  /// Adds `scale · X C`, or `scale · X Cᵀ`, with rows X of a correlation against the first times.
  ///
  /// - Parameters:
  ///   - correlation: one whose rows of this block are known.
  ///   - matrix: C, square, over the rows of the first times.
  ///   - isTransposed: whether Cᵀ is meant.
  ///   - scale: factor.
  public mutating func addProduct(
    _ correlation: Correlation, _ matrix: DenseMatrix, isTransposed: Bool, scale: Double
  ) {
    let size = Int32(matrix.rows)
    guard size > 0 else { return }
    matrix.storage.withUnsafeBufferPointer { matrix in
      forEachRow { index, row in
        correlation.store.withRow(index) { entries in
          cblas_dgemv(
            CblasRowMajor, isTransposed ? CblasNoTrans : CblasTrans, size, size, scale, matrix.baseAddress, size,
            entries, 1, 1, row, 1)
        }
      }
    }
  }
}

extension Correlation {
  /// The first entries of a row, `X(t, s)` with s up to t.
  ///
  /// - Parameters:
  ///   - row: one that is done.
  ///   - count: how many; at most up to the diagonal, of a square array all that are done.
  /// - Returns: the entries.
  public func entries(ofRow row: Int, count: Int) -> [Double] {
    var entries: [Double] = []
    store.withRow(row) { entries = Array(UnsafeBufferPointer(start: $0, count: count)) }
    return entries
  }
}
