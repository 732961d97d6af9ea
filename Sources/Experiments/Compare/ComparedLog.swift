import JSON
import MeanField
import Problems
import Reports
import Tables
import Validation

/// A training log compared with the theory.
public struct ComparedLog: Codable, Sendable {
  /// One logged loss.
  public struct Loss: Codable, Sendable {
    /// `train`, `batch` or `test`.
    public let name: String
    /// The log's name for it.
    public let column: String
    /// The logged step from which on it is nan or infinite; nil where it is finite to its end.
    public let divergedAt: Int?
    /// Log and theory at the steps that both have.
    public let comparison: LogComparison
  }

  /// The prediction.
  public let prediction: Prediction
  /// The log, as it was named.
  public let path: String
  /// SHA-256 of its contents.
  public let sha256: String
  /// Train, batch, then test; those that were logged within the theory's steps.
  public let losses: [Loss]
  /// Train, then test accuracy; those that were logged, of a table with classes.
  public let accuracies: [ComparedAccuracy]
  /// Accuracies that were logged where the theory has none.
  public let ignored: [String]
  /// How far a network with an activation, or of finite width, is from the theory that there is; nil for a linear one.
  public let departure: Departure?
  /// The last logged step.
  public let lastStep: Int
  /// The last step of the theory.
  public let lastPredicted: Int

  /// - Parameters:
  ///   - log: as it was read.
  ///   - solution: of single steps.
  ///   - accuracy: where the outputs are classes and the log has one.
  ///   - networks: what was trained, where the theory is for another network.
  init(
    _ log: TrainingLog, _ solution: Solution, accuracy: PredictedAccuracy? = nil,
    networks: TrainingProblem? = nil
  ) {
    let own = LoggedLosses(log, solution.problem)
    prediction = Prediction(solution, accuracy: accuracy)
    path = log.path
    sha256 = log.sha256
    let losses = own.pairs.compactMap { pair in
      let column = pair.column
      return LogComparison(steps: column.steps, losses: column.losses, theory: pair.theory(solution.curve)).map {
        Loss(name: pair.name, column: column.name, divergedAt: column.divergedAt, comparison: $0)
      }
    }
    self.losses = losses
    departure = networks.flatMap { Departure(losses, $0) }
    let logged = [
      ("train", own.trainAccuracy, accuracy?.train), ("test", own.testAccuracy, accuracy?.test),
    ]
    accuracies = logged.compactMap { name, column, predicted in
      guard let column, let predicted else { return nil }
      return ComparedAccuracy(name, column, predicted)
    }
    ignored = accuracy == nil ? logged.compactMap { $0.1?.name } : []
    lastStep = own.pairs.compactMap(\.column.steps.last).max() ?? 0
    lastPredicted = solution.curve.steps.count - 1
  }
}

extension ComparedLog {
  /// What commonly makes a log differ as a whole.
  var hints: [String] {
    var lines = losses.compactMap { loss in
      loss.divergedAt.map {
        "the log diverges: \(loss.column) is not finite from step \($0) on; it is compared up to there"
      }
    }
    if let departure { lines.append(departure.sentence) }
    let comparisons = losses.map(\.comparison)
    if comparisons.contains(where: \.looksHalved) {
      lines.append("the log is about half of the theory: losses here are mean squares without the factor 1/2")
    }
    let outputs = prediction.problem.data.outputCount
    if comparisons.contains(where: { $0.looksAveraged(outputs: outputs) }) {
      lines.append(
        "the log is about 1/\(outputs) of the theory: losses here are sums over the outputs, and many programs take the mean over them "
          + "(torch.nn.MSELoss does); multiply by \(outputs)")
    } else if let own = OwnUnits(prediction.problem.data),
      comparisons.contains(where: { $0.looksUnscaled(targetVariance: own.factor) })
    {
      lines.append(
        "the log is about as many times the theory as the variance of the raw target: scale the target as dmft explain says"
      )
    }
    if !ignored.isEmpty {
      lines.append(
        "not compared: \(ignored.joined(separator: " and ")) of the log, as the target has no classes (data.targets: oneHot)"
      )
    }
    if case .completed = prediction.outcome, lastStep > lastPredicted {
      lines.append(
        "the log continues to step \(lastStep), the theory ends at \(lastPredicted): set training.steps=\(lastStep)")
    }
    return lines
  }

  /// `curves.csv`: the theory at its reported rows, with what was logged there.
  var curves: Table {
    let logged = losses.reversed().map { loss in
      let values = Dictionary(zip(loss.comparison.steps, loss.comparison.logged)) { first, _ in first }
      return Column("\(loss.name)_loss_log", "as logged", prediction.curve.steps.map { values[$0] })
    }
    return Table(
      "curves", shown: nil,
      prediction.curve.columns(prediction.problem.time, prediction.problem.data) + logged
        + prediction.curve.batchColumns
        + (prediction.outputs?.accuracyColumns ?? [])
        + accuracies.reversed().map { $0.column(at: prediction.curve.steps) }
        + prediction.curve.rSquared(prediction.problem.data))
  }

  /// Numbers in the JSON in addition to the curves.
  var details: [String: JSONValue] {
    let deviations = losses.map { ($0.name + "_loss", $0.json) }
    return [
      "log": .text(path), "log_sha256": .text(sha256),
      "deviations": .object(Dictionary(uniqueKeysWithValues: deviations)),
      "accuracies": accuracies.isEmpty
        ? .null : .object(Dictionary(uniqueKeysWithValues: accuracies.map { ($0.name, $0.json) })),
    ]
  }

  /// Dots of the log on the lines of the theory.
  var lossFigure: Figure? {
    let (problem, curve) = (prediction.problem, prediction.curve)
    guard !curve.steps.isEmpty else { return nil }
    func series(
      _ name: String, _ color: Figure.Color, _ style: Figure.Style, _ theory: [Double]
    ) -> [Figure.Series] {
      func rows(_ steps: [Int]) -> PlottedRows {
        PlottedRows(steps.map(Double.init), isLogarithmic: problem.isOverDecades)
      }
      let dots = losses.filter { $0.name == name }.map { loss in
        Figure.Series(
          "\(name), log", .points, color, rows(loss.comparison.steps).losses(loss.comparison.logged))
      }
      return dots.filter { !$0.points.isEmpty }
        + [Figure.Series("\(name), theory", style, color, rows(curve.steps).losses(theory))]
    }
    return .losses(
      problem, title: "A training log and the theory",
      caption: "Dots: the log. Lines: what the theory predicts for this configuration.",
      series("test", .blue, .line, curve.testLoss) + series("train", .orange, .dashed, curve.trainLoss)
        + (curve.batchLoss.map { series("batch", .green, .dotted, $0) } ?? []), last: nil)
  }
}

extension ComparedLog.Loss {
  /// How far it is off, in a sentence.
  var summary: String {
    let worst = comparison.worst
    return "\(name) loss: typical deviation \(NumberText.percent(comparison.typicalDeviation)), largest "
      + "\(NumberText.signedPercent(worst.deviation)) at step \(worst.step)"
  }

  /// The printed tables.
  var view: Table {
    Table(
      nil, title: "\(name) loss (column \(column) of the log)",
      [
        Column("step", integers: comparison.steps), Column("log", "as logged", comparison.logged),
        Column("theory", "predicted by the theory", comparison.theory),
        Column("deviation", "log over theory, minus one", heading: "off, %", comparison.deviations.map { 100 * $0 }),
      ])
  }

  var json: JSONValue {
    .object([
      "typical": .number(comparison.typicalDeviation), "largest": .number(comparison.worst.deviation),
      "largest_at_step": .integer(comparison.worst.step),
      "diverged_at_step": divergedAt.map { .integer($0) } ?? .null,
      "step": .list(comparison.steps.map { .integer($0) }),
      "log": JSONValue(comparison.logged), "theory": JSONValue(comparison.theory),
    ])
  }
}
