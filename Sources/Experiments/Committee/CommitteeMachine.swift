import Committee
import LinearAlgebra
import Parallel
import Problems
import Reports
import RunStore
import Validation

/// Predicts how a network of few hidden units learns a teacher from fresh samples, and trains networks beside it.
public struct CommitteeMachine: Experiment {
  /// The command.
  public static let name = "committee"
  /// The network and its teacher, the input dimension of networks and of a drawn start, which networks, and how strictly they are compared.
  public static let keys = KeySelection(
    ["committee", "simulation"], and: ["data.inputDimension", "validation.tolerance"])

  /// Networks that are trained beside the theory.
  public struct Networks: Sendable {
    let count: Int
    let dimension: Int
    let seed: Int
    let tolerance: Double

    /// - Parameters:
    ///   - count: number of networks, at least 8.
    ///   - dimension: D, at least as many as all units together.
    ///   - seed: of their random numbers.
    ///   - tolerance: relative difference that passes.
    public init(count: Int = 64, dimension: Int = 1000, seed: Int = 1, tolerance: Double = 0.05) {
      self.count = count
      self.dimension = dimension
      self.seed = seed
      self.tolerance = tolerance
    }
  }

  private let problem: CommitteeProblem
  private let horizon: Double
  private let tolerance: Double
  private let networks: Networks?
  private let searchesRates: Bool
  private let times: [Double]

  /// - Parameters:
  ///   - problem: what is learned, and how.
  ///   - horizon: the last time, steps over input dimension.
  ///   - tolerance: error of each integration step, relative to an overlap.
  ///   - networks: networks to train beside the theory; nil for none.
  ///   - searchesRates: whether the best and the largest stable rate are searched.
  /// - Throws: every part of the problem that is wrong.
  public init(
    _ problem: CommitteeProblem, horizon: Double = 100, tolerance: Double = 1e-10, networks: Networks? = nil,
    searchesRates: Bool = false
  ) throws(ExperimentFailure) {
    var refusals = problem.refusals
    if !(horizon > 0 && horizon.isFinite) {
      refusals.append(Refusal(key: "committee.horizon", reason: "must be above 0, got \(horizon)"))
    }
    if !(tolerance >= 1e-14 && tolerance < 1) {
      refusals.append(
        Refusal(key: "committee.tolerance", reason: "must be at least 1e-14 and below 1, got \(tolerance)"))
    }
    if let networks { refusals += Self.refusals(networks, problem, horizon) }
    guard refusals.isEmpty else { throw ExperimentFailure(refusals) }
    self.problem = problem
    self.horizon = horizon
    self.tolerance = tolerance
    self.networks = networks
    self.searchesRates = searchesRates
    times = CommitteeCurve.times(to: horizon, dimension: networks?.dimension)
  }

  private static func refusals(_ networks: Networks, _ problem: CommitteeProblem, _ horizon: Double) -> [Refusal] {
    var refusals: [Refusal] = []
    if networks.count < Agreement.leastReplicas {
      refusals.append(
        Refusal(
          key: "simulation.replicas",
          reason: "a verdict needs at least \(Agreement.leastReplicas) trained networks, got \(networks.count)"))
    }
    let units = problem.studentUnits + problem.teacherUnits
    if networks.dimension < units {
      refusals.append(
        Refusal(
          key: "data.inputDimension", reason: "\(networks.dimension) inputs are too few for \(units) units",
          suggestion: "use at least \(units), and some hundreds to be near the theory"))
    }
    if !(horizon * Double(networks.dimension) <= 1e12) {
      refusals.append(
        Refusal(
          key: "committee.horizon", reason: "\(horizon) are \(horizon * Double(networks.dimension)) steps of a network",
          suggestion: "use a smaller one, or leave out --validate"))
    }
    return refusals
  }

  /// What is done besides the prediction.
  public var options: [String] { (networks == nil ? [] : ["--validate"]) + (searchesRates ? ["--rates"] : []) }

  /// The problem, and what is assumed.
  public var headline: [String] {
    [
      CommitteeText.clauses(problem).joined(separator: " | ") + " | to time \(NumberText.short(horizon))",
      CommitteeText.assumptions,
    ]
  }

  /// Of the integration, the search for rates, and the networks.
  public func estimate(workers: Int) throws(ExperimentFailure) -> Estimate {
    let theory = CommitteeCost.seconds(problem, horizon: horizon, rows: times.count)
    var seconds = theory
    if searchesRates { seconds += CommitteeCost.rateSearch(problem, horizon: horizon) }
    var bytes = 3e6 + Double(times.count) * CommitteeCost.rowBytes(problem)
    var note = ""
    if let networks, let simulator {
      let running = running(workers)
      seconds += simulator.secondsEach * (Double(networks.count) / Double(running)).rounded(.up)
      bytes += Double(running) * Double(simulator.bytesEach)
      bytes += Double(networks.count * times.count) * CommitteeCost.rowBytes(problem)
      bytes += Double(Resamples.bytes(replicas: networks.count))
      note = "\(networks.count) networks; theory \(NumberText.seconds(theory))"
    }
    let units = problem.studentUnits + problem.teacherUnits
    return Estimate(
      bytes: Int(exactly: bytes.rounded()) ?? .max, seconds: seconds,
      disk: DiskUse(
        rows: times.count, columns: 12 + (networks == nil ? 2 : 4) * units * units, series: 2 + units * units,
        pictures: 2),
      subject: "committee machines of this size take",
      remedy: "use a smaller data.inputDimension, committee.samplesPerStep or simulation.replicas", note: note)
  }

  private var simulator: CommitteeSimulator? {
    networks.map { networks in
      CommitteeSimulator(
        problem, dimension: networks.dimension,
        steps: times.map { Int(($0 * Double(networks.dimension)).rounded()) }, seed: networks.seed)
    }
  }

  private func running(_ workers: Int) -> Int {
    ThreadBudget.threads(asked: min(workers, networks?.count ?? 1), bytesEach: simulator?.bytesEach ?? 0)
  }

  /// Integrates, searches rates and trains networks.
  ///
  /// - Parameter context: workers, progress.
  /// - Returns: the curve with what was asked beside it.
  /// - Throws: where an integration fails without divergence.
  public func run(in context: RunContext) throws(ExperimentFailure) -> Finished<LearnedCommittee> {
    BLAS.useThreads(1)
    let share = networks == nil ? (searchesRates ? 0.2 : 1) : 0.05
    let (count, progress) = (Double(times.count), context.progress)
    var result: LearnedCommittee
    do {
      let curve = try CommitteeCurve(problem, times: times, tolerance: tolerance) {
        progress(share * Double($0) / count)
      }
      result = LearnedCommittee(curve, horizon: horizon, tolerance: tolerance)
      if searchesRates {
        result.rates = try CommitteeRates(
          problem, horizon: horizon, tolerance: max(tolerance, 1e-8), workers: context.workers)
      }
    } catch {
      throw ExperimentFailure(
        .failed,
        ["the integration stopped: \(error); try a larger committee.tolerance or a smaller committee.learningRate"])
    }
    if let networks, let simulator {
      let runs = try train(simulator, networks, context) { progress(share + (1 - share) * $0) }
      result.networks = TrainedCommittees(runs, simulator, beside: result.curve, tolerance: networks.tolerance)
    }
    return Finished(result)
  }

  private func train(
    _ simulator: CommitteeSimulator, _ networks: Networks, _ context: RunContext, _ progress: (Double) -> Void
  ) throws(ExperimentFailure) -> [CommitteeRun] {
    var runs: [CommitteeRun] = []
    let stop = StopSignal()
    _ = try OrderedResults.run(
      0..<networks.count, workers: running(context.workers), stop: stop,
      work: { replica -> Swift.Result<CommitteeRun, LinearAlgebraFailure>? in
        do throws(LinearAlgebraFailure) {
          return try simulator.train(replica: replica, stop: stop).map { .success($0) }
        } catch {
          return .failure(error)
        }
      },
      deliver: { index, run throws(ExperimentFailure) in
        runs.append(try ExperimentFailure.catching { () throws(LinearAlgebraFailure) in try run.get() })
        progress(Double(index + 1) / Double(networks.count))
      })
    return runs
  }
}
