import DeepLinear
import MeanField
import Records

/// The solver with its failures turned into what a command ends with.
enum SolverAccess {
  static func solver(_ problem: TrainingProblem) throws(CommandFailure) -> Solver {
    do {
      return try Solver(problem)
    } catch {
      throw failure(error)
    }
  }

  static func stableRate(_ problem: TrainingProblem) throws(CommandFailure) -> StableRate {
    do {
      return try StableRate(problem)
    } catch {
      throw failure(error)
    }
  }

  /// Cost of one of the solves that the search of the stable rate takes.
  static func searchCost(_ problem: TrainingProblem) throws(CommandFailure) -> Cost {
    do {
      return try StableRate.costOfOne(problem)
    } catch {
      throw failure(error)
    }
  }

  /// Refuses before anything is allocated, with what would fit.
  static func refuseBeyondMemory(_ cost: Cost, _ problem: TrainingProblem) throws(CommandFailure) {
    let memory = MachineMemory.available
    guard cost.bytes > memory, case .discrete(let steps) = problem.time.kind else { return }
    let fitting = cost.steps(within: memory, of: steps)
    throw CommandFailure(
      status: .badInput,
      lines: [
        "training.steps=\(steps) needs \(NumberText.bytes(cost.bytes)) for two-time functions, "
          + "\(NumberText.bytes(memory)) are free; at most \(fitting) steps fit here"
      ])
  }

  private static func failure(_ failure: SolverFailure) -> CommandFailure {
    switch failure {
    case .refused(let refusals):
      CommandFailure(
        status: .badInput,
        lines: refusals.map { refusal in
          "\(refusal.key): \(refusal.reason)" + (refusal.suggestion.map { "; \($0)" } ?? "")
        })
    case .linearAlgebra(let problem):
      CommandFailure(status: .badInput, lines: ["the spectrum could not be compressed: \(problem)"])
    }
  }
}
