/// A matrix over pairs of times, row-major, of which the march has filled the rows up to the present.
public protocol TimeMatrix: Sendable {
  /// Number of time points.
  var size: Int { get }
  /// Entries, `size * size`, row-major.
  var storage: [Double] { get }
  /// Takes the rows of a block.
  ///
  /// - Parameter block: rows against columns up to the block's end.
  mutating func setRows(_ block: RowBlock)
}

extension TimeMatrix {
  /// Entry at row `row`, column `column`.
  public subscript(row: Int, column: Int) -> Double { storage[row * size + column] }
}

/// Which entries of a response can differ from zero.
public enum Causality: Sendable, Hashable {
  /// Lower triangular: each time answers only to itself and earlier times.
  case steps
  /// Block lower triangular: inside a panel of implicit time, times answer to each other.
  case panels
}

/// A response function: causal, so (block) lower triangular.
public struct Response: TimeMatrix {
  /// Number of time points.
  public let size: Int
  /// Entries, row-major.
  public internal(set) var storage: [Double]
  /// Which entries can differ from zero.
  public let causality: Causality

  /// The zero response.
  ///
  /// - Parameters:
  ///   - size: number of time points.
  ///   - causality: which entries can differ from zero.
  public init(size: Int, causality: Causality) {
    self.size = size
    self.causality = causality
    storage = Array(repeating: 0, count: size * size)
  }

  /// Takes the rows of a block.
  ///
  /// - Parameter block: rows against columns up to the block's end.
  public mutating func setRows(_ block: RowBlock) {
    copyRows(block, into: &storage)
    guard causality == .panels else { return }
    // A longer block may have been tried here before, and refused: what it left behind the end of this one must go.
    for time in block.rows {
      for column in block.columns..<size { storage[time * size + column] = 0 }
    }
  }

  /// The matrix with the columns scaled: what a response to unit noise is when the noise has these deviations.
  ///
  /// - Parameters:
  ///   - scale: factor on everything.
  ///   - columns: factor of each column.
  /// - Returns: `size * size` numbers, row-major.
  public func scaled(by scale: Double, columns: [Double]) -> [Double] {
    var result = storage
    for row in 0..<size {
      for column in 0..<size { result[row * size + column] *= scale * columns[column] }
    }
    return result
  }
}

/// A correlation function: symmetric. Only the lower triangle (with whole blocks on the diagonal) is kept up to date.
public struct Correlation: TimeMatrix {
  /// Number of time points.
  public let size: Int
  /// Entries, row-major; the upper triangle is stale.
  public internal(set) var storage: [Double]

  /// The zero correlation.
  ///
  /// - Parameter size: number of time points.
  public init(size: Int) {
    self.size = size
    storage = Array(repeating: 0, count: size * size)
  }

  /// Takes the rows of a block.
  ///
  /// - Parameter block: rows against columns up to the block's end.
  public mutating func setRows(_ block: RowBlock) {
    copyRows(block, into: &storage)
  }

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
  public var symmetric: [Double] {
    var result = storage
    for row in 0..<size {
      for column in 0..<row { result[column * size + row] = result[row * size + column] }
    }
    return result
  }
}

/// The correlation of two different fields, `C(t, s) = <h(t) g(s)>`: neither causal nor symmetric.
public struct CrossCorrelation: TimeMatrix {
  /// Number of time points.
  public let size: Int
  /// Entries, row-major.
  public internal(set) var storage: [Double]

  /// The zero correlation.
  ///
  /// - Parameter size: number of time points.
  public init(size: Int) {
    self.size = size
    storage = Array(repeating: 0, count: size * size)
  }

  /// Takes the rows of a block.
  ///
  /// - Parameter block: rows against columns up to the block's end.
  public mutating func setRows(_ block: RowBlock) {
    copyRows(block, into: &storage)
  }

  /// Takes a block as columns: `C(s, t) = block(t, s)`.
  ///
  /// - Parameter block: rows t of the transposed matrix.
  public mutating func setColumns(_ block: RowBlock) {
    for time in block.rows {
      let start = (time - block.rows.lowerBound) * block.stride
      for row in 0..<block.columns { storage[row * size + time] = block.storage[start + row] }
    }
  }
}

private func copyRows(_ block: RowBlock, into storage: inout [Double]) {
  for time in block.rows {
    let start = (time - block.rows.lowerBound) * block.stride
    let to = time * block.stride
    for column in 0..<block.columns { storage[to + column] = block.storage[start + column] }
  }
}
