import Calculus
import DeepLinear
import RealModule

/// Implicit time by two marches: one on fewer nodes places the panels, one on more nodes solves again on the same panels.
/// Their difference is the error of the former and is reported for the latter; equation (5.9).
struct PanelSolver<Layers: Chain> {
  let problem: TrainingProblem
  let spectrum: SpectralMeasures
  let grid: PanelGrid
  let progress: (Double) -> Void

  /// One march with what it was marched on.
  struct Run {
    let equations: MeanFieldEquations<Layers>
    let report: March.Report
    let kernels: PanelKernels
  }

  /// The march that is kept, and what all marches together took.
  struct Result {
    let run: Run
    let report: PanelReport
  }

  /// Marches again with shorter panels while the error is above the tolerance, so many times.
  private static var attempts: Int { 4 }

  func solve() -> Result {
    var allowed = grid.firstMismatch
    var sweeps = 0
    for attempt in 1... {
      let coarse = placed(allowed)
      let fine = given(coarse.kernels.panels.map(\.end))
      sweeps += coarse.report.sweeps + fine.report.sweeps
      let isWhole = coarse.kernels.isComplete && fine.kernels.isComplete
      let error = isWhole ? difference(coarse, fine) : .infinity
      if !isWhole || error <= grid.tolerance || attempt == Self.attempts {
        return Result(
          run: fine,
          report: PanelReport(
            error: error, tolerance: grid.tolerance, panels: fine.kernels.panels.count, nodes: grid.nodes + 2,
            points: fine.kernels.times.count, sweeps: sweeps))
      }
      // The difference falls faster than the mismatch.
      allowed *= min(0.3, grid.tolerance / error)
    }
    preconditionFailure("the loop ends at the last attempt")
  }

  /// Panels by their error, with more room for points until they reach the end.
  private func placed(_ allowed: Double) -> Run {
    var size = grid.likelyPoints
    while true {
      let run = run(
        PanelKernels(
          grid.ruler(nodes: grid.nodes), horizon: grid.horizon, decay: problem.optimizer.weightDecay.strength,
          first: grid.firstLength, allowed: allowed, settling: grid.tolerance * 1e-2, size: size), share: 0.4)
      let isStopped = run.report.stoppedAt != nil || run.report.unsettledAt != nil
      if isStopped || run.kernels.isComplete || size >= PanelGrid.mostPoints { return run }
      size = min(2 * size, PanelGrid.mostPoints)
    }
  }

  private func given(_ ends: [Double]) -> Run {
    run(
      PanelKernels(
        grid.ruler(nodes: grid.nodes + 2), ends: ends, decay: problem.optimizer.weightDecay.strength,
        settling: grid.tolerance * 1e-3), share: 1)
  }

  private func run(_ kernels: PanelKernels, share: Double) -> Run {
    var equations = MeanFieldEquations<Layers>(problem, spectrum: spectrum, kernels: kernels)
    var march = March()
    march.tolerance = max(kernels.settling, 1e-13)
    march.sweepLimit = 80
    let first = share == 1 ? 0.4 : 0
    let report = march.run(&equations) { done in
      progress(first + (share - first) * Double(done) / Double(kernels.size))
    }
    guard let used = equations.kernels as? PanelKernels else { preconditionFailure("kernels keep their kind") }
    return Run(equations: equations, report: report, kernels: used)
  }

  /// Equation (5.9): the largest difference of both losses at any reported row.
  private func difference(_ one: Run, _ other: Run) -> Double {
    var worst = 0.0
    for loss in [\MeanFieldEquations<Layers>.testLoss, \.trainLoss] {
      let values = [one, other].map { run in
        grid.curve(run.kernels.panels).values(at: grid.places, of: run.equations[keyPath: loss])
      }
      let floor = TimeGrid.lossFloor * (values[1].first ?? 0)
      for (one, other) in zip(values[0], values[1]) { worst = max(worst, abs(one - other) / max(other, floor)) }
    }
    return worst
  }
}

/// How implicit time was cut, and the error that this left.
public struct PanelReport: Sendable, Hashable {
  /// Largest difference of any reported loss from a second solve with fewer nodes, relative to the loss or to a thousandth of its start,
  /// equation (5.9): the error of that second solve, so more than that of the losses reported. Infinite where time did not end.
  public let error: Double
  /// The error that was asked for.
  public let tolerance: Double
  /// Number of panels.
  public let panels: Int
  /// Nodes of a panel.
  public let nodes: Int
  /// Time points of all panels.
  public let points: Int
  /// Sweeps of all panels in all marches.
  public let sweeps: Int
}
