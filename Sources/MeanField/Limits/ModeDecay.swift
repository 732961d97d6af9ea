import Problems
import RealModule

/// What training leaves of the error in one direction of a quadratic loss, equation (6.10).
struct ModeDecay {
  private enum Rule {
    case flow
    case constantRate(Double)
    case optimizer(LinearOptimizer, scheduleSteps: Int)
  }

  private let rule: Rule

  /// - Parameter problem: its time and optimiser; weight decay must be none.
  init(_ problem: TrainingProblem) {
    let optimizer = problem.optimizer
    switch (problem.time.kind, optimizer.schedule, optimizer.momentum) {
    case (.flow, _, _): rule = .flow
    case (_, .constant, .none): rule = .constantRate(optimizer.learningRate)
    case (.discrete(let steps), _, _), (.panels(let steps), _, _): rule = .optimizer(optimizer, scheduleSteps: steps)
    }
  }

  /// The factor on the error at some rows.
  ///
  /// - Parameters:
  ///   - curvature: `k x`, kernel factor times the direction's variance.
  ///   - rows: whose steps, or under flow whose times, are wanted; rising.
  /// - Returns: one factor a row.
  func factors(_ curvature: Double, at rows: LearningCurve) -> [Double] {
    switch rule {
    case .flow: return rows.times.map { .exp(-curvature * $0) }
    case .constantRate(let rate): return rows.steps.map { .pow(1 - rate * curvature, $0) }
    case .optimizer(let optimizer, let scheduleSteps):
      var (weight, buffer, step) = (1.0, 0.0, 0)
      return rows.steps.map { row in
        while step < row {
          let rate = optimizer.learningRate * optimizer.schedule.factor(step: step, total: scheduleSteps)
          OptimizerStep(optimizer, rate: rate).advance(&weight, &buffer, downhill: -curvature * weight)
          step += 1
        }
        return weight
      }
    }
  }
}
