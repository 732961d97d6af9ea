/// A table of numbers with its target columns, as read: nothing centred, nothing scaled.
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
  /// A list for each output, one number a row: target columns, or for classes 1 in the rows of each class and 0 elsewhere.
  public var targets: [[Double]]
  /// Names of the target columns or of the classes; empty where one target has no name here.
  public var targetNames: [String]
  /// Whether the outputs are the classes of one column.
  public var areClasses: Bool
  /// How it was read; nil for one column of numbers beside columns of numbers.
  public var reading: TableReading?

  /// A table with one target.
  ///
  /// - Parameters:
  ///   - inputNames: names of the input columns.
  ///   - inputs: row-major.
  ///   - target: one number a row.
  public init(inputNames: [String], inputs: [Double], target: [Double]) {
    self.init(inputNames: inputNames, inputs: inputs, targets: [target], targetNames: [], areClasses: false)
  }

  /// - Parameters:
  ///   - inputNames: names of the input columns.
  ///   - inputs: row-major.
  ///   - targets: a list for each output, one number a row.
  ///   - targetNames: names of the target columns or classes.
  ///   - areClasses: whether the outputs are the classes of one column.
  ///   - reading: how it was read.
  public init(
    inputNames: [String], inputs: [Double], targets: [[Double]], targetNames: [String], areClasses: Bool,
    reading: TableReading? = nil
  ) {
    precondition(targets.allSatisfy { inputs.count == inputNames.count * $0.count } && !targets.isEmpty)
    self.inputNames = inputNames
    self.inputs = inputs
    self.targets = targets
    self.targetNames = targetNames
    self.areClasses = areClasses
    self.reading = reading
  }

  /// The first target, one number a row.
  public var target: [Double] { targets[0] }
  /// Number of rows.
  public var rows: Int { target.count }
  /// Number of input columns.
  public var columns: Int { inputNames.count }
}

/// A table as networks see it: inputs in principal directions with mean eigenvalue 1, targets with unit variance.
public struct PreparedTable: Codable, Hashable, Sendable {
  /// Inputs, row-major, as many numbers a row as the table has non-zero eigenvalues.
  public let inputs: [Double]
  /// A list for each output, one number a row.
  public let targets: [[Double]]
  /// The class of each row, a number below the number of outputs; nil where the outputs are no classes.
  public let classes: [Int]?
  /// What centring removed from each output (`MeasuredOutputs.offsets`), without which the largest output names no class.
  public let offsets: [Double]

  /// A table with one target.
  ///
  /// - Parameters:
  ///   - inputs: row-major.
  ///   - target: one number a row.
  public init(inputs: [Double], target: [Double]) {
    self.init(inputs: inputs, targets: [target], classes: nil, offsets: [0])
  }

  /// - Parameters:
  ///   - inputs: row-major.
  ///   - targets: a list for each output, one number a row.
  ///   - classes: the class of each row; nil where the outputs are no classes.
  ///   - offsets: what centring removed from each output.
  public init(inputs: [Double], targets: [[Double]], classes: [Int]?, offsets: [Double]) {
    precondition(targets.allSatisfy { !$0.isEmpty && inputs.count % $0.count == 0 && $0.count == targets[0].count })
    self.inputs = inputs
    self.targets = targets
    self.classes = classes
    self.offsets = offsets
  }

  /// The first target, one number a row.
  public var target: [Double] { targets[0] }
  /// Number of rows.
  public var rows: Int { target.count }
}
