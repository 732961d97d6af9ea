import JSON
import Problems
import Reports
import Validation

/// How outputs compare one by one, and accuracies, which are no part of the verdict.
public struct ComparedOutputs: Codable, Sendable {
  /// The step at which an accuracy of networks and theory differ most.
  public struct Accuracy: Codable, Sendable {
    /// `test` or `train`.
    public let name: String
    /// The step.
    public let step: Int
    /// Share of rows in their class, mean over the networks.
    public let networks: Ensemble.Mean
    /// The same expected by the theory.
    public let theory: Double

    /// Difference of the shares.
    public var difference: Double { networks.value - theory }
  }

  /// Losses of the outputs.
  public let losses: ValidatedTheory.OrderParameters
  /// Test and train accuracy; empty without classes.
  public let accuracies: [Accuracy]

  /// - Parameters:
  ///   - losses: of each output.
  ///   - networks: what was measured.
  ///   - theory: what is predicted.
  init(_ losses: Agreement, _ networks: TrainedOutputs, _ theory: OutputTheory) {
    self.losses = ValidatedTheory.OrderParameters(worst: losses.worst, pValue: losses.pValue)
    func widest(_ name: String, _ measured: [Ensemble.Mean]?, _ predicted: [Double]?) -> Accuracy? {
      guard let measured, let predicted else { return nil }
      let points = zip(networks.steps, measured).compactMap { step, mean in
        theory.at(step, predicted).map { Accuracy(name: name, step: step, networks: mean, theory: $0) }
      }
      return points.max { abs($0.difference) < abs($1.difference) }
    }
    accuracies = [
      widest("test", networks.testAccuracy, theory.curves.testAccuracy),
      widest("train", networks.trainAccuracy, theory.curves.trainAccuracy),
    ].compactMap { $0 }
  }

  /// What came out, a sentence each.
  var sentences: [String] {
    var lines: [String] = []
    if let worst = losses.worst {
      lines.append(
        "outputs one by one (outputs.csv; no part of the verdict): worst \(worst.name) at step \(worst.step), "
          + (worst.bias.isFinite ? "bias \(NumberText.signedPercent(worst.bias))" : "where most networks have diverged")
          + "; all of them: p = \(NumberText.brief(losses.pValue))")
    }
    for accuracy in accuracies {
      lines.append(
        "\(accuracy.name) accuracy (no part of the verdict): farthest apart at step \(accuracy.step), networks "
          + "\(accuracy.networks.percentage), theory \(NumberText.short(100 * accuracy.theory)) %")
    }
    return lines
  }

  /// The accuracies for programs; null without classes.
  var json: JSONValue {
    accuracies.isEmpty
      ? .null
      : .object(
        Dictionary(
          accuracies.map { accuracy in
            (
              accuracy.name,
              JSONValue.object([
                "step": .integer(accuracy.step), "networks": .number(accuracy.networks.value),
                "standard_error": .number(accuracy.networks.standardError), "theory": .number(accuracy.theory),
              ])
            )
          }
        ) { first, _ in first })
  }
}
