import DeepLinear
import Parsimony

/// Words of `dmft reduce`.
enum ReduceText {
  /// Why the law of parsimony does not hold, with the numbers.
  static func sentence(_ assumption: BrokenAssumption) -> String {
    switch assumption {
    case .gaussianStart:
      return "the start is Gaussian, not orthogonal: directions that don't learn have no common strength"
    case .coloredInputs(let least, let largest):
      return "inputs are not white (variances \(NumberText.brief(least)) to \(NumberText.brief(largest))): "
        + "they mix the directions that learn with the others"
    case .unseenEntries(let seen, let total):
      let share = 100 * Double(seen) / Double(total)
      return "only \(seen) of \(total) entries are seen (\(NumberText.brief(share)) %): the error is not of low rank"
    case .truncated(let rank, let kept, let lost):
      return "\(kept) of the target's \(rank) directions are kept (reduce.rank); what is left out is "
        + "\(NumberText.brief(100 * lost)) % of its norm"
    case .noInactiveDirections(let size, let rank):
      return
        "twice the rank, \(2 * rank), is not below the size \(size): the small network is as wide as the whole one, and nothing is "
        + "saved; reduce.rank keeps fewer directions of a target that has few large singular values"
    }
  }

  /// One number where all are the same.
  static func scales(_ scales: [Double]) -> String {
    let same = scales.allSatisfy { $0 == scales[0] }
    return same ? NumberText.short(scales[0]) : scales.map(NumberText.short).joined(separator: ", ")
  }

  /// Optimiser and steps.
  static func training(_ optimizer: LinearOptimizer, _ steps: Int) -> String {
    var words = ["\(steps) steps at rate \(NumberText.short(optimizer.learningRate))"]
    if optimizer.schedule != .constant { words.append("scheduled") }
    if optimizer.momentum.coefficient > 0 {
      words.append(
        "\(optimizer.momentum.isNesterov ? "Nesterov" : "momentum") \(NumberText.short(optimizer.momentum.coefficient))"
      )
    }
    if optimizer.weightDecay.strength > 0 {
      words.append(
        "\(optimizer.weightDecay.isDecoupled ? "decoupled " : "")weight decay "
          + NumberText.short(optimizer.weightDecay.strength))
    }
    return words.joined(separator: ", ")
  }

  /// How a run ended.
  static func outcome(_ outcome: Outcome) -> String? {
    switch outcome {
    case .completed: nil
    case .diverged(let step): "diverged at step \(step)"
    case .unsettled(let step): "unsettled at step \(step)"
    }
  }
}
