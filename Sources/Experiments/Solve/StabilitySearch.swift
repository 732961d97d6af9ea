import JSON
import MeanField
import Parallel
import Problems
import Reports

/// The searches for the largest stable rate and the catapult window, left out where they would take too long.
struct StabilitySearch {
  private let search: StableRateSearch

  /// The solves that a search of the stable rate takes when it starts near, and those of the window beside them.
  private static let solves = 22.0
  /// Steps over which stability is required where a run has very many.
  private static let mostSteps = 400

  /// - Parameters:
  ///   - problem: whose rates are searched; gradient flow has none.
  ///   - patience: seconds that the search may take.
  ///   - notice: receives a sentence where it is left out.
  /// - Throws: what the solver refuses.
  init?(_ problem: TrainingProblem, patience: Double, _ notice: (String) -> Void) throws(ExperimentFailure) {
    guard !problem.time.isFlow else { return nil }
    var problem = problem
    if case .panels(let steps) = problem.time.kind { problem.time.kind = .discrete(steps: min(steps, Self.mostSteps)) }
    do {
      search = try StableRateSearch(problem)
    } catch {
      throw ExperimentFailure(error)
    }
    let seconds = search.cost.seconds * Self.solves
    guard seconds < patience, search.cost.bytes < MachineMemory.available else {
      notice(
        "the largest stable rate is left out: its search would take about \(NumberText.seconds(seconds)); "
          + "try fewer steps or layers")
      return nil
    }
  }

  var stableRate: StableRate { search.run() }
  var catapultWindow: CatapultWindow { search.catapultWindow(below: search.run()) }
}

extension StableRate {
  /// As it follows on `diverged at step 41;`.
  var words: String {
    if learningRate == 0 { return "no learning rate is stable: something else makes the loss grow" }
    if learningRate.isInfinite { return "no learning rate up to 1e12 diverges" }
    return "largest stable rate \(NumberText.brief(learningRate)) (to \(NumberText.percent(Self.accuracy)))"
  }

  /// JSON has no infinity: null where no rate was found.
  var json: JSONValue { learningRate.isFinite ? .number(learningRate) : .null }
}

extension CatapultWindow {
  /// What happens below the largest stable rate; nothing to say where there is no such rate.
  var sentences: [String] {
    guard end.learningRate > 0, end.learningRate.isFinite else { return [] }
    if isEmpty { return ["no catapult window: up to that rate the train loss never exceeds its start"] }
    if beginning == 0 { return ["the train loss exceeds its start at every rate: that is no catapult"] }
    return [
      "catapult window from rate \(NumberText.brief(beginning)) up to it: there the train loss first grows beyond its start, "
        + "then falls; finite networks scatter widely there (stay below the window to compare them with the theory)"
    ]
  }

  /// Where the window begins; the largest stable rate where it is empty.
  var json: JSONValue { beginning.isFinite ? .number(beginning) : .null }
}

extension Solver {
  /// A solver, with its refusal as an error of the experiment.
  static func prepared(_ problem: TrainingProblem) throws(ExperimentFailure) -> Solver {
    do {
      return try Solver(problem)
    } catch {
      throw ExperimentFailure(error)
    }
  }

  /// Solves on as many cores as there are threads for.
  func solve(in context: RunContext) -> Solution {
    let cores = SideBySide.cores(ThreadBudget.threads(asked: context.workers, beside: cost.bytes))
    return solve(cores: cores, progress: context.progress)
  }

  /// What a solve takes.
  var estimate: Estimate {
    let masses =
      compression.isCompressed
      ? "spectrum of \(compression.eigenvalues) points compressed to \(compression.fluctuationMasses) + "
        + "\(compression.signalMasses)" : ""
    let (subject, remedy) =
      switch problem.time.kind {
      case .discrete(let steps):
        (
          "training.steps=\(steps) needs",
          "at most \(cost.steps(within: MachineMemory.available)) steps fit here, or training.time=panels"
        )
      case .panels(let steps): ("training.steps=\(steps) on panels needs", "use fewer network.hiddenLayers")
      case .flow: ("gradient flow needs", "use fewer network.hiddenLayers or a shorter training.horizon")
      }
    return Estimate(bytes: cost.bytes, seconds: cost.seconds, subject: subject, remedy: remedy, note: masses)
  }
}
