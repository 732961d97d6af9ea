import Parsimony
import Reports

// The findings of a reduction, as text.

extension BrokenAssumption {
  /// Why the law of parsimony does not hold, with the numbers.
  var sentence: String {
    switch self {
    case .gaussianStart:
      return "the start is Gaussian, not orthogonal: directions that don't learn have no common strength"
    case .coloredInputs(let least, let largest):
      return "inputs are not white (variances \(NumberText.brief(least)) to \(NumberText.brief(largest))): "
        + "they mix the directions that learn with the others"
    case .unseenEntries(let seen, let total):
      return "only \(seen) of \(total) entries are observed (\(NumberText.percent(Double(seen) / Double(total)))): "
        + "the error is not of low rank"
    case .truncated(let rank, let kept, let lost):
      return "\(kept) of the target's \(rank) directions are kept (reduce.rank); what is left out is "
        + "\(NumberText.percent(lost)) of its norm"
    case .noInactiveDirections(let size, let rank):
      return
        "twice the rank, \(2 * rank), is not below the size \(size): the small network is as wide as the full one, "
        + "and nothing is saved; reduce.rank keeps fewer directions of a target that has few large singular values"
    }
  }
}

extension ReducedNetwork {
  /// The message for a run that diverged; nil for any other.
  var remark: String? {
    let advice = "try a smaller training.learningRate"
    if let ending = outcome.ending { return "the small network \(ending); \(advice)" }
    return fullOutcome?.ending.map { "the full network \($0), the small one did not; \(advice)" }
  }

  /// Sentences, the answer first.
  var findings: [String] {
    let head = "small network: \(width) of \(size) directions" + (rank.map { ", target of rank \($0)" } ?? "")
    return [remark, head, law, completion, time].compactMap { $0 }
  }

  /// Whether the law of parsimony holds, and how far off the full network is.
  private var law: String? {
    guard isExact else {
      return "the law of parsimony does not hold here: " + broken.map(\.sentence).joined(separator: "; ")
    }
    return worstDistance.map {
      "the law of parsimony holds: the distance of the full network is off the known term by at most "
        + "\(NumberText.brief($0)) of its product"
    }
  }

  /// Largest miss of the known term.
  private var worstDistance: Double? { rows.compactMap(\.identityError).max() }

  private var completion: String? {
    rows.last?.completion.map {
      "completion: relative error \(NumberText.brief($0.small)) of the small network, "
        + "\(NumberText.brief($0.full)) of the full one"
    }
  }

  private var time: String {
    func precise(_ seconds: Double) -> String {
      seconds < 1 ? NumberText.brief(1000 * seconds) + " ms" : NumberText.brief(seconds) + " s"
    }
    let small =
      "processor time: \(precise(seconds.drawing)) drawing weights, \(precise(seconds.setUp)) set-up, "
      + "\(precise(seconds.small)) small network"
    guard let full = seconds.full, let speedUp else { return small }
    return small + ", \(precise(full)) full network: \(NumberText.brief(speedUp)) times as long with all of it counted"
  }

  /// The law, and the full network compared with the prediction of the small one.
  var checks: [Report.Check] {
    var checks = broken.map { Report.Check("law of parsimony", "does not hold", $0.sentence) }
    if let worst = worstDistance {
      checks.append(
        Report.Check(
          "distance of the full network", NumberText.brief(worst),
          "largest difference from the known term, over the full product"))
    }
    if let worst = layers.compactMap(\.spectrumError).max() {
      checks.append(
        Report.Check(
          "singular values", NumberText.brief(worst),
          "largest difference from those of the full network, over its largest"))
    }
    return checks
  }
}
