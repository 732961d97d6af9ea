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
  /// Network, data, training.
  public static let keys = KeySelection(["network", "data", "training"], and: ["simulation.seed"])

  private let tuned: TunedProblem
  private let schedules: [TunedSchedule]
  private let checks: [(label: String, problem: TrainingProblem)]
  private let networks: Int
  private let seed: Int
  private let table: PreparedTable?
  private let bounds: [TunedKey: ClosedRange<Double>]
  private let cost: Cost

  /// - Parameters:
  ///   - problem: where the search begins, in discrete steps.
  ///   - keys: what is tuned.
  ///   - bounds: least and largest values, by key.
  ///   - knots: numbers of the free schedule, where the schedule is tuned.
  ///   - checks: other sizes at which the tuned values are tried, with their names.
  ///   - networks: networks that are trained for each choice.
  ///   - seed: of their random numbers.
  ///   - table: rows behind a measured spectrum.
  /// - Throws: what cannot be tuned, what the solver or the trainer refuses.
  public init(
    _ problem: TrainingProblem, over keys: [TunedKey], bounds: [TunedKey: ClosedRange<Double>] = [:], knots: Int = 14,
    checks: [(label: String, problem: TrainingProblem)] = [], networks: Int = 0, seed: Int = 1,
    table: PreparedTable? = nil
  ) throws(ExperimentFailure) {
    guard !keys.isEmpty else { throw ExperimentFailure(.refused, ["nothing is tuned: name keys with --over"]) }
    var problem = problem
    var refusals = keys.compactMap { $0.refusal(problem) }
    if problem.time.steps == nil {
      refusals.append(
        Refusal(
          key: "training.time", reason: "gradient flow has no learning rate to tune",
          suggestion: "use training.time=discrete"))
    } else if let steps = problem.time.steps {
      problem.time.kind = .discrete(steps: steps)
    }
    if networks > 0 { refusals += Simulator.refusals(problem) }
    guard refusals.isEmpty else { throw ExperimentFailure(refusals) }
    let own = keys.filter { $0 != .schedule }
    self.bounds = bounds
    tuned = TunedProblem(problem, own.isEmpty ? [.learningRate] : own, bounds: bounds)
    let steps = problem.time.steps ?? 1
    schedules = keys.contains(.schedule) ? TunedSchedule.named + [.free(knots: min(max(3, knots), steps))] : [.given]
    self.checks = checks
    self.networks = networks
    self.seed = seed
    self.table = table
    do {
      cost = try RateSeries(problem).cost
    } catch {
      throw ExperimentFailure(error)
    }
  }

  /// What is searched, and what for.
  public var options: [String] {
    let limits = TunedKey.allCases.compactMap { key in
      bounds[key].map { "--bounds \(key.rawValue)=\($0.lowerBound):\($0.upperBound)" }
    }
    return [
      "--over "
        + (tuned.keys.map(\.rawValue) + (schedules.count > 1 ? [TunedKey.schedule.rawValue] : [])).joined(
          separator: ",")
    ]
      + limits + checks.map { "--check-at \($0.label)" } + (networks > 0 ? ["--train \(networks)"] : [])
  }

  /// What is tuned, and the problem.
  public var headline: [String] {
    [
      "least test loss after \(tuned.problem.time.steps ?? 0) steps over \(tuned.values.map(\.name).joined(separator: ", "))"
        + (schedules.count > 1 ? " and the schedule" : "") + "; deep linear networks:",
      ProblemText.line(tuned.problem),
    ]
  }

  /// Runs of usual searches: of a choice, of a range, for each value; of a knot.
  private static let usual = (choice: 45.0, range: 110.0, knot: 90.0)

  /// Of one solve at a time on each core, and all networks.
  public func estimate(workers: Int) throws(ExperimentFailure) -> Estimate {
    let count = Double(tuned.values.count)
    let runs = schedules.reduce(0) { sum, schedule in
      if case .free(let knots) = schedule { return sum + Self.usual.knot * Double(knots) }
      return sum + Self.usual.choice * count + 30
    }
    let ranges = count * Self.usual.range * max(1, count - 1)
    var seconds = cost.seconds * (runs + ranges + Double(checks.count) * Self.usual.choice * count)
    var bytes = cost.mostBytes * max(1, workers)
    for ensemble in try ensembles() {
      let own = ensemble.estimate(workers: workers)
      seconds += own.seconds
      bytes = max(bytes, own.bytes)
    }
    return Estimate(
      bytes: bytes, seconds: seconds, disk: DiskUse(rows: 40, columns: 12, series: schedules.count, pictures: 1),
      subject: "two-time functions over \(tuned.problem.time.steps ?? 0) steps take",
      remedy: "use fewer training.steps",
      note: "about \(NumberText.brief(runs + ranges)) predictions")
  }

  private func ensembles() throws(ExperimentFailure) -> [EnsembleTraining] {
    guard networks > 0 else { return [] }
    return [try ensemble(tuned.problem, group: "")]
  }

  private func ensemble(_ problem: TrainingProblem, group: String) throws(ExperimentFailure) -> EnsembleTraining {
    do {
      return EnsembleTraining(
        simulator: try Simulator(problem, table: table, seed: seed), replicas: networks, group: group)
    } catch {
      throw ExperimentFailure(error.refusals)
    }
  }

  /// Searches every choice, then ranges, worth and other sizes of the best named one, then trains.
  ///
  /// - Parameter context: workers, progress.
  /// - Returns: the best values.
  /// - Throws: where every run diverges, an interrupt.
  public func run(in context: RunContext) throws(ExperimentFailure) -> Finished<TuneResult> {
    let workers = ThreadBudget.threads(asked: context.workers, bytesEach: cost.mostBytes)
    let parts = Double(schedules.count + tuned.values.count + checks.count)
    var done = 0.0
    func advance() {
      done += 1
      context.progress(done / (parts + (networks > 0 ? parts : 0)))
    }
    var (choices, optima, evaluations) = try search(workers: workers, advance)
    let best = Self.least(Array(choices.prefix(optima.count)))
    let tuning = tuned.tuning(choices[best].schedule.schedule)
    let ranges = values(tuning, optima[best], workers: workers, advance)
    let problem = tuned.applying(choices[best].values, schedule: choices[best].schedule.schedule)
    let sizes = sizes(choices[best], workers: workers, advance)
    for index in choices.indices where networks > 0 { try train(&choices[index], index, context) }
    evaluations += sizes.reduce(0) { $0 + ($1.own?.evaluations ?? 0) }
    return Finished(
      TuneResult(
        problem: tuned.problem, tuned: problem, keys: tuned.keys, lossAsGiven: TunedProblem.trial(tuned.problem).loss,
        choices: choices, best: best, values: ranges, sizes: sizes, networks: networks, evaluations: evaluations))
  }

  /// The best values for each shape of the schedule, the free one last.
  private func search(workers: Int, _ advance: () -> Void) throws(ExperimentFailure)
    -> (choices: [TuneResult.Choice], optima: [Tuning.Optimum], evaluations: Int)
  {
    var choices: [TuneResult.Choice] = []
    var optima: [Tuning.Optimum] = []
    var evaluations = 0
    for schedule in schedules {
      defer { advance() }
      if case .free(let knots) = schedule {
        guard !choices.isEmpty, let (choice, count) = freeChoice(knots, near: choices[Self.least(choices)]) else {
          continue
        }
        choices.append(choice)
        evaluations += count
      } else if let found = tuned.tuning(schedule.schedule).optimum(workers: workers) {
        choices.append(TuneResult.Choice(schedule: schedule, values: found.values, loss: found.loss, multipliers: nil))
        optima.append(found)
        evaluations += found.evaluations
      }
    }
    guard !optima.isEmpty else {
      throw ExperimentFailure(
        .refused,
        [
          "no values within the bounds give a loss: every run diverges; lower the bounds of training.learningRate "
            + "(--bounds training.learningRate=a:b)"
        ])
    }
    return (choices, optima, evaluations)
  }

  /// A free schedule from the best named one on, all other values held.
  private func freeChoice(_ knots: Int, near best: TuneResult.Choice) -> (TuneResult.Choice, Int)? {
    let shape = best.schedule.schedule ?? tuned.problem.optimizer.schedule
    guard let found = tuned.tuning(knots: knots, values: best.values, from: shape).refined() else { return nil }
    let factors = SmoothFactors.values(found.values, count: tuned.problem.time.steps ?? 1)
    return (
      TuneResult.Choice(schedule: .free(knots: knots), values: best.values, loss: found.loss, multipliers: factors),
      found.evaluations
    )
  }

  private static func least(_ choices: [TuneResult.Choice]) -> Int {
    choices.indices.min { choices[$0].loss < choices[$1].loss } ?? 0
  }

  private func values(
    _ tuning: Tuning, _ optimum: Tuning.Optimum, workers: Int, _ advance: () -> Void
  ) -> [TuneResult.Value] {
    var found: [TuneResult.Value] = []
    _ = OrderedResults.run(
      0..<tuned.values.count, workers: workers, stop: StopSignal(),
      work: { index -> TuneResult.Value? in
        let value = tuning.values[index]
        let given = tuning.profile(index, at: value.start, near: optimum)
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

  private func sizes(_ choice: TuneResult.Choice, workers: Int, _ advance: () -> Void) -> [TuneResult.Size] {
    checks.map { check in
      var start = check.problem
      if let steps = start.time.steps { start.time.kind = .discrete(steps: steps) }
      let there = TunedProblem(start, tuned.keys, bounds: bounds)
      let carried = there.applying(choice.values, schedule: choice.schedule.schedule)
      // Its own search begins where this one ended.
      let own = TunedProblem(carried, tuned.keys, bounds: bounds).tuning(choice.schedule.schedule)
      defer { advance() }
      return TuneResult.Size(
        label: check.label, loss: TunedProblem.trial(carried).loss, own: own.optimum(workers: workers))
    }
  }

  private func train(_ choice: inout TuneResult.Choice, _ index: Int, _ context: RunContext) throws(ExperimentFailure) {
    let schedule = choice.multipliers.map(Schedule.multipliers) ?? choice.schedule.schedule
    let ensemble = try ensemble(tuned.applying(choice.values, schedule: schedule), group: "choice-\(index)-")
    let found = try ensemble.run(in: context).ensemble
    let last = found.times.count - 1
    let losses = found.replicas.compactMap { $0.count > last ? $0.testLoss[last] : nil }
    choice.diverged = found.replicas.count - losses.count
    choice.trained = losses.isEmpty ? nil : Ensemble.Mean(of: losses)
  }
}
