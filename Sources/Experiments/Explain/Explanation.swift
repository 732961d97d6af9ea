import Configurations
import JSON
import MeanField
import Problems
import Reports

/// What a problem means for a network and for the solver: every value, the layers of the finite network, the cost, the
/// stable rates.
public struct Explanation: Sendable {
  /// Keys that are shown: all but those of single studies.
  public static let keys = KeySelection(["network", "data", "training", "simulation", "validation", "transfer"])

  /// What is explained.
  public let problem: TrainingProblem
  /// Every value with its origin; empty for a problem without a configuration.
  public let values: [ResolvedValue]
  /// Memory and time of a solve.
  public let cost: Cost
  /// How the spectrum is compressed.
  public let compression: Compression
  /// The catapult window, with the largest stable rate at its end; nil where its search would have taken too long and was not asked for,
  /// and under flow.
  public let window: CatapultWindow?
  /// The catapult window behind warm-ups of several lengths; nil where the schedule has none and it was not asked for, where its search
  /// would have taken too long, and under flow.
  public let warmup: WarmupStability?
  /// The largest eigenvalue of the Gauss-Newton matrix before the first step; nil where it was not asked for, and where it is not derived.
  public let sharpness: Sharpness?

  /// - Parameters:
  ///   - problem: what is explained.
  ///   - values: every value with its origin.
  ///   - searches: whether the stable rates are searched even where that takes long, up to a minute.
  ///   - notice: receives why there is no window.
  ///   - progress: receives the share of the searches that is done.
  /// - Throws: what the solver refuses.
  public init(
    _ problem: TrainingProblem, values: [ResolvedValue] = [], searches: Bool = false,
    notice: (String) -> Void = { _ in }, progress: @escaping (Double) -> Void = { _ in }
  ) throws(ExperimentFailure) {
    let solver = try Solver.prepared(problem.ofTheory)
    self.problem = problem
    self.values = values
    cost = solver.cost
    compression = solver.compression
    let share = 1 / (1 + Double(WarmupStability.searches(solver.problem, isAsked: searches)))
    window = try StabilitySearch(explaining: solver, isAsked: searches, notice)?.catapultWindow { progress(share * $0) }
    warmup = try WarmupStability(solver.problem, isAsked: searches, notice) { progress(share + (1 - share) * $0) }
    sharpness = searches ? try Self.sharpness(solver.problem) : nil
  }

  /// At the first row of a curve, whatever its length.
  private static func sharpness(_ problem: TrainingProblem) throws(ExperimentFailure) -> Sharpness? {
    guard Solver.refusalsOfSharpness(problem).isEmpty else { return nil }
    var first = problem
    first.time = TimeGrid(.discrete(steps: 1))
    return try Solver.prepared(first).solve().sharpness(steps: [0]).first
  }

  /// The finite network that the numbers of the layers are for: ratios rounded to whole sizes.
  public var network: TrainingProblem { problem.ofNetworks.withWholeSizes() }

  /// All of it.
  public var report: Report {
    var report = Report(
      title: "What is computed",
      lead: "Every value with its origin, and its meaning for a network and for the solver.",
      problem: ProblemText.clauses(problem))
    report.tables = [valueTable, quantityTable, layerTable, warmup?.table].compactMap { $0 }
    report.findings = findings
    report.details = details
    return report
  }
}

extension Explanation {
  /// Values beyond this length are truncated in printed tables; the JSON has them in full.
  private static let longest = 40

  private var valueTable: Table {
    let texts = values.map { $0.text.count > Self.longest ? $0.text.prefix(Self.longest - 3) + "..." : $0.text }
    return Table(
      nil, shown: .all,
      [
        Column("key", texts: values.map { $0.key }), Column("value", texts: texts),
        Column("origin", texts: values.map { "\($0.origin)" + ($0.isUsed ? "" : "  (no effect here)") }),
      ])
  }

  private var quantityTable: Table {
    // With scale top the equations take N and P themselves for the ratios.
    let over = problem.data.isTraceClass ? "" : "/D"
    let isLast = problem.architecture.widthProfile != nil
    var rows: [(name: String, value: Double, meaning: String)] = [
      ("width", problem.widthRatio, "N\(over) in the equations" + (isLast ? ", of the last hidden layer" : ""))
    ]
    if let ratio = problem.sampleRatio { rows.append(("samples", ratio, "P\(over) in the equations")) }
    rows.append(("richness", problem.effectiveRichness, "in the equations"))
    if case .measured(let data) = problem.data.spectrum {
      let rest = data.eigenvalues.count < data.columns ? "; the rest are constant or follow from others" : ""
      rows += [
        ("input factor", data.inputFactor, "on the prepared inputs; makes the mean eigenvalue 1")
      ]
      rows +=
        data.outputs.map(Self.rows) ?? [
          ("target shift", data.targetShift, "target = (raw - shift) / scale"), ("target scale", data.targetScale, ""),
        ]
      rows += [
        ("input dimensions", Double(data.eigenvalues.count), "of \(data.columns) columns\(rest)"),
        ("largest eigenvalue", data.eigenvalues.first ?? 0, "where their mean is 1"),
      ]
    }
    return Table(
      nil, shown: .all,
      [
        Column("quantity", texts: rows.map { $0.name }),
        // JSON has no infinity; printed text shows it.
        Column("value", texts: rows.map { NumberText.short($0.value) }),
        Column("meaning", texts: rows.map { $0.meaning }),
      ])
  }

  /// What several targets were shifted and divided by; of classes one number divides all.
  private static func rows(_ outputs: MeasuredOutputs) -> [(name: String, value: Double, meaning: String)] {
    let count = outputs.names.count
    var rows: [(name: String, value: Double, meaning: String)] = [
      ("outputs", Double(count), outputs.areClasses ? "one for each class" : "one for each target column")
    ]
    if outputs.areClasses {
      rows.append(
        ("target scale", outputs.scales[0], "target = (1 in the class, 0 elsewhere, minus its frequency) / scale"))
    }
    for (index, name) in outputs.names.enumerated() {
      rows.append(
        (
          "shift of \(name)", outputs.shifts[index],
          outputs.areClasses ? "its frequency" : "target = (raw - shift) / scale"
        ))
      if !outputs.areClasses { rows.append(("scale of \(name)", outputs.scales[index], "")) }
    }
    return rows
  }

  /// What an outside program needs to build the layers; nil at infinite width or depth.
  private var layerTable: Table? {
    guard let layers = network.layerRecipes else { return nil }
    func power(_ name: String, _ heading: String, _ exponent: (LayerRecipe.Exponents) -> Double) -> Column {
      Column(name, heading: heading, layers.map { exponent($0.exponents) })
    }
    let rate = problem.gradientRule?.isNormalized == true ? "step" : "SGD"
    let objective =
      problem.lossRule?.objective ?? (problem.data.outputs == nil ? "MSE/2" : "(sum of the outputs' MSE)/2")
    return Table(
      nil,
      note: rate == "SGD"
        ? "(init: deviation of the initial weights; multiplier: on W x in the forward pass; SGD rate and decay: for\n"
          + " torch.optim.SGD with the objective \(objective); ~ N^, ~ L^: powers of width and depth at fixed input dimension)"
        : "(init: deviation of the initial weights; multiplier: on W x in the forward pass; step rate: the lr of steps of given\n"
          + " length; decay: W <- (1 - lr decay) W; init*, lr*: the same network without multipliers; ~ N^, ~ L^: powers of width\n"
          + " and depth at fixed input dimension)",
      shown: .all,
      [
        Column("layer", integers: layers.map { $0.index }), Column("role", texts: layers.map { $0.role }),
        Column("init_deviation", heading: "init", layers.map { $0.initialDeviation }),
        power("init_width_exponent", "~ N^", \.deviationWidth),
        Column("multiplier", "on W x in the forward pass", layers.map { $0.multiplier }),
        power("multiplier_width_exponent", "~ N^", \.multiplierWidth),
        Column(
          "multiplier_depth_exponent", heading: "~ L^", isShown: problem.architecture.isResidual,
          layers.map { $0.exponents.multiplierDepth }),
        Column("sgd_rate", heading: "\(rate) rate", layers.map { $0.plainRate }),
        power("rate_width_exponent", "~ N^", \.rateWidth),
        Column("sgd_weight_decay", heading: "\(rate) decay", layers.map { $0.plainWeightDecay }),
      ] + unscaledColumns(layers))
  }

  /// The same layers without forward multipliers, for optimisers whose steps have a given length.
  private func unscaledColumns(_ layers: [LayerRecipe]) -> [Column] {
    guard layers.allSatisfy({ $0.unscaled != nil }) else { return [] }
    return [
      Column(
        "unscaled_init_deviation", "without multiplier", heading: "init*", layers.map { $0.unscaled?.initialDeviation }),
      Column("unscaled_rate", "without multiplier", heading: "lr*", layers.map { $0.unscaled?.rate }),
    ]
  }

  private var findings: [String] {
    var lines: [String] = []
    if network.layerRecipes == nil {
      lines.append("no finite network: layers have no plain SGD rate at infinite width or depth")
    }
    if let warning = ProblemText.depthWarning(problem) { lines.append(warning) }
    lines += GradientText.pyTorch(network)
    lines.append("cost: \(NumberText.bytes(cost.bytes)), \(Estimate.time(cost.seconds, isLeast: cost.isLeast))")
    if compression.isCompressed {
      lines.append(
        "spectrum: \(compression.eigenvalues) points compressed to \(compression.fluctuationMasses)"
          + " masses (initial predictor, noise) and \(compression.signalMasses) (target)")
    }
    if problem.gradientRule?.isNormalized == true {
      lines.append(
        "no largest stable rate: steps of given length oscillate about a minimum, and do not diverge from it")
    }
    if let window {
      if problem.gradientRule != nil { lines.append("without clipping, as gradients near a minimum are not clipped:") }
      lines.append(
        "\(window.end.words) over \(window.end.steps) steps (training.learningRate is "
          + "\(NumberText.short(problem.optimizer.learningRate)))")
      lines += window.sentences
    }
    if let sharpness { lines.append(sharpness.startFinding(problem.optimizer)) }
    if let warmup { lines.append(warmup.finding) }
    return lines
  }

  /// The layers as the JSON has them: an object each.
  var layers: JSONValue { layerTable?.rows ?? .null }
}
