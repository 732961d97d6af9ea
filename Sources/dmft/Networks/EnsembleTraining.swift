import DeepLinear
import FiniteWidth
import Logging
import Parallel
import Records

/// Trains the networks of one ensemble, takes up what an earlier attempt kept, and keeps what it finishes.
struct EnsembleTraining {
  let simulator: Simulator
  let replicas: Int
  let workers: Int
  /// Start of the names of its units, where a run has several ensembles.
  let group: String
  /// Where finished networks are kept; nil keeps none.
  let units: UnitStore?
  let keepsTwoTimes: Bool

  /// What was trained: all networks, or the first ones if it was stopped.
  struct Result {
    var curves: [ReplicaCurve] = []
    var sums: TwoTimeSums?

    func ensemble(_ simulator: Simulator) -> Ensemble { Ensemble(times: simulator.times, replicas: curves) }
  }

  /// One network on its way to the result.
  private enum Piece: Sendable {
    /// Taken up from an earlier attempt.
    case kept(ReplicaCurve)
    case trained(TrainedNetwork)
    /// Trained, but it could not be kept.
    case lost(WritingProblem)
  }

  private var sumsName: String { group + "sums" }

  /// Trains; an interrupt ends the command with exit code 75 and a word on what was kept.
  ///
  /// - Parameters:
  ///   - stop: ends the training when raised.
  ///   - quiet: no progress.
  ///   - log: for what was taken up.
  /// - Returns: all networks in order.
  /// - Throws: 75 where it was stopped, 74 where a finished network can't be kept.
  func run(stop: StopSignal, quiet: Bool, _ log: Logger) throws(CommandFailure) -> Result {
    let sums = keptSums()
    let kept = keptCurves(below: sums.map(\.seen))
    let before = kept.count { $0 != nil }
    if before > 0 { log.notice("\(before) done before, \(replicas - before) to go") }
    var result = Result(sums: keepsTwoTimes ? sums?.sums ?? simulator.emptySums : nil)
    let progress = ProgressLine(quiet: quiet)
    var trained = 0
    do throws(WritingProblem) {
      try train(kept, into: &result, stop: stop) { isNew in
        trained += isNew ? 1 : 0
        progress.report(Double(trained) / Double(max(1, replicas - before)))
      }
    } catch {
      throw CommandFailure(error)
    }
    progress.finish()
    guard result.curves.count < replicas else { return result }
    let done = units == nil ? 0 : keptCurves(below: keepsTwoTimes ? result.curves.count : nil).count { $0 != nil }
    throw CommandFailure(
      status: .interrupted,
      lines: [
        units == nil
          ? Interruption.nothingKept : "stopped: \(done) of \(replicas) replicas kept; the same command goes on"
      ])
  }

  private func train(
    _ kept: [ReplicaCurve?], into result: inout Result, stop: StopSignal, progress: (_ isNew: Bool) -> Void
  ) throws(WritingProblem) {
    let (simulator, units, group) = (simulator, units, group)
    var lastKept = ContinuousClock.now
    _ = try OrderedResults.run(
      0..<replicas, workers: workers, stop: stop,
      work: { index -> Piece? in
        if let curve = kept[index] { return .kept(curve) }
        guard let network = simulator.train(replica: index, stop: stop) else { return nil }
        do throws(WritingProblem) {
          // At once, not in order: what is finished when a signal comes is not lost.
          try units?.write(network.curve, group: group, replica: index)
        } catch {
          return .lost(error)
        }
        return .trained(network)
      },
      deliver: { _, piece throws(WritingProblem) in
        switch piece {
        case .kept(let curve):
          result.curves.append(curve)
          progress(false)
        case .trained(let network):
          result.curves.append(network.curve)
          result.sums?.add(network.correlations)
          progress(true)
        case .lost(let problem): throw problem
        }
        // Sums are large: every two seconds is enough, as networks beyond them are trained again.
        guard ContinuousClock.now - lastKept > .seconds(2) else { return }
        try keepSums(result)
        lastKept = .now
      })
    if result.curves.count < replicas { try keepSums(result) }
  }

  /// Sums of an earlier attempt, and how many networks they have seen (diverged ones are seen and not added).
  private func keptSums() -> (sums: TwoTimeSums, seen: Int)? {
    guard keepsTwoTimes else { return nil }
    let empty = simulator.emptySums
    guard let kept = units?.read(sumsName), kept.count >= 2, let seen = Int(exactly: kept[0]),
      let added = Int(exactly: kept[1]),
      let sums = TwoTimeSums(like: empty, networks: added, values: Array(kept.dropFirst(2)))
    else { return (empty, 0) }
    // Sums can't be taken apart: with a network missing below them they are of no use.
    guard keptCurves(below: seen).prefix(seen).allSatisfy({ $0 != nil }) else { return (empty, 0) }
    return (sums, seen)
  }

  /// Networks of an earlier attempt by their number, all or those below a bound; missing and damaged ones are nil.
  private func keptCurves(below bound: Int?) -> [ReplicaCurve?] {
    (0..<replicas).map { index in
      guard index < bound ?? replicas else { return nil }
      return units?.replica(index, group: group, hiddenLayers: simulator.problem.architecture.hiddenLayers)
    }
  }

  private func keepSums(_ result: Result) throws(WritingProblem) {
    guard let sums = result.sums else { return }
    try units?.write(sumsName, [Double(result.curves.count), Double(sums.networks)] + sums.values)
  }

  /// Where finished networks are kept.
  static func units(_ runFolder: RunFolder?) throws(CommandFailure) -> UnitStore? {
    do {
      return try runFolder?.begin(version: DMFT.version)
    } catch {
      throw CommandFailure(error)
    }
  }
}
