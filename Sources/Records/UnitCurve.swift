import DeepLinear

/// What one unit of a sweep came to: its curve, and how it ended.
public struct UnitCurve: Hashable, Sendable {
  /// How the run ended.
  public let outcome: Outcome
  /// Losses of the reported rows; of trained networks their means.
  public let curve: LearningCurve
  /// Standard errors of the test loss, one for each row; empty for the theory.
  public let testError: [Double]
  /// Standard errors of the train loss, likewise.
  public let trainError: [Double]
  /// Number of trained networks; 0 for the theory.
  public let replicas: Int
  /// How many of them diverged.
  public let divergedReplicas: Int

  /// - Parameters:
  ///   - outcome: how the run ended.
  ///   - curve: losses of the reported rows.
  ///   - testError: standard errors of the test loss, one for each row; empty for the theory.
  ///   - trainError: standard errors of the train loss, likewise.
  ///   - replicas: number of trained networks; 0 for the theory.
  ///   - divergedReplicas: how many of them diverged.
  public init(
    outcome: Outcome, curve: LearningCurve, testError: [Double] = [], trainError: [Double] = [], replicas: Int = 0,
    divergedReplicas: Int = 0
  ) {
    self.outcome = outcome
    self.curve = curve
    self.testError = testError
    self.trainError = trainError
    self.replicas = replicas
    self.divergedReplicas = divergedReplicas
  }

  /// One word for the end.
  var status: String {
    switch outcome {
    case .completed: "completed"
    case .diverged: "diverged"
    case .unsettled: "unsettled"
    }
  }

  /// As a list of numbers, to be kept in a file.
  var numbers: [Double] {
    let (code, step): (Double, Int) =
      switch outcome {
      case .completed: (0, 0)
      case .diverged(let step): (1, step)
      case .unsettled(let step): (2, step)
      }
    let head = [
      code, Double(step), Double(replicas), Double(divergedReplicas), Double(curve.steps.count),
      Double(testError.count),
    ]
    return head + curve.steps.map(Double.init) + curve.times + curve.testLoss + curve.trainLoss + testError + trainError
  }

  /// From such a list; nil if it is none.
  init?(numbers: [Double]) {
    guard numbers.count >= 6, let rows = Int(exactly: numbers[4]), let errors = Int(exactly: numbers[5]),
      let step = Int(exactly: numbers[1]), let replicas = Int(exactly: numbers[2]),
      let diverged = Int(exactly: numbers[3]), rows >= 0, errors == 0 || errors == rows,
      numbers.count == 6 + 4 * rows + 2 * errors
    else { return nil }
    func list(_ start: Int, _ count: Int) -> [Double] { Array(numbers[6 + start..<6 + start + count]) }
    let steps = list(0, rows).compactMap { Int(exactly: $0) }
    guard steps.count == rows else { return nil }
    switch numbers[0] {
    case 0: outcome = .completed
    case 1: outcome = .diverged(step: step)
    case 2: outcome = .unsettled(step: step)
    default: return nil
    }
    curve = LearningCurve(
      steps: steps, times: list(rows, rows), testLoss: list(2 * rows, rows), trainLoss: list(3 * rows, rows))
    testError = list(4 * rows, errors)
    trainError = list(4 * rows + errors, errors)
    self.replicas = replicas
    divergedReplicas = diverged
  }
}
