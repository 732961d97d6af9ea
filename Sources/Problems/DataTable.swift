/// A table of numbers with its target column, as read: nothing centred, nothing scaled.
public struct DataTable: Codable, Hashable, Sendable {
  /// How inputs are prepared before their covariance is taken.
  public enum Standardization: String, Codable, Hashable, Sendable, CaseIterable {
    /// As they are: the spectrum is of second moments.
    case none
    /// Centred.
    case center
    /// Centred and divided by their deviation over all rows.
    case zscore
  }

  /// Names of the input columns.
  public var inputNames: [String]
  /// Inputs, row-major, `rows * inputNames.count` numbers.
  public var inputs: [Double]
  /// Target, one number a row.
  public var target: [Double]

  /// - Parameters:
  ///   - inputNames: names of the input columns.
  ///   - inputs: row-major.
  ///   - target: one number a row.
  public init(inputNames: [String], inputs: [Double], target: [Double]) {
    precondition(inputs.count == inputNames.count * target.count)
    self.inputNames = inputNames
    self.inputs = inputs
    self.target = target
  }

  /// Number of rows.
  public var rows: Int { target.count }
  /// Number of input columns.
  public var columns: Int { inputNames.count }
}

/// A table as networks see it: inputs in principal directions with mean eigenvalue 1, the target with unit variance.
public struct PreparedTable: Codable, Hashable, Sendable {
  /// Number of rows.
  public var rows: Int { target.count }
  /// Inputs, row-major, as many numbers a row as the table has non-zero eigenvalues.
  public let inputs: [Double]
  /// Target, one number a row.
  public let target: [Double]

  /// - Parameters:
  ///   - inputs: row-major.
  ///   - target: one number a row.
  public init(inputs: [Double], target: [Double]) {
    precondition(!target.isEmpty && inputs.count % target.count == 0)
    self.inputs = inputs
    self.target = target
  }
}
