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
  /// The most doublings or halvings of the configured rate.
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
    let first = try experiment.trial(problem.learningRate > 0 ? problem.learningRate : 0.1)
    let start = problem.loss
    self.start = start
    var all = [first]
    func isStable(_ trial: Trial) -> Bool { trial.loss.map { $0 <= start } ?? false }
    // The largest tried rate that is stable, and the least tried one above it that is not.
    var (stable, unstable) = isStable(first) ? (first.rate, Double?.none) : (0, first.rate)
    var rounds = 0
    while (stable == 0 || unstable == nil) && rounds < Self.reach {
      let next = try experiment.trial(unstable.map { $0 / 2 } ?? 2 * stable)
      all.append(next)
      if isStable(next) { stable = next.rate } else { unstable = next.rate }
      rounds += 1
      progress(0.3 * Double(rounds) / Double(Self.reach))
    }
    while stable > 0, let high = unstable, high > (1 + Self.accuracy) * stable {
      let next = try experiment.trial((stable * high).squareRoot())
      all.append(next)
      if isStable(next) { stable = next.rate } else { unstable = next.rate }
    }
    isBounded = unstable != nil
    largestStable = stable > 0 ? stable : nil
    guard stable > 0 else {
      trials = all.sorted { $0.rate < $1.rate }
      best = nil
      return
    }
    let top = stable
    all += try experiment.below(top, count: Self.grid, workers: workers) { progress(0.4 + 0.4 * $0) }
    all.sort { $0.rate < $1.rate }
    let refined = try experiment.refined(all.filter { $0.rate <= top && isStable($0) })
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

  /// The least loss between the adjacent points of the best of some stable trials, by Brent's method in the logarithm of the rate.
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
