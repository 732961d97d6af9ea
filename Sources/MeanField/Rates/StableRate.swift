import Problems
import RealModule

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
  /// - Parameter problem: any problem that the solver takes; its own learning rate has no effect.
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
///
/// Rates are tried on a fixed grid, seventy an octave, so that the answer does not depend on where the search starts.
public struct StableRateSearch: Sendable {
  let series: RateSeries

  /// Neighbouring rates of the grid differ by the accuracy of the answer, `2^(1/70) = 1.00995`.
  private static let placesPerOctave = 70.0
  private static let largestPlace = place(of: 1e12)
  private static let smallestPlace = place(of: smallestTried)
  static let smallestTried = 1e-30
  /// Of the order of the answer for a few layers, as mean eigenvalues are 1.
  private static let usualStart = 0.25

  /// Prepares the search.
  ///
  /// - Parameter problem: any problem that the solver takes; its own learning rate has no effect.
  /// - Throws: `SolverFailure` as the solver does.
  public init(_ problem: TrainingProblem) throws(SolverFailure) {
    series = try RateSeries(problem, steps: max(problem.time.steps ?? 0, StableRate.leastSteps))
  }

  /// Memory and seconds of one solve of the search; there are about ten when it starts near.
  public var cost: Cost { series.cost }

  /// Searches for equation (5.3), by growing factors to a bracket, then by bisection of the grid.
  ///
  /// - Parameters:
  ///   - rate: where to begin, which saves solves where it is near; the answer does not depend on it.
  ///   - factor: the first factor, above 1; near the answer a small one saves solves.
  /// - Returns: the largest stable rate of the grid.
  public func run(from rate: Double? = nil, factor: Double = 2) -> StableRate {
    let steps = series.steps
    var (stable, unstable): (Int?, Int?) = (nil, nil)
    var place = Self.place(of: rate ?? Self.usualStart)
    // The factor squares itself at each turn, so that no start is far.
    var stride = max(1, Int((.log2(factor) * Self.placesPerOctave).rounded()))
    while stable == nil || unstable == nil {
      if isStable(place) { stable = place } else { unstable = place }
      if unstable == nil, place >= Self.largestPlace { return StableRate(learningRate: .infinity, steps: steps) }
      if stable == nil, place <= Self.smallestPlace { return StableRate(learningRate: 0, steps: steps) }
      place = unstable == nil ? min(place + stride, Self.largestPlace) : max(place - stride, Self.smallestPlace)
      stride *= 2
    }
    guard var stable, var unstable else { return StableRate(learningRate: 0, steps: steps) }
    while unstable - stable > 1 {
      let middle = (stable + unstable) / 2
      if isStable(middle) { stable = middle } else { unstable = middle }
    }
    return StableRate(learningRate: Self.rate(at: stable), steps: steps)
  }

  private static func rate(at place: Int) -> Double { .exp2(Double(place) / placesPerOctave) }

  /// The place of the grid next to a rate within the range that is searched.
  private static func place(of rate: Double) -> Int {
    Int((.log2(min(max(rate, smallestTried), 1e12)) * placesPerOctave).rounded())
  }

  private func isStable(_ place: Int) -> Bool { series.losses(at: Self.rate(at: place)).divergedAt == nil }
}
