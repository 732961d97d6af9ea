import MeanField
import Problems
import RealModule
import Studies

/// A shape of the learning rate over a run that is tuned by itself.
public enum TunedSchedule: Codable, Hashable, Sendable {
  /// As the configuration has it.
  case given
  case constant
  case linear
  case cosine
  /// One number at each of some steps, and a smooth curve through their logarithms.
  case free(knots: Int)

  /// The shapes that have names.
  static let named: [TunedSchedule] = [.constant, .linear, .cosine]

  /// In a table.
  public var name: String {
    switch self {
    case .given: "as configured"
    case .constant: "constant"
    case .linear: "linear to 0"
    case .cosine: "cosine to 0"
    case .free(let knots): "free, \(knots) knots"
    }
  }

  /// What a configuration calls it; nil where it has no numbers of its own.
  var schedule: Schedule? {
    switch self {
    case .given, .free: nil
    case .constant: .constant
    case .linear: .warmup(steps: 0, decay: .linear, finalFraction: 0)
    case .cosine: .warmup(steps: 0, decay: .cosine, finalFraction: 0)
    }
  }
}

/// A problem with the numbers that are tuned.
struct TunedProblem: Sendable {
  let problem: TrainingProblem
  let keys: [TunedKey]
  let values: [TunedValue]
  /// Which of the values belong to each key.
  private let places: [Range<Int>]

  /// - Parameters:
  ///   - problem: where the search begins.
  ///   - keys: what is tuned, none twice.
  ///   - bounds: by key, where the user gives them.
  init(_ problem: TrainingProblem, _ keys: [TunedKey], bounds: [TunedKey: ClosedRange<Double>]) {
    self.problem = problem
    self.keys = keys
    let lists = keys.map { $0.values(problem, bounds: bounds[$0]) }
    values = lists.flatMap { $0 }
    var start = 0
    places = lists.map { list in
      defer { start += list.count }
      return start..<start + list.count
    }
  }

  /// The problem with other values.
  func applying(_ values: [Double], schedule: Schedule? = nil) -> TrainingProblem {
    var problem = problem
    for (key, places) in zip(keys, places) { key.apply(values[places], to: &problem) }
    if let schedule { problem.optimizer.schedule = schedule }
    return problem
  }

  /// Tuning with a schedule held.
  func tuning(_ schedule: Schedule?) -> Tuning {
    Tuning(values) { Self.trial(applying($0, schedule: schedule)) }
  }

  /// Tuning the schedule's own numbers, all other values held.
  ///
  /// - Parameters:
  ///   - knots: how many numbers, at least 3.
  ///   - values: the other values.
  ///   - shape: the schedule to begin with.
  /// - Returns: the search.
  func tuning(knots: Int, values: [Double], from shape: Schedule) -> Tuning {
    let steps = problem.time.steps ?? 1
    let places = SmoothFactors.places(knots, count: steps)
    let starts = places.map { place in
      TunedValue(
        "training.schedule[\(Int(place))]",
        start: max(shape.factor(step: min(steps - 1, Int(place.rounded())), total: steps), 0x1p-6),
        bounds: 0x1p-12...0x1p4, scale: .logarithm)
    }
    return Tuning(starts) { factors in
      Self.trial(applying(values, schedule: .multipliers(SmoothFactors.values(factors, count: steps))))
    }
  }

  /// The test loss at the end of a run.
  static func trial(_ problem: TrainingProblem) -> Tuning.Trial {
    guard let series = try? RateSeries(problem) else { return Tuning.Trial(loss: nil, reached: 0) }
    let losses = series.losses(at: problem.optimizer.learningRate)
    let steps = Double(max(1, series.steps))
    guard losses.divergedAt == nil, let loss = losses.test.last else {
      return Tuning.Trial(loss: nil, reached: Double(losses.divergedAt ?? 0) / steps)
    }
    return Tuning.Trial(loss: loss)
  }
}
