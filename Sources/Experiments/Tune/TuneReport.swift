import JSON
import Problems
import Reports
import RunStore
import Studies

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
        "Values of a deep linear network's training that make the predicted \(result.objective.name) at the end least, the range of each that "
        + "loses at most \(NumberText.percent(TuneResult.share)), and what each is worth.",
      problem: ProblemText.clauses(result.tuned), status: "completed")
    report.findings = result.findings
    report.details = result.details
    report.tables = result.tables
    report.figures = result.figures
    report.citations = Citation.theory + Citation.of(result.problem) + Citation.boundedMinimisation
    return report
  }
}

extension TuneResult {
  /// A best value as people read it.
  func text(_ index: Int) -> String {
    let name = values[index].value.name
    if TunedKey(rawValue: name)?.isCount ?? false || name.hasSuffix("warmupSteps") {
      return NumberText.short(choice.values[index])
    }
    let range = values[index].range
    return NumberText.resolved(choice.values[index], within: range.lower...range.upper)
  }

  /// The line of the answer, then what is flat, what each value is worth, schedules, networks, other sizes.
  var findings: [String] {
    var lines = [answer]
    if let lossAsGiven, lossAsGiven <= choice.loss * (1 + Self.share) {
      lines.append(
        "nothing is gained beyond \(NumberText.percent(Self.share)): the configured values lose \(Self.more(lossAsGiven, choice.loss))"
      )
    }
    if budget != .steps { lines.append(budgetFinding) }
    for index in values.indices { lines += valueFindings(index) }
    if choices.count > 1 { lines.append(scheduleFinding) }
    lines += networkFindings
    return lines + sizes.map(Self.sizeFinding)
  }

  private var answer: String {
    var words = values.indices.map { "\(values[$0].value.name)=\(text($0))" }
    if let nesterov = choice.nesterov { words.append("training.nesterov=\(nesterov)") }
    if let decay = choice.schedule.decay { words.append(decay) }
    let configured =
      lossAsGiven.map { ", as configured \(NumberText.short($0)) (\(Self.more($0, choice.loss)))" }
      ?? "; as configured it diverges"
    return
      "best: \(words.joined(separator: " ")): \(objective.name) \(NumberText.short(choice.loss)) after \(choice.steps) steps"
      + configured
  }

  private var budgetFinding: String {
    func run(_ problem: TrainingProblem) -> String {
      var words = ["\(problem.time.steps ?? 0) steps"]
      if let samples = problem.samplesOfStep { words.append("of \(NumberText.short(samples)) samples") }
      if budget == .multiplications, let units = problem.units(1) {
        words.append("at width \(NumberText.short(units))")
      }
      return words.joined(separator: " ")
    }
    return
      "equal \(budget.name) (\(NumberText.short(amount))): as configured \(run(problem)), at the best \(run(tuned))"
  }

  /// By how much a loss exceeds another.
  private static func more(_ loss: Double, _ least: Double) -> String {
    let excess = loss / least - 1
    return excess < 5e-5 ? "no more" : "\(NumberText.percent(excess)) more"
  }

  private func valueFindings(_ index: Int) -> [String] {
    let (own, range) = (values[index].value, values[index].range)
    let (low, high) = (NumberText.brief(range.lower), NumberText.brief(range.upper))
    let share = NumberText.percent(Self.share)
    let isOfSchedule = index >= values.count - choice.schedule.values(steps: 2).count
    let worth =
      isOfSchedule
      ? ""
      : values[index].lossAsGiven.map {
        "; as configured, \(NumberText.brief(own.start)), with all others at their best: \(Self.more($0, choice.loss))"
      } ?? "; as configured, \(NumberText.brief(own.start)), it diverges"
    if range.isAll { return ["\(own.name) is flat: every value from \(low) to \(high) loses at most \(share)\(worth)"] }
    return ["\(own.name): \(low) to \(high) lose at most \(share)\(worth)"] + bounds(index)
  }

  /// Which bound the best value ends at.
  private func bounds(_ index: Int) -> [String] {
    let (own, value) = (values[index].value, choice.values[index])
    let place = own.place(value)
    let ends = [("lower", own.lower), ("upper", own.upper)].filter { abs(own.place($0.1) - place) < 1e-3 }
    return ends.map { name, end in
      let isSchedule = own.name.hasPrefix(TunedKey.schedule.rawValue)
      let reason =
        name == "lower" && own.lower == 0
        ? "the least that there is" : isSchedule ? "the most that is tried" : "move it by --bounds \(own.name)=a:b"
      return "\(own.name) ends at its \(name) bound, \(NumberText.brief(end)): \(reason)"
    }
  }

  private var scheduleFinding: String {
    let sorted = choices.sorted { $0.loss < $1.loss }
    let words = sorted.prefix(4).map { "\(Self.name($0)) \(NumberText.short($0.loss))" }.joined(separator: ", ")
    let rest = sorted.count > 4 ? ", ..." : ""
    guard let free = choices.last, free.multipliers != nil else {
      return "each at its own best values: \(words)\(rest)"
    }
    return
      "each at its own best values: \(words)\(rest); the best named one has \(Self.more(choice.loss, free.loss)) than the free one"
  }

  /// The shape of the schedule and the kind of momentum.
  static func name(_ choice: Choice) -> String {
    let momentum = choice.nesterov.map { $0 ? "Nesterov" : "heavy ball" }
    let schedule = choice.schedule == .given && momentum != nil ? nil : choice.schedule.name
    return [schedule, momentum].compactMap { $0 }.joined(separator: ", ")
  }

  private var networkFindings: [String] {
    guard networks > 0 else { return [] }
    return choices.map { choice in
      let predicted = "predicted \(NumberText.short(choice.loss))"
      guard let trained = choice.trained else {
        return "\(Self.name(choice)): \(predicted); all \(networks) networks diverged"
      }
      let error = trained.standardError.isFinite ? " +- \(NumberText.brief(trained.standardError))" : ""
      return
        "\(Self.name(choice)): \(predicted), \(trained.replicas) networks \(NumberText.short(trained.value))\(error)"
        + (choice.diverged > 0 ? ", \(choice.diverged) diverged" : "")
    }
  }

  private static func sizeFinding(_ size: Size) -> String {
    guard let loss = size.loss else { return "\(size.label): the tuned values diverge" }
    let own =
      size.own.map { ", its own best \(NumberText.short($0.loss)) (the tuned values lose \(more(loss, $0.loss)))" }
      ?? ""
    return "\(size.label): \(NumberText.short(loss)) with the tuned values\(own)"
  }

  /// Numbers for programs.
  var details: [String: JSONValue] {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return [
      "objective": .text(objective.rawValue), "budget": .text(budget.rawValue), "amount": .number(amount),
      "loss": .number(choice.loss), "loss_as_given": number(lossAsGiven), "steps": .integer(choice.steps),
      "schedule": .text(choice.schedule.name), "nesterov": choice.nesterov.map { .flag($0) } ?? .null,
      "evaluations": .integer(evaluations), "loss_unit": .text(ProblemText.lossUnit(problem.data)),
      "best": .object(
        Dictionary(uniqueKeysWithValues: zip(values.map(\.value.name), choice.values.map { .number($0) }))),
      "ranges": .object(
        Dictionary(
          uniqueKeysWithValues: values.map { own in
            (own.value.name, .list([.number(own.range.lower), .number(own.range.upper)]))
          })),
    ]
  }
}
