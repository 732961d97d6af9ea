import Configurations
import MeanField
import Problems
import RealModule
import Studies

/// A problem with the numbers that are tuned, and what they are to make small.
struct TunedProblem: Sendable {
  let problem: TrainingProblem
  let keys: [TunedKey]
  let ties: [TunedTie]
  let objective: StudyObjective
  let budget: StudyBudget
  /// Numbers of the keys, those of a schedule not among them.
  let values: [TunedValue]
  /// Rows whose test error is measured.
  private let rows: PreparedTable?
  /// Which of the values belong to each key.
  private let places: [Range<Int>]

  /// - Parameters:
  ///   - problem: where the search begins.
  ///   - keys: what is tuned, none twice.
  ///   - bounds: by key, where the user gives them.
  ///   - ties: keys that follow tuned ones.
  ///   - objective: what is to be small.
  ///   - budget: what stays as configured.
  ///   - rows: the rows of a table with classes, for a test error.
  init(
    _ problem: TrainingProblem, _ keys: [TunedKey], bounds: [TunedKey: ClosedRange<Double>] = [:],
    ties: [TunedTie] = [], objective: StudyObjective = .testLoss, budget: StudyBudget = .steps,
    rows: PreparedTable? = nil
  ) {
    (self.problem, self.keys, self.ties, self.objective, self.budget) = (problem, keys, ties, objective, budget)
    self.rows = rows
    let lists = keys.map { $0.values(problem, bounds: bounds[$0], budget: budget) }
    values = lists.flatMap { $0 }
    var start = 0
    places = lists.map { list in
      defer { start += list.count }
      return start..<start + list.count
    }
  }

  /// Steps of the problem where the search begins.
  var steps: Int { problem.time.steps ?? 1 }

  /// What a step takes from the budget.
  private func share(_ problem: TrainingProblem) -> Double {
    let samples = problem.samplesOfStep ?? 1
    return switch budget {
    case .steps: 1
    case .samples: samples
    case .multiplications: 3 * samples * (problem.weightCount ?? 1)
    }
  }

  /// What the problem takes where the search begins, in units of the budget, equation (9.9).
  var amount: Double { Double(steps) * share(problem) }

  /// All numbers that are tuned with a schedule: those of the keys, then its own.
  func values(with schedule: TunedSchedule) -> [TunedValue] { values + schedule.values(steps: steps) }

  /// The problem with other values, and the steps that the budget leaves, not always whole.
  private func applying(_ numbers: [Double], _ schedule: TunedSchedule, nesterov: Bool?, isWhole: Bool = false)
    -> (problem: TrainingProblem, steps: Double)
  {
    var problem = problem
    if let nesterov {
      let coefficient = problem.optimizer.momentum.coefficient
      problem.optimizer.momentum = nesterov ? .nesterov(coefficient) : .heavyBall(coefficient)
    }
    for (key, places) in zip(keys, places) { key.apply(numbers[places], to: &problem) }
    for tie in ties { tie.apply(to: &problem, from: self.problem, isWhole: isWhole) }
    if problem.optimizer.momentum.coefficient == 0 { problem.optimizer.momentum = .none }
    let steps = budget == .steps ? Double(self.steps) : max(1, amount / share(problem))
    let whole = Int(steps.rounded(.up))
    problem.time.kind = .discrete(steps: whole)
    if let own = schedule.schedule(Array(numbers[values.count...]), steps: whole) { problem.optimizer.schedule = own }
    return (problem, steps)
  }

  /// The problem that takes longest within the bounds: of the smallest batch and width at an equal budget, as configured without one.
  var longest: TrainingProblem {
    guard budget != .steps else { return problem }
    let numbers = values.map { TunedKey(rawValue: $0.name)?.isCount ?? false ? $0.lower : $0.start }
    return configured(numbers, .given, nesterov: nil)
  }

  /// The nearest numbers that a configuration can have: whole batches, widths, warm-ups.
  func whole(_ numbers: [Double], _ schedule: TunedSchedule) -> [Double] {
    var numbers = numbers
    for (key, places) in zip(keys, places) where key.isCount {
      for place in places { numbers[place] = max(1, numbers[place].rounded()) }
    }
    for (place, value) in values(with: schedule).enumerated() where value.name.hasSuffix("warmupSteps") {
      numbers[place] = numbers[place].rounded()
    }
    return numbers
  }

  /// The problem with whole numbers, in as many whole steps as the budget allows.
  func configured(_ numbers: [Double], _ schedule: TunedSchedule, nesterov: Bool?, multipliers: [Double]? = nil)
    -> TrainingProblem
  {
    var (problem, steps) = applying(whole(numbers, schedule), schedule, nesterov: nesterov, isWhole: true)
    problem.time.kind = .discrete(steps: max(1, Int(steps + 1e-9)))
    if let multipliers { problem.optimizer.schedule = .multipliers(multipliers) }
    return problem
  }

  /// Tuning with the shape of a schedule and the kind of momentum held.
  func tuning(_ schedule: TunedSchedule, nesterov: Bool? = nil) -> Tuning {
    Tuning(values(with: schedule)) { numbers in
      let (problem, steps) = applying(numbers, schedule, nesterov: nesterov)
      return trial(problem, steps: steps)
    }
  }

  /// Tuning a free schedule's numbers, all others held.
  ///
  /// - Parameters:
  ///   - knots: how many numbers, at least 3.
  ///   - problem: with all other values.
  /// - Returns: the search, beginning with the problem's own schedule.
  func tuning(knots: Int, of problem: TrainingProblem) -> Tuning {
    let steps = problem.time.steps ?? 1
    let starts = SmoothFactors.places(knots, count: steps).map { place in
      TunedValue(
        "training.schedule[\(Int(place))]",
        start: max(problem.optimizer.schedule.factor(step: min(steps - 1, Int(place.rounded())), total: steps), 0x1p-6),
        bounds: 0x1p-12...0x1p4, scale: .logarithm)
    }
    return Tuning(starts) { factors in
      var problem = problem
      problem.optimizer.schedule = .multipliers(SmoothFactors.values(factors, count: steps))
      return trial(problem, steps: Double(steps))
    }
  }

  /// What is to be small at the end of a run.
  ///
  /// - Parameters:
  ///   - problem: laid out for the next whole number of steps.
  ///   - steps: between whole numbers the logarithm of the loss is linear.
  /// - Returns: the loss, or how far the run came.
  func trial(_ problem: TrainingProblem, steps: Double? = nil) -> Tuning.Trial {
    guard let series = try? RateSeries(problem, rows: objective == .testError ? rows : nil) else {
      return Tuning.Trial(loss: nil, reached: 0)
    }
    let last = series.steps
    let losses = series.losses(
      at: problem.optimizer.learningRate, accuracyAt: objective == .testError ? [last] : [])
    guard losses.divergedAt == nil else {
      return Tuning.Trial(loss: nil, reached: Double(losses.divergedAt ?? 0) / Double(max(1, last)))
    }
    if objective == .testError { return Tuning.Trial(loss: losses.testAccuracy.last.map { 1 - $0 }) }
    let curve = objective == .trainLoss ? losses.train : losses.test
    guard let end = curve.last else { return Tuning.Trial(loss: nil, reached: 0) }
    let left = Double(last) - (steps ?? Double(last))
    guard left > 0, curve.count > 1 else { return Tuning.Trial(loss: end) }
    return Tuning.Trial(loss: end * .pow(curve[curve.count - 2] / end, left))
  }
}
