import MeanField
import Problems
import Reports
import RunStore

/// Predicts the loss curve of a deep linear network without training it.
public struct Solve: Experiment {
  /// The command.
  public static let name = "solve"
  /// Network, data and training.
  public static let keys = KeySelection.problem

  private let solver: Solver
  private let comparesLimits: Bool
  private let rows: PreparedTable?
  private let spectra: SpectraRequest

  /// - Parameters:
  ///   - problem: what is predicted.
  ///   - rows: the rows of a table with classes, whose accuracy is predicted; nil for others.
  ///   - comparesLimits: whether exact limits near the problem are compared with it.
  ///   - spectra: whether spectra of the weights and the sharpness are wanted too.
  /// - Throws: what the solver refuses.
  public init(
    _ problem: TrainingProblem, rows: PreparedTable? = nil, comparesLimits: Bool = false,
    spectra: SpectraRequest = SpectraRequest()
  ) throws(ExperimentFailure) {
    solver = try Solver.prepared(problem)
    let refusals = spectra.refusals(solver)
    guard refusals.isEmpty else { throw ExperimentFailure(refusals) }
    self.spectra = spectra
    self.rows = rows
    self.comparesLimits = comparesLimits
  }

  /// Spectra, where they were asked for.
  public var options: [String] { spectra.options }
  /// The problem in a line.
  public var headline: [String] { [ProblemText.line(solver.problem)] }

  /// Of one solve, with the accuracy of classes.
  public func estimate(workers: Int) throws(ExperimentFailure) -> Estimate {
    var estimate = solver.estimate
    estimate.seconds += (rows.map(solver.accuracySeconds) ?? 0) + spectra.seconds(solver.problem)
    estimate.bytes += spectra.bytes(solver.problem)
    return estimate
  }

  /// What the solve and the spectra take of the seconds; draws of classes take the rest.
  private var shares: (solve: Double, spectra: Double) {
    let own = max(solver.cost.seconds, 1e-3)
    let (draws, spectra) = (rows.map(solver.accuracySeconds) ?? 0, spectra.seconds(solver.problem))
    let all = own + draws + spectra
    return (own / all, spectra / all)
  }

  /// Solves; after a divergence it searches for the largest stable rate, for five seconds or as long as the solve was to take.
  ///
  /// - Parameter context: workers, progress.
  /// - Returns: the prediction.
  /// - Throws: what the solver refuses.
  public func run(in context: RunContext) throws(ExperimentFailure) -> Finished<Prediction> {
    let shares = shares
    var (solving, done) = (context, 0.0)
    solving.progress = { share in
      done = share * shares.solve
      context.progress(done)
    }
    let solution = solver.solve(in: solving)
    var prediction = Prediction(solution, accuracy: rows.flatMap(solution.accuracy) ?? solution.accuracyOfGivenRows())
    guard !prediction.curve.steps.isEmpty else {
      throw Limits.initialLoss(solution.problem).isFinite ? .firstTimesBeyondNumbers : .lossBeyondNumbers
    }
    if case .diverged = solution.outcome, solution.wide == nil {
      context.notice(
        "diverged; looking for the largest stable rate, for at most \(NumberText.seconds(solver.searchSeconds))")
      prediction.stableRate = try StabilitySearch(
        solution.problem, seconds: solver.searchSeconds, context.notice)?.stableRate { [done] in
          context.progress(done + (shares.solve - done) * $0)
        }
    }
    context.progress(1 - shares.spectra)
    prediction.spectra = PredictedSpectra(solution, spectra) {
      context.progress(1 - shares.spectra + shares.spectra * $0)
    }
    if comparesLimits { prediction.limits = LimitComparison.all(solution) }
    return Finished(prediction, arrays: context.keepsArrays ? TheoryArrays.all(solution) : [])
  }

  /// The curve with its figures and checks.
  ///
  /// - Parameters:
  ///   - result: the prediction.
  ///   - arrays: correlations, for heat maps.
  /// - Returns: the report.
  public static func report(_ result: Prediction, arrays: (any ArraySource)?) -> Report {
    var report = result.report(
      title: "Predicted loss curve",
      lead: result.wide == nil
        ? "The loss that this network would have while it trains, predicted without training it: the exact equations of "
          + "dynamical mean-field theory for large width, samples and input dimension, solved forward in time."
        : "The loss that a network of infinite width would have on these rows while it trains, predicted without training it: its features "
          + "do not move, so that two kernels of the rows say everything.")
    let data = result.problem.data
    let curves = Table(
      "curves", note: result.curve.note(data),
      result.curve.columns(result.problem.time, data) + result.scalingColumns + result.gradientColumns
        + result.curve.batchColumns
        + (result.outputs?.accuracyColumns ?? []) + result.curve.rSquared(data))
    report.tables =
      [curves] + (result.wide == nil ? [result.layers.table] : [])
      + (result.outputs?.tables(result.curve) ?? [])
      + (result.limits ?? []).flatMap(\.tables) + (result.spectra?.tables(result.problem) ?? [])
    report.plot = result.curve.plot(result.problem.time)
    report.figures =
      [
        result.lossFigure, result.outputs?.figure(result), result.outputs?.accuracyFigure(result),
        result.exponentFigure, result.layers.figure(result.problem),
      ]
      .compactMap { $0 } + (result.spectra?.figures(result.problem) ?? [])
      + CorrelationFigure.figures(result.problem, arrays, nodes: result.depth?.places ?? [])
    if arrays == nil {
      report.hints = [result.wide == nil ? CorrelationFigure.hint : WideText.hint]
    }
    return report
  }
}
