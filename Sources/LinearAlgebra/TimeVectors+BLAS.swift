import COpenBLAS

extension TimeVectors {
  /// Rows `block.rows` become `offset + block · other · diag(scales)`.
  ///
  /// - Parameters:
  ///   - block: the newest rows of a response.
  ///   - other: vectors known up to the block's end.
  ///   - scales: factor of each vector; nil for ones.
  ///   - offset: added to every entry.
  public mutating func setRows(
    _ block: RowBlock, times other: TimeVectors, scales: [Double]? = nil, offset: Double = 0
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
    for row in 0..<block.count {
      for index in 0..<count {
        let position = first + row * count + index
        storage[position] = offset + (scales?[index] ?? 1) * storage[position]
      }
    }
  }
}

extension RowBlock {
  /// Adds the rows of `vectors · diag(weights) · vectorsᵀ`.
  ///
  /// - Parameters:
  ///   - vectors: vectors known up to the block's end.
  ///   - weights: weight of each vector.
  public mutating func addGram(of vectors: TimeVectors, weights: [Double]) {
    guard vectors.count > 0 else { return }
    var weighted = Array(vectors.storage[rows.lowerBound * vectors.count..<columns * vectors.count])
    for row in 0..<count {
      for index in 0..<vectors.count { weighted[row * vectors.count + index] *= weights[index] }
    }
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
