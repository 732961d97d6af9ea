import DeepLinear
import FiniteWidth
import MeanField
import Records
import Studies

/// What `dmft layers` found, in words.
struct LayersReport {
  let configuration: Configuration
  let study: LayersStudy
  let result: LayersStudy.Result
  let seconds: Double
  /// What became of the gates; nil without any. Made once: it compares the outputs of all networks at all moments.
  let gates: GateReport?

  init(configuration: Configuration, study: LayersStudy, result: LayersStudy.Result, seconds: Double) {
    self.configuration = configuration
    self.study = study
    self.result = result
    self.seconds = seconds
    gates = GateReport(result.ensembles)
  }

  /// The networks that were asked for.
  var own: LayerEnsemble { result.ensembles[0] }
  var problem: TrainingProblem { study.layers.problem }
  var hiddenLayers: Int { problem.architecture.hiddenLayers }
  private var isFlow: Bool { problem.time.isFlow }

  /// Phases of each activation, means over its networks, and of the theory.
  var phases: [(name: String, phases: GrowthPhases)] {
    var found = result.ensembles.filter { $0.activation != .frozenGates }.map { ensemble in
      (Self.name(ensemble.activation), GrowthPhases(meanOf: ensemble.replicas.map(Self.phases)))
    }
    if let curve = result.theory?.curve {
      found.append(("theory", GrowthPhases(times: curve.times, losses: curve.trainLoss)))
    }
    return found.compactMap { name, phases in phases.map { (name, $0) } }
  }

  private static func phases(_ history: LayerHistory) -> GrowthPhases? {
    GrowthPhases(times: history.moments.map(\.time), losses: history.moments.map(\.trainLoss))
  }

  static func name(_ activation: Activation) -> String {
    switch activation {
    case .linear: "linear"
    case .relu: "ReLU"
    case .frozenGates: "gates frozen"
    }
  }

  var lines: [String] {
    [""] + lossTable + [""] + growthTable + [""] + remarks
  }

  /// Layers that have a column: all of a few, or first, middle and last.
  private var shownLayers: [Int] {
    hiddenLayers <= 3 ? Array(0...hiddenLayers) : [0, hiddenLayers / 2, hiddenLayers]
  }

  private var lossTable: [String] {
    var header = [isFlow ? "row" : "step", "time"] + result.ensembles.map { Self.name($0.activation) }
    if result.theory != nil { header.append("theory") }
    if own.activation == .relu { header += ["flipped", "deviation"] }
    let losses = result.ensembles.map { $0.means(of: \.trainLoss) }
    let rows = losses.map(\.count).min() ?? 0
    let (flipped, deviations) = (gates?.flipped ?? [], gates?.deviations ?? [])
    return ["train loss, means of \(own.replicas.count) networks"]
      + CurveTable.lines(header, rows: rows) { row in
        var cells = [String(own.steps[row]), NumberText.short(own.times[row])]
        cells += losses.map { NumberText.short($0[row].value) }
        if let theory = result.theory {
          cells.append(row < theory.curve.trainLoss.count ? NumberText.short(theory.curve.trainLoss[row]) : "-")
        }
        if row < flipped.count { cells += [NumberText.brief(flipped[row]), NumberText.brief(deviations[row])] }
        return cells
      }
  }

  private var growthTable: [String] {
    var header = [isFlow ? "row" : "step", "time"]
    var columns: [[Double]] = []
    for ensemble in result.ensembles where ensemble.activation != .frozenGates {
      for layer in shownLayers {
        header.append((own.activation == .relu ? Self.name(ensemble.activation) + " " : "") + "W\(layer)")
        columns.append(ensemble.means { $0.growth(layer) }.map(\.value))
      }
    }
    if let theory = result.theory {
      for layer in shownLayers {
        header.append("theory W\(layer)")
        columns.append(theory.layers[layer])
      }
    }
    let rows = columns.map(\.count).min() ?? 0
    return ["growth of |W|^2 for each neuron, by layers from the input"]
      + CurveTable.lines(header, rows: rows) { row in
        [String(own.steps[row]), NumberText.short(own.times[row])] + columns.map { NumberText.short($0[row]) }
      }
  }

  /// Networks that diverged.
  var divergences: [String] {
    result.ensembles.compactMap { ensemble in
      ensemble.firstDivergence.map {
        "\(Self.name(ensemble.activation)): diverged at step \($0); the curves end before it"
      }
    }
  }

  /// What more there is to say, one sentence a line.
  var remarks: [String] {
    var lines = divergences
    if result.theory == nil, own.activation == .linear {
      lines.append(
        "no theory beside it: \(result.theoryReason ?? "the start is balanced, or the samples are whitened")")
    }
    // Of a run that diverged neither phases nor drift mean anything.
    guard own.firstDivergence == nil else { return lines }
    lines += phases.map { Self.words($0.name, $0.phases) } + modeLines + growthLines + driftLines
    return lines + (gates?.lines ?? [])
  }

  private static func words(_ name: String, _ phases: GrowthPhases) -> String {
    let number = NumberText.brief
    guard phases.hasLearned else {
      return
        "phases, \(name): the run ends on its plateau, the loss fell by \(number(100 * phases.fall)) % only; make it longer"
    }
    let rate = phases.relaxationRate.map { " at rate \(number($0))" } ?? ""
    return "phases, \(name): "
      + (phases.hasPlateau
        ? "plateau to t = \(number(phases.plateauEnd)), "
        : "no plateau, a tenth is learned at t = \(number(phases.plateauEnd)), ")
      + "half at \(number(phases.halfTime)), transition to \(number(phases.transitionEnd)), then relaxation\(rate)"
      + (phases.isFinished ? "" : "; the loss still falls at the end, so these are the phases of this stretch only")
  }

  /// What equation (12.8) predicts where each network is one mode, until half of the way of (12.10) is gone; the mean over the networks.
  var predicted: (half: Double, plateau: Double, relaxation: Double)? {
    let halves = result.modes.compactMap { try? $0.time(to: ($0.start + $0.target) / 2) }
    guard !halves.isEmpty, halves.count == result.modes.count else { return nil }
    let count = Double(halves.count)
    return (
      halves.reduce(0, +) / count, result.modes.reduce(0) { $0 + $1.plateauTime } / count,
      result.modes.reduce(0) { $0 + $1.relaxationRate } / count
    )
  }

  private var modeLines: [String] {
    guard let predicted else { return [] }
    let number = NumberText.brief
    return [
      "predicted for one balanced mode: half at t = \(number(predicted.half)) (leading term \(number(predicted.plateau))), "
        + "relaxation at rate \(number(predicted.relaxation))"
    ]
  }

  private var growthLines: [String] {
    let spreads = result.ensembles.filter { $0.activation != .frozenGates }.compactMap { ensemble in
      ensemble.spread(rates: problem.layerRates).map {
        "\(Self.name(ensemble.activation)) \(NumberText.brief(100 * $0)) %"
      }
    }
    guard !spreads.isEmpty else { return [] }
    let isEven = Set(problem.layerRates).count == 1
    return [
      "growth of the layers\(isEven ? "" : " over their rates"): differs at the end by "
        + spreads.joined(separator: ", ")
        + (isFlow ? "" : " (by nothing under flow; steps make it differ by O(rate), momentum by more)")
    ]
  }

  /// Drifts below this are rounding.
  private static let rounding = 1e-12

  private var driftLines: [String] {
    result.ensembles.filter { $0.firstDivergence == nil }.map { ensemble in
      let refined = refined(ensemble.activation)
      let (whole, diagonal) = Self.drift(ensemble.replicas[0])
      func words(_ drift: Double, _ finer: Double?) -> String {
        guard drift > Self.rounding else { return "none beyond rounding" }
        let comparison = finer.map {
          ", at a quarter of the rate \(NumberText.brief($0)) (a factor of \(NumberText.brief(drift / $0)))"
        }
        return NumberText.brief(drift) + (comparison ?? "")
      }
      let finer = refined.map(Self.drift)
      return "conserved matrices, \(Self.name(ensemble.activation)): drift \(words(whole, finer?.whole)); "
        + "diagonals \(words(diagonal, finer?.diagonal))"
    }
  }

  /// The first network of an activation at a quarter of the rate.
  func refined(_ activation: Activation) -> LayerHistory? {
    let place = result.ensembles.filter { $0.activation != .frozenGates }.firstIndex { $0.activation == activation }
    return place.flatMap { $0 < result.refined.count ? result.refined[$0] : nil }
  }

  /// Largest drift along a history.
  static func drift(_ history: LayerHistory) -> (whole: Double, diagonal: Double) {
    (history.moments.map(\.drift).max() ?? 0, history.moments.map(\.diagonalDrift).max() ?? 0)
  }
}
