import Problems

extension TrainingProblem {
  /// The same problem under gradient flow.
  package func flowing(to horizon: Double, tolerance: Double = 1e-6) -> TrainingProblem {
    var problem = self
    problem.time = TimeGrid(.flow(horizon: horizon), tolerance: tolerance)
    return problem
  }

  /// The same problem in compressed steps.
  package func compressed(steps: Int, rows: TimeGrid.Rows = .all, tolerance: Double = 1e-9) -> TrainingProblem {
    var problem = self
    problem.time = TimeGrid(.panels(steps: steps), rows: rows, tolerance: tolerance)
    return problem
  }
}
