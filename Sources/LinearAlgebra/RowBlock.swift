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
    forEachRow { _, row in row.update(repeating: 0, count: rows.upperBound) }
  }

  /// Turns to the rows of another block and takes its entries.
  ///
  /// - Parameter other: a block of at most this capacity.
  public mutating func copy(_ other: RowBlock) {
    precondition(other.count * stride <= storage.count && other.stride == stride, "row block is too small")
    rows = other.rows
    let columns = columns
    forEachRow { time, row in other.withRow(time) { row.update(from: $0, count: columns) } }
  }

  /// Entry at time `row`, column `column`.
  @inlinable
  public subscript(row: Int, column: Int) -> Double {
    get { storage[(row - rows.lowerBound) * stride + column] }
    set { storage[(row - rows.lowerBound) * stride + column] = newValue }
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
