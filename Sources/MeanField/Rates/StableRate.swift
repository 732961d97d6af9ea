import Problems

/// The largest learning rate that does not diverge, equation (5.3), found by bisection on the theory.
public struct StableRate: Codable, Sendable, Hashable {
  /// Relative accuracy of the answer.
  public static let accuracy = 0.01
  /// A rate counts as stable only if it stays so for at least this many steps.
  public static let leastSteps = 200

  /// The largest stable `η` (1.7), at most 1 % below the edge; infinite if no rate up to 1e12 diverged, 0 if every
  /// rate down to 1e-30 did. Of a search that ran out of time the largest rate that was seen to be stable, 0 if none was.
  public let learningRate: Double
  /// Steps over which stability was asked for.
  public let steps: Int
  /// Seconds after which the search ran out of time; nil where it came to its end.
  public let exhausted: Double?
  /// Of a search that ran out of time the smallest rate that was seen to diverge; nil if none was.
  public let unstable: Double?

  /// Whether the search came to its end.
  public var isFound: Bool { exhausted == nil }

  /// Searches at once, however long it takes; `StableRateSearch` has a budget and counts the cost first.
  ///
  /// - Parameter problem: any problem that the solver takes; its learning rate must be above 0.
  /// - Throws: `SolverFailure` as the solver does.
  public init(_ problem: TrainingProblem) throws(SolverFailure) {
    self = try StableRateSearch(problem).run(budget: .unlimited)
  }

  init(learningRate: Double, steps: Int, exhausted: Double? = nil, unstable: Double? = nil) {
    self.learningRate = learningRate
    self.steps = steps
    self.exhausted = exhausted
    self.unstable = unstable
  }
}

/// The search for the largest stable rate: prepared once, then many solves on one compressed spectrum.
public struct StableRateSearch: Sendable {
  let series: RateSeries

  private static let largestTried = 1e12
  static let smallestTried = 1e-30
  /// Solves of a search that starts near, and of one for the window beside it, in units of one solve to the end (measured: about half of
  /// the rates diverge and end early).
  private static let solves = (stable: 7.0, window: 6.0)

  /// Prepares the search.
  ///
  /// - Parameter problem: any problem that the solver takes; its learning rate must be above 0.
  /// - Throws: `SolverFailure` as the solver does.
  public init(_ problem: TrainingProblem) throws(SolverFailure) {
    precondition(problem.optimizer.learningRate > 0, "a search needs a rate to start from")
    series = try RateSeries(problem, steps: Self.steps(problem))
  }

  /// Steps over which stability is asked for: those of a problem, few enough of very many.
  static func steps(_ problem: TrainingProblem) -> Int {
    var steps = problem.time.steps ?? 0
    if case .panels = problem.time.kind { steps = min(steps, mostPanelSteps) }
    return max(steps, StableRate.leastSteps)
  }

  private static let mostPanelSteps = 400

  /// Memory of the search, and seconds of one of its solves at rates near the edge, where modes alternate.
  public var cost: Cost { series.searchCost }

  /// Seconds of one core that a search takes when it starts near, right within a factor of a few.
  ///
  /// - Parameters:
  ///   - cost: of one solve.
  ///   - withWindow: whether the catapult window is searched too.
  /// - Returns: seconds.
  public static func seconds(_ cost: Cost, withWindow: Bool = false) -> Double {
    (solves.stable + (withWindow ? solves.window : 0)) * cost.seconds
  }

  /// Searches for equation (5.3), by growing factors to a bracket, then by bisection of the logarithm.
  ///
  /// - Parameters:
  ///   - rate: where to begin; nil: at the problem's own rate.
  ///   - factor: the first factor, above 1; near the answer a small one saves solves.
  ///   - budget: after which the search ends with what it has seen.
  /// - Returns: the largest stable rate.
  public func run(from rate: Double? = nil, factor: Double = 2, budget: SearchBudget) -> StableRate {
    let isOver = budget.started()
    let steps = series.steps
    var stable = 0.0
    var unstable = Double.infinity
    var rate = Self.inRange(rate ?? series.problem.optimizer.learningRate)
    // The factor squares itself at each turn, so that no start is far.
    var factor = factor
    while unstable.isInfinite || stable == 0 || unstable > stable * (1 + StableRate.accuracy) {
      let isBracketed = unstable.isFinite && stable > 0
      if isBracketed { rate = stable.squareRoot() * unstable.squareRoot() }
      guard let isStable = isStable(rate, isOver) else {
        return StableRate(
          learningRate: stable, steps: steps, exhausted: budget.seconds, unstable: unstable.isFinite ? unstable : nil)
      }
      if isStable { stable = rate } else { unstable = rate }
      if unstable.isInfinite && stable >= Self.largestTried { return StableRate(learningRate: .infinity, steps: steps) }
      if stable == 0 && unstable <= Self.smallestTried { return StableRate(learningRate: 0, steps: steps) }
      rate = Self.inRange(unstable.isInfinite ? factor * stable : unstable / factor)
      factor *= factor
    }
    return StableRate(learningRate: stable, steps: steps)
  }

  private static func inRange(_ rate: Double) -> Double { min(max(rate, smallestTried), largestTried) }

  /// Nil where time was over before it could be seen.
  private func isStable(_ rate: Double, _ isOver: @escaping @Sendable () -> Bool) -> Bool? {
    series.losses(at: rate, steps: nil, isOver: isOver).map { $0.divergedAt == nil }
  }
}
