import JSON
import Problems
import Reports
import Validation

/// How far networks are from a theory that was not made for them, or for their width, and from which step on.
public struct Departure: Codable, Hashable, Sendable {
  /// `linear theory`, or `lazy theory`.
  public let theory: String
  /// Relative difference that counts.
  public let tolerance: Double
  /// The first step at which a loss is off by more; nil where none is.
  public let firstStep: Int?
  /// The largest relative difference, the loss and the step where it is.
  public let largest: Double
  /// `test loss` or `train loss`.
  public let loss: String
  /// Where.
  public let step: Int

  /// - Parameters:
  ///   - problem: of the networks, with the regime of the theory.
  ///   - networks: their losses.
  ///   - theory: the predicted losses.
  ///   - tolerance: relative difference that counts.
  init?(
    _ problem: TrainingProblem, networks: LearningCurve, theory: LearningCurve,
    tolerance: Double = 0.05
  ) {
    let rows = Dictionary(zip(theory.steps, theory.steps.indices)) { first, _ in first }
    func differences(_ name: String, _ loss: (LearningCurve) -> [Double]) -> [(
      name: String, step: Int, value: Double
    )] {
      zip(networks.steps, loss(networks)).compactMap { step, value in
        guard let row = rows[step] else { return nil }
        let difference = value / loss(theory)[row] - 1
        return difference.isFinite ? (name, step, difference) : nil
      }
    }
    self.init(
      problem, differences("test loss", \.testLoss) + differences("train loss", \.trainLoss),
      tolerance)
  }

  /// Of a log; nil for linear networks.
  init?(_ problem: TrainingProblem, _ losses: [(name: String, comparison: LogComparison)]) {
    let all = losses.flatMap { loss in
      zip(loss.comparison.steps, loss.comparison.deviations).map { ("\(loss.name) loss", $0, $1) }
    }
    self.init(problem, all, 0.05)
  }

  private init?(
    _ problem: TrainingProblem, _ all: [(name: String, step: Int, value: Double)],
    _ tolerance: Double
  ) {
    guard problem.hasDeparture else { return nil }
    guard let worst = all.max(by: { abs($0.value) < abs($1.value) }) else { return nil }
    self.theory = problem.theoryName
    self.tolerance = tolerance
    (largest, loss, step) = (worst.value, worst.name, worst.step)
    firstStep = all.filter { !(abs($0.value) <= tolerance) }.map(\.step).min()
  }

  /// For programs.
  var json: JSONValue {
    .object([
      "theory": .text(theory), "tolerance": .number(tolerance),
      "first_step": firstStep.map { .integer($0) } ?? .null,
      "largest": .number(largest), "loss": .text(loss), "step": .integer(step),
    ])
  }

  /// In a sentence.
  var sentence: String {
    let most = "\(NumberText.signedPercent(largest)) at most (\(loss), step \(step))"
    guard let firstStep else {
      return
        "the \(theory) is within \(NumberText.percent(tolerance)) at every step: off by \(most)"
    }
    return firstStep == 0
      ? "the \(theory) is off by more than \(NumberText.percent(tolerance)) from the start: by \(most)"
      : "the \(theory) is within \(NumberText.percent(tolerance)) up to step \(firstStep - 1) and off from step \(firstStep) on: by \(most)"
  }
}

extension TrainingProblem {
  /// Whether networks of this problem are more than the theory was made for: a departure is looked for.
  var hasDeparture: Bool { architecture.activation != .linear || architecture.regime == .lazy }

  /// What the networks are called in a verdict.
  var networkName: String {
    switch architecture.activation {
    case .linear: "trained networks"
    case .relu: "trained ReLU networks"
    default: "trained \(architecture.activation.rawValue) networks"
    }
  }

  /// What the theory of such networks is called.
  var theoryName: String {
    architecture.regime == .lazy
      ? "lazy theory" : architecture.activation == .linear ? "theory" : "linear theory"
  }
}
