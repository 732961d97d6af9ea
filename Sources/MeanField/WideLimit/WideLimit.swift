import LinearAlgebra
import Problems

/// What a solve in the limit of infinite width leaves beside its curve, section 20.
public struct WideLimit: Sendable {
  /// Both kernels, training rows first, then test rows, in the order of their files.
  public let kernels: WideKernels
  /// How good and how stable it is.
  public let report: Report
  /// Expected accuracies at every step; nil where the outputs are no classes.
  let accuracy: PredictedAccuracy?

  /// Numbers of a report.
  public struct Report: Codable, Hashable, Sendable {
    /// Training rows.
    public let trainRows: Int
    /// Test rows.
    public let testRows: Int
    /// `2/k_1`, equation (20.7), with the largest eigenvalue `k_1` of `(D/P) Theta` over the training rows: plain gradient descent is stable below this rate.
    public let edge: Double
    /// Smallest eigenvalue over the largest; rounding makes it negative where the kernel is singular.
    public let smallestShare: Double
    /// Relative error of the kernels, 0 for closed forms.
    public let error: Double
  }

  /// With the largest stable rate (20.7).
  init(
    _ kernels: WideKernels, _ training: WideTraining, _ accuracy: PredictedAccuracy?,
    rows: (train: Int, test: Int)
  ) {
    self.kernels = kernels
    self.accuracy = accuracy
    report = Report(
      trainRows: rows.train, testRows: rows.test, edge: 2 / (training.rates.first ?? 0),
      smallestShare: training.smallestShare, error: kernels.error)
  }
}

extension Solution {
  /// A solution in the limit of infinite width: losses without order parameters, as no feature moves.
  init(_ problem: TrainingProblem, _ losses: WideTraining.Losses, _ wide: WideLimit) {
    let (test, train) = (losses.testSum, losses.trainSum)
    func fits(_ loss: [Double], _ row: Int) -> Bool {
      loss[row].isFinite && loss[row] <= Outcome.divergenceFactor * loss[0]
    }
    let end = test.indices.first { !fits(test, $0) || !fits(train, $0) }
    let count = end ?? test.count
    let rates = problem.optimizer.rates(test.count, scheduleSteps: test.count - 1)
    let curve = LearningCurve(
      steps: Array(0..<count), times: Array(LinearOptimizer.times(rates).prefix(count)),
      testLoss: Array(test.prefix(count)), trainLoss: Array(train.prefix(count)))
    let outputs =
      problem.data.outputs == nil
      ? nil
      : OutputCurves(
        testLoss: losses.test.map { Array($0.prefix(count)) },
        trainLoss: losses.train.map { Array($0.prefix(count)) })
    self.init(
      problem, curve, outcome: end.map { .diverged(step: $0) } ?? .completed, outputs: outputs,
      outputReport: WideSolver.report(problem), wide: wide)
  }
}
