import JSON
import Problems
import Reports
import RunStore
import Studies
import RealModule

extension Tune {
  /// The best values first, then how exact they must be, then what each is worth.
  ///
  /// - Parameters:
  ///   - result: what was found.
  ///   - arrays: there are none.
  /// - Returns: the report.
  public static func report(_ result: TuneResult, arrays: (any ArraySource)?) -> Report {
    var report = Report(
      title: "The best values, and how exact they must be",
      lead:
        "Values of a deep linear network's training that make the predicted test loss at the end least, the range of each that loses at most "
        + "\(NumberText.percent(TuneResult.share)), and what each is worth.",
      problem: ProblemText.clauses(result.tuned), status: "completed")
    report.findings = result.findings
    report.details = result.details
    report.tables = [result.valueTable, result.choiceTable, result.scheduleTable, result.layerTable, result.sizeTable]
      .compactMap { $0 }
    report.figures = [result.scheduleFigure].compactMap { $0 }
    report.citations = Citation.theory + Citation.of(result.problem) + Citation.boundedMinimisation
    return report
  }
}

extension TuneResult {
  private var choice: Choice { choices[best] }

  /// A value with no more digits than a tenth of its range has.
  static func text(_ value: Double, _ range: Tuning.Range) -> String {
    let resolution = (range.upper - range.lower) / 10
    guard resolution > 0, resolution.isFinite, value != 0 else { return NumberText.brief(value) }
    let unit = Double.exp10(Double.log10(resolution).rounded(.down))
    let digits = Double.log10(abs(value) / unit).rounded(.up)
    guard digits >= 1 else { return NumberText.short(0) }
    return NumberText.short((value / unit).rounded() * unit)
  }

  private func named(_ index: Int) -> String {
    "\(values[index].value.name)=\(Self.text(choice.values[index], values[index].range))"
  }

  var findings: [String] {
    let schedule = choice.schedule == .given ? "" : ", schedule \(choice.schedule.name)"
    let steps = problem.time.steps ?? 0
    var lines = [
      "best: \(values.indices.map(named).joined(separator: " "))\(schedule): test loss \(NumberText.short(choice.loss)) after \(steps) steps"
        + (lossAsGiven.map { ", as configured \(NumberText.short($0)) (\(Self.more($0, choice.loss)))" }
          ?? "; as configured it diverges")
    ]
    for (index, own) in values.enumerated() {
      let (low, high) = (NumberText.brief(own.range.lower), NumberText.brief(own.range.upper))
      let worth =
        own.lossAsGiven.map {
          "; as configured, \(NumberText.brief(own.value.start)), with all others at their best: \(Self.more($0, choice.loss))"
        }
        ?? "; as configured, \(NumberText.brief(own.value.start)), it diverges"
      lines.append("\(own.value.name): \(low) to \(high) lose at most \(NumberText.percent(Self.share))\(worth)")
      lines += bound(index)
    }
    if choices.count > 1 { lines.append(scheduleFinding) }
    lines += networkFindings
    for size in sizes {
      guard let loss = size.loss else {
        lines.append("\(size.label): the tuned values diverge")
        continue
      }
      let own =
        size.own.map {
          ", its own best \(NumberText.short($0.loss)) (the tuned values lose \(Self.more(loss, $0.loss)))"
        } ?? ""
      lines.append("\(size.label): test loss \(NumberText.short(loss)) with the tuned values\(own)")
    }
    return lines
  }

  /// By how much a loss exceeds another.
  private static func more(_ loss: Double, _ least: Double) -> String {
    let excess = loss / least - 1
    return excess < 5e-5 ? "no more" : "\(NumberText.percent(excess)) more"
  }

  private func bound(_ index: Int) -> [String] {
    let (own, value) = (values[index].value, choice.values[index])
    let place = own.place(value)
    let ends = [("lower", own.lower), ("upper", own.upper)].filter { abs(own.place($0.1) - place) < 1e-3 }
    return ends.map { name, end in
      let reason = name == "lower" && own.lower == 0 ? "the least that there is" : "move it by --bounds \(own.name)=a:b"
      return "\(own.name) ends at its \(name) bound, \(NumberText.brief(end)): \(reason)"
    }
  }

  private var scheduleFinding: String {
    let sorted = choices.sorted { $0.loss < $1.loss }
    let words = sorted.map { "\($0.schedule.name) \(NumberText.short($0.loss))" }.joined(separator: ", ")
    guard let free = choices.last, free.multipliers != nil else {
      return "schedules, each at its own best values: \(words)"
    }
    return
      "schedules, each at its own best values: \(words); the best named one has \(Self.more(choice.loss, free.loss)) than the free one"
  }

  private var networkFindings: [String] {
    guard networks > 0 else { return [] }
    return choices.map { choice in
      let predicted = "predicted \(NumberText.short(choice.loss))"
      guard let trained = choice.trained else {
        return "\(choice.schedule.name): \(predicted); all \(networks) networks diverged"
      }
      let error = trained.standardError.isFinite ? " +- \(NumberText.brief(trained.standardError))" : ""
      return
        "\(choice.schedule.name): \(predicted), \(trained.replicas) networks \(NumberText.short(trained.value))\(error)"
        + (choice.diverged > 0 ? ", \(choice.diverged) diverged" : "")
    }
  }

  /// `tune.csv`.
  var valueTable: Table {
    Table(
      "tune", title: "best values:", shown: .all,
      [
        Column("key", texts: values.map(\.value.name)), Column("best", "at the least loss", choice.values),
        Column("from", "the least that loses at most 1 %, all others at their best", values.map(\.range.lower)),
        Column("to", "the largest that loses at most 1 %, all others at their best", values.map(\.range.upper)),
        Column("given", "as configured", values.map(\.value.start)),
        Column(
          "loss_as_given", "test loss with this value as configured, all others at their best",
          heading: "loss as given",
          values.map(\.lossAsGiven)),
      ])
  }

  /// Each shape of the schedule at its own best values.
  var choiceTable: Table? {
    guard choices.count > 1 || networks > 0 else { return nil }
    let own = values.indices.map { index in
      Column(values[index].value.name, "of the choice", choices.map { $0.values[index] })
    }
    let trained: [Column?] =
      networks > 0
      ? [
        Column("trained", "mean test loss of trained networks", choices.map { $0.trained?.value }),
        Column("trained_se", "its standard error", heading: "+-", choices.map { $0.trained?.standardError }),
      ] : []
    return Table(
      "choices", title: "schedules, each at its own best values:", shown: .all,
      [
        Column("schedule", texts: choices.map(\.schedule.name)),
        Column("test_loss", "predicted", heading: "test", choices.map(\.loss)),
      ]
        + trained + own)
  }

  private func factors(_ choice: Choice) -> [Double] {
    let steps = problem.time.steps ?? 0
    let schedule =
      choice.multipliers.map(Schedule.multipliers) ?? choice.schedule.schedule ?? problem.optimizer.schedule
    return (0..<steps).map { schedule.factor(step: $0, total: steps) }
  }

  /// `schedules.csv`: factors on the learning rate of each choice.
  var scheduleTable: Table? {
    guard choices.count > 1 else { return nil }
    let steps = problem.time.steps ?? 0
    let columns = choices.map { choice in
      Column(
        choice.multipliers == nil ? choice.schedule.name.replacing(" to 0", with: "") : "free",
        "factor on the learning rate", factors(choice))
    }
    return Table("schedules", shown: nil, [Column("step", integers: Array(0..<steps))] + columns)
  }

  /// What to set in PyTorch; nil where no such network exists.
  var layerTable: Table? {
    guard let recipes = tuned.layerRecipes else { return nil }
    let momentum = tuned.optimizer.momentum
    return Table(
      "layers",
      title:
        "in PyTorch (\(GradientText.pyTorchName(tuned)), one group for each layer; objective: half the mean square):",
      note:
        "(momentum=\(NumberText.brief(momentum.coefficient)), nesterov=\(momentum.isNesterov ? "True" : "False"); "
        + "init and multiplier of each layer: dmft explain)",
      shown: .all,
      [
        Column("layer", integers: recipes.map(\.index)), Column("role", texts: recipes.map(\.role)),
        Column("lr", "learning rate", recipes.map(\.plainRate)),
        Column("weight_decay", "as torch.optim.SGD counts it", recipes.map(\.plainWeightDecay)),
      ])
  }

  /// The tuned values at other sizes.
  var sizeTable: Table? {
    guard !sizes.isEmpty else { return nil }
    return Table(
      "sizes", title: "the tuned values elsewhere:", shown: .all,
      [
        Column("at", texts: sizes.map(\.label)),
        Column("test_loss", "with the tuned values", heading: "test", sizes.map(\.loss)),
        Column("own_best", "the least loss there", heading: "own best", sizes.map { $0.own?.loss }),
      ]
        + values.indices.map { index in
          Column("own \(values[index].value.name)", "best there", sizes.map { $0.own?.values[index] })
        })
  }

  /// Rates against steps.
  var scheduleFigure: Figure? {
    guard choices.count > 1 else { return nil }
    let rate = values.firstIndex { $0.value.name == TunedKey.learningRate.rawValue }
    let series = choices.enumerated().map { index, choice in
      let top = rate.map { choice.values[$0] } ?? problem.optimizer.learningRate
      let factors = factors(choice)
      return Figure.Series(
        "\(choice.schedule.name): \(NumberText.short(choice.loss))", choice.multipliers == nil ? .line : .dashed,
        .distinct(index),
        PlottedRows(factors.indices.map(Double.init)).points(factors.map { top * $0 }))
    }
    return Figure(
      name: "schedules", title: problem.title("Learning rates, each schedule at its own best values"),
      caption:
        "Learning rate at each step; the labels have the predicted test loss at the end of a deep linear network.",
      horizontal: Figure.Axis("step"), vertical: Figure.Axis("learning rate"), series: series)
  }

  /// Numbers for programs.
  var details: [String: JSONValue] {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return [
      "loss": .number(choice.loss), "loss_as_given": number(lossAsGiven), "schedule": .text(choice.schedule.name),
      "evaluations": .integer(evaluations), "loss_unit": .text(ProblemText.lossUnit(problem.data)),
      "best": .object(
        Dictionary(uniqueKeysWithValues: zip(values.map(\.value.name), choice.values.map { .number($0) }))),
    ]
  }
}
