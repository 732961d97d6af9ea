import Problems
import Studies

extension TunedSchedule {
  /// All that have names, and a free one.
  public static let usual = allNamed + [.free(knots: 14)]

  /// The same shape without a warm-up, and whether it has one.
  fileprivate var family: (Family, warmsUp: Bool)? {
    if case .named(let family, let warmsUp) = self { (family, warmsUp) } else { nil }
  }
}

/// The best values of every choice.
struct TuneSearch {
  /// As in the result, the named ones first.
  var choices: [TuneResult.Choice] = []
  /// Of the named ones, between whole numbers where the search moves there.
  var optima: [Tuning.Optimum] = []
  var evaluations = 0

  /// Loss that a choice of fewer numbers may cost.
  private static let simplicity = 1e-3

  /// Which of the named choices has the least loss; one with fewer numbers is preferred where it loses next to nothing.
  var place: Int {
    let least = optima.indices.map { choices[$0].loss }.min() ?? 0
    return optima.indices.filter { choices[$0].loss <= least * (1 + Self.simplicity) }.min { first, second in
      let (own, other) = (choices[first], choices[second])
      return own.values.count == other.values.count ? own.loss < other.loss : own.values.count < other.values.count
    } ?? 0
  }
  /// It, and where its search ended.
  var best: (choice: TuneResult.Choice, optimum: Tuning.Optimum) { (choices[place], optima[place]) }
}

extension Tune {
  /// The best values for each shape of the schedule and each kind of momentum, the free one last.
  ///
  /// The first is searched from scattered points; each of the others from the optima of those that it continues.
  func search(workers: Int, _ advance: () -> Void) throws(ExperimentFailure) -> TuneSearch {
    var search = TuneSearch()
    for nesterov in variants {
      for schedule in schedules {
        if case .free = schedule { continue }
        defer { advance() }
        let tuning = tuned.tuning(schedule, nesterov: nesterov)
        let starts = starts(schedule, tuning, search)
        let found = starts.isEmpty ? tuning.optimum(workers: workers) : tuning.optimum(from: starts, workers: workers)
        guard let found else { continue }
        search.evaluations += found.evaluations
        guard let choice = choice(schedule, nesterov, found) else { continue }
        search.choices.append(choice)
        search.optima.append(found)
      }
    }
    guard !search.optima.isEmpty else {
      throw ExperimentFailure(
        .refused,
        [
          "no values within the bounds give a loss: every run diverges; lower the bounds of training.learningRate "
            + "(--bounds training.learningRate=a:b)"
        ])
    }
    for schedule in schedules {
      guard case .free(let knots) = schedule else { continue }
      defer { advance() }
      if let (choice, count) = freeChoice(knots, near: search.best.choice) {
        search.choices.append(choice)
        search.evaluations += count
      }
    }
    return search
  }

  /// Where the search of a shape begins: none where nothing was found before it.
  private func starts(_ schedule: TunedSchedule, _ tuning: Tuning, _ search: TuneSearch) -> [[Double]] {
    let count = tuned.values.count
    let own = tuning.values[count...].map(\.start)
    guard let best = search.optima.isEmpty ? nil : search.best.optimum else { return [] }
    guard let (family, warmsUp) = schedule.family, warmsUp else {
      return [search.optima[0], best].map { Array($0.values.prefix(count)) + own }
    }
    // A warm-up of no step is the shape without one.
    let plain = search.choices.indices.last { index in
      search.choices[index].schedule == .named(family, warmsUp: false) && index < search.optima.count
    }
    let numbers = plain.map { search.optima[$0].values } ?? Array(best.values.prefix(count)) + own.dropFirst()
    return [0, own[0]].map { warmup in Array(numbers.prefix(count)) + [warmup] + numbers.dropFirst(count) }
  }

  /// A choice with numbers that a configuration can have; nil where these diverge.
  private func choice(
    _ schedule: TunedSchedule, _ nesterov: Bool?, _ found: Tuning.Optimum
  ) -> TuneResult.Choice? {
    let problem = tuned.configured(found.values, schedule, nesterov: nesterov)
    let values = tuned.whole(found.values, schedule)
    guard let loss = values == found.values && tuned.budget == .steps ? found.loss : tuned.trial(problem).loss else {
      return nil
    }
    return TuneResult.Choice(
      schedule: schedule, nesterov: nesterov, values: values, loss: loss, steps: problem.time.steps ?? 1,
      multipliers: nil)
  }

  /// A free schedule from the best named one on, all other values held.
  private func freeChoice(_ knots: Int, near best: TuneResult.Choice) -> (TuneResult.Choice, Int)? {
    let problem = tuned.configured(best.values, best.schedule, nesterov: best.nesterov)
    let steps = problem.time.steps ?? 1
    let knots = min(knots, steps)
    guard knots >= 3, let found = tuned.tuning(knots: knots, of: problem).refined() else { return nil }
    return (
      TuneResult.Choice(
        schedule: .free(knots: knots), nesterov: best.nesterov, values: Array(best.values.prefix(tuned.values.count)),
        loss: found.loss, steps: steps, multipliers: SmoothFactors.values(found.values, count: steps)),
      found.evaluations
    )
  }
}
