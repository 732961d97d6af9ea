/// How a table was read where that is more than one column of numbers beside columns of numbers.
public struct TableReading: Codable, Hashable, Sendable {
  /// The target columns, or the one that holds the classes.
  public var targets: [String]
  /// Rows left out because a cell is missing.
  public var droppedRows: Int
  /// Columns of words that were made inputs, an indicator for each word.
  public var categorical: [String]
  /// Columns of words that are no inputs.
  public var leftOut: [String]

  /// - Parameters:
  ///   - targets: the target columns, or the one that holds the classes.
  ///   - droppedRows: rows left out because a cell is missing.
  ///   - categorical: columns of words that were made inputs.
  ///   - leftOut: columns of words that are no inputs.
  public init(targets: [String], droppedRows: Int = 0, categorical: [String] = [], leftOut: [String] = []) {
    self.targets = targets
    self.droppedRows = droppedRows
    self.categorical = categorical
    self.leftOut = leftOut
  }
}
