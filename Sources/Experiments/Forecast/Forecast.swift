import FiniteWidth
import MeanField
import Problems
import Reports
import RunStore
import Tables
import Validation

/// Where the loss of one network will lie, section 23 of the theory notes: bands from networks that are trained as far as a budget of
/// processor time allows, beside the theory.
public struct Forecast: Experiment {
  /// The command.
  public static let name = "forecast"
  /// The problem, and which networks.
  public static let keys = KeySelection(["network", "data", "training"], and: ["simulation.seed", "simulation.width"])

  /// How many networks are trained.
  public enum Effort: Hashable, Sendable {
    /// As many, up to 39, as take so many seconds of processor time.
    case budget(seconds: Double)
    /// So many, of the size of the problem.
    case networks(Int)
  }

  /// Probability of a band that is not asked for another one.
  public static let usualLevel = 0.9
  /// Seconds of processor time that are taken if none are named.
  public static let usualBudget = 2.0
  /// More networks than this narrow a band by less than 2 %.
  static let mostNetworks = 39
  /// Fewer make a band half as wide again.
  static let fewestNetworks = 8

  let simulator: Simulator
  let solver: Solver
  let problem: TrainingProblem
  let effort: Effort
  let level: Double
  let seed: Int
  let log: TrainingLog?

  /// - Parameters:
  ///   - problem: what one network is trained on; ratios are rounded to whole sizes.
  ///   - rows: rows of real data behind a measured spectrum; nil for generated data.
  ///   - effort: how many networks are trained.
  ///   - level: probability of the bands, from 0.5 to 0.99.
  ///   - seed: of all random numbers.
  ///   - log: the beginning of the training in question; nil before it has begun.
  /// - Throws: problems that have no theory or no finite network; a log that no step can be laid on.
  public init(
    _ problem: TrainingProblem, rows: PreparedTable? = nil, effort: Effort = .budget(seconds: Self.usualBudget),
    level: Double = Self.usualLevel, seed: Int = 1, log: TrainingLog? = nil
  ) throws(ExperimentFailure) {
    var reasons: [String] = []
    if !(0.5...0.99 ~= level) { reasons.append("--level: expected a probability from 0.5 to 0.99, got \(level)") }
    switch effort {
    case .budget(let seconds) where !(seconds > 0 && seconds.isFinite):
      reasons.append("--budget: expected seconds of processor time above 0, got \(seconds)")
    case .networks(let count) where count < Self.fewestNetworks:
      reasons.append("a band needs at least \(Self.fewestNetworks) networks, got \(count)")
    default: break
    }
    guard reasons.isEmpty else { throw ExperimentFailure(.refused, reasons) }
    guard case .discrete = problem.time.kind else {
      throw ExperimentFailure(
        .refused, ["training.time: networks are trained step by step; use training.time=discrete"])
    }
    if let epochs = log.flatMap({ Refusal.ofEpochs($0, problem) }) { throw ExperimentFailure([epochs]) }
    let refusals = Validate.refusals(problem)
    guard refusals.isEmpty else { throw ExperimentFailure(refusals) }
    self.problem = problem
    (self.effort, self.level, self.seed, self.log) = (effort, level, seed, log)
    simulator = try Simulator.prepared(problem.withWholeSizes(), rows, seed: seed, keepsTwoTimes: false)
    solver = try Solver.prepared(problem.ofTheory.withWholeSizes())
  }

  /// How many networks, how certain, and which log.
  public var options: [String] {
    let work =
      switch effort {
      case .budget(let seconds): "--budget \(NumberText.brief(seconds))"
      case .networks(let count): "networks \(count)"
      }
    return [work, "--level \(NumberText.brief(level))"] + (log.map { ["log sha256:\($0.sha256)"] } ?? [])
  }

  /// The problem in a line, and what is read from the log.
  public var headline: [String] {
    [ProblemText.line(simulator.problem)] + simulator.problem.trainedWidthLine
      + (log.map {
        ["log \($0.path): " + LoggedLosses($0, solver.problem).reading.joined(separator: ", ")]
      } ?? [])
  }

  /// The networks, as many as there can be, and the theory.
  public func estimate(workers: Int) throws(ExperimentFailure) -> Estimate {
    let theory = solver.estimate
    var whole = EnsembleTraining(simulator: simulator, replicas: Self.mostNetworks).estimate(workers: workers)
    whole.bytes += theory.bytes
    switch effort {
    case .budget(let seconds):
      let most = Double(Self.mostNetworks) * simulator.cost.secondsPerReplica
      whole.seconds = min(seconds, most) / Double(workers) + theory.seconds
      whole.note = "at most \(NumberText.seconds(seconds)) of processor time for networks"
    case .networks(let count):
      let networks = EnsembleTraining(simulator: simulator, replicas: count).estimate(workers: workers)
      whole.seconds = networks.seconds + theory.seconds
      whole.note = networks.note
    }
    whole.disk = DiskUse(
      rows: problem.time.reportedRows(of: (problem.time.steps ?? 0) + 1).count, columns: 28, series: 8, pictures: 1)
    return whole
  }

  /// Solves, trains networks and finds the bands.
  ///
  /// - Parameter context: workers and progress.
  /// - Returns: the bands.
  /// - Throws: a theory that diverges, a budget too small for any band.
  public func run(in context: RunContext) throws(ExperimentFailure) -> Finished<Forecasted> {
    var quiet = context
    quiet.progress = { _ in }
    let solution = solver.solve(in: quiet)
    guard case .completed = solution.outcome else {
      throw ExperimentFailure(
        .refused,
        [
          "the theory ends at step \(solution.curve.steps.count) of \(problem.time.steps ?? 0), and a band of networks that diverge says "
            + "nothing; use a smaller training.learningRate (dmft explain --stability names the largest stable one)"
        ])
    }
    let sample = try ForecastSample.trained(self, solution, context)
    return Finished(try Forecasted(self, solution, sample))
  }

  /// The bands.
  ///
  /// - Parameters:
  ///   - result: what was found.
  ///   - arrays: none are kept.
  /// - Returns: the report.
  public static func report(_ result: Forecasted, arrays: (any ArraySource)?) -> Report { result.report }
}
