import Problems

/// What `transfer` and `tune` make small.
public enum StudyObjective: String, CaseIterable, Codable, Hashable, Sendable {
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
  var objective: StudyObjective
}

/// What is held equal while `tune` trades one key for another.
public enum StudyBudget: String, CaseIterable, Codable, Hashable, Sendable {
  /// The number of steps.
  case steps
  /// Samples of a step times steps: larger batches have fewer steps.
  case samples
  /// Multiplications of all forward and backward passes, three for each weight and sample: wider networks have fewer steps, too.
  case multiplications

  /// As people read it.
  public var name: String { self == .samples ? "samples seen" : rawValue }
}

/// What `tune` makes small, and at what cost.
struct TuneSettings: Hashable, Sendable {
  var objective: StudyObjective
  var budget: StudyBudget
}

extension ValueReader {
  /// The rules of `transfer`, for the data that are learned and where the objective has an effect on what will be run or not.
  mutating func transfer(_ data: DataModel, isUsed: Bool) -> TransferSettings {
    TransferSettings(
      tolerance: number("transfer.tolerance") ?? 0.01, objective: objective("transfer.objective", data, isUsed))
  }

  /// The rules of `tune`, likewise.
  mutating func tune(_ data: DataModel, isUsed: Bool) -> TuneSettings {
    let objective = objective("tune.objective", data, isUsed)
    let budget = word("tune.budget").flatMap(StudyBudget.init) ?? .steps
    if isUsed, budget != .steps {
      if objective == .testError {
        refuse(
          "tune.budget", "a test error is known at whole steps only, and equal \(budget.name) need not be whole steps",
          suggestion: "use tune.objective testLoss, or tune.budget steps")
      }
      if case .population = data.sampling {
        refuse(
          "tune.budget", "population data have no samples to count",
          suggestion: "use tune.budget steps, or training.mode onePass")
      }
    }
    return TuneSettings(objective: objective, budget: budget)
  }

  private mutating func objective(_ path: String, _ data: DataModel, _ isUsed: Bool) -> StudyObjective {
    let objective = word(path).flatMap(StudyObjective.init) ?? .testLoss
    if objective == .testError, isUsed, isSound, data.classes == nil, data.lossRule?.hasClasses != true {
      refuse(
        path, "a test error needs classes, and the target of these data has none",
        suggestion:
          "use testLoss, a table with a column of classes (data.file, data.targets: oneHot), or labels -1 and 1 (data.labels)"
      )
    }
    if objective == .testError, isUsed, isSound, data.classes != nil, data.rows != nil {
      refuse(
        path, "a test error is that of rows which are drawn, and the rows of these data are given",
        suggestion: "use testLoss, or data.split: draw")
    }
    return objective
  }
}
