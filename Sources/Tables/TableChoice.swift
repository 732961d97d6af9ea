import Problems

/// Which columns of a file are targets and inputs, and what is done about rows with missing cells.
public struct TableChoice: Hashable, Sendable {
  /// How target columns are read.
  public enum Targets: String, Codable, Hashable, Sendable, CaseIterable {
    /// Words are classes, numbers are numbers.
    case auto
    /// Numbers; of a column of two words the first in sorted order is -1, the second +1.
    case numeric
    /// The values of one column are classes, an output each.
    case oneHot
  }

  /// What is done about rows with missing cells.
  public enum MissingCells: String, Codable, Hashable, Sendable, CaseIterable {
    /// They are mistakes.
    case refuse
    /// They are left out and counted.
    case drop
  }

  /// Names of the target columns, at least one.
  public var targets: [String]
  /// How they are read.
  public var kind: Targets
  /// Names of the input columns; nil: all others that hold numbers.
  public var columns: [String]?
  /// Names of columns that are no inputs.
  public var excluded: [String]
  /// Names of input columns whose values become inputs of their own, 1 where the column has that value and 0 elsewhere.
  public var categorical: [String]
  /// What is done about rows with missing cells.
  public var missing: MissingCells

  /// - Parameters:
  ///   - targets: names of the target columns.
  ///   - kind: how they are read.
  ///   - columns: names of the input columns; nil: all others that hold numbers.
  ///   - excluded: names of columns that are no inputs.
  ///   - categorical: names of input columns whose values become inputs of their own.
  ///   - missing: what is done about rows with missing cells.
  public init(
    targets: [String], kind: Targets = .auto, columns: [String]? = nil, excluded: [String] = [],
    categorical: [String] = [], missing: MissingCells = .refuse
  ) {
    self.targets = targets
    self.kind = kind
    self.columns = columns
    self.excluded = excluded
    self.categorical = categorical
    self.missing = missing
  }

  /// The end of the notice on whole numbers that may be classes.
  package static let classesHint = "classes, use data.targets=oneHot"

  /// Most classes of a target, values of a categorical input, and target columns.
  public static let mostOutputs = 200
}
