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

/// How time is cut, and so which entries of a response can differ from zero and how matrices are kept.
public enum Causality: Sendable, Hashable {
  /// Lower triangular: each time answers only to itself and earlier times. Rows come one by one.
  case steps
  /// Block lower triangular: inside a panel of implicit time, times answer to each other.
  case panels
}

/// A response function: causal, so (block) lower triangular.
public struct Response: TimeMatrix {
  var store: TimeStore

  /// The zero response.
  ///
  /// - Parameters:
  ///   - size: number of time points.
  ///   - causality: which entries can differ from zero.
  public init(size: Int, causality: Causality) {
    store = TimeStore(size: size, causality: causality)
  }

  /// Number of time points.
  public var size: Int { store.size }
  /// Which entries can differ from zero.
  public var causality: Causality { store.causality }
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
  ///   - size: number of time points.
  ///   - causality: how time is cut.
  public init(size: Int, causality: Causality) {
    store = TimeStore(size: size, causality: causality)
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
  /// Rows t against columns s ≤ t; in panels everything.
  var store: TimeStore
  /// The rest under steps, transposed, so that columns too are set in one piece: row t holds `C(s, t)` for s < t.
  var above: TimeTriangle

  /// The zero correlation.
  ///
  /// - Parameters:
  ///   - size: number of time points.
  ///   - causality: how time is cut.
  public init(size: Int, causality: Causality) {
    store = TimeStore(size: size, causality: causality)
    above = TimeTriangle(size: causality == .steps ? size : 0)
  }

  /// Number of time points.
  public var size: Int { store.size }

  /// Entry at row `row`, column `column`.
  public subscript(row: Int, column: Int) -> Double {
    store.causality == .panels || column <= row ? store[row, column] : above[column, row]
  }

  /// Entries, row-major.
  public var entries: [Double] {
    var result = store.entries
    guard store.causality == .steps else { return result }
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
    guard store.causality == .steps else { return }
    block.withRow(block.rows.lowerBound) { above.setRow(block.rows.lowerBound, $0, count: block.rows.lowerBound) }
  }
}
