import Configurations
import FiniteWidth
import MeanField
import Parallel
import Problems
import Reports
import Studies

/// Finds the values of some keys that make the test loss at the end least, how far each can move, and what each is worth.
public struct Tune: Experiment {
  /// The command.
  public static let name = "tune"
  /// Network, data, training, and what is to be small at what cost.
  public static let keys = KeySelection(["network", "data", "training", "tune"], and: ["simulation.seed"])

  /// What else is asked of the search.
  public struct Settings: Sendable {
    /// Least and largest values, by key.
    public var bounds: [TunedKey: ClosedRange<Double>] = [:]
    /// Keys that follow powers of tuned ones.
    public var ties: [TunedTie] = []
    /// What is to be small.
    public var objective = StudyObjective.testLoss
    /// What stays as configured.
    public var budget = StudyBudget.steps
    /// Shapes that are compared where the schedule is tuned.
    public var schedules = TunedSchedule.usual
    /// Networks that are trained for each choice.
    public var networks = 0
    /// Seed of their random numbers.
    public var seed = 1

    /// Nothing else.
    public init() {}
  }

  let tuned: TunedProblem
  let schedules: [TunedSchedule]
  let variants: [Bool?]
  private let checks: [(label: String, problem: TrainingProblem)]
  private let settings: Settings
  private let table: PreparedTable?
  private let cost: Cost

  /// - Parameters:
  ///   - problem: where the search begins, in discrete steps.
  ///   - keys: what is tuned.
  ///   - settings: bounds, ties, what is to be small.
  ///   - checks: other sizes at which the tuned values are tried, with their names.
  ///   - table: rows behind a measured spectrum.
  /// - Throws: what cannot be tuned, what the solver or the trainer refuses.
  public init(
    _ problem: TrainingProblem, over keys: [TunedKey], settings: Settings = Settings(),
    checks: [(label: String, problem: TrainingProblem)] = [], table: PreparedTable? = nil
  ) throws(ExperimentFailure) {
    guard !keys.isEmpty else { throw ExperimentFailure(.refused, ["nothing is tuned: name keys with --over"]) }
    var problem = problem
    if let steps = problem.time.steps { problem.time.kind = .discrete(steps: steps) }
    let own = keys.filter { $0 != .schedule && $0 != .nesterov }
    // A shape of the schedule needs a rate to go with it.
    let searched = own.isEmpty ? [.learningRate] : own
    let refusals = Self.refusals(problem, keys, searched, settings)
    guard refusals.isEmpty else { throw ExperimentFailure(refusals) }
    if settings.objective == .testError, problem.lossRule?.hasClasses != true,
      table?.classes == nil || problem.data.classes == nil
    {
      throw ExperimentFailure(.refused, ["a test error needs the rows of a table with classes"])
    }
    tuned = TunedProblem(
      problem, searched, bounds: settings.bounds, ties: settings.ties, objective: settings.objective,
      budget: settings.budget, rows: table)
    let steps = problem.time.steps ?? 1
    schedules =
      keys.contains(.schedule)
      ? settings.schedules.map { schedule in
        if case .free(let knots) = schedule { .free(knots: min(max(3, knots), steps)) } else { schedule }
      } : [.given]
    variants = keys.contains(.nesterov) ? [false, true] : [nil]
    self.checks = checks
    self.settings = settings
    self.table = table
    do {
      cost = try RateSeries(tuned.longest).cost
    } catch {
      throw ExperimentFailure(error)
    }
  }

  private static func refusals(
    _ problem: TrainingProblem, _ keys: [TunedKey], _ searched: [TunedKey], _ settings: Settings
  ) -> [Refusal] {
    var refusals = keys.compactMap { $0.refusal(problem) }
    refusals += settings.ties.compactMap { $0.refusal(problem, over: searched) }
    if problem.time.steps == nil {
      refusals.append(
        Refusal(
          key: "training.time", reason: "gradient flow has no learning rate to tune",
          suggestion: "use training.time=discrete"))
    }
    if settings.budget == .multiplications, problem.weightCount == nil {
      refusals.append(
        Refusal(
          key: "tune.budget", reason: "an infinite network has no number of multiplications",
          suggestion: "use tune.budget=samples, or a finite width and depth"))
    }
    if keys.contains(.schedule), settings.schedules.allSatisfy({ if case .free = $0 { true } else { false } }) {
      refusals.append(
        Refusal(
          key: TunedKey.schedule.rawValue,
          reason: "a free schedule begins from the best named one, and none is asked for",
          suggestion: "add constant to --schedules"))
    }
    if settings.networks > 0 { refusals += Simulator.refusals(problem) }
    return refusals
  }

  /// What is searched, and how; what is to be small are keys.
  public var options: [String] {
    let limits = TunedKey.allCases.compactMap { key in
      settings.bounds[key].map { "--bounds \(key.rawValue)=\($0.lowerBound):\($0.upperBound)" }
    }
    let names =
      tuned.keys.map(\.rawValue) + (variants.count > 1 ? [TunedKey.nesterov.rawValue] : [])
      + (schedules == [.given] ? [] : [TunedKey.schedule.rawValue])
    let shapes = schedules == [.given] ? [] : ["--schedules " + schedules.map(\.column).joined(separator: ",")]
    let knots = schedules.compactMap { if case .free(let knots) = $0 { "--knots \(knots)" } else { nil } }
    return ["--over " + names.joined(separator: ",")] + limits + settings.ties.map { "--tie \($0.word)" } + shapes
      + knots
      + checks.map { "--check-at \($0.label)" } + (settings.networks > 0 ? ["--train \(settings.networks)"] : [])
  }

  /// What is tuned, and the problem.
  public var headline: [String] {
    let others =
      (variants.count > 1 ? [" and the kind of momentum"] : []) + (schedules == [.given] ? [] : [" and the schedule"])
    let budget = settings.budget == .steps ? "\(tuned.steps) steps" : "as many \(settings.budget.name) as configured"
    return [
      "least \(settings.objective.name) after \(budget) over \(tuned.values.map(\.name).joined(separator: ", "))"
        + others.joined() + "; deep linear networks:",
      ProblemText.line(tuned.problem),
    ]
  }

  /// Runs of usual searches: of the first choice, of a further one, of a range, for each value; of a knot.
  private static let usual = (first: 45.0, choice: 35.0, range: 120.0, knot: 90.0)

  /// Of one solve at a time on each core, and all networks.
  public func estimate(workers: Int) throws(ExperimentFailure) -> Estimate {
    let count = Double(tuned.values.count)
    let runs = schedules.reduce(30) { sum, schedule in
      if case .free(let knots) = schedule { return sum + Self.usual.knot * Double(knots) }
      return sum + Self.usual.choice * (count + Double(schedule.values(steps: tuned.steps).count))
    }
    let ranges = count * Self.usual.range * max(1, count - 1)
    let side = count == 2 ? Double(Self.places(secondsEach: cost.seconds) ?? 0) : 0
    let all = runs * Double(variants.count) + ranges + side * side + Double(checks.count) * Self.usual.first * count
    var seconds = cost.seconds * all
    var bytes = cost.mostBytes * max(1, workers)
    if settings.networks > 0 {
      let own = try ensemble(tuned.problem, group: "").estimate(workers: workers)
      seconds += own.seconds * Double(schedules.count * variants.count)
      bytes = max(bytes, own.bytes)
    }
    return Estimate(
      bytes: bytes, seconds: seconds, disk: DiskUse(rows: 40, columns: 12, series: schedules.count, pictures: 3),
      subject: "two-time functions over \(tuned.longest.time.steps ?? 0) steps take",
      remedy: "use fewer training.steps",
      note: "about \(NumberText.brief(all)) predictions")
  }

  private func ensemble(_ problem: TrainingProblem, group: String) throws(ExperimentFailure) -> EnsembleTraining {
    EnsembleTraining(
      simulator: try Simulator.prepared(problem, table, seed: settings.seed, keepsTwoTimes: false),
      replicas: settings.networks, group: group)
  }

  /// Searches every choice, then ranges, worth and other sizes of the best named one, then trains.
  ///
  /// - Parameter context: workers, progress.
  /// - Returns: the best values.
  /// - Throws: where every run diverges, an interrupt.
  public func run(in context: RunContext) throws(ExperimentFailure) -> Finished<TuneResult> {
    let workers = ThreadBudget.threads(asked: context.workers, bytesEach: cost.mostBytes)
    let choices = schedules.count * variants.count
    let parts = Double(choices + tuned.values.count + 1 + checks.count)
    var done = 0.0
    func advance() {
      done += 1
      context.progress(done / (parts + (settings.networks > 0 ? Double(choices) : 0)))
    }
    var found = try search(workers: workers, advance)
    let (choice, optimum) = found.best
    let tuning = tuned.tuning(choice.schedule, nesterov: choice.nesterov)
    let ranges = values(tuning, optimum, workers: workers, advance)
    let map = map(tuning, ranges, workers: workers)
    advance()
    let sizes = sizes(choice, workers: workers, advance)
    for index in found.choices.indices where settings.networks > 0 {
      try train(&found.choices[index], index, context)
      advance()
    }
    return Finished(
      TuneResult(
        problem: tuned.problem,
        tuned: tuned.configured(choice.values, choice.schedule, nesterov: choice.nesterov), keys: tuned.keys,
        ties: settings.ties, objective: settings.objective, budget: settings.budget, amount: tuned.amount,
        lossAsGiven: tuned.trial(tuned.problem).loss, choices: found.choices, best: found.place, values: ranges,
        map: map,
        sizes: sizes, networks: settings.networks,
        evaluations: found.evaluations + sizes.reduce(0) { $0 + ($1.own?.evaluations ?? 0) }))
  }

  private func values(
    _ tuning: Tuning, _ optimum: Tuning.Optimum, workers: Int, _ advance: () -> Void
  ) -> [TuneResult.Value] {
    var found: [TuneResult.Value] = []
    let own = tuned.values.count
    _ = OrderedResults.run(
      0..<tuning.values.count, workers: workers, stop: StopSignal(),
      work: { index -> TuneResult.Value? in
        let value = tuning.values[index]
        let given = index < own ? tuning.profile(index, at: value.start, near: optimum) : .infinity
        return TuneResult.Value(
          value: value, range: tuning.range(index, around: optimum, excess: TuneResult.share),
          lossAsGiven: given.isFinite ? given : nil)
      },
      deliver: { _, value in
        found.append(value)
        advance()
      })
    return found
  }

  /// The most and the least places along each side of a map, and seconds that it may take unasked.
  private static let map = (most: 21, least: 9, seconds: 5.0)

  private static func places(secondsEach: Double) -> Int? {
    let affordable = (map.seconds / secondsEach).squareRoot()
    return affordable < Double(map.least) ? nil : Int(min(affordable, Double(map.most)))
  }

  private func map(_ tuning: Tuning, _ values: [TuneResult.Value], workers: Int) -> TuneResult.Map? {
    guard values.count == 2, let places = Self.places(secondsEach: cost.seconds) else { return nil }
    let sides = values.map { own -> [Double] in
      let (value, range) = (own.value, own.range)
      let (low, high) = (value.place(range.lower), value.place(range.upper))
      let margin = 0.5 * max(high - low, 1e-3)
      let (start, end) = (max(low - margin, value.place(value.lower)), min(high + margin, value.place(value.upper)))
      return (0..<places).map { start + (end - start) * Double($0) / Double(places - 1) }
    }
    let losses = tuning.map(sides[0], sides[1], workers: workers)
    return TuneResult.Map(first: sides[0], second: sides[1], losses: losses.map { $0.isFinite ? $0 : nil })
  }

  private func sizes(_ choice: TuneResult.Choice, workers: Int, _ advance: () -> Void) -> [TuneResult.Size] {
    checks.map { check in
      var start = check.problem
      if let steps = start.time.steps { start.time.kind = .discrete(steps: steps) }
      let there = TunedProblem(
        start, tuned.keys, bounds: settings.bounds, ties: settings.ties, objective: settings.objective,
        budget: settings.budget, rows: table)
      let carried = there.configured(choice.values, choice.schedule, nesterov: choice.nesterov)
      defer { advance() }
      // Its own search begins where this one ended.
      let own = there.tuning(choice.schedule, nesterov: choice.nesterov)
        .optimum(
          from: [choice.values, there.values.map(\.start) + choice.values[tuned.values.count...]], workers: workers)
      return TuneResult.Size(label: check.label, loss: there.trial(carried).loss, own: own)
    }
  }

  private func train(_ choice: inout TuneResult.Choice, _ index: Int, _ context: RunContext) throws(ExperimentFailure) {
    let problem = tuned.configured(
      choice.values, choice.schedule, nesterov: choice.nesterov, multipliers: choice.multipliers)
    let found = try ensemble(problem, group: "choice-\(index)-").run(in: context).ensemble
    let last = found.times.count - 1
    let ends = found.replicas.filter { $0.count > last }
    let losses = ends.compactMap { curve -> Double? in
      switch settings.objective {
      case .testLoss: curve.testLoss[last]
      case .trainLoss: curve.trainLoss[last]
      case .testError: curve.outputs?.testAccuracy.map { 1 - $0[last] }
      }
    }
    choice.diverged = found.replicas.count - ends.count
    choice.trained = losses.isEmpty ? nil : Ensemble.Mean(of: losses)
  }
}
