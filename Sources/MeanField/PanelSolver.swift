import Calculus
import DeepLinear
import RealModule

/// Implicit time by two marches: one on fewer nodes places the panels, one on more nodes solves again on the same panels.
/// Their difference is the error of the former and is reported for the latter; equation (5.9).
struct PanelSolver {
  let problem: TrainingProblem
  let spectrum: SpectralMeasures
  let grid: PanelGrid
  let progress: (Double) -> Void

  /// What one march leaves behind.
  struct Run {
    let testLoss: [Double]
    let trainLoss: [Double]
    let report: March.Report
    let kernels: PanelKernels
    /// Nodes that an infinite depth came to need; nil for a finite one.
    let depthNodes: Int?
  }

  /// Marches again with shorter panels while the error is above the tolerance, so many times.
  private static let attempts = 4
  /// Share of the work that is done when the panels are placed.
  private static let placing = 0.4

  /// Solves.
  ///
  /// - Parameter spectra: says afterwards what compression has left.
  /// - Returns: the march on more nodes, at the rows that are reported.
  func solve(_ spectra: CompressedSpectra) -> Solution {
    var allowed = grid.firstMismatch
    var sweeps = 0
    for attempt in 1... {
      let placed = place(allowed)
      let visitor = Comparison(solver: self, placed: placed, sweeps: sweeps, spectra: spectra)
      let solution = march(
        PanelKernels(
          grid.ruler(nodes: grid.nodes + 1), ends: placed.kernels.panels.map(\.end),
          decay: problem.optimizer.weightDecay.strength, settling: grid.settling), visitor,
        depthNodes: placed.depthNodes, from: Self.placing, to: 1)
      let report = solution.panels
      let isGood = report.map { $0.error <= grid.tolerance || $0.error.isInfinite } ?? true
      if isGood || attempt == Self.attempts { return solution }
      sweeps = report?.sweeps ?? 0
      // The difference falls more slowly than the mismatch: its power .7, or so (measured).
      allowed *= .pow(0.5 * grid.tolerance / (report?.error ?? 1), 1.4)
    }
    preconditionFailure("the loop ends at the last attempt")
  }

  /// Panels by their error, with more room for points until they reach the end.
  private func place(_ allowed: Double) -> Run {
    var size = grid.likelyPoints
    var depthNodes: Int?
    while true {
      let run = march(
        PanelKernels(
          grid.ruler(nodes: grid.nodes), horizon: grid.horizon, decay: problem.optimizer.weightDecay.strength,
          first: grid.firstLength, allowed: allowed, settling: grid.settling, size: size), Losses(),
        depthNodes: depthNodes, from: 0, to: Self.placing)
      let isStopped = run.report.stoppedAt != nil || run.report.unsettledAt != nil
      if isStopped || run.kernels.isComplete || size >= PanelGrid.mostPoints { return run }
      size = min(2 * size, PanelGrid.mostPoints)
      depthNodes = run.depthNodes
    }
  }

  private func march<V: ChainMarch.Visitor>(
    _ kernels: PanelKernels, _ visitor: V, depthNodes: Int?, from start: Double, to end: Double
  ) -> V.Result {
    var march = March()
    march.tolerance = kernels.settling
    march.sweepLimit = 80
    let chain = ChainMarch(
      problem: problem, spectrum: spectrum, kernels: kernels, march: march,
      depthTolerance: max(1e-8, 0.1 * grid.tolerance), depthNodes: depthNodes)
    return chain.run(visitor) { done in progress(start + (end - start) * Double(done) / Double(kernels.size)) }
  }

  /// Equation (5.9): the largest difference of both losses at any reported row.
  func difference(_ one: Run, _ other: Run) -> Double {
    guard one.kernels.isComplete && other.kernels.isComplete else { return .infinity }
    var worst = 0.0
    for loss in [\Run.testLoss, \.trainLoss] {
      let values = [one, other].map { run in
        grid.curve(run.kernels.panels).values(at: grid.places, of: run[keyPath: loss])
      }
      let floor = TimeGrid.lossFloor * (values[1].first ?? 0)
      for (one, other) in zip(values[0], values[1]) { worst = max(worst, abs(one - other) / max(other, floor)) }
    }
    return worst
  }
}

/// Keeps the losses of a march.
private struct Losses: ChainMarch.Visitor {
  func visit<Layers: Chain>(_ equations: MeanFieldEquations<Layers>, _ report: March.Report) -> PanelSolver.Run {
    guard let kernels = equations.kernels as? PanelKernels else { preconditionFailure("kernels keep their kind") }
    return PanelSolver.Run(
      testLoss: equations.testLoss, trainLoss: equations.trainLoss, report: report, kernels: kernels,
      depthNodes: equations.chain.depth?.places.count)
  }
}

/// Compares a march with the one that placed its panels, and makes a solution of it.
private struct Comparison: ChainMarch.Visitor {
  let solver: PanelSolver
  let placed: PanelSolver.Run
  let sweeps: Int
  let spectra: CompressedSpectra

  func visit<Layers: Chain>(_ equations: MeanFieldEquations<Layers>, _ report: March.Report) -> Solution {
    let run = Losses().visit(equations, report)
    let panels = PanelReport(
      error: solver.difference(placed, run), tolerance: solver.grid.tolerance, panels: run.kernels.panels.count,
      nodes: run.kernels.capacity, points: run.kernels.times.count,
      sweeps: sweeps + placed.report.sweeps + report.sweeps)
    return Solution(
      solver.problem, equations, run, solver.grid, panels: panels, compression: spectra.measured(equations))
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
