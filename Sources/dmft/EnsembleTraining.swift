import DeepLinear
import FiniteWidth
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
    var resumed = 0

    func ensemble(_ simulator: Simulator) -> Ensemble { Ensemble(times: simulator.times, replicas: curves) }
  }

  private var hiddenLayers: Int { simulator.problem.architecture.hiddenLayers }
  private var sumsName: String { group + "sums" }

  /// - Parameters:
  ///   - stop: ends the training when raised; finished networks count.
  ///   - progress: told the share of networks done.
  /// - Returns: the networks in order, all of them unless it was stopped.
  /// - Throws: 74 where a finished network can't be kept.
  func run(stop: StopSignal, progress: (Double) -> Void) throws(CommandFailure) -> Result {
    var result = resumed()
    result.resumed = result.curves.count
    let start = result.curves.count
    let simulator = simulator
    var lastKept = ContinuousClock.now
    do throws(WritingProblem) {
      _ = try OrderedResults.run(
        start..<replicas, workers: workers, stop: stop,
        work: { simulator.train(replica: $0, stop: stop) },
        deliver: { index, network throws(WritingProblem) in
          result.curves.append(network.curve)
          result.sums?.add(network.correlations)
          try units?.write(network.curve, group: group, replica: index)
          // Sums are large: every two seconds is enough, as networks beyond them are trained again.
          if ContinuousClock.now - lastKept > .seconds(2) {
            try keepSums(result)
            lastKept = .now
          }
          progress(Double(index + 1) / Double(replicas))
        })
      if result.curves.count < replicas { try keepSums(result) }
    } catch {
      throw CommandFailure(error)
    }
    return result
  }

  /// Networks of an earlier attempt, up to the first that is missing or damaged; with sums, no more than are in them.
  private func resumed() -> Result {
    var result = Result(sums: keepsTwoTimes ? simulator.emptySums : nil)
    guard let units else { return result }
    var most = replicas
    if let empty = result.sums {
      // The first two numbers: networks seen, networks added (diverged ones are not).
      guard let kept = units.read(sumsName), kept.count >= 2, let seen = Int(exactly: kept[0]),
        let added = Int(exactly: kept[1]),
        let sums = TwoTimeSums(like: empty, networks: added, values: Array(kept.dropFirst(2)))
      else { return result }
      most = min(most, seen)
      result.sums = sums
    }
    while result.curves.count < most,
      let curve = units.replica(result.curves.count, group: group, hiddenLayers: hiddenLayers)
    {
      result.curves.append(curve)
    }
    // Sums can't be taken apart: with a network missing below them they are of no use.
    return result.sums != nil && result.curves.count < most ? Result(sums: simulator.emptySums) : result
  }

  private func keepSums(_ result: Result) throws(WritingProblem) {
    guard let sums = result.sums else { return }
    try units?.write(sumsName, [Double(result.curves.count), Double(sums.networks)] + sums.values)
  }
}
