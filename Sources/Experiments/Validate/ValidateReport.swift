import JSON
import MeanField
import Problems
import Reports
import RunStore
import Validation

extension Validate {
  /// The verdict, and theory and networks side by side.
  ///
  /// - Parameters:
  ///   - result: the comparison.
  ///   - arrays: correlations, for heat maps.
  /// - Returns: the report.
  public static func report(_ result: ValidatedTheory, arrays: (any ArraySource)?) -> Report {
    let problem = result.networks.problem
    let changes = result.changes.joined(separator: " ")
    var report = Report(
      title: "Theory against trained networks",
      lead: "The predicted loss curve compared with trained networks of finite width, and whether they agree.",
      problem: ProblemText.clauses(problem) + (changes.isEmpty ? [] : ["theory with \(changes)"]),
      status: result.verdict.rawValue)
    switch result.verdict {
    case .agrees: (report.answer, report.badge) = (.passed, Report.Badge("AGREES", .good))
    case .disagrees: (report.answer, report.badge) = (.failed, Report.Badge("DISAGREES", .bad))
    case .cannotTell: (report.answer, report.badge) = (.cannotTell, Report.Badge("CANNOT TELL", .plain))
    }
    report.findings = result.findings
    report.details = result.details
    report.checks = result.checks
    report.tables =
      [result.view, result.curves, result.networks.layers.table, result.losses.table]
      + [result.networks.outputs?.table(result.outputTheory), result.sizeTable].compactMap { $0 }
      + (result.spectra?.tables ?? [])
    report.figures =
      [
        result.lossFigure, result.networks.outputs?.accuracyFigure(problem, result.outputTheory),
        result.networks.layers.figure(problem),
      ]
      .compactMap { $0 } + (result.spectra?.figures(problem) ?? [])
      + CorrelationFigure.figures(problem, arrays)
    if arrays == nil { report.hints = [CorrelationFigure.hint] }
    report.citations =
      result.prediction.citations + Citation.of(problem) + Citation.randomNumbers + Citation.bootstrap
    return report
  }
}

extension ValidatedTheory {
  /// Printed: both sides and their difference where they were compared.
  fileprivate var view: Table {
    let steps = Set(losses.points.map(\.step)).sorted()
    func columns(_ loss: String) -> [Column] {
      let points = losses.points(loss)
      func numbers(_ value: (Agreement.Point) -> Double) -> [Double?] { steps.map { points[$0].map(value) } }
      return [
        Column(loss, "\(loss) loss of the networks", numbers(\.measured)),
        Column(
          loss + "_median", "a median, where rare networks dominate the mean", heading: "m",
          texts: steps.map { points[$0]?.isMedian == true ? "m" : nil }),
        Column(loss + "_theory", heading: "theory", numbers(\.theory)),
        Column(
          loss + "_z", "difference in standard errors", heading: "z",
          numbers { $0.halfWidth.isFinite ? $0.score : .nan }),
      ]
    }
    return Table(
      nil,
      note:
        "(train, test: of the networks\(startsArePaired ? ", less what their starts change" : ""), "
        + "\(ProblemText.lossUnit(networks.problem.data)); z: difference in standard errors)",
      [Column("step", integers: steps)] + columns("train") + columns("test")
        + (prediction.curve.batchLoss == nil ? [] : columns("batch")))
  }

  /// `curves.csv`: means of the networks, with the theory and z where it was compared.
  fileprivate var curves: Table {
    func theory(_ losses: [Double]) -> [Double?] {
      let known = Dictionary(zip(prediction.curve.steps, losses)) { first, _ in first }
      return networks.steps.map { known[$0] }
    }
    func scores(_ loss: String) -> [Double?] {
      let points = losses.points(loss)
      return networks.steps.map { points[$0]?.score }
    }
    return Table(
      "curves", shown: nil,
      networks.columns + [
        Column("test_loss_theory", "the theory", theory(prediction.curve.testLoss)),
        Column("train_loss_theory", "the theory", theory(prediction.curve.trainLoss)),
        Column("test_loss_z", "difference in standard errors", scores("test")),
        Column("train_loss_z", "difference in standard errors", scores("train")),
      ] + networks.batchColumns
        + (prediction.curve.batchLoss.map { loss in
          [
            Column("batch_loss_theory", "the theory", theory(loss)),
            Column("batch_loss_z", "difference in standard errors", scores("batch")),
          ]
        } ?? []) + (networks.outputs?.columns(outputTheory) ?? []) + networks.curve.rSquared(networks.problem.data))
  }

  /// Bias against size; nil for a single one.
  fileprivate var sizeTable: Table? {
    guard let limit else { return nil }
    let place = limit.worst
    func bias(_ losses: Agreement) -> Double? {
      losses.points.first { $0.name == place?.name && $0.step == place?.step }?.bias
    }
    let words = place.map { " at step \($0.step) (\($0.name))" } ?? ""
    return Table(
      "sizes", title: "Bias\(words)", note: "(The tables above are of D = \(sizes[sizes.count - 1].dimension).)",
      shown: .all,
      [
        Column("dimension", heading: "D", integers: sizes.map(\.dimension)),
        Column("bias", "networks over theory, minus one", sizes.map { bias($0.losses) }),
        Column("worst_bias", "where each size decides", heading: "worst bias", sizes.map { $0.losses.worst?.bias }),
        Column("verdict", texts: sizes.map(\.losses.verdict.rawValue)),
      ])
  }

  /// Whether both agree, and what that is worth.
  fileprivate var checks: [Report.Check] {
    var checks = [
      Report.Check(
        "theory against \(losses.replicas) networks", losses.verdict.rawValue,
        "whether the difference is shown to be within \(NumberText.percent(losses.tolerance)) at every step of either loss, or "
          + "beyond at some, at \(NumberText.percent(Agreement.confidence)) confidence for all together (bootstrap over whole "
          + "curves)")
    ]
    if let limit {
      checks.append(
        Report.Check(
          "their limit of infinite size", limit.verdict.rawValue,
          "the same for what is left when the bias is extrapolated"))
    }
    checks += [
      Report.Check(
        "any difference at all", "p = \(NumberText.brief(losses.pValue))",
        "small where finite networks differ from their limit, as they must in the end"),
      Report.Check(
        "width of the band", "+-\(NumberText.percent(losses.largestHalfWidth))",
        "half the width of the band at its widest, relative to the theory"),
    ]
    return prediction.checks + checks + (spectra?.checks ?? [])
  }

  /// Numbers in the JSON in addition to the tables.
  fileprivate var details: [String: JSONValue] {
    var members: [String: JSONValue] = [
      "verdict": .text(verdictLine), "networks_verdict": .text(losses.verdict.rawValue),
      "tolerance": .number(losses.tolerance), "wanted_replicas": wantedReplicas.map { .integer($0) } ?? .null,
      "confidence": .number(Agreement.confidence), "critical_value": .number(losses.criticalValue),
      "p_value": .number(losses.pValue), "largest_half_width": .number(losses.largestHalfWidth),
      "median_points": .integer(losses.medians), "points": .integer(losses.points.count),
      "theory_overrides": .list(changes.map { .text($0) }),
      "input_dimension": .integer(sizes[sizes.count - 1].dimension),
    ]
    if let outputs { members["accuracy"] = outputs.json }
    if let worst = losses.worst {
      members["worst"] = .object([
        "curve": .text(worst.name), "step": .integer(worst.step), "bias": .number(worst.bias),
        "z": .number(worst.score), "excess": .number(worst.excess),
      ])
    }
    if let limit {
      members["limit"] = .object([
        "verdict": .text(limit.verdict.rawValue), "p_value": .number(limit.pValue),
        "worst_difference": .number(limit.worst?.difference ?? .nan),
        "worst_standard_error": .number(limit.worst?.standardError ?? .nan),
      ])
    }
    return members.merging(networks.details) { $1 }.merging(prediction.details) { $1 }
  }

  /// Networks with the band that holds at all steps together, and the theory.
  fileprivate var lossFigure: Figure? {
    let problem = networks.problem
    func series(_ loss: String, _ color: Figure.Color, _ style: Figure.Style) -> [Figure.Series] {
      let points = losses.points.filter { $0.loss == loss }
      let rows = PlottedRows(points.map { Double($0.step) }, isLogarithmic: problem.isOverDecades)
      let measured = rows.losses(points.map(\.measured), halfWidths: points.map(\.halfWidth))
      guard !measured.isEmpty else { return [] }
      return [
        Figure.Series("", .band, color, measured), Figure.Series("\(loss), networks", .line, color, measured),
        Figure.Series("\(loss), theory", style, .black, rows.losses(points.map(\.theory))),
      ]
    }
    let all = series("test", .blue, .dashed) + series("train", .orange, .dotted) + series("batch", .green, .dashed)
    let medians =
      losses.medians == 0
      ? ""
      : " At \(losses.medians) of \(losses.points.count) points rare networks dominate the mean, and the median stands in its "
        + "place."
    return all.isEmpty
      ? nil
      : .losses(
        problem, title: "Theory and \(networks.networks) trained networks",
        caption:
          "Lines: means of the networks. Bands: where the mean of such networks lies at all steps together, with 99 % "
          + "confidence. Black: the theory, dashed for the test loss, dotted for the train loss"
          + (prediction.curve.batchLoss == nil ? "." : ", dashed again for the loss of batches.") + medians, all,
        last: nil)
  }
}

extension Agreement {
  /// Points of one loss by their steps.
  fileprivate func points(_ loss: String) -> [Int: Point] {
    Dictionary(points.filter { $0.loss == loss }.map { ($0.step, $0) }) { first, _ in first }
  }

  /// `agreement.csv`: every point as it was compared, with the band that holds at all of them together.
  fileprivate var table: Table {
    Table(
      "agreement", shown: nil,
      [
        Column("curve", texts: points.map(\.loss)), Column("step", integers: points.map(\.step)),
        Column("measured", "mean or median of the networks", points.map(\.measured)),
        Column("theory", "predicted by the theory", points.map(\.theory)),
        Column("standard_error", "of the networks", points.map(\.standardError)),
        Column("band", "half the width of the simultaneous band", points.map(\.halfWidth)),
        Column("is_median", integers: points.map { $0.isMedian ? 1 : 0 }),
        Column("z", "difference in standard errors", points.map(\.score)),
        Column("excess", "relative difference that is certain", points.map(\.excess)),
      ])
  }
}

extension Agreement.Point {
  /// `test` or `train`.
  fileprivate var loss: String { name.split(separator: " ").first.map(String.init) ?? name }
}
