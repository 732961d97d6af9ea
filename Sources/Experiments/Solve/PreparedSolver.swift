import MeanField
import Parallel
import Problems
import Reports

extension Solver {
  /// A solver, with its refusal as an error of the experiment.
  static func prepared(_ problem: TrainingProblem) throws(ExperimentFailure) -> Solver {
    do {
      return try Solver(problem, memory: MachineMemory.available)
    } catch {
      throw ExperimentFailure(error)
    }
  }

  /// Solves on as many cores as there are threads for.
  func solve(in context: RunContext) -> Solution {
    let cores = SideBySide.cores(ThreadBudget.threads(asked: context.workers, beside: cost.mostBytes))
    return solve(cores: cores, memory: MachineMemory.available, progress: context.progress)
  }

  /// What a solve takes, with the search that follows where it diverges.
  var estimate: Estimate {
    let masses =
      compression.isCompressed
      ? "spectrum of \(compression.eigenvalues) points compressed to \(compression.fluctuationMasses) + "
        + "\(compression.signalMasses)" : ""
    let (subject, remedy) =
      switch problem.time.kind {
      case _ where problem.architecture.regime == .lazy:
        (
          "kernels of \((problem.data.rows?.trainCount ?? 0) + (problem.data.rows?.testCount ?? 0)) rows need",
          "use fewer rows, such as a smaller data.trainFraction of a smaller file"
        )
      case .discrete(let steps):
        (
          "training.steps=\(steps) needs",
          "at most \(cost.steps(within: MachineMemory.available)) steps fit here"
            + (problem.data.rows == nil ? ", or training.time=panels" : "")
        )
      case .panels(let steps): ("training.steps=\(steps) on panels needs", "use fewer network.hiddenLayers")
      case .flow: ("gradient flow needs", "use fewer network.hiddenLayers or a shorter training.horizon")
      }
    var estimate = Estimate(
      bytes: cost.bytes, seconds: cost.seconds, disk: disk, subject: subject, remedy: remedy, note: masses)
    estimate.isLeast = cost.isLeast
    estimate.mostBytes = cost.mostBytes
    if alternates, let searchCost {
      let search = StabilitySearch.estimate(searchCost, budget: searchSeconds)
      estimate.afterDivergence = Estimate.Part(bytes: search.bytes, seconds: search.seconds)
    }
    return estimate
  }

  /// Seconds that the search after a divergence may take: some, or as many as the solve would have taken.
  var searchSeconds: Double {
    max(StabilitySearch.unaskedSeconds, cost.isLeast ? 0 : min(cost.seconds, StabilitySearch.askedSeconds))
  }

  /// Losses and layers at the reported rows; correlations and responses of pairs of times.
  private var disk: DiskUse {
    if problem.architecture.regime == .lazy {
      var disk = DiskUse(rows: shape.rows, columns: 4, series: 2, pictures: 1)
      disk.add(
        arrays: 2,
        points: (problem.data.rows?.trainCount ?? 0) + (problem.data.rows?.testCount ?? 0), maps: 0)
      return disk
    }
    let strengths = 2 * shape.layers + 1
    var disk = DiskUse(rows: shape.rows, columns: 4 + strengths, series: 2 + strengths, pictures: 2)
    disk.add(
      arrays: 3 + 4 * (shape.layers + 1), points: shape.points,
      maps: min(4, shape.layers + 1) + min(4, shape.layers))
    return disk
  }
}
