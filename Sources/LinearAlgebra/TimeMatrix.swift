/// A matrix over pairs of times, of which the march has filled the rows up to the present.
public protocol TimeMatrix: Sendable {
  /// Number of time points.
  var size: Int { get }
  /// Entries, `size * size`, row-major.
  var entries: [Double] { get }
  /// Entry at row `row`, column `column`.
  subscript(row: Int, column: Int) -> Double { get }
  /// Takes the rows of a block.
  ///
  /// - Parameter block: rows against columns up to the block's end.
  mutating func setRows(_ block: RowBlock)
}

/// How the entries of a time matrix are stored.
public enum TimeStorage: Sendable, Hashable {
  /// A lower triangle whose rows come one by one; finished rows of long runs are factored (`TimeTriangle`).
  case triangle
  /// A square array, row-major, whose rows come in blocks of any height.
  case square
}

/// A response function: causal, so (block) lower triangular.
public struct Response: TimeMatrix {
  var store: TimeStore

  /// The zero response.
  ///
  /// - Parameters:
  ///   - size: number of rows.
  ///   - storage: how entries are stored.
  public init(size: Int, storage: TimeStorage) {
    store = TimeStore(size: size, storage: storage)
  }

  /// Number of time points.
  public var size: Int { store.size }
  /// How entries are stored.
  public var storage: TimeStorage { store.storage }
  /// Entries, row-major.
  public var entries: [Double] { store.entries }
  /// Entry at row `row`, column `column`.
  public subscript(row: Int, column: Int) -> Double { store[row, column] }

  /// Takes the rows of a block.
  ///
  /// - Parameter block: rows against columns up to the block's end.
  public mutating func setRows(_ block: RowBlock) { store.setRows(block) }

  /// The matrix with the columns scaled: what a response to unit noise is when the noise has these deviations.
  ///
  /// - Parameters:
  ///   - scale: factor on everything.
  ///   - columns: factor of each column.
  /// - Returns: `size * size` numbers, row-major.
  public func scaled(by scale: Double, columns: [Double]) -> [Double] {
    var result = entries
    for row in 0..<size {
      for column in 0..<size { result[row * size + column] *= scale * columns[column] }
    }
    return result
  }
}

/// A correlation function: symmetric. Only the lower triangle (with whole blocks on the diagonal) is kept.
public struct Correlation: TimeMatrix {
  var store: TimeStore

  /// The zero correlation.
  ///
  /// - Parameters:
  ///   - size: number of rows.
  ///   - storage: how entries are stored.
  public init(size: Int, storage: TimeStorage) {
    store = TimeStore(size: size, storage: storage)
  }

  /// Number of time points.
  public var size: Int { store.size }
  /// Entry at row `row`, column `column`; of the lower triangle.
  public subscript(row: Int, column: Int) -> Double { store[row, column] }

  /// Takes the rows of a block.
  ///
  /// - Parameter block: rows against columns up to the block's end.
  public mutating func setRows(_ block: RowBlock) { store.setRows(block) }

  /// The mean square at one time: the diagonal entry, where one that has fallen to nothing and is rounding of either
  /// sign counts as zero. What is not a number stays so.
  ///
  /// - Parameter time: t.
  /// - Returns: a number ≥ 0, or not a number.
  public func strength(_ time: Int) -> Double {
    let value = self[time, time]
    return value < 0 ? 0 : value
  }

  /// The sum of the mean squares of some rows, as `strength(_:)` counts them.
  ///
  /// - Parameter rows: rows, such as those of all outputs at one time.
  /// - Returns: a number ≥ 0, or not a number.
  public func strength(_ rows: Range<Int>) -> Double { rows.reduce(0) { $0 + strength($1) } }

  /// The sum of some diagonal entries.
  ///
  /// - Parameter rows: rows, such as those of all outputs at one time.
  /// - Returns: the sum.
  public func trace(_ rows: Range<Int>) -> Double { rows.reduce(0) { $0 + self[$1, $1] } }

  /// Both triangles, row-major, `size * size` numbers.
  public var entries: [Double] {
    var result = store.entries
    for row in 0..<size {
      for column in 0..<row { result[column * size + row] = result[row * size + column] }
    }
    return result
  }
}

/// The correlation of two different fields, `C(t, s) = <h(t) g(s)>`: neither causal nor symmetric.
public struct CrossCorrelation: TimeMatrix {
  /// Rows t against columns s ≤ t; of a square everything.
  var store: TimeStore
  /// The rest of a triangle, transposed, so that columns too are set in one piece: row t holds `C(s, t)` for s < t.
  var above: TimeTriangle

  /// The zero correlation.
  ///
  /// - Parameters:
  ///   - size: number of rows.
  ///   - storage: how entries are stored.
  public init(size: Int, storage: TimeStorage) {
    store = TimeStore(size: size, storage: storage)
    above = TimeTriangle(size: storage == .triangle ? size : 0)
  }

  /// Number of time points.
  public var size: Int { store.size }

  /// Entry at row `row`, column `column`.
  public subscript(row: Int, column: Int) -> Double {
    store.storage == .square || column <= row ? store[row, column] : above[column, row]
  }

  /// Entries, row-major.
  public var entries: [Double] {
    var result = store.entries
    guard store.storage == .triangle else { return result }
    let upper = above.entries
    for row in 0..<size {
      for column in row + 1..<max(size, row + 1) { result[row * size + column] = upper[column * size + row] }
    }
    return result
  }

  /// Takes the rows of a block.
  ///
  /// - Parameter block: rows against columns up to the block's end.
  public mutating func setRows(_ block: RowBlock) { store.setRows(block) }

  /// Takes a block as columns: `C(s, t) = block(t, s)`.
  ///
  /// - Parameter block: rows t of the transposed matrix.
  public mutating func setColumns(_ block: RowBlock) {
    store.setColumns(block)
    guard store.storage == .triangle else { return }
    block.withRow(block.rows.lowerBound) { above.setRow(block.rows.lowerBound, $0, count: block.rows.lowerBound) }
  }
}
