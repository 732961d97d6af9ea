import Calculus
import Problems
import RealModule

/// Implicit time by two marches: one on fewer nodes places the panels, one on more nodes solves again on the same panels.
/// Their difference is the error of the former and is reported for the latter; equation (5.9).
struct PanelSolver {
  let prepared: PreparedMarch
  let grid: PanelGrid
  /// Most time points that memory holds.
  let mostPoints: Int
  let progress: (Double) -> Void

  private var problem: TrainingProblem { prepared.problem }

  /// What one march leaves behind.
  struct Run {
    let testLoss: [Double]
    let trainLoss: [Double]
    let report: March.Report
    let kernels: PanelKernels
    /// Nodes that an infinite depth needed; nil for a finite one.
    let depthNodes: Int?
    /// The march as a solution; nil where its matrices were given up.
    var solution: ((PanelSolver, End, PanelReport) -> Solution)?
  }

  /// How a march ended: at the end of time, or at this place.
  enum End {
    case complete
    case diverged(Double)
    case unsettled(Double)
  }

  /// Marches again with shorter panels while the error is above the tolerance, so many times.
  private static let attempts = 4
  /// Share of the work that is done when the panels are placed.
  private static let placing = 0.4

  /// Solves.
  ///
  /// - Returns: the march on more nodes, at the rows that are reported.
  func solve() -> Solution {
    var allowed = grid.firstMismatch
    var sweeps = 0
    for attempt in 1... {
      var placed = place(allowed)
      // Where every step is a node there is nothing to compare.
      let isExact = placed.kernels.panels.allSatisfy(\.isExact)
      // Losses are all that is compared: memory holds the matrices of one march at a time.
      if !isExact { placed.solution = nil }
      let kept = isExact ? placed : repeated(on: placed)
      let end = end(placed, kept)
      sweeps += placed.report.sweeps + (isExact ? 0 : kept.report.sweeps)
      let report = PanelReport(
        error: difference(placed, kept, until: end), tolerance: grid.tolerance, panels: kept.kernels.panels.count,
        nodes: kept.kernels.capacity, points: kept.kernels.times.count, sweeps: sweeps,
        mostPoints: mostPoints < PanelGrid.mostPoints ? mostPoints : nil)
      let isGood = report.error <= grid.tolerance || report.error.isNaN
      if isGood || attempt == Self.attempts, let solution = kept.solution?(self, end, report) { return solution }
      // The difference falls more slowly than the mismatch: its power .7, or so (measured).
      allowed *= .pow(0.5 * grid.tolerance / report.error, 1.4)
    }
    preconditionFailure("the loop ends at the last attempt")
  }

  /// The same panels with one more node each.
  private func repeated(on placed: Run) -> Run {
    march(
      PanelKernels(
        grid.ruler(nodes: grid.nodes + 1), ends: placed.kernels.panels.map(\.end),
        decay: problem.optimizer.weightDecay.strength, settling: grid.settling),
      depthNodes: placed.depthNodes, from: Self.placing, to: 1)
  }

  /// Panels by their error, with more capacity for points until they reach the end.
  private func place(_ allowed: Double) -> Run {
    var size = grid.likelyPoints
    var depthNodes: Int?
    while true {
      let run = march(
        PanelKernels(
          grid.ruler(nodes: grid.nodes), horizon: grid.horizon, decay: problem.optimizer.weightDecay.strength,
          first: grid.firstLength, allowed: allowed, settling: grid.settling, size: size),
        depthNodes: depthNodes, from: 0, to: Self.placing)
      let isStopped = run.report.stoppedAt != nil || run.report.unsettledAt != nil
      if isStopped || run.kernels.reached == grid.horizon || size >= mostPoints { return run }
      size = min(2 * size, mostPoints)
      depthNodes = run.depthNodes
    }
  }

  private func march(_ kernels: PanelKernels, depthNodes: Int?, from start: Double, to end: Double) -> Run {
    var march = March()
    march.tolerance = kernels.settling
    march.sweepLimit = 80
    let chain = ChainMarch(
      problem: problem, spectrum: prepared.spectra.rule, kernels: kernels, march: march,
      depthTolerance: max(1e-8, 0.1 * grid.tolerance), depthNodes: depthNodes, outputs: prepared.outputs)
    return chain.run(RunReader(spectra: prepared.spectra)) { done in
      progress(start + (end - start) * Double(done) / Double(kernels.size))
    }
  }

  /// Equation (5.9): the largest difference of both losses at any reported row.
  func difference(_ one: Run, _ other: Run, until end: End) -> Double {
    let reached = min(one.kernels.reached, other.kernels.reached)
    let places = grid.places(before: end, reached: reached)
    guard !places.isEmpty else { return 0 }
    var worst = 0.0
    for loss in [\Run.testLoss, \.trainLoss] {
      let values = [one, other].map { run in
        grid.curve(run.kernels.panels).values(at: places, of: run[keyPath: loss])
      }
      let floor = TimeGrid.lossFloor * (values[1].first ?? 0)
      for (one, other) in zip(values[0], values[1]) {
        let difference = abs(one - other) / max(other, floor)
        // Written so that what is not a number stays so.
        if !(difference <= worst) { worst = difference }
      }
    }
    // Sweeps leave something of their own, which adds up over panels.
    return worst + 10 * grid.settling
  }

  /// What ended the earlier of two marches on the same panels.
  func end(_ placed: Run, _ kept: Run) -> End {
    guard
      let stopped = [placed, kept].first(where: { $0.report.stoppedAt != nil || $0.kernels.reached < grid.horizon })
    else { return .complete }
    let point = stopped.report.stoppedAt ?? stopped.report.unsettledAt
    let place = point.map { stopped.kernels.times[$0] / grid.unit } ?? stopped.kernels.reached
    return stopped.report.stoppedAt != nil ? .diverged(place) : .unsettled(place)
  }
}

/// Reads the result of a march.
private struct RunReader: ChainMarch.Visitor {
  let spectra: CompressedSpectra

  func visit<Layers: Chain>(_ equations: MeanFieldEquations<Layers>, _ report: March.Report) -> PanelSolver.Run {
    guard let kernels = equations.kernels as? PanelKernels else { preconditionFailure("kernels keep their kind") }
    return PanelSolver.Run(
      testLoss: equations.testLoss, trainLoss: equations.trainLoss, report: report, kernels: kernels,
      depthNodes: equations.chain.depth?.places.count
    ) { [spectra] solver, end, panels in
      Solution(solver, equations, kernels, end: end, panels: panels, compression: spectra.measured(equations))
    }
  }
}

/// How implicit time was cut, and the error that this left.
public struct PanelReport: Codable, Sendable, Hashable {
  /// Largest difference of any reported loss from a second solve with fewer nodes, relative to the loss or to a thousandth of its start,
  /// equation (5.9): the error of that second solve, so more than that of the losses reported.
  public let error: Double
  /// The requested relative error.
  public let tolerance: Double
  /// Number of panels.
  public let panels: Int
  /// Nodes of a panel.
  public let nodes: Int
  /// Time points of all panels.
  public let points: Int
  /// Sweeps of all panels in all marches, equation (5.1).
  public let sweeps: Int
  /// Most time points that memory held; nil for as many as panels ever take.
  public let mostPoints: Int?
  /// Whether a run ended because no more time points were allowed.
  public var isOutOfPoints: Bool { points + nodes > mostPoints ?? PanelGrid.mostPoints }
}
