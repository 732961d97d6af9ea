import JSON
import Problems
import Reports

/// What a reader should see in a curve before it is believed or used.
extension LearningCurve {
  /// Relative excess that rounding may leave where a loss only returns to its start.
  private static let slack = 1e-6

  /// Row of the smallest test loss; nil without a finite one.
  var bestRow: Int? { testLoss.indices.filter { testLoss[$0].isFinite }.min { testLoss[$0] < testLoss[$1] } }

  /// Share of its start below which a loss is nothing.
  private static let nothing = 1e-12

  /// The step with the smallest test loss where it is not the last: training longer does harm.
  func bestFinding(_ time: TimeGrid) -> String? {
    guard let bestRow, let first = testLoss.first, let last = testLoss.last else { return nil }
    // A loss that has fallen to nothing goes on changing by rounding.
    guard !(testLoss[bestRow] >= last * (1 - Self.slack)), !(last < Self.nothing * first) else { return nil }
    let place = time.isFlow ? "t = \(NumberText.brief(times[bestRow]))" : "step \(steps[bestRow])"
    return "smallest test loss \(NumberText.short(testLoss[bestRow])) at \(place), before the end"
  }

  /// The same for programs; null without a row.
  var bestJSON: JSONValue { bestRow.map { .integer(steps[$0]) } ?? .null }

  /// One line where a loss rises above its start: of the train loss that is the catapult window, where finite networks
  /// scatter; nil where both losses stay below, and where a run diverges, which says more.
  ///
  /// - Parameters:
  ///   - problem: what was solved or trained.
  ///   - diverges: whether the run ended that way.
  ///   - edgeShare: `η λ/2` at the start; nil where it is not known.
  /// - Returns: the line.
  func warning(_ problem: TrainingProblem, diverges: Bool = false, edgeShare: Double? = nil) -> String? {
    if diverges { return nil }
    func peak(_ losses: [Double]) -> (row: Int, ratio: Double)? {
      guard let start = losses.first, start > 0,
        let row = losses.indices.filter({ losses[$0].isFinite }).max(by: { losses[$0] < losses[$1] })
      else { return nil }
      let ratio = losses[row] / start
      return ratio > 1 + Self.slack ? (row, ratio) : nil
    }
    func words(_ name: String, _ peak: (row: Int, ratio: Double)) -> String {
      let place = problem.time.isFlow ? "t = \(NumberText.brief(times[peak.row]))" : "step \(steps[peak.row])"
      return "warning: the \(name) loss rises to \(NumberText.brief(peak.ratio)) times its start at \(place): "
    }
    if let train = peak(trainLoss), !problem.time.isFlow {
      return words("train", train)
        + "the rate lies in the catapult window, where finite networks scatter widely and can be far from this curve; use a smaller "
        + "training.learningRate"
        + (edgeShare.map { share in
          "; eta lambda/2 (Gauss-Newton) is \(NumberText.short(share)) at the start"
            + (share > 1 ? ", above the edge of stability at 1" : ", and grows")
        } ?? "")
    }
    return peak(testLoss).map { words("test", $0) + "there the network is worse than at its start (overfitting)" }
  }
}
