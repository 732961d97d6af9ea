import COpenBLAS

extension TimeVectors {
  /// The rows of two families of vectors that drive each other in an implicit block, one pair for each scale λ:
  /// `v = offset + E h`, `h = λ R v`, equation (3.10), closed as a junction is, equation (5.5).
  ///
  /// - Parameters:
  ///   - errors: v; rows before the block are known.
  ///   - gradients: h, likewise.
  ///   - errorMap: rows of E.
  ///   - response: rows of R.
  ///   - scales: λ of each pair.
  ///   - offset: added to every v whose row and vector belong to the same output.
  ///   - outputs: K.
  public static func close(
    errors: inout TimeVectors, gradients: inout TimeVectors, errorMap: RowBlock, response: RowBlock, scales: [Double],
    offset: Double, outputs: Int = 1
  ) {
    errors.setRowsFromPast(errorMap, times: gradients, scales: nil, offset: offset, outputs: outputs)
    gradients.setRowsFromPast(response, times: errors, scales: scales, offset: 0, outputs: 1)
    let size = errorMap.count
    let start = errorMap.rows.lowerBound
    let (map, answer) = (errorMap.ownSquare, response.ownSquare)
    var both = [Double](repeating: 0, count: size * size)
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(size), Int32(size), Int32(size), 1, map, Int32(size), answer,
      Int32(size), 0, &both, Int32(size))
    var system = both
    var error = [Double](repeating: 0, count: size)
    var pivots = [Int32](repeating: 0, count: size)
    for (index, scale) in scales.enumerated() {
      // (I - λ E R) v = e_v + E e_h, then h = e_h + λ R v.
      for entry in both.indices { system[entry] = -scale * both[entry] }
      for row in 0..<size {
        system[row * size + row] += 1
        error[row] = errors[start + row, index]
        for column in 0..<size { error[row] += map[row * size + column] * gradients[start + column, index] }
      }
      if LAPACKE_dgesv(LAPACK_ROW_MAJOR, Int32(size), 1, &system, Int32(size), &pivots, &error, 1) != 0 {
        error = error.map { _ in .nan }
      }
      for row in 0..<size {
        errors[start + row, index] = error[row]
        for column in 0..<size { gradients[start + row, index] += scale * answer[row * size + column] * error[column] }
      }
    }
  }

  private mutating func setRowsFromPast(
    _ block: RowBlock, times other: TimeVectors, scales: [Double]?, offset: Double, outputs: Int
  ) {
    let first = block.rows.lowerBound * count
    for index in first..<first + block.count * count { storage[index] = 0 }
    if block.rows.lowerBound > 0, count > 0 {
      storage.withUnsafeMutableBufferPointer { result in
        block.storage.withUnsafeBufferPointer { rows in
          other.storage.withUnsafeBufferPointer { other in
            cblas_dgemm(
              CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(block.count), Int32(count),
              Int32(block.rows.lowerBound), 1, rows.baseAddress, Int32(block.stride), other.baseAddress,
              Int32(count), 0, result.baseAddress.map { $0 + first }, Int32(count))
          }
        }
      }
    }
    finish(block.rows, scales: scales, offset: offset, outputs: outputs)
  }
}
