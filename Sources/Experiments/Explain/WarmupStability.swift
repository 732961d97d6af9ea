import JSON
import MeanField
import Problems
import Reports

/// The catapult window against the length of a warm-up, equations (5.3) and (5.4): rates are those that the schedule rises to.
public struct WarmupStability: Sendable {
  /// Lengths that were tried, rising, the first of them 0.
  public let lengths: [Int]
  /// The window at each, with the largest stable rate at its end.
  public let windows: [CatapultWindow]
  /// As configured; 0 without one.
  public let given: Int
  private let learningRate: Double

  /// Estimated seconds up to which it is searched unasked.
  private static let mostEstimated = 2.0

  /// Searches where a schedule warms up, and where that is asked for.
  ///
  /// - Parameters:
  ///   - problem: in steps; its own learning rate is compared with the answers.
  ///   - isAsked: whether it is searched even where that takes long, up to a minute.
  ///   - notice: receives why it is left out.
  ///   - progress: receives the share that is done.
  /// - Throws: what the solver refuses.
  init?(
    _ problem: TrainingProblem, isAsked: Bool, _ notice: (String) -> Void, progress: @escaping (Double) -> Void
  ) throws(ExperimentFailure) {
    guard let (lengths, given, decay, final) = Self.lengths(problem, isAsked: isAsked) else { return nil }
    do {
      let cost = try StableRateSearch(problem).cost
      let seconds = StableRateSearch.seconds(cost, withWindow: true) * Double(lengths.count)
      if !isAsked, seconds > Self.mostEstimated || cost.isLeast {
        notice(
          "whether the warm-up is long enough is left out: its search would take about \(NumberText.seconds(seconds)); "
            + "--stability makes it")
        return nil
      }
      let budget = SearchBudget(
        seconds: (isAsked ? StabilitySearch.askedSeconds : StabilitySearch.unaskedSeconds) / Double(lengths.count))
      var windows: [CatapultWindow] = []
      for (index, length) in lengths.enumerated() {
        var other = problem
        other.optimizer.schedule = .warmup(steps: length, decay: decay, finalFraction: final)
        windows.append(
          try StableRateSearch(other).catapultWindow(budget: budget) {
            progress((Double(index) + $0) / Double(lengths.count))
          })
      }
      (self.lengths, self.windows, self.given) = (lengths, windows, given)
      learningRate = problem.optimizer.learningRate
    } catch {
      throw ExperimentFailure(error)
    }
  }

  /// How many searches it takes.
  static func searches(_ problem: TrainingProblem, isAsked: Bool) -> Int {
    lengths(problem, isAsked: isAsked)?.lengths.count ?? 0
  }

  /// The lengths that are tried, and the schedule as it is; nil where nothing is searched.
  private static func lengths(
    _ problem: TrainingProblem, isAsked: Bool
  ) -> (lengths: [Int], given: Int, decay: Schedule.Decay, final: Double)? {
    guard let steps = problem.time.steps, steps >= 4 else { return nil }
    var (given, decay, final) = (0, Schedule.Decay.constant, 0.0)
    switch problem.optimizer.schedule {
    case .constant: break
    case .multipliers: return nil
    case .warmup(let length, let own, let end): (given, decay, final) = (length, own, end)
    }
    return given > 0 || isAsked ? (lengths(given, steps: steps), given, decay, final) : nil
  }

  /// None, the given one, and 1, 2, 5, 10, ... up to half of the run.
  private static func lengths(_ given: Int, steps: Int) -> [Int] {
    var lengths = Set([0, given])
    var decade = 1
    while decade <= steps / 2 {
      lengths.formUnion([1, 2, 5].map { $0 * decade }.filter { $0 <= steps / 2 })
      decade *= 10
    }
    return lengths.sorted()
  }

  /// What becomes of the rate as configured.
  private enum Fate: Int, Comparable {
    case diverges, catapults, descends

    static func < (first: Fate, second: Fate) -> Bool { first.rawValue < second.rawValue }
  }

  /// Nil where a search ran out of time.
  private func fate(_ window: CatapultWindow) -> Fate? {
    guard window.isFound else { return nil }
    if learningRate > window.end.learningRate { return .diverges }
    return learningRate < window.beginning || window.isEmpty ? .descends : .catapults
  }

  private func steps(_ count: Int) -> String { count == 1 ? "1 step" : "\(count) steps" }

  /// Whether the warm-up is long enough.
  var finding: String {
    let fates = windows.map(fate)
    let rate = "rate \(NumberText.short(learningRate))"
    guard let place = lengths.firstIndex(of: given), let own = fates[place] else {
      return "whether a warm-up of \(steps(given)) is long enough was not found in time"
    }
    if fates[0] == .descends {
      return "no warm-up is needed: at \(rate) the train loss never exceeds its start without one"
    }
    let warmup = given > 0 ? "the warm-up of \(steps(given))" : "no warm-up"
    /// The shortest warm-up with which the rate fares as well.
    func cure(_ least: Fate) -> String {
      let first = fates.firstIndex { $0.map { $0 >= least } ?? false }
      return first.map { "\(steps(lengths[$0])) are long enough" }
        ?? "no warm-up of up to \(steps(lengths.last ?? 0)) is long enough, take a smaller rate"
    }
    switch own {
    case .descends: return "\(warmup) is long enough: at \(rate) the train loss never exceeds its start"
    case .catapults:
      return "\(warmup) is too short: at \(rate) the train loss first exceeds its start; \(cure(.descends))"
    case .diverges: return "\(warmup) is too short: \(rate) diverges; for a stable run \(cure(.catapults))"
    }
  }

  /// Windows by length.
  var table: Table {
    Table(
      "warmup", title: "catapult window behind a warm-up:", shown: .all,
      [
        Column("warmup_steps", heading: "warm-up steps", integers: lengths),
        Column(
          "catapult_rate", "above it the train loss first exceeds its start", heading: "no rise below",
          windows.map { $0.isFound ? $0.beginning : nil }),
        Column("largest_stable_rate", "to 1 %", heading: "stable up to", windows.map(\.end.orNothing)),
      ])
  }

  /// For programs.
  var json: JSONValue {
    .list(
      zip(lengths, windows).map { length, window in
        .object([
          "warmup_steps": .integer(length), "largest_stable_rate": window.end.json, "catapult_rate": window.json,
        ])
      })
  }
}
