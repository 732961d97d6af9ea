import FiniteWidth
import Files
import Parallel
import Problems
import RunStore

/// Trains the networks of one ensemble, takes up what an earlier attempt kept, and keeps what it finishes.
struct EnsembleTraining {
  let simulator: Simulator
  let replicas: Int
  /// Start of the names of its units, where a run has several ensembles.
  var group = ""
  /// The first networks, where they are trained already.
  var known: [ReplicaCurve] = []

  /// Curves of trained networks, and sums of their correlations where these are measured.
  struct Networks {
    var curves: [ReplicaCurve] = []
    var sums: TwoTimeSums?
  }

  /// One network on its way to the result.
  private enum Piece: Sendable {
    /// Taken up from an earlier attempt.
    case kept(ReplicaCurve)
    case trained(TrainedNetwork)
    /// Trained, but it could not be kept.
    case lost(WritingProblem)
  }

  /// Networks trained at a time: as asked, and no more than memory holds.
  func workers(_ asked: Int) -> Int {
    ThreadBudget.threads(
      asked: min(asked, replicas), bytesEach: simulator.cost.bytesPerReplica,
      beside: Int(exactly: bytesKept.rounded()) ?? .max)
  }

  /// Bytes of the curves of all networks and of their means.
  private var bytesKept: Double {
    let cost = simulator.cost
    return Double(cost.bytesKeptPerReplica) * Double(replicas) + Double(cost.bytesShared)
  }

  /// What the ensemble takes.
  func estimate(workers asked: Int) -> Estimate {
    let (cost, workers, kept) = (simulator.cost, workers(asked), bytesKept)
    let trained = Double(cost.bytesPerReplica) * Double(workers)
    let areMany = kept > trained
    return Estimate(
      bytes: Int(exactly: (trained + kept).rounded()) ?? .max,
      seconds: cost.secondsPerReplica * Double(replicas) / Double(workers), disk: disk,
      subject: areMany
        ? "the curves of \(replicas) networks over \(simulator.problem.time.steps ?? 0) steps take"
        : "a network of this size takes while it trains",
      remedy: areMany
        ? "use fewer simulation.replicas or training.steps"
        : "use a smaller network.width or data.inputDimension"
          + (simulator.problem.sampleRatio == nil ? "" : ", or fewer data.samples"),
      note: replicas == 1 ? "1 network" : "\(replicas) networks, \(workers) at a time")
  }

  /// Means and errors of losses and layers; correlations where they are measured.
  private var disk: DiskUse {
    let problem = simulator.problem
    let (layers, points) = (problem.architecture.hiddenLayers, (problem.time.steps ?? 0) + 1)
    let outputs = problem.data.outputCount
    let curves = 2 + 2 * layers + 1 + (outputs > 1 ? 3 * outputs : 0) + (simulator.hasClasses ? 2 : 0)
    var disk = DiskUse(
      rows: problem.time.reportedRows(of: points).count, columns: 4 + 2 * curves, series: 2 * curves, pictures: 2)
    if simulator.keepsTwoTimes {
      disk.add(arrays: 2 + 2 * (layers + 1), points: points, maps: min(4, layers + 1) + min(4, layers))
    }
    return disk
  }

  /// Trains.
  ///
  /// - Parameter context: workers, progress, where finished networks are kept.
  /// - Returns: all networks in order, and sums of their correlations where these are measured.
  /// - Throws: an interrupt, with a word on what was kept; a finished network that cannot be kept.
  func run(in context: RunContext) throws(ExperimentFailure) -> (ensemble: Ensemble, sums: TwoTimeSums?) {
    let units = context.units
    let sums = keptSums(units)
    let kept = keptCurves(units, below: sums.map(\.seen))
    let before = kept.count { $0 != nil }
    if before > known.count { context.notice("\(before) done before, \(replicas - before) to go") }
    var networks = Networks(sums: sums?.sums)
    var trained = 0
    let stop = StopSignal()
    // Without units there is nothing to wait for: an interrupt may end the process at once.
    if units != nil { context.stopping(stop) }
    defer { context.stopping(nil) }
    do throws(WritingProblem) {
      try train(kept, into: &networks, units, workers: workers(context.workers), stop: stop) {
        trained += 1
        context.progress(Double(trained) / Double(max(1, replicas - before)))
      }
    } catch {
      throw ExperimentFailure(error)
    }
    guard networks.curves.count < replicas else {
      return (Ensemble(times: simulator.times, replicas: networks.curves), networks.sums)
    }
    let done = keptCurves(units, below: sums.map { _ in networks.curves.count }).count { $0 != nil }
    throw ExperimentFailure(
      .interrupted, ["stopped: \(done) of \(replicas) replicas kept; repeat the command to continue"])
  }

  private func train(
    _ kept: [ReplicaCurve?], into networks: inout Networks, _ units: UnitStore?, workers: Int, stop: StopSignal,
    finished: () -> Void
  ) throws(WritingProblem) {
    let (simulator, group) = (simulator, group)
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
        case .kept(let curve): networks.curves.append(curve)
        case .trained(let network):
          networks.curves.append(network.curve)
          networks.sums?.add(network.correlations)
          finished()
        case .lost(let problem): throw problem
        }
        // Sums are large: every two seconds is enough, as networks beyond them are trained again.
        guard ContinuousClock.now - lastKept > .seconds(2) else { return }
        try keep(networks, units)
        lastKept = .now
      })
    if networks.curves.count < replicas { try keep(networks, units) }
  }
}

// What an earlier attempt kept.

extension EnsembleTraining {
  private var sumsName: String { group + "sums" }

  private func keep(_ networks: Networks, _ units: UnitStore?) throws(WritingProblem) {
    guard let sums = networks.sums else { return }
    try units?.write(sumsName, [Double(networks.curves.count), Double(sums.networks)] + sums.values)
  }

  /// Sums of an earlier attempt, and how many networks they have seen (diverged ones are seen and not added); nil where
  /// correlations are not measured.
  private func keptSums(_ units: UnitStore?) -> (sums: TwoTimeSums, seen: Int)? {
    guard simulator.keepsTwoTimes else { return nil }
    let empty = simulator.emptySums
    guard let kept = units?.read(sumsName), kept.count >= 2, let seen = Int(exactly: kept[0]),
      let added = Int(exactly: kept[1]),
      let sums = TwoTimeSums(like: empty, networks: added, values: Array(kept.dropFirst(2)))
    else { return (empty, 0) }
    // Sums can't be taken apart: with a network missing below them they are of no use.
    guard keptCurves(units, below: seen).prefix(seen).allSatisfy({ $0 != nil }) else { return (empty, 0) }
    return (sums, seen)
  }

  /// Networks of an earlier attempt by their number, all or those below a bound; missing and damaged ones are nil.
  private func keptCurves(_ units: UnitStore?, below bound: Int?) -> [ReplicaCurve?] {
    (0..<replicas).map { index in
      guard index < bound ?? replicas else { return nil }
      if index < known.count { return known[index] }
      let layers = simulator.problem.architecture.hiddenLayers
      var curve = units?.replica(
        index, group: group, hiddenLayers: layers, outputs: simulator.problem.data.outputCount,
        hasClasses: simulator.hasClasses, hasBatches: simulator.problem.minibatchRule != nil)
      guard !simulator.spectra.isEmpty, let count = curve?.count else { return curve }
      curve?.spectra = units?.spectra(index, group: group)
      return curve?.spectra.map { simulator.spectra.areAll(in: $0, count: count, layers: layers) } == true ? curve : nil
    }
  }
}

extension Simulator {
  /// A simulator, with its refusal as an error of the experiment.
  static func prepared(
    _ problem: TrainingProblem, _ rows: PreparedTable?, seed: Int, keepsTwoTimes: Bool,
    spectra: SpectraRequest = SpectraRequest()
  ) throws(ExperimentFailure) -> Simulator {
    let beyond = spectra.refusalsOfSteps(problem)
    guard beyond.isEmpty else { throw ExperimentFailure(beyond) }
    do {
      return try Simulator(
        problem, table: rows, seed: seed, keepsTwoTimes: keepsTwoTimes, spectra: spectra.measured(problem))
    } catch {
      throw ExperimentFailure(error.refusals)
    }
  }
}
