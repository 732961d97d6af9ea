import JSON
import Problems
import Reports

extension Forecasted {
  /// Bands and theory side by side.
  var report: Report {
    var report = Report(
      title: "The band of one network",
      lead:
        "Where the loss of a single network will lie, with a start and data of its own, and the theory, which is the mean of many large ones.",
      problem: ProblemText.clauses(problem), status: "completed")
    report.findings =
      findings
      + [
        prediction.curve.warning(problem), ProblemText.depthWarning(problem), ProblemText.outputsWarning(problem),
      ].compactMap { $0 }
    report.details = details
    report.checks = prediction.checks
    report.tables = [view, curves]
    report.figures = [figure].compactMap { $0 }
    report.citations = prediction.citations + Citation.of(problem) + Citation.randomNumbers
    return report
  }

  private var share: String { NumberText.percent(level) }

  /// The band at the end first, then what it rests on.
  private var findings: [String] {
    [endLine, wholeLine, biasLine, sourceLine, log?.sentence(share)].compactMap { $0 }
  }

  private func range(_ loss: Loss, _ low: [Double?], _ high: [Double?]) -> String? {
    guard let low = low.last ?? nil, let high = high.last ?? nil else { return nil }
    return "\(loss.name) loss "
      + (high.isFinite
        ? "from \(NumberText.short(low)) to \(NumberText.short(high))"
        : "from \(NumberText.short(low)) up: it may diverge")
  }

  private var endLine: String? {
    let words = losses.compactMap { range($0, $0.low, $0.high) }
    guard let step = steps.last, !words.isEmpty else {
      return "no band at the last step: smaller networks lie too far from their theory there; use a larger --budget"
    }
    return "one network ends in \(share) of cases with a " + words.joined(separator: ", a ") + " after \(step) steps"
  }

  private var wholeLine: String? {
    let words = losses.compactMap { range($0, $0.jointLow, $0.jointHigh) }
    return words.isEmpty
      ? nil
      : "its whole curve stays in \(share) of cases within the band of all steps (curves.csv), which ends with a "
        + words.joined(separator: ", a ")
  }

  /// How far the middle is from the theory, of order 1/D.
  private var biasLine: String? {
    let words = losses.compactMap { loss -> String? in
      guard let center = loss.center.last ?? nil, let theory = loss.theory.last, center.isFinite else { return nil }
      return "\(loss.name) \(NumberText.signedPercent(center / theory - 1))"
    }
    return words.isEmpty
      ? nil : "middle of the band beside the \(prediction.problem.theoryName): " + words.joined(separator: ", ")
  }

  private var sourceLine: String {
    let size = "D = \(problem.data.inputDimension)"
    let words =
      scale == 1
      ? "from \(networks) trained networks of this size"
      : "from \(networks) networks \(scale) times smaller and the theory of both (\(size) takes longer than the budget)"
    return words + (diverged > 0 ? ", \(diverged) of which diverged" : "")
      + "; assumes start and data drawn as theirs, independently"
  }

  private var details: [String: JSONValue] {
    [
      "networks": .integer(networks), "diverged_replicas": .integer(diverged), "scale": .integer(scale),
      "level": .number(level), "loss_unit": .text(ProblemText.lossUnit(problem.data)),
      "log": log.map { log in
        .object([
          "last_step": .integer(log.step), "stays_within": .flag(log.outside == nil),
          "first_outside": log.outside.map { .integer($0.step) } ?? .null,
        ])
      } ?? .null,
    ]
  }

  /// Printed: the band at each step alone.
  private var view: Table {
    Table(
      nil,
      note:
        "(low, high: \(share) of single networks lie between, at each step alone; \(ProblemText.lossUnit(problem.data)))",
      [Column("step", integers: steps)]
        + losses.flatMap { loss in
          [
            Column(loss.name, "\(loss.name) loss of the theory", heading: "\(loss.name) theory", loss.theory),
            Column("\(loss.name)_low", "lower end", heading: "low", loss.low),
            Column("\(loss.name)_high", "upper end", heading: "high", loss.high),
          ]
        })
  }

  /// `curves.csv`: the theory with both bands.
  private var curves: Table {
    Table(
      "curves", shown: nil,
      [
        Column("step", integers: steps), Column("time", "sum of the learning rates", times),
      ] + losses.map { Column("\($0.name)_loss", "the theory", $0.theory) }
        + losses.flatMap { loss in
          [
            Column("\(loss.name)_center", "expected of one network, a geometric mean", loss.center),
            Column("\(loss.name)_low", "lower end at this step alone", loss.low),
            Column("\(loss.name)_high", "upper end at this step alone", loss.high),
            Column("\(loss.name)_joint_low", "lower end for all steps of both losses together", loss.jointLow),
            Column("\(loss.name)_joint_high", "upper end for all steps together", loss.jointHigh),
          ]
        })
  }

  private var figure: Figure? {
    let rows = PlottedRows(steps.map(Double.init), isLogarithmic: problem.isOverDecades)
    func series(_ loss: Loss, _ color: Figure.Color, _ style: Figure.Style) -> [Figure.Series] {
      func ends(_ low: [Double?], _ high: [Double?]) -> [Figure.Point] {
        let pairs = zip(low, high).map { low, high in (low ?? .nan, high ?? .nan) }
        return rows.losses(
          pairs.map { ($0.0 + $0.1) / 2 }, halfWidths: pairs.map { ($0.1 - $0.0) / 2 })
      }
      let band = ends(loss.low, loss.high)
      guard !band.isEmpty else { return [] }
      return [
        Figure.Series("", .band, color, ends(loss.jointLow, loss.jointHigh)), Figure.Series("", .band, color, band),
        Figure.Series("\(loss.name), middle", .line, color, rows.losses(loss.center.map { $0 ?? .nan })),
        Figure.Series("\(loss.name), theory", style, .black, rows.losses(loss.theory)),
      ]
    }
    let all = losses.enumerated().flatMap { series($1, $0 == 0 ? .blue : .orange, $0 == 0 ? .dashed : .dotted) }
    return all.isEmpty
      ? nil
      : .losses(
        problem, title: "Where one network will lie",
        caption:
          "Dark bands: \(share) of single networks at each step. Light bands: \(share) of whole curves. Black: the theory.",
        all, last: nil)
  }
}

extension Forecasted.Log {
  /// Whether the training looks like one of the networks so far.
  fileprivate func sentence(_ share: String) -> String {
    guard let outside else {
      return
        "the log stays within the band that \(share) of whole curves keep, up to its last step \(step); the bands above use what it has there"
    }
    return
      "the log leaves the band that \(share) of whole curves keep at step \(outside.step): \(outside.loss) loss "
      + "\(NumberText.short(outside.value)) where the band is from \(NumberText.short(outside.low)) to \(NumberText.short(outside.high)); "
      + "if that is no chance, it is a training of another problem, and the bands do not hold for it"
  }
}
