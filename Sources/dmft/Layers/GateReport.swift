import FiniteWidth
import Records

/// How long a ReLU network is the linear network that its gates made of it at the start, equation (12.11).
struct GateReport {
  let times: [Double]
  /// Share of the gates that differ from the start, means over the networks.
  let flipped: [Double]
  /// Relative difference of the outputs from those with frozen gates, means over the networks.
  let deviations: [Double]
  /// Of the networks, the largest difference at a moment before any gate of that network had flipped.
  let deviationBefore: Double
  /// How many moments that is over, all networks together.
  let momentsBefore: Int

  /// nil unless ReLU and frozen gates were both trained.
  init?(_ ensembles: [LayerEnsemble]) {
    guard let relu = ensembles.first(where: { $0.activation == .relu }),
      let frozen = ensembles.first(where: { $0.activation == .frozenGates })
    else { return nil }
    let count = min(relu.count, frozen.count)
    let curves = zip(relu.replicas, frozen.replicas).map { $0.deviations(from: $1) }
    times = Array(relu.times.prefix(count))
    flipped = relu.means { $0.moments.map { $0.flipped ?? 0 } }.prefix(count).map(\.value)
    deviations = (0..<count).map { row in curves.reduce(0) { $0 + $1[row] } / Double(curves.count) }
    let before = zip(relu.replicas, curves).flatMap { history, curve in
      curve.prefix(history.moments.firstIndex { ($0.flipped ?? 0) > 0 } ?? curve.count)
    }
    deviationBefore = before.max() ?? 0
    momentsBefore = before.count
  }

  /// The first moment at which the outputs differ by more than a share, with the share of gates flipped then.
  func parting(_ share: Double) -> (time: Double, flipped: Double)? {
    deviations.firstIndex { $0 > share }.map { (times[$0], flipped[$0]) }
  }

  var lines: [String] {
    let first = flipped.firstIndex { $0 > 0 }.map { "from t = \(NumberText.brief(times[$0])) on" }
    let same =
      deviationBefore == 0 ? "are the same to the last bit" : "differ by \(NumberText.brief(deviationBefore)) at most"
    let head =
      "gates: \(NumberText.brief(100 * (flipped.last ?? 0))) % are flipped at the end"
      + (first.map { ", the first \($0)" } ?? "")
      + "; in the \(momentsBefore) rows before (of all networks together), outputs with frozen gates \(same)"
    let partings = [0.01, 0.1].map { share -> String in
      let percent = "\(NumberText.brief(100 * share)) %"
      guard let parting = parting(share) else { return "within \(percent) to the end" }
      return "within \(percent) until t = \(NumberText.brief(parting.time)) "
        + "(\(NumberText.brief(100 * parting.flipped)) % flipped)"
    }
    return [head, "linearisation at the gates of the start: " + partings.joined(separator: ", ")]
  }

  var json: JSONValue {
    func member(_ share: Double) -> JSONValue {
      parting(share).map { .object(["time": .number($0.time), "flipped": .number($0.flipped)]) } ?? .null
    }
    return .object([
      "flipped": JSONValue(flipped), "deviation": JSONValue(deviations),
      "deviation_before_first_flip": .number(deviationBefore), "beyond_1_percent": member(0.01),
      "beyond_10_percent": member(0.1),
    ])
  }
}
