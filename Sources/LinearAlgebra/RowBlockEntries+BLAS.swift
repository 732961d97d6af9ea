// Passes over the entries of a block of rows. Pointers let the compiler see that entries follow each other.
extension RowBlock {
  /// Calls with each row's time and its first entry.
  mutating func forEachRow(_ body: (Int, UnsafeMutablePointer<Double>) -> Void) {
    let (rows, stride) = (rows, stride)
    storage.withUnsafeMutableBufferPointer { storage in
      guard let address = storage.baseAddress else { return }
      for time in rows { body(time, address + (time - rows.lowerBound) * stride) }
    }
  }

  /// Calls with the first entry of a row.
  func withRow<Result>(_ time: Int, _ body: (UnsafePointer<Double>) -> Result) -> Result {
    storage.withUnsafeBufferPointer { storage in
      guard let address = storage.baseAddress else { preconditionFailure("a row block has capacity for a row") }
      return body(address + (time - rows.lowerBound) * stride)
    }
  }

  /// Adds a multiple of the identity's rows.
  ///
  /// - Parameter scale: factor.
  public mutating func addIdentity(scale: Double = 1) {
    forEachRow { time, row in row[time] += scale }
  }

  /// The inner product of a row with a row of another block.
  ///
  /// - Parameters:
  ///   - time: time of the row.
  ///   - other: a block of the same rows.
  ///   - otherTime: time of the other row.
  /// - Returns: a sum over all columns.
  public func product(_ time: Int, _ other: RowBlock, _ otherTime: Int) -> Double {
    let columns = columns
    return withRow(time) { row in
      other.withRow(otherTime) { other in
        var sum = 0.0
        for column in 0..<columns { sum += row[column] * other[column] }
        return sum
      }
    }
  }

  /// Adds `scale * other`, entry by entry.
  ///
  /// - Parameters:
  ///   - other: a block of the same rows.
  ///   - scale: factor.
  public mutating func add(_ other: RowBlock, scale: Double = 1) {
    let columns = columns
    forEachRow { time, row in
      other.withRow(time) { other in
        for column in 0..<columns { row[column] += scale * other[column] }
      }
    }
  }

  /// Adds `scale * diagonal(t) * response(t, s) * diagonal(s)`.
  ///
  /// - Parameters:
  ///   - response: one whose rows of this block are known.
  ///   - scale: factor.
  ///   - diagonal: one number for every time.
  public mutating func addCongruence(_ response: Response, scale: Double, diagonal: [Double]) {
    addCongruence(response.store, scale, diagonal)
  }

  /// Adds `scale * diagonal(t) * correlation(t, s) * diagonal(s)`.
  ///
  /// - Parameters:
  ///   - correlation: one whose rows of this block are known.
  ///   - scale: factor.
  ///   - diagonal: one number for every time.
  public mutating func addCongruence(_ correlation: Correlation, scale: Double, diagonal: [Double]) {
    addCongruence(correlation.store, scale, diagonal)
  }

  private mutating func addCongruence(_ matrix: TimeStore, _ scale: Double, _ diagonal: [Double]) {
    let columns = columns
    diagonal.withUnsafeBufferPointer { diagonal in
      forEachRow { time, row in
        let factor = scale * diagonal[time]
        matrix.withRow(time) { entries in
          for column in 0..<columns { row[column] += factor * entries[column] * diagonal[column] }
        }
      }
    }
  }

  /// Adds `scale * kernel(t, s) * correlation(t, s)`, the entrywise product.
  ///
  /// - Parameters:
  ///   - kernel: the same rows of a kernel.
  ///   - correlation: one whose rows of this block are known.
  ///   - scale: factor.
  public mutating func addEntrywise(_ kernel: RowBlock, _ correlation: Correlation, scale: Double) {
    let columns = columns
    forEachRow { time, row in
      kernel.withRow(time) { kernel in
        correlation.store.withRow(time) { entries in
          for column in 0..<columns { row[column] += scale * kernel[column] * entries[column] }
        }
      }
    }
  }

  /// Adds the block's rows of a response.
  ///
  /// - Parameters:
  ///   - response: one whose rows of this block are known.
  ///   - scale: factor.
  public mutating func addRows(of response: Response, scale: Double = 1) { addRows(response.store, scale) }

  /// Adds the block's rows of a correlation.
  ///
  /// - Parameters:
  ///   - correlation: one whose rows of this block are known.
  ///   - scale: factor.
  public mutating func addRows(of correlation: Correlation, scale: Double = 1) { addRows(correlation.store, scale) }

  private mutating func addRows(_ matrix: TimeStore, _ scale: Double) {
    let columns = columns
    forEachRow { time, row in
      matrix.withRow(time) { entries in
        for column in 0..<columns { row[column] += scale * entries[column] }
      }
    }
  }

  /// Multiplies each column by a number of its own.
  ///
  /// - Parameter factors: one number for every time.
  public mutating func scaleColumns(by factors: [Double]) {
    let columns = columns
    factors.withUnsafeBufferPointer { factors in
      forEachRow { _, row in
        for column in 0..<columns { row[column] *= factors[column] }
      }
    }
  }
}
