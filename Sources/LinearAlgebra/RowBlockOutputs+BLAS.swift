// Rows of several outputs. With K outputs, K rows belong to each time point: row (t, c) is row `t K + c`, column (s, c') likewise.
extension RowBlock {
  /// Becomes the rows of `x ⊗ 1 1ᵀ`: every pair of outputs has the entry of its times, equation (14.2).
  ///
  /// - Parameters:
  ///   - times: x, a block of rows over time points.
  ///   - outputs: K.
  public mutating func setEveryOutput(_ times: RowBlock, outputs: Int) {
    begin(times.rows.lowerBound * outputs..<times.rows.upperBound * outputs)
    let columns = times.columns
    forEachRow { index, row in
      times.withRow(index / outputs) { entries in
        for time in 0..<columns {
          for output in 0..<outputs { row[time * outputs + output] = entries[time] }
        }
      }
    }
  }

  /// Adds `scale * other`, entry by entry, where row and column belong to the same output: `scale (1 1ᵀ ⊗ I) ∘ other`.
  ///
  /// - Parameters:
  ///   - other: a block of the same rows.
  ///   - scale: factor.
  ///   - outputs: K.
  public mutating func addEqualOutputs(of other: RowBlock, scale: Double, outputs: Int) {
    let columns = columns
    forEachRow { index, row in
      other.withRow(index) { entries in
        for column in Swift.stride(from: index % outputs, to: columns, by: outputs) {
          row[column] += scale * entries[column]
        }
      }
    }
  }

  /// Adds `left(t) * right(s)` where row and column belong to the same output.
  ///
  /// - Parameters:
  ///   - left: one number for each row.
  ///   - right: one number for each row.
  ///   - outputs: K.
  public mutating func addOuter(left: [Double], right: [Double], outputs: Int) {
    let columns = columns
    right.withUnsafeBufferPointer { right in
      forEachRow { index, row in
        let factor = left[index]
        for column in Swift.stride(from: index % outputs, to: columns, by: outputs) {
          row[column] += factor * right[column]
        }
      }
    }
  }

  /// Adds `scale * other` where row and column belong to the same time, all pairs of outputs, equation (14.4).
  ///
  /// - Parameters:
  ///   - other: a block of the same rows.
  ///   - scale: factor.
  ///   - outputs: K.
  public mutating func addEqualTimes(of other: RowBlock, scale: Double, outputs: Int) {
    for row in rows {
      let time = row / outputs
      for column in time * outputs..<(time + 1) * outputs { self[row, column] += scale * other[row, column] }
    }
  }

  /// Adds the rows of `1 1ᵀ ⊗ Σ`, equation (14.3).
  ///
  /// - Parameter covariance: Σ, K x K.
  public mutating func add(_ covariance: OutputMatrix) {
    let (columns, outputs) = (columns, covariance.outputs)
    forEachRow { index, row in
      for output in 0..<outputs {
        let entry = covariance[index % outputs, output]
        for column in Swift.stride(from: output, to: columns, by: outputs) { row[column] += entry }
      }
    }
  }

  /// Adds the rows of `x (1 1ᵀ ⊗ Σ)`: the sums of x over all times, mixed by Σ, equation (14.3).
  ///
  /// - Parameters:
  ///   - other: x, a block of the same rows.
  ///   - covariance: Σ, K x K, symmetric.
  public mutating func addTimeSums(of other: RowBlock, times covariance: OutputMatrix) {
    let (columns, outputs) = (columns, covariance.outputs)
    forEachRow { index, row in
      let sums = other.withRow(index) { entries in
        (0..<outputs).map { Swift.stride(from: $0, to: columns, by: outputs).reduce(0) { $0 + entries[$1] } }
      }
      for output in 0..<outputs {
        let mixed = (0..<outputs).reduce(0) { $0 + sums[$1] * covariance[$1, output] }
        for column in Swift.stride(from: output, to: columns, by: outputs) { row[column] += mixed }
      }
    }
  }
}

/// A K x K matrix over the outputs.
public struct OutputMatrix: Sendable, Hashable {
  /// K.
  public let outputs: Int
  /// Entries, row-major, `K * K` numbers.
  public let entries: [Double]

  /// - Parameters:
  ///   - outputs: K.
  ///   - entries: row-major, `K * K` numbers.
  public init(outputs: Int, _ entries: [Double]) {
    precondition(entries.count == outputs * outputs, "K x K entries")
    self.outputs = outputs
    self.entries = entries
  }

  /// A multiple of the identity.
  ///
  /// - Parameters:
  ///   - outputs: K.
  ///   - value: every diagonal entry.
  public init(outputs: Int, diagonal value: Double) {
    self.init(
      outputs: outputs, (0..<outputs * outputs).map { $0 % (outputs + 1) == 0 ? value : 0 })
  }

  /// Entry at row `row`, column `column`.
  public subscript(row: Int, column: Int) -> Double { entries[row * outputs + column] }

  /// The matrix times a number.
  ///
  /// - Parameter factor: the number.
  /// - Returns: every entry times it.
  public func scaled(by factor: Double) -> OutputMatrix {
    OutputMatrix(outputs: outputs, entries.map { factor * $0 })
  }
}
