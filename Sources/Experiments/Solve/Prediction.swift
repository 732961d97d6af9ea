import JSON
import MeanField
import Problems
import Reports

/// The prediction for one problem: the reported rows of its curve, order parameters, and its accuracy.
public struct Prediction: Codable, Sendable {
  /// What was solved.
  public let problem: TrainingProblem
  /// Losses at the reported rows, in units of the target's variance.
  public let curve: LearningCurve
  /// How the run ended.
  public let outcome: Outcome
  /// Order parameters of every layer at the reported rows.
  public let layers: LayerStrengths
  /// Gradients and rates at the reported rows, under an optimiser that reads the gradient; nil for others.
  public let gradients: GradientCurves?
  /// What `gradients` says of the run, found on all its rows.
  let gradientFindings: [String]?
  /// The step at which the gradient turns, under steps of given length; nil without.
  let judgedEnd: Int?
  /// The outputs one by one; nil where there is one.
  public let outputs: PredictedOutputs?
  /// Largest violation of the balance of layers, equation (6.7), relative.
  public let residual: Double
  /// How the spectrum was compressed.
  public let compression: Compression
  /// How continuous or compressed time was resolved; nil for single steps.
  public let panels: PanelReport?
  /// How an infinite depth was resolved; nil for a finite one.
  public let depth: DepthReport?
  /// Exponents of power-law data under flow.
  public let scaling: PowerLawScaling?
  /// The lazy limit of infinite width; nil for networks whose features move.
  public let wide: WideLimit.Report?
  /// How well sampled paths stand for a training set under a loss other than squared error; nil elsewhere.
  public let sampling: SamplingReport?
  /// Largest stable rate; looked for after a divergence.
  public var stableRate: StableRate?
  /// Exact limits to compare with, where requested.
  public var limits: [LimitComparison]?
  /// Spectra of the weights and the sharpness, where requested.
  public var spectra: PredictedSpectra?
  /// `η λ/2` at the start, where the loss rises and it is derived.
  let startShare: Double?

  /// - Parameters:
  ///   - solution: what the solver found.
  ///   - steps: the only steps that are wanted; nil for those that the problem reports.
  ///   - accuracy: where the outputs are classes of a table.
  init(_ solution: Solution, steps: Set<Int>? = nil, accuracy: PredictedAccuracy? = nil) {
    let rows =
      steps.map { steps in solution.curve.steps.indices.filter { steps.contains(solution.curve.steps[$0]) } }
      ?? solution.reportedRows
    problem = solution.problem
    curve = solution.curve.rows(rows)
    outcome = solution.outcome
    layers = LayerStrengths(solution, rows: rows)
    gradients = solution.gradients?.rows(rows)
    let end = ComparedSize.judgedEnd(solution)
    judgedEnd = end == .max ? nil : end
    gradientFindings = solution.gradients.map { GradientText.findings($0, solution.problem) }
    outputs =
      PredictedOutputs(solution, rows: rows, accuracy: accuracy) ?? PredictedOutputs(labelsOf: solution, rows: rows)
    residual = solution.residual
    compression = solution.compression
    panels = solution.panels
    depth = solution.depth
    scaling = solution.scaling
    sampling = solution.sampling
    wide = solution.wide?.report
    startShare = curve.warning(problem) == nil ? nil : solution.startShare
  }
}

extension Prediction {
  /// The frame of a report on it: problem, findings, checks, works.
  func report(title: String, lead: String) -> Report {
    var report = Report(title: title, lead: lead, problem: ProblemText.clauses(problem), status: outcome.word)
    report.findings =
      [
        sampling?.warning, ending, outcome == .completed ? curve.ownUnitsFinding(problem.data) : nil,
        outputs?.accuracyFinding(problem),
      ]
      .compactMap {
        $0
      } + (gradientFindings ?? []) + curveFindings + remarks
      + (limits ?? []).map(\.finding) + (spectra?.findings ?? [])
    report.details = details
    report.checks = checks
    report.citations = citations
    return report
  }

  /// The best step, and a warning where a loss rises above its start.
  var curveFindings: [String] {
    [
      curve.bestFinding(problem.time),
      curve.warning(problem, diverges: outcome != .completed, edgeShare: startShare),
      ProblemText.depthWarning(problem), ProblemText.outputsWarning(problem),
    ].compactMap { $0 }
  }

  /// The losses at the end of a whole curve.
  private var ending: String? {
    guard case .completed = outcome, let test = curve.testLoss.last, let train = curve.trainLoss.last,
      let start = curve.testLoss.first, let time = curve.times.last
    else { return nil }
    let end = problem.time.isFlow ? "at t = \(NumberText.brief(time))" : "after \(curve.steps.last ?? 0) steps"
    return
      "test loss \(NumberText.short(test)), train loss \(NumberText.short(train))"
      + (curve.batchLoss?.last.map { ", batch loss \(NumberText.short($0))" } ?? "")
      + " \(end), from \(NumberText.short(start))"
  }

  /// How it ended and how it was resolved, a sentence each.
  var remarks: [String] {
    var lines: [String] = []
    switch outcome {
    case .completed: break
    case .unsettled(let step) where panels?.isOutOfPoints == true:
      lines.append("more than \(panels?.points ?? 0) time points are needed at step \(step); the curve ends before it")
    case .unsettled(let step): lines.append("the equations did not settle at step \(step); the curve ends before it")
    case .diverged(let step):
      lines.append(
        "diverged at step \(step); "
          + (wide?.edgeWords ?? stableRate?.words ?? "largest stable rate not searched"))
    }
    if compression.isCompressed, let error = compression.measuredError {
      lines.append(
        "spectrum: \(compression.fluctuationMasses) masses for initial predictor and noise, "
          + "\(compression.signalMasses) for the target, in place of \(compression.eigenvalues); measured error "
          + NumberText.brief(error))
    }
    if let panels { lines.append(panels.sentence(problem)) }
    if case .panels = problem.time.kind, panels == nil {
      lines.append("steps were made one by one: rate times eigenvalue times kernel is above 1, so that modes alternate")
    }
    if let outputs, wide == nil, !outputs.names.isEmpty { lines.append(outputs.sentence) }
    lines += wide?.sentences(problem, outcome) ?? []
    return lines + (scaling?.sentences ?? [])
      + (depth.map { [$0.sentence(isSwept: panels == nil)] } ?? [])
  }

  /// Numbers in the JSON in addition to the curve.
  var details: [String: JSONValue] {
    var members: [String: JSONValue] = [
      "residual": .number(residual), "compression": compression.json, "best_step": curve.bestJSON,
      "loss_unit": .text(ProblemText.lossUnit(problem.data)), "target_variance": .number(problem.data.targetVariance),
      "own_units": curve.ownUnitsJSON(problem.data),
    ]
    members["panels"] = panels?.json
    if let wide {
      members["residual"] = nil
      members["compression"] = nil
      members["lazy"] = wide.json
    }
    members["scaling"] = scaling?.json
    members["sampling"] = sampling?.json
    if let rule = problem.lossRule {
      members["loss"] = .text(rule.loss.name)
      members["labels"] = .text(rule.labels.name)
    }
    members["depth"] = depth?.json
    members["coupling"] = outputs.flatMap { $0.names.isEmpty ? nil : $0.json }
    members["accuracy_error"] = outputs?.accuracyError.map { .number($0) }
    if case .diverged(let step) = outcome {
      members["diverged_at_step"] = .integer(step)
      members["largest_stable_rate"] = stableRate?.json ?? .null
      if let stableRate, !stableRate.isFound { members["stable_rate_at_least"] = .number(stableRate.learningRate) }
    }
    return members
  }

  /// The solver's own measures.
  var checks: [Report.Check] {
    if let wide { return wide.checks }
    var checks = [
      Report.Check(
        "balance of the layers", NumberText.brief(residual),
        "the mean of forward times backward field is one number for all layers (equation 6.7); its largest violation, "
          + "relative to the fields"), leftOut,
    ]
    if let error = compression.measuredError, compression.eigenvalues > 1 {
      checks.append(
        Report.Check(
          "spectrum of \(compression.eigenvalues) points, compressed", NumberText.brief(error),
          "error of the quadrature that stands for the spectrum, measured"))
    }
    if let sampling { checks += sampling.checks }
    if let panels {
      checks.append(
        Report.Check(
          "continuous time", NumberText.brief(panels.error),
          "largest error of a loss against a second solution with fewer nodes; requested: \(NumberText.brief(panels.tolerance))"
        ))
    }
    if let depth {
      checks.append(
        Report.Check(
          "infinite depth", NumberText.brief(depth.error),
          "estimated error of the nodes that stand for infinitely many layers"))
    }
    return checks
  }

  /// What the errors above do not count: the distance of finite networks from the limits that the theory takes.
  private var leftOut: Report.Check {
    let isInfinite = problem.widthRatio.isInfinite
    let width = isInfinite ? "D/N" : "1/N"
    guard problem.data.rows != nil else {
      let orders =
        problem.sampleRatio == nil || problem.sampling == .population ? "\(width), 1/D" : "\(width), 1/D, 1/P"
      return Report.Check(
        "left out", orders,
        "networks of finite size differ from the theory by terms of this order, which no error here counts; validate measures them"
      )
    }
    return Report.Check(
      "left out", problem.data.outputCount > 1 && !isInfinite ? "K/N" : width,
      "the rows are the very rows, so that neither D nor P need be large; networks of finite width differ from the theory by terms of "
        + "this order, which no error here counts; validate measures them")
  }

  /// Test and train loss; one line where both are one curve.
  var lossFigure: Figure? {
    guard !curve.steps.isEmpty else { return nil }
    let rows = PlottedRows(
      problem.time.isFlow ? curve.times : curve.steps.map(Double.init), isLogarithmic: problem.isOverDecades)
    let test = Figure.Series("test", .line, .blue, rows.losses(curve.testLoss))
    let series =
      curve.testLoss == curve.trainLoss
      ? [Figure.Series("test and train", .line, .blue, test.points)]
      : [test, Figure.Series("train", .dashed, .orange, rows.losses(curve.trainLoss))]
        + (curve.batchLoss.map { [Figure.Series("batch", .dotted, .green, rows.losses($0))] } ?? [])
    return .losses(
      problem,
      title: wide == nil
        ? "Predicted loss of a deep linear network"
        : "Predicted loss of a network of infinite width",
      caption:
        "Predicted without training: the \(problem.data.lossName)"
        + (problem.data.lossRule == nil ? " in units of the target's variance, noise included, on " : " on ")
        + (problem.data.rows == nil
          ? "fresh samples (test) and on the training samples (train); where every sample is fresh both are one curve."
          : "the test rows and on the training rows.")
        + (curve.batchLoss == nil ? "" : " Batch: on the batch of the step, before its update."),
      series, last: outcome == .completed ? rows.places.last : nil)
  }
}

extension DataModel {
  /// The axis of a figure of losses.
  var lossAxis: String { lossRule?.lossName ?? "\(lossName) / target's variance" }

  /// What a loss is, for axes and captions.
  var lossName: String {
    if let lossRule { return lossRule.lossName }
    return outputs.map { "sum of the mean squared errors of \($0.count) outputs" } ?? "mean squared error"
  }
}

extension Figure {
  /// A figure of losses against steps or time.
  ///
  /// - Parameters:
  ///   - problem: whose losses.
  ///   - name: of its file.
  ///   - title: what is shown.
  ///   - caption: what a reader should see.
  ///   - series: the curves.
  ///   - last: where the rows end; a curve that ends before has fallen to rounding, which the caption then says.
  /// - Returns: the figure.
  static func losses(
    _ problem: TrainingProblem, name: String = "loss", title: String, caption: String, _ series: [Series], last: Double?
  ) -> Figure {
    let end = series.compactMap { $0.points.last?.x }.min()
    let isCut = last.flatMap { last in end.map { $0 < last } } ?? false
    let cut =
      isCut ? " Below \(NumberText.brief(PlottedRows.rounding)) of its start a loss is rounding and is not drawn." : ""
    return Figure(
      name: name, title: problem.title(title), caption: caption + cut,
      horizontal: Axis(problem.rowName, isLogarithmic: problem.isOverDecades),
      vertical: .positive(problem.data.lossAxis, series.flatMap(\.points).map(\.y)),
      series: series)
  }
}
