import MeanField
import Reports
import Validation

/// The verdict as text: what was shown at which confidence, where it was decided, and what to do where nothing was.
extension ValidatedTheory {
  /// The verdict first, then what else came out, a sentence each.
  var findings: [String] {
    [verdictLine] + (spectra?.findings ?? [])
      + [
        departure?.sentence, limitLine,
        prediction.curve.warning(
          prediction.problem, diverges: prediction.outcome != .completed, edgeShare: prediction.startShare),
        ProblemText.depthWarning(networks.problem), ProblemText.outputsWarning(networks.problem),
      ].compactMap { $0 } + remarks + [excuse ?? fewDimensions].compactMap { $0 }
  }

  /// The answer: `theory against 64 trained networks: agrees within 5 % …`.
  var verdictLine: String {
    let percent = NumberText.percent(losses.tolerance)
    let answer =
      switch lossVerdict {
      case .agrees: "agrees within \(percent)"
      case .disagrees: "disagrees by more than \(percent)"
      case .cannotTell: "cannot tell whether within \(percent)"
      }
    return
      "\(departure?.theory ?? "theory") against \(losses.replicas) \(networks.problem.networkName): \(answer) at "
      + "\(NumberText.percent(Agreement.confidence)) confidence" + endingWords + decision + parts
      + advice
  }

  /// The message where only one side diverges, or perhaps only one.
  private var endingWords: String {
    switch losses.ending {
    case .agrees: ""
    case .disagrees: ", the theory diverges and most networks do not"
    case .cannotTell: ", the theory diverges and perhaps most networks do"
    }
  }

  /// Where the verdict was decided and by how much.
  private var decision: String {
    // Where the ends decide, no step does.
    if losses.ending == .disagrees { return "" }
    if losses.verdict != lossVerdict, let limit, let worst = limit.worst {
      return ", decided by step \(worst.step) (\(worst.name)) in the limit, "
        + Self.band("difference", worst.difference, worst.halfWidth) + ", p = \(NumberText.brief(limit.pValue))"
    }
    guard let worst = losses.worst else { return ", no step could be compared" }
    return ", decided by step \(worst.step) (\(worst.name)), "
      + Self.band("bias", worst.bias, worst.halfWidth / worst.scale) + ", p = \(NumberText.brief(losses.pValue))"
  }

  private static func band(_ name: String, _ value: Double, _ halfWidth: Double) -> String {
    guard value.isFinite else { return "where most networks have diverged" }
    let text = "\(name) \(NumberText.signedPercent(value))"
    return halfWidth.isFinite ? text + " +- \(NumberText.percent(halfWidth))" : text + " (no bound)"
  }

  /// The verdicts that are taken together with several sizes.
  private var parts: String {
    guard let limit else { return "" }
    return "; D = \(sizes[sizes.count - 1].dimension): \(losses.verdict.rawValue), limit: \(limit.verdict.rawValue)"
  }

  private var advice: String {
    guard lossVerdict == .cannotTell else { return "" }
    if let wantedReplicas { return "; about simulation.replicas=\(wantedReplicas) could tell" }
    return isBounded ? "; that would take more than a million networks" : "; the number of networks needed is unknown"
  }

  /// Whether a number of networks can be estimated at all.
  private var isBounded: Bool {
    losses.ending != .cannotTell && losses.unbounded == 0 && losses.criticalValue.isFinite && losses.worst != nil
      && (limit?.unbounded ?? 0) == 0 && limit.map { $0.worst != nil } != false
  }

  /// What is left of the bias in the limit.
  private var limitLine: String? {
    guard let limit, let worst = limit.worst else { return nil }
    return
      "limit at the worst step \(worst.step) (\(worst.name)): \(NumberText.signedPercent(worst.difference)) +- "
      + "\(NumberText.percent(worst.standardError)), bias about \(NumberText.brief(worst.slope))/D; all steps: p = "
      + "\(NumberText.brief(limit.pValue)), \(limit.verdict.rawValue) (tolerance "
      + "\(NumberText.percent(limit.tolerance)), band up to +-"
      + "\(NumberText.percent(limit.points.map(\.halfWidth).max() ?? 0)))"
  }

  private var remarks: [String] {
    var lines: [String] = []
    if startsArePaired {
      lines.append(
        "each network is compared with the theory that starts from its own random function: compared losses are less what that start "
          + "changes; curves.csv has the losses themselves")
    }
    if losses.medians > 0 {
      lines.append(
        "rare networks dominate the mean at \(losses.medians) of \(losses.points.count) points (near the edge of "
          + "stability, or deep in a decay): medians are compared there, marked m")
    }
    if losses.unbounded > 0 {
      lines.append("at \(losses.unbounded) points so many networks diverged that the median is unknown")
    }
    if let divergences { lines.append(divergences) }
    if losses.leftOut > 0 {
      lines.append("\(losses.leftOut) points are left out: theory and networks are zero up to rounding there")
    }
    if let worst = orderParameters.worst {
      lines.append(
        "order parameters (layers.csv; no part of the verdict): worst \(worst.name) at step \(worst.step), "
          + (worst.bias.isFinite ? "bias \(NumberText.signedPercent(worst.bias))" : "where most networks have diverged")
          + "; all of them: p = \(NumberText.brief(orderParameters.pValue))")
    }
    lines += outputs?.sentences ?? []
    if let end = prediction.judgedEnd {
      lines.append(
        "steps before \(end) are judged: there the gradient turns, and from there on networks differ in phase, which their mean averages; "
          + "a decaying training.schedule moves the turn back")
    }
    return lines
      + ["band: up to +-\(NumberText.percent(losses.largestHalfWidth)) of the theory wide" + (largestBias ?? "")]
  }

  /// Where the networks are furthest from the theory, if the step that decides is another because its band is wider.
  private var largestBias: String? {
    let furthest = losses.points.filter(\.bias.isFinite).max { abs($0.bias) < abs($1.bias) }
    guard let furthest, let worst = losses.worst, worst.bias.isFinite, abs(furthest.bias) > abs(worst.bias) else {
      return nil
    }
    return "; largest bias \(NumberText.signedPercent(furthest.bias)) at step \(furthest.step) (\(furthest.name))"
  }

  /// How theory and networks end; nil where all reach the last step.
  private var divergences: String? {
    let count = "\(networks.diverged) of \(networks.networks) networks"
    guard case .diverged(let step) = prediction.outcome else {
      return networks.firstDivergence.map { "\(count) diverge, the first at step \($0); the theory does not" }
    }
    let words = networks.firstDivergence.map { "\(count) do, the first at step \($0)" } ?? "no network does"
    return "the theory diverges at step \(step), \(words); steps before are compared"
  }

  /// Input dimensions below which a disagreement may come from there being so few.
  private static let manyDimensions = 100

  /// What a reader of a small table has to know of a disagreement; nil where it has many dimensions, or is none.
  private var fewDimensions: String? {
    guard lossVerdict == .disagrees, departure == nil, limit == nil, let size = sizes.last,
      size.dimension < Self.manyDimensions
    else {
      return nil
    }
    return
      "D = \(size.dimension) input dimensions are few: the theory is the limit of large width, samples and input dimension, "
      + "and networks differ from it by amounts that fall about as one over D (theory-notes/08)"
  }

  /// Share of the largest stable rate from which finite networks are known to be far from their limit.
  private static let edge = 0.35

  /// Why a disagreement may not be evidence against the theory.
  private var excuse: String? {
    let rate = prediction.problem.optimizer.learningRate
    guard let stable = prediction.stableRate?.found, rate > Self.edge * stable else { return nil }
    // Below the edge of stability such networks disagree at any rate.
    guard rate > stable || ProblemText.depthWarning(networks.problem) == nil else { return nil }
    return
      "training.learningRate \(NumberText.short(rate)) is \(NumberText.percent(rate / stable)) of the largest stable rate "
      + "\(NumberText.brief(stable)): beyond the edge of stability finite networks approach the theory only slowly as they grow "
      + "(theory-notes/08); try half the rate, or larger sizes"
  }
}
