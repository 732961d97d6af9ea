/// An input column of a table that adds no direction to the spectrum, and why.
public struct IgnoredColumn: Codable, Hashable, Sendable {
  /// What makes a column add nothing.
  public enum Reason: Codable, Hashable, Sendable {
    /// All entries are this number, or differ from it by rounding only.
    case constant(Double)
    /// The column is a linear combination of these columns, up to `remainder` of its own size.
    case combination(of: [String], remainder: Double)
  }

  /// Name of the column.
  public let name: String
  /// Why it adds nothing.
  public let reason: Reason

  /// - Parameters:
  ///   - name: name of the column.
  ///   - reason: why it adds nothing.
  public init(name: String, reason: Reason) {
    self.name = name
    self.reason = reason
  }
}

/// The input columns of largest and smallest size: standard deviations, or root mean squares where nothing is centred.
///
/// Gradient descent learns a direction at a rate in proportion to its eigenvalue, the square of its size.
public struct ColumnScales: Codable, Hashable, Sendable {
  /// A column with its size, in the units of the table.
  public struct Column: Codable, Hashable, Sendable {
    /// Name of the column.
    public let name: String
    /// Its size.
    public let size: Double

    /// - Parameters:
    ///   - name: name of the column.
    ///   - size: its size.
    public init(name: String, size: Double) {
      self.name = name
      self.size = size
    }
  }

  /// The column of largest size.
  public let largest: Column
  /// The column of smallest size that is not constant.
  public let smallest: Column

  /// - Parameters:
  ///   - largest: the column of largest size.
  ///   - smallest: the column of smallest size that is not constant.
  public init(largest: Column, smallest: Column) {
    self.largest = largest
    self.smallest = smallest
  }

  /// Largest over smallest size.
  public var ratio: Double { largest.size / smallest.size }
}
