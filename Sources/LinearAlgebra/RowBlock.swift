/// The newest rows of a time matrix while they are made: rows `rows` against columns `0 ..< rows.upperBound`.
///
/// The march works on one block of rows at a time (one row for an optimiser step, a panel of rows
/// for implicit time). Everything that a block needs lives in a few of these, made once.
public struct RowBlock: Sendable {
  /// Times of the block's rows.
  public private(set) var rows: Range<Int>
  /// Number of time points of the whole grid: the distance between two rows in storage.
  public let stride: Int
  /// Row-major entries; rows start at `(t - rows.lowerBound) * stride`.
  @usableFromInline var storage: [Double]

  /// An empty block.
  ///
  /// - Parameters:
  ///   - size: number of time points of the grid.
  ///   - capacity: largest number of rows that the block will ever hold.
  public init(size: Int, capacity: Int) {
    rows = 0..<0
    stride = size
    storage = Array(repeating: 0, count: size * capacity)
  }

  /// Number of rows.
  public var count: Int { rows.count }
  /// Number of columns in use: all times up to the block's end.
  public var columns: Int { rows.upperBound }

  /// Turns to other rows and clears them.
  ///
  /// - Parameter rows: times of the new rows; at most as many as the capacity.
  public mutating func begin(_ rows: Range<Int>) {
    precondition(rows.count * stride <= storage.count, "row block is too small")
    self.rows = rows
    for row in 0..<rows.count {
      for column in 0..<rows.upperBound { storage[row * stride + column] = 0 }
    }
  }

  /// Turns to the rows of another block and takes its entries.
  ///
  /// - Parameter other: a block of at most this capacity.
  public mutating func copy(_ other: RowBlock) {
    precondition(other.count * stride <= storage.count && other.stride == stride, "row block is too small")
    rows = other.rows
    for row in 0..<count {
      let start = row * stride
      for index in start..<start + columns { storage[index] = other.storage[index] }
    }
  }

  /// Entry at time `row`, column `column`.
  @inlinable
  public subscript(row: Int, column: Int) -> Double {
    get { storage[(row - rows.lowerBound) * stride + column] }
    set { storage[(row - rows.lowerBound) * stride + column] = newValue }
  }

  /// Adds the identity's rows.
  public mutating func addIdentity() {
    for time in rows { self[time, time] += 1 }
  }

  /// Adds `scale * other`, entry by entry.
  ///
  /// - Parameters:
  ///   - other: a block of the same rows.
  ///   - scale: factor.
  public mutating func add(_ other: RowBlock, scale: Double = 1) {
    for row in 0..<count {
      let start = row * stride
      for index in start..<start + columns { storage[index] += scale * other.storage[index] }
    }
  }

  /// Adds a constant to every entry.
  ///
  /// - Parameter constant: what to add.
  public mutating func add(constant: Double) {
    for row in 0..<count {
      for index in row * stride..<row * stride + columns { storage[index] += constant }
    }
  }

  /// Adds `scale * left(t) * right(s)`.
  ///
  /// - Parameters:
  ///   - scale: factor.
  ///   - left: one number for every time.
  ///   - right: one number for every time.
  public mutating func addOuter(scale: Double, left: [Double], right: [Double]) {
    for time in rows {
      let start = (time - rows.lowerBound) * stride
      let factor = scale * left[time]
      for column in 0..<columns { storage[start + column] += factor * right[column] }
    }
  }

  /// Adds `scale * diagonal(t) * matrix(t, s) * diagonal(s)`.
  ///
  /// - Parameters:
  ///   - matrix: a time matrix whose rows of this block are known.
  ///   - scale: factor.
  ///   - diagonal: one number for every time.
  public mutating func addCongruence<Matrix: TimeMatrix>(
    _ matrix: Matrix, scale: Double, diagonal: [Double]
  ) {
    for time in rows {
      let start = (time - rows.lowerBound) * stride
      let from = time * stride
      let factor = scale * diagonal[time]
      for column in 0..<columns {
        storage[start + column] += factor * matrix.storage[from + column] * diagonal[column]
      }
    }
  }

  /// Adds `scale * kernel(t, s) * matrix(t, s)`, the entrywise product.
  ///
  /// - Parameters:
  ///   - kernel: the same rows of a kernel.
  ///   - matrix: a correlation whose rows of this block are known.
  ///   - scale: factor.
  public mutating func addEntrywise(_ kernel: RowBlock, _ matrix: Correlation, scale: Double) {
    for time in rows {
      let start = (time - rows.lowerBound) * stride
      let from = time * stride
      for column in 0..<columns {
        storage[start + column] +=
          scale * kernel.storage[start + column] * matrix.storage[from + column]
      }
    }
  }

  /// Adds the block's rows of a time matrix.
  ///
  /// - Parameters:
  ///   - matrix: a time matrix whose rows of this block are known.
  ///   - scale: factor.
  public mutating func addRows<Matrix: TimeMatrix>(of matrix: Matrix, scale: Double = 1) {
    for time in rows {
      let start = (time - rows.lowerBound) * stride
      let from = time * stride
      for column in 0..<columns {
        storage[start + column] += scale * matrix.storage[from + column]
      }
    }
  }

  /// Adds `scale` times the sum of the other block's row to each entry of the row: `x 1 1ᵀ`.
  ///
  /// - Parameters:
  ///   - other: a block of the same rows.
  ///   - scale: factor.
  public mutating func addRowSums(of other: RowBlock, scale: Double) {
    for row in 0..<count {
      let range = row * stride..<row * stride + columns
      let sum = other.storage[range].reduce(0, +)
      for index in range { storage[index] += scale * sum }
    }
  }

  /// Adds the diagonal entries of another block, and nothing else of it.
  ///
  /// - Parameters:
  ///   - other: a block of the same rows.
  ///   - scale: factor.
  public mutating func addDiagonal(of other: RowBlock, scale: Double) {
    for time in rows { self[time, time] += scale * other[time, time] }
  }

  /// Multiplies each column by a number of its own.
  ///
  /// - Parameter factors: one number for every time.
  public mutating func scaleColumns(by factors: [Double]) {
    for row in 0..<count {
      for column in 0..<columns { storage[row * stride + column] *= factors[column] }
    }
  }

  /// The largest magnitude of an entry; not a number where one is not.
  public var largestEntry: Double {
    var largest = 0.0
    for row in 0..<count {
      for index in row * stride..<row * stride + columns where !(abs(storage[index]) <= largest) {
        largest = abs(storage[index])
        if largest.isNaN { return largest }
      }
    }
    return largest
  }

  /// The largest magnitude of a difference of two entries; not a number where one is not.
  ///
  /// - Parameter other: a block of the same rows.
  /// - Returns: a number ≥ 0, or not a number.
  public func largestDifference(from other: RowBlock) -> Double {
    var largest = 0.0
    for row in 0..<count {
      for index in row * stride..<row * stride + columns {
        let difference = abs(storage[index] - other.storage[index])
        if !(difference <= largest) { largest = difference }
        if largest.isNaN { return largest }
      }
    }
    return largest
  }
}
