import DeepLinear
import Logging
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

  static func series(_ problem: TrainingProblem) throws(CommandFailure) -> RateSeries {
    do {
      return try RateSeries(problem)
    } catch {
      throw failure(error)
    }
  }

  /// The solves that a search of the stable rate takes when it starts near.
  private static let solvesOfSearch = 12.0
  /// The solves that the beginning of the catapult window takes beside them.
  private static let solvesOfWindow = 10.0

  /// The largest stable rate; nil, with a notice, where its search would take longer than so many seconds.
  static func stableRate(_ problem: TrainingProblem, patience: Double = 60, _ log: Logger) throws(CommandFailure)
    -> StableRate?
  {
    try search(problem, solves: solvesOfSearch, patience, log)?.run()
  }

  /// The catapult window with the largest stable rate at its end; nil, with a notice, where that would take too long.
  ///
  /// Gradient flow has no rate; of compressed steps as many are asked for as single steps are quick to make.
  static func catapultWindow(_ problem: TrainingProblem, _ log: Logger) throws(CommandFailure) -> CatapultWindow? {
    if problem.time.isFlow { return nil }
    guard let search = try search(problem, solves: solvesOfSearch + solvesOfWindow, 20, log) else { return nil }
    return search.catapultWindow(below: search.run())
  }

  /// Steps over which stability is asked for where a run has very many.
  private static let stepsOfSearch = 400

  private static func search(_ problem: TrainingProblem, solves: Double, _ patience: Double, _ log: Logger)
    throws(CommandFailure) -> StableRateSearch?
  {
    var problem = problem
    if case .panels(let steps) = problem.time.kind { problem.time.kind = .discrete(steps: min(steps, stepsOfSearch)) }
    do {
      let search = try StableRateSearch(problem)
      let seconds = search.cost.seconds * solves
      guard seconds < patience, search.cost.bytes < MachineMemory.available else {
        log.notice(
          "the largest stable rate is left out: its search would take about \(NumberText.seconds(seconds)); try fewer steps or layers"
        )
        return nil
      }
      return search
    } catch {
      throw failure(error)
    }
  }

  /// Refuses before anything is allocated, with what would fit.
  static func refuseBeyondMemory(_ cost: Cost, _ problem: TrainingProblem) throws(CommandFailure) {
    let memory = MachineMemory.available
    guard cost.bytes > memory else { return }
    let (what, remedy) =
      switch problem.time.kind {
      case .discrete(let steps):
        (
          "training.steps=\(steps) needs",
          "at most \(cost.steps(within: memory)) steps fit here, or training.time=panels"
        )
      case .panels(let steps): ("training.steps=\(steps) on panels needs", "use fewer network.hiddenLayers")
      case .flow: ("gradient flow needs", "use fewer network.hiddenLayers or a shorter training.horizon")
      }
    throw CommandFailure(
      status: .badInput,
      lines: [
        "\(what) \(NumberText.bytes(cost.bytes)) for two-time functions, \(NumberText.bytes(memory)) are free; \(remedy)"
      ])
  }

  static func failure(_ failure: SolverFailure) -> CommandFailure {
    switch failure {
    case .refused(let refusals): Self.failure(refusals)
    case .linearAlgebra(let problem):
      CommandFailure(status: .badInput, lines: ["the spectrum could not be compressed: \(problem)"])
    }
  }

  /// What a machine refused.
  static func failure(_ refusals: [Refusal]) -> CommandFailure {
    CommandFailure(
      status: .badInput,
      lines: refusals.map { refusal in
        "\(refusal.key): \(refusal.reason)" + (refusal.suggestion.map { "; \($0)" } ?? "")
      })
  }
}
