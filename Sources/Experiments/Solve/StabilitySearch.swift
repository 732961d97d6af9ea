import JSON
import MeanField
import Problems
import Reports

/// The searches for the largest stable rate and the catapult window, each within a budget of seconds by a clock.
struct StabilitySearch {
  private let search: StableRateSearch
  private let budget: SearchBudget

  /// Seconds that a search may take which nobody asked for, and one that was asked for.
  static let unaskedSeconds = 5.0
  static let askedSeconds = 60.0
  /// Estimated seconds up to which a search is made unasked.
  private static let mostEstimated = 1.0

  /// - Parameters:
  ///   - problem: whose rates are searched; gradient flow has none.
  ///   - seconds: that the search may take.
  ///   - notice: receives a sentence where memory does not hold it.
  /// - Throws: what the solver refuses.
  init?(_ problem: TrainingProblem, seconds: Double, _ notice: (String) -> Void) throws(ExperimentFailure) {
    guard !problem.time.isFlow, problem.gradientRule?.isNormalized != true else { return nil }
    do {
      search = try StableRateSearch(problem)
    } catch {
      throw ExperimentFailure(error)
    }
    budget = SearchBudget(seconds: seconds)
    do {
      try Self.estimate(search.cost, budget: seconds, withWindow: true).refuseBeyondMemory()
    } catch {
      notice("the largest stable rate is left out: \(error)")
      return nil
    }
  }

  /// A search that `explain` makes: asked for, or short.
  ///
  /// - Parameters:
  ///   - solver: of the problem.
  ///   - isAsked: whether it was asked for.
  ///   - notice: receives a sentence where it is left out.
  /// - Throws: what the solver refuses.
  init?(explaining solver: Solver, isAsked: Bool, _ notice: (String) -> Void) throws(ExperimentFailure) {
    guard let cost = solver.searchCost else { return nil }
    let seconds = StableRateSearch.seconds(cost, withWindow: true)
    guard isAsked || seconds < Self.mostEstimated && !cost.isLeast else {
      notice(
        "the largest stable rate is left out: its search would take \(cost.isLeast ? "at least" : "about") "
          + "\(NumberText.seconds(seconds)); --stability makes it, for at most \(NumberText.seconds(Self.askedSeconds))"
      )
      return nil
    }
    try self.init(solver.problem, seconds: isAsked ? Self.askedSeconds : Self.unaskedSeconds, notice)
  }

  /// What a search takes.
  ///
  /// - Parameters:
  ///   - cost: of one of its solves.
  ///   - seconds: that it may take.
  ///   - withWindow: whether the catapult window is searched too.
  /// - Returns: the estimate, no more than the budget.
  static func estimate(_ cost: Cost, budget seconds: Double, withWindow: Bool = false) -> Estimate {
    let counted = cost.isLeast ? .infinity : StableRateSearch.seconds(cost, withWindow: withWindow)
    return Estimate(
      bytes: cost.bytes, seconds: min(seconds, counted), subject: "its search needs",
      remedy: "try fewer steps or layers")
  }

  /// Searches.
  ///
  /// - Parameter progress: receives the share that is done.
  /// - Returns: the largest stable rate.
  func stableRate(_ progress: @escaping (Double) -> Void) -> StableRate {
    search.run(budget: budget, progress: progress)
  }

  /// Searches both, likewise.
  func catapultWindow(_ progress: @escaping (Double) -> Void) -> CatapultWindow {
    search.catapultWindow(budget: budget, progress: progress)
  }
}

extension StableRate {
  /// As it follows on `diverged at step 41;`.
  var words: String {
    if let exhausted {
      let seen =
        learningRate > 0
        ? "at least \(NumberText.brief(learningRate)) is stable"
        : unstable.map { "\(NumberText.brief($0)) diverges" } ?? "no rate was seen to its end"
      return "largest stable rate not found within \(NumberText.seconds(exhausted)): \(seen)"
    }
    if learningRate == 0 { return "no learning rate is stable: something else makes the loss grow" }
    if learningRate.isInfinite { return "no learning rate up to 1e12 diverges" }
    return "largest stable rate \(NumberText.brief(learningRate)) (to \(NumberText.percent(Self.accuracy)))"
  }

  /// The rate where it was found; JSON has no infinity: null where there is none.
  var json: JSONValue { isFound && learningRate.isFinite ? .number(learningRate) : .null }

  /// The rate where it was found; not a number where the search ran out of time.
  var orNothing: Double { isFound ? learningRate : .nan }

  /// The rate where it was found.
  var found: Double? { isFound && learningRate > 0 && learningRate.isFinite ? learningRate : nil }
}

extension CatapultWindow {
  /// What happens below the largest stable rate; nothing to say where there is no such rate.
  var sentences: [String] {
    guard end.found != nil else { return [] }
    if isEmpty { return ["no catapult window: up to that rate the train loss never exceeds its start"] }
    if beginning == 0 { return ["the train loss exceeds its start at every rate: that is no catapult"] }
    if let exhausted {
      let seen =
        beginning < end.learningRate ? ": at \(NumberText.brief(beginning)) the train loss exceeds its start" : ""
      return ["beginning of the catapult window not found within \(NumberText.seconds(exhausted))" + seen]
    }
    return [
      "catapult window from rate \(NumberText.brief(beginning)) up to it: there the train loss first grows beyond its start, "
        + "then falls; finite networks scatter widely there (stay below the window to compare them with the theory)"
    ]
  }

  /// Where the window begins; the largest stable rate where it is empty; null where it was not found.
  var json: JSONValue { isFound && beginning.isFinite ? .number(beginning) : .null }
}
