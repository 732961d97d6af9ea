import Calculus
import Parallel
import RealModule

/// The largest stable rate and the best one of a committee machine, from its start, at a horizon; equation (19.13).
public struct CommitteeRates: Codable, Hashable, Sendable {
  /// One learning rate and what it leads to.
  public struct Trial: Codable, Hashable, Sendable {
    /// η.
    public let rate: Double
    /// The loss at the horizon; nil where it diverged before.
    public let loss: Double?
  }

  /// What was tried, by rising rate.
  public let trials: [Trial]
  /// The loss at the start.
  public let start: Double
  /// The largest rate, to 1 %, up to which every tried rate ends with a loss no larger than at the start; nil where none does.
  public let largestStable: Double?
  /// Whether larger rates than that were found unstable; false where the search ended among stable ones.
  public let isBounded: Bool
  /// The rate with the least loss at the horizon; nil where none is stable.
  public let best: Trial?

  /// How far the largest stable rate may be off, as a share.
  public static let accuracy = 0.01
  /// The most halvings of the configured rate; it is doubled up to a hundredfold.
  private static let reach = 24
  /// Rates below the largest stable one that are tried, each the last over √2.
  private static let grid = 16

  /// Searches, by equation (19.13).
  ///
  /// - Parameters:
  ///   - problem: sound; its rate is where the search begins.
  ///   - horizon: time at which the loss counts.
  ///   - tolerance: of the integration.
  ///   - workers: runs at a time.
  ///   - progress: called with the share of the work that is done.
  /// - Throws: `GSLFailure` where an integration fails without divergence.
  public init(
    _ problem: CommitteeProblem, horizon: Double, tolerance: Double = 1e-8, workers: Int = 1,
    progress: (Double) -> Void = { _ in }
  ) throws(GSLFailure) {
    let experiment = RateTrials(problem: problem, horizon: horizon, tolerance: tolerance)
    let bracket = try experiment.bracket(reach: Self.reach, accuracy: Self.accuracy) { progress(0.4 * $0) }
    start = problem.loss
    isBounded = bracket.unstable != nil
    largestStable = bracket.stable
    guard let top = bracket.stable else {
      trials = bracket.trials.sorted { $0.rate < $1.rate }
      best = nil
      return
    }
    let found = try experiment.below(top, count: Self.grid, workers: workers) { progress(0.4 + 0.4 * $0) }
    let all = (bracket.trials + found).sorted { $0.rate < $1.rate }
    let refined = try experiment.refined(all.filter { $0.rate <= top && experiment.isStable($0) })
    best = refined
    trials = (all + (all.contains(refined) ? [] : [refined])).sorted { $0.rate < $1.rate }
  }
}

/// Runs of one problem at several rates.
private struct RateTrials: Sendable {
  let problem: CommitteeProblem
  let horizon: Double
  let tolerance: Double

  /// Rates below one, each the last over √2.
  func below(_ top: Double, count: Int, workers: Int, _ progress: (Double) -> Void) throws(GSLFailure)
    -> [CommitteeRates.Trial]
  {
    var found: [CommitteeRates.Trial] = []
    var failure: GSLFailure?
    _ = OrderedResults.run(
      0..<count, workers: workers, stop: StopSignal(),
      work: { index -> Result<CommitteeRates.Trial, GSLFailure>? in
        do throws(GSLFailure) {
          return .success(try trial(top * Double.exp2(-Double(index + 1) / 2)))
        } catch {
          return .failure(error)
        }
      },
      deliver: { index, result in
        switch result {
        case .success(let trial): found.append(trial)
        case .failure(let error): failure = error
        }
        progress(Double(index) / Double(count))
      })
    if let failure { throw failure }
    return found
  }

  /// Whether a run ends no higher than it began, equation (19.13).
  func isStable(_ trial: CommitteeRates.Trial) -> Bool { trial.loss.map { $0 <= problem.loss } ?? false }

  /// The largest rate that is stable and, within the accuracy above it, the least that is not: by factors of two from the
  /// configured one, then by halves of the logarithm.
  func bracket(reach: Int, accuracy: Double, progress: (Double) -> Void) throws(GSLFailure)
    -> (stable: Double?, unstable: Double?, trials: [CommitteeRates.Trial])
  {
    let first = try trial(problem.learningRate > 0 ? problem.learningRate : 0.1)
    var all = [first]
    var (stable, unstable) = isStable(first) ? (first.rate, Double?.none) : (nil, first.rate)
    func take(_ rate: Double) throws(GSLFailure) {
      let next = try trial(rate)
      all.append(next)
      if isStable(next) { stable = rate } else { unstable = rate }
    }
    for round in 1...reach where stable == nil || unstable == nil {
      try take(unstable.map { $0 / 2 } ?? 2 * (stable ?? first.rate))
      progress(Double(round) / Double(reach))
      // A trained readout shrinks until any rate is stable, and steps of the integration grow in number with the rate.
      if unstable == nil, let stable, stable >= 100 * first.rate { break }
    }
    while let low = stable, let high = unstable, high > (1 + accuracy) * low { try take((low * high).squareRoot()) }
    return (stable, unstable, all)
  }

  func trial(_ rate: Double) throws(GSLFailure) -> CommitteeRates.Trial {
    var own = problem
    own.learningRate = rate
    // Intermediate times, so that a divergence is noticed before it is integrated to its end.
    let times = CommitteeCurve.times(to: horizon, count: 20, first: horizon / 100)
    let curve = try CommitteeCurve(own, times: times, tolerance: tolerance)
    guard curve.divergence == nil, let last = curve.rows.last else {
      return CommitteeRates.Trial(rate: rate, loss: nil)
    }
    return CommitteeRates.Trial(rate: rate, loss: last.loss)
  }

  /// The least loss between the trials beside the best stable one, by Brent's method in the logarithm of the rate.
  func refined(_ trials: [CommitteeRates.Trial]) throws(GSLFailure) -> CommitteeRates.Trial {
    func value(_ index: Int) -> Double { trials[index].loss ?? .infinity }
    guard var best = trials.indices.first else { return CommitteeRates.Trial(rate: problem.learningRate, loss: nil) }
    for index in trials.indices where value(index) < value(best) { best = index }
    guard best > 0, best + 1 < trials.count, value(best - 1) > value(best), value(best + 1) > value(best) else {
      return trials[best]
    }
    func place(_ index: Int) -> Minimization.Place { .init(Double.log(trials[index].rate), objective(value(index))) }
    var seen = trials[best]
    _ = try Minimization.minimum(between: place(best - 1), place(best), and: place(best + 1), tolerance: 2e-3) {
      point in
      guard let found = try? trial(Double.exp(point)), let loss = found.loss else { return 1e3 }
      if loss < seen.loss ?? .infinity { seen = found }
      return objective(loss)
    }
    return seen
  }

  /// The logarithm of the loss above the noise, which may fall by orders of magnitude.
  private func objective(_ loss: Double) -> Double {
    Double.log(max(loss - problem.noise * problem.noise, 1e-300))
  }
}
