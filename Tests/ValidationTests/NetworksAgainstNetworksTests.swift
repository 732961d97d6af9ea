import Problems
import FiniteWidth
import Fixtures
import Testing

@testable import Validation

/// How often sets of trained networks are said to differ from others of the same problem; the script
/// `scripts/networks-against-networks` runs this and keeps what it prints.
@Suite("Networks against networks", .slow(.statistical))
struct NetworksAgainstNetworksTests {
  /// The mean of so many networks takes the place of the theory: its error is a thirteenth of that of a set.
  private static let reference = 4000
  private static let set = 24
  private static let trials = 300

  /// With a tolerance of 0 every certain difference is a disagreement. Confidence is 99 %, so there are 3 +- 1.7 of 300.
  @Test(
    "sets of 24 networks disagree with the mean of 4,000 in 1 of 100 comparisons", arguments: ["batch", "one-pass"])
  func disagreements(mode: String) throws {
    let problem = makeProblem(
      width: .units(16), dimension: 16, noise: 0.3,
      sampling: mode == "batch" ? .batch(.count(32)) : .onePass(.count(64)), steps: 16)
    let truth = try trainedEnsemble(problem, replicas: Self.reference, seed: 0).meanCurve
    let all = try trainedEnsemble(problem, replicas: Self.trials * Self.set, seed: 1)
    var disagreements = 0
    var medians = 0
    for trial in 0..<Self.trials {
      let set = Ensemble(times: all.times, replicas: Array(all.replicas[trial * Self.set..<(trial + 1) * Self.set]))
      let agreement = Agreement(
        ComparedCurve.losses(truth), set, rows: truth.steps, tolerance: 0,
        Resamples(replicas: Self.set, seed: trial))
      if agreement.verdict == .disagrees { disagreements += 1 }
      medians += agreement.medians
    }
    print(
      "\(mode): \(disagreements) of \(Self.trials) sets of \(Self.set) networks disagree with the mean of "
        + "\(Self.reference)")
    // The reference is a mean, so that a median in its place would count as a difference: 20 of 10,200 do no harm.
    #expect(medians <= 20, "\(medians)")
    #expect(disagreements <= 8)
  }
}
