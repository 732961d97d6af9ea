import MeanField
import Records
import Validation

/// The verdict in words: what has been shown at which confidence, where it was decided, and what to do where nothing was.
extension ValidateReport {
  /// On the largest size, and with several sizes on their limit too.
  var verdict: Verdict { largest.losses.verdict.and(limit?.verdict ?? .agrees) }

  /// How many networks could tell, where these cannot; nil if more than a million or unknown.
  var wantedReplicas: Int? {
    guard verdict == .cannotTell else { return nil }
    let parts = [
      largest.losses.verdict == .cannotTell ? [largest.losses.wantedReplicas] : [],
      limit?.verdict == .cannotTell ? [limit?.wantedReplicas] : [],
    ].flatMap { $0 }
    let numbers = parts.compactMap { $0 }
    return numbers.count == parts.count ? numbers.max() : nil
  }

  /// The last line: `theory against 64 trained networks: agrees within 5 % …`.
  var verdictLine: String {
    let percent = NumberText.brief(100 * largest.losses.tolerance)
    let answer =
      switch verdict {
      case .agrees: "agrees within \(percent) %"
      case .disagrees: "disagrees by more than \(percent) %"
      case .cannotTell: "cannot tell whether within \(percent) %"
      }
    return "theory against \(largest.losses.replicas) trained networks: \(answer) at "
      + "\(NumberText.brief(100 * Agreement.confidence)) % confidence" + ending + decision + parts + advice
  }

  /// What is said of the end where only one side diverges, or perhaps only one.
  private var ending: String {
    switch largest.losses.ending {
    case .agrees: ""
    case .disagrees: ", the theory diverges and most networks do not"
    case .cannotTell: ", the theory diverges and perhaps most networks do"
    }
  }

  /// Where the verdict was decided and by how much.
  private var decision: String {
    let losses = largest.losses
    // Where the ends decide, no step does.
    if losses.ending == .disagrees { return "" }
    if losses.verdict != verdict, let limit, let worst = limit.worst {
      return ", worst step \(worst.step) (\(worst.name)) in the limit, "
        + Self.band("difference", worst.difference, worst.halfWidth) + ", p = \(NumberText.brief(limit.pValue))"
    }
    guard let worst = losses.worst else { return ", no step could be compared" }
    return ", worst step \(worst.step) (\(worst.name)), "
      + Self.band("bias", worst.bias, worst.halfWidth / worst.scale) + ", p = \(NumberText.brief(losses.pValue))"
  }

  private static func band(_ name: String, _ value: Double, _ halfWidth: Double) -> String {
    guard value.isFinite else { return "where most networks have diverged" }
    let text = "\(name) \(NumberText.signedPercent(value))"
    return halfWidth.isFinite ? text + " +- \(NumberText.brief(100 * halfWidth)) %" : text + " (no bound)"
  }

  /// The verdicts that are taken together with several sizes.
  private var parts: String {
    guard let limit else { return "" }
    return "; D = \(largest.problem.data.inputDimension): \(largest.losses.verdict.rawValue), "
      + "limit: \(limit.verdict.rawValue)"
  }

  private var advice: String {
    guard verdict == .cannotTell else { return "" }
    if let wantedReplicas { return "; about simulation.replicas=\(wantedReplicas) could tell" }
    return isBounded ? "; that would take more than a million networks" : "; how many networks could tell is unknown"
  }

  /// Whether a number of networks can be estimated at all.
  private var isBounded: Bool {
    let losses = largest.losses
    return losses.ending != .cannotTell && losses.unbounded == 0 && losses.criticalValue.isFinite && losses.worst != nil
      && (limit?.unbounded ?? 0) == 0 && limit.map { $0.worst != nil } != false
  }

  /// What is left of the bias in the limit.
  var limitLine: String? {
    guard let limit, let worst = limit.worst else { return nil }
    return
      "limit at the worst step \(worst.step) (\(worst.name)): \(NumberText.signedPercent(worst.difference)) +- "
      + "\(NumberText.brief(100 * worst.standardError)) %, bias about \(NumberText.brief(worst.slope))/D; all steps: p = "
      + "\(NumberText.brief(limit.pValue)), \(limit.verdict.rawValue) (tolerance "
      + "\(NumberText.brief(100 * limit.tolerance)) %, band up to +-"
      + "\(NumberText.brief(100 * (limit.points.map(\.halfWidth).max() ?? 0))) %)"
  }
}
