import MeanField
import Problems
import Reports
import RunStore
import Tables
import Validation

/// Compares a training log with the theory.
public struct Compare: Experiment {
  /// The command.
  public static let name = "compare"
  /// Network, data and training.
  public static let keys = KeySelection.problem

  private let solver: Solver
  /// With the activation of the networks.
  private let problem: TrainingProblem
  private let log: TrainingLog
  private let rows: PreparedTable?

  /// - Parameters:
  ///   - problem: what was trained, in single steps.
  ///   - log: losses of the training, of several outputs their sum; accuracies where it has them.
  ///   - rows: the rows of a table with classes, whose accuracy is compared; nil for others.
  /// - Throws: what the solver refuses, continuous time.
  public init(_ problem: TrainingProblem, log: TrainingLog, rows: PreparedTable? = nil) throws(ExperimentFailure) {
    guard case .discrete = problem.time.kind else {
      throw ExperimentFailure(
        .refused,
        [
          "training.time: a log is compared step by step, and flow and panels do not give each step; use "
            + "training.time=discrete"
        ])
    }
    if let epochs = Refusal.ofEpochs(log, problem) { throw ExperimentFailure([epochs]) }
    solver = try Solver.prepared(problem.ofTheory)
    self.problem = problem
    self.rows = log.testAccuracy == nil && log.trainAccuracy == nil ? nil : rows
    self.log = log
  }

  /// Which log, and which of its columns were named.
  public var options: [String] {
    ["log sha256:\(log.sha256)"] + (log.named.isEmpty ? [] : ["--columns \(log.named.joined(separator: ","))"])
  }

  /// The problem in a line, and what is read from the log.
  public var headline: [String] {
    let hasAccuracy = rows != nil || problem.lossRule?.hasClasses == true
    let read: [String?] =
      LoggedLosses(log, solver.problem).reading + [
        hasAccuracy ? log.trainAccuracy.map { "\($0.name) as train accuracy" } : nil,
        hasAccuracy ? log.testAccuracy.map { "\($0.name) as test accuracy" } : nil,
      ]
    return [
      ProblemText.line(problem),
      "log \(log.path): " + read.compactMap { $0 }.joined(separator: ", "),
    ]
  }

  /// Of one solve, with accuracies where the log has them.
  public func estimate(workers: Int) throws(ExperimentFailure) -> Estimate {
    var estimate = solver.estimate
    estimate.seconds += rows.map(solver.accuracySeconds) ?? 0
    return estimate
  }

  /// Solves, and compares at the steps that both have.
  ///
  /// - Parameter context: workers, progress.
  /// - Returns: the comparison.
  /// - Throws: a log without a loss at any of the theory's steps.
  public func run(in context: RunContext) throws(ExperimentFailure) -> Finished<ComparedLog> {
    let solution = solver.solve(in: context)
    let result = ComparedLog(log, solution, accuracy: accuracy(solution), networks: problem)
    guard !result.losses.isEmpty else {
      throw ExperimentFailure(
        .refused,
        ["\(log.path): no loss is logged at any of the theory's steps, 0 to \(solution.curve.steps.count - 1)"])
    }
    return Finished(result, arrays: context.keepsArrays ? TheoryArrays.all(solution) : [])
  }

  /// Where the log has one too.
  private func accuracy(_ solution: Solution) -> PredictedAccuracy? {
    if log.testAccuracy == nil && log.trainAccuracy == nil { return nil }
    return solution.labelAccuracy ?? rows.flatMap(solution.accuracy) ?? solution.accuracyOfGivenRows()
  }

  /// Deviations of the log, and what commonly explains them.
  ///
  /// - Parameters:
  ///   - result: the comparison.
  ///   - arrays: correlations of the theory, for heat maps.
  /// - Returns: the report.
  public static func report(_ result: ComparedLog, arrays: (any ArraySource)?) -> Report {
    let prediction = result.prediction
    var report = prediction.report(
      title: "A training log against the theory",
      lead: "A log of your own training run compared with the predicted loss curve.")
    report.findings =
      result.losses.map(\.summary) + result.accuracies.map(\.summary) + result.hints + prediction.curveFindings
      + prediction.remarks
    report.details.merge(result.details) { $1 }
    report.tables =
      result.losses.map(\.view) + result.accuracies.map(\.view) + [result.curves, prediction.layers.table]
      + (prediction.outputs?.tables(prediction.curve) ?? [])
    report.figures =
      [result.lossFigure, result.accuracyFigure, prediction.layers.figure(prediction.problem)].compactMap { $0 }
      + CorrelationFigure.figures(prediction.problem, arrays, nodes: prediction.depth?.places ?? [])
    if arrays == nil { report.hints = [CorrelationFigure.hint] }
    report.inputs = [result.path]
    return report
  }
}
