import FiniteWidth
import MeanField
import Problems
import Reports
import RunStore

/// Trains networks of finite width by exact gradient steps.
public struct Simulate: Experiment {
  /// The command.
  public static let name = "simulate"
  /// Network, data, training, and which networks.
  public static let keys = KeySelection(["network", "data", "training", "simulation"])

  private let training: EnsembleTraining
  /// As it was asked, with the width of the theory.
  private let problem: TrainingProblem
  private let spectra: SpectraRequest

  /// - Parameters:
  ///   - problem: what is trained; ratios are rounded to whole sizes.
  ///   - rows: rows of real data behind a measured spectrum; nil for generated data.
  ///   - replicas: number of networks.
  ///   - seed: of all random numbers.
  ///   - measuresCorrelations: whether correlations of all pairs of times are measured, which takes memory.
  ///   - spectra: whether spectra of the weights and the sharpness are measured too.
  /// - Throws: problems that have no finite network.
  public init(
    _ problem: TrainingProblem, rows: PreparedTable? = nil, replicas: Int = 32, seed: Int = 1,
    measuresCorrelations: Bool = false, spectra: SpectraRequest = SpectraRequest()
  ) throws(ExperimentFailure) {
    self.problem = problem
    self.spectra = spectra
    training = EnsembleTraining(
      simulator: try Simulator.prepared(
        problem, rows, seed: seed, keepsTwoTimes: measuresCorrelations, spectra: spectra), replicas: replicas)
  }

  /// Spectra, where they were asked for.
  public var options: [String] { spectra.options }

  /// The problem in a line.
  public var headline: [String] {
    [ProblemText.line(training.simulator.problem)] + training.simulator.problem.trainedWidthLine
  }

  /// Of all networks, as many at a time as memory holds.
  public func estimate(workers: Int) throws(ExperimentFailure) -> Estimate { training.estimate(workers: workers) }

  /// Trains.
  ///
  /// - Parameter context: workers, progress, where finished networks are kept.
  /// - Returns: means over the networks; correlations as arrays if they were measured.
  /// - Throws: an interrupt, files that cannot be written.
  public func run(in context: RunContext) throws(ExperimentFailure) -> Finished<TrainedNetworks> {
    let (ensemble, sums) = try training.run(in: context)
    guard ensemble.count > 0 else { throw .lossBeyondNumbers }
    var result = TrainedNetworks(training.simulator.problem, ensemble)
    result.departure = departure(result, context)
    return Finished(result, arrays: EnsembleArrays.all(ensemble, sums))
  }

  /// How far networks with an activation are from the theory, where it takes no more than a minute and fits.
  private func departure(_ networks: TrainedNetworks, _ context: RunContext) -> Departure? {
    guard problem.hasDeparture, Solver.refusals(problem.ofTheory).isEmpty,
      let solver = try? Solver.prepared(problem.ofTheory.withWholeSizes()),
      solver.cost.seconds < 60, solver.estimate.fits()
    else { return nil }
    var quiet = context
    quiet.progress = { _ in }
    return Departure(networks, problem, theory: solver.solve(in: quiet).curve)
  }

  /// The mean curves with their errors.
  ///
  /// - Parameters:
  ///   - result: the networks.
  ///   - arrays: correlations, for heat maps.
  /// - Returns: the report.
  public static func report(_ result: TrainedNetworks, arrays: (any ArraySource)?) -> Report {
    let problem = result.problem
    var report = Report(
      title: "Trained networks",
      lead: "Networks of finite width, trained from random starts; means over them with their errors.",
      problem: ProblemText.clauses(problem), status: result.isComplete ? "completed" : "diverged")
    report.findings =
      result.findings + (result.spectra?.findings ?? []) + [result.departure?.sentence].compactMap { $0 }
      + [
        result.curve.ownUnitsFinding(problem.data), result.curve.bestFinding(problem.time),
        result.curve.warning(problem),
      ].compactMap { $0 }
    report.details = result.details.merging(result.departure.map { ["departure": $0.json] } ?? [:]) { $1 }
    report.tables = [
      Table(
        "curves",
        note: (result.networks > 1 ? "(means of \(result.networks) networks, +- standard error)\n" : "")
          + result.curve.note(problem.data),
        result.columns + result.batchColumns + (result.outputs?.columns() ?? []) + result.curve.rSquared(problem.data)
      ),
      result.layers.table,
    ]
    report.tables += [result.outputs?.table()].compactMap { $0 } + (result.spectra?.tables() ?? [])
    report.plot = result.curve.plot(problem.time)
    report.figures =
      [result.lossFigure, result.outputs?.accuracyFigure(problem), result.layers.figure(problem)].compactMap { $0 }
      + (result.spectra?.figures(problem) ?? []) + CorrelationFigure.figures(problem, arrays)
    if arrays == nil { report.hints = [CorrelationFigure.hint] }
    report.citations = Citation.of(problem) + Citation.randomNumbers
    return report
  }
}
