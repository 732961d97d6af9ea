import Problems

/// What `transfer` makes small.
public enum TransferObjective: String, CaseIterable, Codable, Hashable, Sendable {
  case testLoss, trainLoss
  /// One minus the expected accuracy on rows that are not trained on; of tables with classes.
  case testError

  /// As people read it.
  public var name: String {
    switch self {
    case .testLoss: "test loss"
    case .trainLoss: "train loss"
    case .testError: "test error"
    }
  }

  /// Its last word.
  public var shortName: String { self == .testError ? "error" : "loss" }

  /// Its column in tables.
  public var column: String { name.replacing(" ", with: "_") }
}

/// How `transfer` compares learning rates.
struct TransferSettings: Hashable, Sendable {
  var tolerance: Double
  var objective: TransferObjective
}

extension ValueReader {
  /// The rules of `transfer`, for the data that are learned and where the objective has an effect on what will be run or not.
  mutating func transfer(_ data: DataModel, isUsed: Bool) -> TransferSettings {
    let objective = word("transfer.objective").flatMap(TransferObjective.init) ?? .testLoss
    if objective == .testError, isUsed, isSound, data.classes == nil {
      refuse(
        "transfer.objective", "a test error needs classes, and the target of these data has none",
        suggestion: "use testLoss, or a table with a column of classes (data.file, data.targets: oneHot)")
    }
    if objective == .testError, isUsed, isSound, data.classes != nil, data.rows != nil {
      refuse(
        "transfer.objective", "a test error is that of rows which are drawn, and the rows of these data are given",
        suggestion: "use testLoss, or data.split: draw")
    }
    return TransferSettings(tolerance: number("transfer.tolerance") ?? 0.01, objective: objective)
  }
}
