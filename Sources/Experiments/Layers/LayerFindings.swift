import FiniteWidth
import Reports
import Studies

// The findings about the layers, as text.

extension Activation {
  /// As printed text.
  var title: String {
    switch self {
    case .linear: "linear"
    case .relu: "ReLU"
    case .frozenGates: "gates frozen"
    }
  }
}

extension LayerDynamics {
  /// Sentences, the phases first.
  var findings: [String] {
    let divergences = networks.compactMap { networks in
      networks.firstDivergence.map {
        "\(networks.activation.title): diverged at step \($0); the curves end before it"
      }
    }
    let noTheory =
      own.activation == .linear && theory == nil ? ["no theory to compare with: \(absence ?? "it does not hold")"] : []
    // Of a run that diverged neither phases nor drift mean anything.
    guard own.firstDivergence == nil else { return divergences + noTheory }
    return divergences + phases.map { sentence($0.name, $0.phases) } + (mode.map { [$0.sentence] } ?? [])
      + growthSentences
      + driftSentences + (gates?.sentences ?? []) + noTheory
  }

  private func sentence(_ name: String, _ phases: GrowthPhases) -> String {
    let number = NumberText.brief
    let title = Activation(rawValue: name)?.title ?? name
    guard phases.hasLearned else {
      return "phases, \(title): the run ends on its plateau, the loss fell by only \(NumberText.percent(phases.fall)); "
        + "make it longer"
    }
    let rate = phases.relaxationRate.map { " at rate \(number($0))" } ?? ""
    return "phases, \(title): "
      + (phases.hasPlateau
        ? "plateau to t = \(number(phases.plateauEnd)), "
        : "no plateau, a tenth is learned at t = \(number(phases.plateauEnd)), ")
      + "half at \(number(phases.halfTime)), transition to \(number(phases.transitionEnd)), then relaxation\(rate)"
      + (phases.isFinished ? "" : "; the loss still falls at the end, so these are the phases of this stretch only")
  }

  private var growthSentences: [String] {
    let spreads = free.compactMap { networks in
      networks.spread.map { "\(networks.activation.title) \(NumberText.percent($0))" }
    }
    guard !spreads.isEmpty else { return [] }
    let isEven = Set(problem.layerRates).count == 1
    return [
      "growth of the layers\(isEven ? "" : " over their rates"): differs at the end by "
        + spreads.joined(separator: ", ")
        + (problem.time.isFlow ? "" : " (by nothing under flow; steps make it differ by O(rate), momentum by more)")
    ]
  }

  private var driftSentences: [String] {
    networks.filter { $0.firstDivergence == nil }.map { networks in
      let drifts = networks.drifts.map(\.largest)
      return "conserved matrices, \(networks.activation.title): drift \(Self.words(drifts.map(\.matrix))); "
        + "diagonals \(Self.words(drifts.map(\.diagonal)))"
    }
  }

  /// Drifts below this are rounding.
  private static let rounding = 1e-12

  /// A drift, and the same at a quarter of the rate where that was looked at.
  private static func words(_ drifts: [Double]) -> String {
    guard drifts[0] > rounding else { return "none beyond rounding" }
    let finer = drifts.dropFirst().first.map {
      ", at a quarter of the rate \(NumberText.brief($0)) (a factor of \(NumberText.brief(drifts[0] / $0)))"
    }
    return NumberText.brief(drifts[0]) + (finer ?? "")
  }

  /// Laws of flow, and by how much they are broken.
  var checks: [Report.Check] {
    networks.flatMap { networks in
      let drift = networks.drifts[0].largest
      let isLinear = networks.activation == .linear
      return [
        Report.Check(
          "drift of the matrix, \(networks.activation.title)", NumberText.brief(drift.matrix),
          "largest relative drift of the matrix that flow "
            + (isLinear ? "conserves" : "would conserve without gates")),
        Report.Check(
          "drift of the diagonal, \(networks.activation.title)", NumberText.brief(drift.diagonal),
          "largest relative drift of its diagonal, neuron by neuron, that flow conserves"),
      ]
    }
  }
}

extension LayerDynamics.Mode {
  var sentence: String {
    "predicted for one balanced mode: half at t = \(NumberText.brief(halfTime)) "
      + "(leading term \(NumberText.brief(plateauTime))), relaxation at rate \(NumberText.brief(relaxationRate))"
  }
}

extension LayerDynamics.Gates {
  var sentences: [String] {
    let first = flipped.firstIndex { $0 > 0 }.map { ", the first from t = \(NumberText.brief(times[$0])) on" } ?? ""
    let same =
      deviationBefore == 0 ? "are the same to the last bit" : "differ by \(NumberText.brief(deviationBefore)) at most"
    let partings = [0.01, 0.1].map { share -> String in
      guard let parting = parting(share) else { return "within \(NumberText.percent(share)) to the end" }
      return "within \(NumberText.percent(share)) until t = \(NumberText.brief(parting.time)) "
        + "(\(NumberText.percent(parting.flipped)) flipped)"
    }
    return [
      "gates: \(NumberText.percent(flipped.last ?? 0)) are flipped at the end\(first); in the \(momentsBefore) rows before "
        + "(of all networks together), outputs with frozen gates \(same)",
      "linearisation at the gates of the start: " + partings.joined(separator: ", "),
    ]
  }
}
