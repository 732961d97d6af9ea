import COpenBLAS

extension TimeVectors {
  /// Rows `block.rows` become `offset + block · other · diag(scales)`.
  ///
  /// - Parameters:
  ///   - block: the newest rows of a response.
  ///   - other: vectors known up to the block's end.
  ///   - scales: factor of each vector; nil for ones.
  ///   - offset: added to every entry whose row and vector belong to the same output.
  ///   - outputs: K; row i and vector k belong to outputs i mod K and k mod K.
  public mutating func setRows(
    _ block: RowBlock, times other: TimeVectors, scales: [Double]? = nil, offset: Double = 0, outputs: Int = 1
  ) {
    guard count > 0 else { return }
    let first = block.rows.lowerBound * count
    storage.withUnsafeMutableBufferPointer { result in
      block.storage.withUnsafeBufferPointer { rows in
        other.storage.withUnsafeBufferPointer { other in
          cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(block.count), Int32(count),
            Int32(block.columns), 1, rows.baseAddress, Int32(block.stride), other.baseAddress,
            Int32(count), 0, result.baseAddress.map { $0 + first }, Int32(count))
        }
      }
    }
    finish(block.rows, scales: scales, offset: offset, outputs: outputs)
  }

  /// Scales some rows, and adds the offset where row and vector belong to the same output.
  mutating func finish(_ rows: Range<Int>, scales: [Double]?, offset: Double, outputs: Int) {
    for row in rows {
      for index in 0..<count {
        let position = row * count + index
        let share = index % outputs == row % outputs ? offset : 0
        storage[position] = share + (scales?[index] ?? 1) * storage[position]
      }
    }
  }
}

extension RowBlock {
  /// Adds the rows of `Σ_k V_k W_k V_kᵀ`, with the K vectors `V_k` of each group.
  ///
  /// - Parameters:
  ///   - vectors: vectors known up to the block's end, K of each group next to each other.
  ///   - weights: K x K weights of each group.
  public mutating func addGram(of vectors: TimeVectors, weights: [OutputMatrix]) {
    guard vectors.count > 0 else { return }
    let weighted = vectors.weighted(rows, by: weights)
    let width = Int32(vectors.count)
    let shape = (rows: Int32(count), columns: Int32(columns), stride: Int32(stride))
    storage.withUnsafeMutableBufferPointer { result in
      weighted.withUnsafeBufferPointer { weighted in
        vectors.storage.withUnsafeBufferPointer { vectors in
          cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, shape.rows, shape.columns, width, 1,
            weighted.baseAddress, width, vectors.baseAddress, width, 1, result.baseAddress,
            shape.stride)
        }
      }
    }
  }
}
