import Problems
import RealModule

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
  /// - Parameter problem: any problem that the solver takes; its own learning rate has no effect.
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
///
/// Rates are tried on a fixed grid, seventy an octave, so that the answer does not depend on where the search starts.
public struct StableRateSearch: Sendable {
  let series: RateSeries
  /// Whether steps have a given length: losses oscillate, and do not diverge at any rate.
  private let isEndless: Bool

  /// Neighbouring rates of the grid differ by the accuracy of the answer, `2^(1/70) = 1.00995`.
  private static let placesPerOctave = 70.0
  private static let largestPlace = place(of: largestTried)
  private static let smallestPlace = place(of: smallestTried)
  static let smallestTried = 1e-30
  private static let largestTried = 1e12
  /// Of the order of the answer for a few layers, as mean eigenvalues are 1.
  private static let usualStart = 0.25
  /// Solves of a search that starts near, and of one for the window beside it, in units of one solve to the end (measured: about half of
  /// the rates diverge and end early).
  private static let solves = (stable: 7.0, window: 6.0)

  /// Prepares the search.
  ///
  /// - Parameter problem: any problem that the solver takes; its own learning rate has no effect.
  /// - Throws: `SolverFailure` as the solver does.
  public init(_ problem: TrainingProblem) throws(SolverFailure) {
    isEndless = problem.gradientRule?.isNormalized == true
    // Small gradients are not clipped: what is stable near a minimum is what SGD has.
    var problem = problem
    problem.gradientRule = nil
    series = try RateSeries(problem, steps: Self.steps(problem), isForRates: true)
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

  /// Searches for equation (5.3), by growing factors to a bracket, then by bisection of the grid.
  ///
  /// - Parameters:
  ///   - rate: where to begin, which saves solves where it is near; the answer does not depend on it.
  ///   - factor: the first factor, above 1; near the answer a small one saves solves.
  ///   - budget: after which the search ends with what it has seen.
  ///   - progress: receives the share of the solves that are done after each, as far as their number can be known.
  /// - Returns: the largest stable rate of the grid.
  public func run(
    from rate: Double? = nil, factor: Double = 2, budget: SearchBudget, progress: @escaping (Double) -> Void = { _ in }
  ) -> StableRate {
    let isOver = budget.started()
    var share = SearchShare(report: progress)
    let steps = series.steps
    if isEndless { return StableRate(learningRate: .infinity, steps: steps) }
    var (stable, unstable): (Int?, Int?) = (nil, nil)
    var place = Self.place(of: rate ?? Self.usualStart)
    func cut() -> StableRate {
      StableRate(
        learningRate: stable.map(Self.rate(at:)) ?? 0, steps: steps, exhausted: budget.seconds,
        unstable: unstable.map(Self.rate(at:)))
    }
    // The factor squares itself at each turn, so that no start is far.
    var stride = max(1, Int((.log2(factor) * Self.placesPerOctave).rounded()))
    while stable == nil || unstable == nil {
      guard let isStable = isStable(place, isOver) else { return cut() }
      if isStable { stable = place } else { unstable = place }
      share.step(left: SearchShare.usualLeft)
      if unstable == nil, place >= Self.largestPlace { return StableRate(learningRate: .infinity, steps: steps) }
      if stable == nil, place <= Self.smallestPlace { return StableRate(learningRate: 0, steps: steps) }
      place = unstable == nil ? min(place + stride, Self.largestPlace) : max(place - stride, Self.smallestPlace)
      stride *= 2
    }
    while let below = stable, let above = unstable, above - below > 1 {
      guard let isStable = isStable((below + above) / 2, isOver) else { return cut() }
      if isStable { stable = (below + above) / 2 } else { unstable = (below + above) / 2 }
      share.step(left: .log2(Double(above - below)))
    }
    return StableRate(learningRate: stable.map(Self.rate(at:)) ?? 0, steps: steps)
  }

  private static func rate(at place: Int) -> Double { .exp2(Double(place) / placesPerOctave) }

  /// The place of the grid next to a rate within the range that is searched.
  private static func place(of rate: Double) -> Int {
    Int((.log2(min(max(rate, smallestTried), largestTried)) * placesPerOctave).rounded())
  }

  /// Nil where time was over first.
  private func isStable(_ place: Int, _ isOver: @escaping @Sendable () -> Bool) -> Bool? {
    series.losses(at: Self.rate(at: place), steps: nil, isOver: isOver).map { $0.divergedAt == nil }
  }
}
