import DeepLinear
import MeanField
import Records

/// A solution in the forms that leave the program: remarks, JSON, run folder.
struct SolveReport {
  let configuration: Configuration
  let solution: Solution
  let stableRate: StableRate?
  let seconds: Double
  let cost: Cost
  /// The exact limits beside it, where they were asked for.
  var limits: LimitsTable?

  private var rows: [Int] { solution.reportedRows }

  /// The rows that `training.rows` asks for.
  var reportedCurve: LearningCurve { solution.curve.rows(rows) }

  private var status: String {
    switch solution.outcome {
    case .completed: "completed"
    case .diverged: "diverged"
    case .unsettled: "unsettled"
    }
  }

  /// What more there is to say, one sentence a line.
  var remarks: [String] {
    var lines: [String] = []
    if case .unsettled(let step) = solution.outcome, let panels = solution.panels, panels.isOutOfPoints {
      lines.append("more than \(panels.points) time points are needed at step \(step); the curve ends before it")
    } else if case .unsettled(let step) = solution.outcome {
      lines.append("the equations did not settle at step \(step); the curve ends before it")
    }
    if case .diverged(let step) = solution.outcome {
      lines.append("diverged at step \(step); \(stableRateText)")
    }
    if solution.compression.isCompressed, let error = solution.compression.measuredError {
      lines.append(
        "spectrum: \(solution.compression.fluctuationMasses) masses for initial predictor and noise, "
          + "\(solution.compression.signalMasses) for the target, in place of "
          + "\(solution.compression.eigenvalues); measured error \(NumberText.brief(error))")
    }
    if let panels = solution.panels { lines.append(PanelText.line(panels, solution.problem)) }
    if case .panels = solution.problem.time.kind, solution.panels == nil {
      lines.append("steps were made one by one: rate times eigenvalue times kernel is above 1, so that modes alternate")
    }
    if let scaling = solution.scaling { lines += ScalingText.lines(scaling) }
    if let depth = solution.depth { lines.append(PanelText.line(depth, isSwept: solution.panels == nil)) }
    return lines
  }

  private var stableRateText: String {
    stableRate.map(StableRateText.words) ?? "largest stable rate not searched"
  }

  /// A rate to try next: half the stable one after a divergence, twice this one after a run that was kept.
  ///
  /// - Parameter isKept: whether the curve went to a run folder.
  /// - Returns: a rate as text, nil where none suggests itself.
  func suggestedRate(isKept: Bool) -> String? {
    if case .diverged = solution.outcome {
      guard let rate = stableRate?.learningRate, rate > 0, rate.isFinite else { return nil }
      return NumberText.brief(rate / 2)
    }
    return isKept && !solution.problem.time.isFlow ? NumberText.short(2 * solution.problem.optimizer.learningRate) : nil
  }

  /// Why that rate.
  var suggestionReason: String {
    if case .diverged = solution.outcome { return "half the largest stable rate" }
    return "twice the rate"
  }

  /// The result of `--json`.
  var json: JSONValue {
    let curve = reportedCurve
    var members: [String: JSONValue] = [
      "version": .text(DMFT.version), "command": .text("solve"), "status": .text(status),
      "configuration": configuration.json, "hash": .text(configuration.hash),
      "step": .list(curve.steps.map { .integer($0) }), "time": JSONValue(curve.times),
      "test_loss": JSONValue(curve.testLoss), "train_loss": JSONValue(curve.trainLoss),
    ]
    for (key, value) in details { members[key] = value }
    if let limits { members["limits"] = limits.json }
    return .object(members)
  }

  /// What manifest and JSON say beside the curve.
  private var details: [String: JSONValue] {
    var members: [String: JSONValue] = [
      "residual": .number(solution.residual),
      "cost": CostText.json(cost), "compression": CostText.json(solution.compression),
    ]
    if let panels = solution.panels { members["panels"] = PanelText.json(panels) }
    if let scaling = solution.scaling { members["scaling"] = ScalingText.json(scaling) }
    if let depth = solution.depth {
      members["depth"] = .object([
        "tau": JSONValue(depth.places), "error": .number(depth.error), "sweeps": .number(depth.sweeps),
      ])
    }
    if case .diverged(let step) = solution.outcome {
      members["diverged_at_step"] = .integer(step)
      members["largest_stable_rate"] = StableRateText.json(stableRate)
    }
    return members
  }

  /// What the run folder holds.
  func record(arrays: Bool) -> RunRecord {
    var record = RunRecord(
      version: DMFT.version, status: status, outcome: remarks.first, curve: reportedCurve,
      curveColumns: solution.scaling.map(ScalingText.columns) ?? [], layers: layers, arrays: arrays ? matrices : [],
      timings: ["solve": seconds],
      residual: solution.residual,
      blas: .running,
      extra: details)
    record.problem = ProblemText.clauses(configuration.problem)
    record.findings = [ending].compactMap { $0 } + remarks + (limits?.standings ?? [])
    record.extra["limits"] = limits?.json
    return record
  }

  /// The losses at the end of a whole curve.
  private var ending: String? {
    let curve = reportedCurve
    guard case .completed = solution.outcome, let test = curve.testLoss.last, let train = curve.trainLoss.last,
      let start = curve.testLoss.first, let time = curve.times.last
    else { return nil }
    let end = solution.problem.time.isFlow ? "at t = \(NumberText.brief(time))" : "after \(curve.steps.last ?? 0) steps"
    return
      "test loss \(NumberText.short(test)), train loss \(NumberText.short(train)) \(end), from \(NumberText.short(start))"
  }

  private var layers: LayerTable {
    let parameters = solution.orderParameters
    let forward = (0...parameters.hiddenLayers).map { solution.rows(of: parameters.forwardStrength($0)) }
    let backward = (1...parameters.hiddenLayers).map { solution.rows(of: parameters.backwardStrength($0)) }
    return LayerTable(
      rows: rows.flatMap { row in
        (0...parameters.hiddenLayers).map { layer in
          LayerTable.Row(
            step: solution.curve.steps[row], layer: parameters.label(layer), forward: forward[layer][row],
            backward: layer == 0 ? nil : backward[layer - 1][row])
        }
      })
  }

  private var matrices: [NamedArray] {
    let times = solution.orderParameters.times
    return [NamedArray(name: "time", shape: [times.count]) { times }]
      + TheoryArrays.correlations(solution.orderParameters) + TheoryArrays.responses(solution.orderParameters)
  }

}
