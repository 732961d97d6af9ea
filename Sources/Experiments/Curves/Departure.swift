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
  /// The first step at which a loss is off by more, beyond what chance explains; nil where none is.
  public let firstStep: Int?
  /// The largest relative difference, the loss and the step where it is.
  public let largest: Double
  /// `test loss` or `train loss`.
  public let loss: String
  /// Where.
  public let step: Int

  /// One loss at one step.
  private struct Place {
    let name: String
    let step: Int
    /// Networks over theory, minus one.
    let value: Double
    /// How much of that chance explains.
    var chance = 0.0
  }

  /// Standard errors of a mean that are left to chance.
  private static let errors = 3.0
  /// Relative difference that counts in a log and in means of networks.
  private static let usualTolerance = 0.05

  /// Of means of trained networks.
  ///
  /// - Parameters:
  ///   - networks: what was trained; nothing is said where the theory is theirs.
  ///   - problem: with the regime of the theory.
  ///   - theory: the predicted losses.
  init?(_ networks: TrainedNetworks, _ problem: TrainingProblem, theory: LearningCurve) {
    let rows = Dictionary(zip(theory.steps, theory.steps.indices)) { first, _ in first }
    func places(_ name: String, _ means: [Ensemble.Mean], _ losses: [Double]) -> [Place] {
      zip(networks.steps, means).compactMap { step, mean in
        guard let row = rows[step] else { return nil }
        let chance = mean.standardError.isFinite ? Self.errors * mean.standardError / losses[row] : 0
        return Place(name: name, step: step, value: mean.value / losses[row] - 1, chance: chance)
      }
    }
    self.init(
      problem,
      places("test loss", networks.test, theory.testLoss) + places("train loss", networks.train, theory.trainLoss),
      tolerance: Self.usualTolerance)
  }

  /// Of a comparison with a verdict.
  init?(_ losses: Agreement, _ problem: TrainingProblem) {
    let places = losses.points.map { point in
      Place(name: point.name, step: point.step, value: point.bias, chance: point.halfWidth / point.scale)
    }
    self.init(problem, places, tolerance: losses.tolerance)
  }

  /// Of a log, which is one network.
  init?(_ losses: [ComparedLog.Loss], _ problem: TrainingProblem) {
    let places = losses.flatMap { loss in
      zip(loss.comparison.steps, loss.comparison.deviations).map {
        Place(name: "\(loss.name) loss", step: $0, value: $1)
      }
    }
    self.init(problem, places, tolerance: Self.usualTolerance)
  }

  private init?(_ problem: TrainingProblem, _ places: [Place], tolerance: Double) {
    let finite = places.filter(\.value.isFinite)
    guard problem.hasDeparture, let worst = finite.max(by: { abs($0.value) < abs($1.value) }) else { return nil }
    theory = problem.theoryName
    self.tolerance = tolerance
    (largest, loss, step) = (worst.value, worst.name, worst.step)
    firstStep = finite.filter { abs($0.value) - $0.chance > tolerance }.map(\.step).min()
  }

  /// For programs.
  var json: JSONValue {
    .object([
      "theory": .text(theory), "tolerance": .number(tolerance), "first_step": firstStep.map { .integer($0) } ?? .null,
      "largest": .number(largest), "loss": .text(loss), "step": .integer(step),
    ])
  }

  /// In a sentence.
  var sentence: String {
    let most = "\(NumberText.signedPercent(largest)) at most (\(loss), step \(step))"
    let beyond = "the \(theory) is off by more than \(NumberText.percent(tolerance))"
    guard let firstStep else { return "\(beyond) at no step, as far as these networks show: by \(most)" }
    return firstStep == 0 ? "\(beyond) from the start: by \(most)" : "\(beyond) from step \(firstStep) on: by \(most)"
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
    architecture.regime == .lazy ? "lazy theory" : architecture.activation == .linear ? "theory" : "linear theory"
  }

  /// The width of networks whose theory has none, as a line of its own; none for others.
  var trainedWidthLine: [String] {
    guard architecture.regime == .lazy, case .units(let units) = architecture.width else { return [] }
    return ["trained networks: width \(units)"]
  }
}
