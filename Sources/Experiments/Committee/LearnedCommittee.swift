import Committee
import Problems
import Validation

/// A predicted course of learning, with rates and networks where they were asked for.
public struct LearnedCommittee: Codable, Sendable {
  /// The theory.
  public let curve: CommitteeCurve
  /// The last time that was wanted.
  public let horizon: Double
  /// Error of each integration step.
  public let tolerance: Double
  /// The best and the largest stable rate; nil where they were not searched.
  public internal(set) var rates: CommitteeRates?
  /// Networks that were trained; nil for none.
  public internal(set) var networks: TrainedCommittees?

  init(_ curve: CommitteeCurve, horizon: Double, tolerance: Double) {
    self.curve = curve
    self.horizon = horizon
    self.tolerance = tolerance
  }

  /// Stretches in which the loss hardly falls.
  public var plateaus: [Plateau] { curve.plateaus }
  /// Which student unit follows which teacher unit.
  public var specialisations: [Specialisation] { curve.specialisations }
}

/// Means over trained networks, and how they agree with the theory.
public struct TrainedCommittees: Codable, Sendable {
  /// D.
  public let dimension: Int
  /// Number of networks.
  public let count: Int
  /// Number of them that diverged.
  public let diverged: Int
  /// Steps that were measured, as far as any network came.
  public let steps: [Int]
  /// Mean losses.
  public let losses: [Ensemble.Mean]
  /// Mean overlaps.
  public let overlaps: [Overlaps]
  /// Mean weights of the readout.
  public let readouts: [[Double]]
  /// Losses compared with the theory; its steps are rows of the curve.
  public let agreement: Agreement

  /// - Parameters:
  ///   - runs: the networks.
  ///   - simulator: what trained them.
  ///   - curve: the theory at the same times.
  ///   - tolerance: relative difference that passes.
  init(_ runs: [CommitteeRun], _ simulator: CommitteeSimulator, beside curve: CommitteeCurve, tolerance: Double) {
    dimension = simulator.dimension
    count = runs.count
    diverged = runs.count { $0.losses.count < simulator.steps.count }
    let ensemble = Ensemble(
      times: simulator.times,
      replicas: runs.map { ReplicaCurve(testLoss: $0.losses, trainLoss: [], forward: [], backward: []) })
    losses = ensemble.means(\.testLoss)
    steps = Array(simulator.steps.prefix(losses.count))
    let reached = losses.indices.map { row in runs.filter { row < $0.losses.count } }
    func mean(_ row: Int, _ values: (CommitteeRun) -> [[Double]]) -> [[Double]] {
      let all = reached[row].map(values)
      return all[0].indices.map { i in
        all[0][i].indices.map { j in all.reduce(0) { $0 + $1[i][j] } / Double(all.count) }
      }
    }
    overlaps = reached.indices.map { row in
      Overlaps(
        student: mean(row) { $0.overlaps[row].student }, mixed: mean(row) { $0.overlaps[row].mixed },
        teacher: simulator.problem.overlaps.teacher)
    }
    readouts = reached.indices.map { row in mean(row) { [$0.readouts[row]] }[0] }
    agreement = Agreement(
      [ComparedCurve("test loss", theory: curve.rows.map(\.loss)) { $0.testLoss }], ensemble,
      rows: Array(curve.rows.indices), theoryDiverges: curve.divergence != nil, tolerance: tolerance,
      Resamples(replicas: runs.count, seed: simulator.seed))
  }
}
