import Problems

/// The largest learning rate that does not diverge, equation (5.3), found by bisection on the theory.
public struct StableRate: Codable, Sendable, Hashable {
  /// Relative accuracy of the answer.
  public static let accuracy = 0.01
  /// A rate counts as stable only if it stays so for at least this many steps.
  public static let leastSteps = 200

  /// The largest stable `η` (1.7), at most 1 % below the edge; infinite if no rate up to 1e12 diverged, 0 if every
  /// rate down to 1e-30 did.
  public let learningRate: Double
  /// Steps over which stability was asked for.
  public let steps: Int

  /// Searches at once; `StableRateSearch` reports the cost first.
  ///
  /// - Parameter problem: any problem that the solver takes; its learning rate must be above 0.
  /// - Throws: `SolverFailure` as the solver does.
  public init(_ problem: TrainingProblem) throws(SolverFailure) {
    self = try StableRateSearch(problem).run()
  }

  init(learningRate: Double, steps: Int) {
    self.learningRate = learningRate
    self.steps = steps
  }
}

/// The search for the largest stable rate: prepared once, then many solves on one compressed spectrum.
public struct StableRateSearch: Sendable {
  let series: RateSeries

  private static let largestTried = 1e12
  static let smallestTried = 1e-30

  /// Prepares the search.
  ///
  /// - Parameter problem: any problem that the solver takes; its learning rate must be above 0.
  /// - Throws: `SolverFailure` as the solver does.
  public init(_ problem: TrainingProblem) throws(SolverFailure) {
    precondition(problem.optimizer.learningRate > 0, "a search needs a rate to start from")
    series = try RateSeries(problem, steps: max(problem.time.steps ?? 0, StableRate.leastSteps))
  }

  /// Memory and seconds of one solve of the search; there are about ten when it starts near.
  public var cost: Cost { series.cost }

  /// Searches for equation (5.3), by growing factors to a bracket, then by bisection of the logarithm.
  ///
  /// - Parameters:
  ///   - rate: where to begin; nil: at the problem's own rate.
  ///   - factor: the first factor, above 1; near the answer a small one saves solves.
  /// - Returns: the largest stable rate.
  public func run(from rate: Double? = nil, factor: Double = 2) -> StableRate {
    let steps = series.steps
    var stable = 0.0
    var unstable = Double.infinity
    var rate = Self.inRange(rate ?? series.problem.optimizer.learningRate)
    // The factor squares itself at each turn, so that no start is far.
    var factor = factor
    while unstable.isInfinite || stable == 0 {
      if isStable(rate) { stable = rate } else { unstable = rate }
      if unstable.isInfinite && stable >= Self.largestTried { return StableRate(learningRate: .infinity, steps: steps) }
      if stable == 0 && unstable <= Self.smallestTried { return StableRate(learningRate: 0, steps: steps) }
      rate = Self.inRange(unstable.isInfinite ? factor * stable : unstable / factor)
      factor *= factor
    }
    while unstable > stable * (1 + StableRate.accuracy) {
      let middle = stable.squareRoot() * unstable.squareRoot()
      if isStable(middle) { stable = middle } else { unstable = middle }
    }
    return StableRate(learningRate: stable, steps: steps)
  }

  private static func inRange(_ rate: Double) -> Double { min(max(rate, smallestTried), largestTried) }

  private func isStable(_ rate: Double) -> Bool { series.losses(at: rate).divergedAt == nil }
}
