import Problems
import LinearAlgebra

/// Predicts the loss curve of one training problem by the causal march (5.1) through the closed equations of sections 3
/// and 4; nothing is trained.
///
///     let solver = try Solver(problem)
///     print(solver.cost)                       // before anything is allocated
///     let solution = try solver.solve()
///     print(solution.curve.testLoss)
public struct Solver: Sendable {
  /// What is solved.
  public let problem: TrainingProblem
  /// Memory and time that `solve` will take, in bytes and seconds of one core.
  public let cost: Cost
  /// Memory, and seconds of one solve, of the search for the largest stable rate that follows a divergence; nil under flow.
  public let searchCost: Cost?
  /// Whether the fastest mode alternates from step to step at the start: losses may diverge.
  public let alternates: Bool
  /// How many spectral masses stand for how many eigenvalues, equation (7.5).
  public var compression: Compression {
    wide == nil ? .joined(plan.marches.map(\.spectra.compression)) : .none
  }
  /// How several outputs are solved; nil for one.
  public var outputs: OutputReport? { plan.report }
  private var plan: OutputPlan
  /// The lazy regime; nil for the mean-field theory.
  private let wide: WideSolver?
  private let blockLength: Int

  /// What this solver can't do for a well-formed problem, with the nearest thing that it can.
  ///
  /// - Parameter problem: any problem.
  /// - Returns: nothing when `solve` will take it.
  public static func refusals(_ problem: TrainingProblem) -> [Refusal] {
    let wide = WideSolver.refusals(problem)
    guard wide.isEmpty, problem.architecture.regime == .rich else { return wide + refusalsOfLoss(problem) }
    return PanelGrid.refusals(problem) + refusalsOfGivenRows(problem) + refusalsOfGradientRule(problem)
      + refusalsOfLoss(problem)
  }

  /// Prepares a problem: builds its spectral measures, compresses them (7.5), and counts the cost.
  ///
  /// - Parameters:
  ///   - problem: what to solve; one that `refusals` names nothing for.
  ///   - memory: bytes at hand: several outputs that couple are decoupled where they would take more, unless the problem forbids it.
  /// - Throws: `SolverFailure` for a refused problem or when LAPACK gives up.
  public init(_ problem: TrainingProblem, memory: Int = .max) throws(SolverFailure) {
    try self.init(problem, blockLength: 1, compressing: true, memory: memory)
  }

  /// - Parameters:
  ///   - problem: what to solve.
  ///   - blockLength: steps made at once (tests: more than one makes the blocks implicit).
  ///   - compressing: false keeps every eigenvalue.
  ///   - memory: bytes at hand.
  /// - Throws: `SolverFailure` for a refused problem or when LAPACK gives up.
  init(_ problem: TrainingProblem, blockLength: Int, compressing: Bool, memory: Int = .max) throws(SolverFailure) {
    let refusals = Self.refusals(problem)
    guard refusals.isEmpty else { throw .refused(refusals) }
    wide = WideSolver(problem)
    if let wide {
      self.problem = problem
      self.blockLength = 1
      plan = OutputPlan(marches: [], report: WideSolver.report(problem))
      (cost, alternates, searchCost) = (Cost(wide), false, nil)
      return
    }
    // Independent batches of given rows make a noise of its own in each direction.
    let compressing = compressing && GivenBatches(problem)?.kind != .independent
    self.problem = problem
    self.blockLength = blockLength
    do {
      plan = try OutputPlan(problem, compressing: compressing) { marches in
        let cost = Cost(marches.map(Cost.init))
        return cost.mostBytes <= memory && cost.seconds <= OutputPlan.exactSeconds
      }
    } catch {
      throw .linearAlgebra(error)
    }
    cost = Cost(plan.marches.map(Cost.init))
    guard !problem.time.isFlow else {
      alternates = false
      searchCost = nil
      return
    }
    alternates = plan.marches.contains { PanelGrid.alternates(problem, $0.spectra.rule) }
    guard problem.gradientRule?.isNormalized != true else {
      searchCost = nil
      return
    }
    searchCost = Cost(plan.marches, steps: StableRateSearch.steps(problem), alternates: true)
  }

  /// The same marches by any plan (tests: outputs that decouple can be solved together too).
  init(_ problem: TrainingProblem, marches: [PreparedMarch]) throws(SolverFailure) {
    self = try Solver(problem)
    plan = OutputPlan(marches: marches, report: plan.report)
  }

  /// Sizes of a solution.
  public struct Shape: Sendable, Hashable {
    /// Rows of its curve that are reported.
    public let rows: Int
    /// Time points of its order parameters.
    public let points: Int
    /// Hidden layers, or nodes in depth.
    public let layers: Int
  }

  /// Sizes of a solution that does not end early; points of panels and nodes in depth as usual problems need them.
  public var shape: Shape {
    if wide != nil {
      let points = (problem.time.steps ?? 0) + 1
      return Shape(rows: problem.time.reportedRows(of: points).count, points: points, layers: 0)
    }
    var layers = problem.architecture.hiddenLayers
    if case .infinite(let scale) = ChainKind(problem.architecture) {
      layers = ChainMarch.usualNodes(problem, branchScale: scale, steps: problem.time.steps ?? 0)
    }
    let rule = plan.marches[0].spectra.rule
    guard !Self.isOnPanels(plan.marches[0]) else {
      let grid = PanelGrid(problem, rule)
      return Shape(rows: grid.places.count, points: grid.usualPoints, layers: layers)
    }
    let points = (problem.time.steps ?? 0) + 1
    return Shape(rows: problem.time.reportedRows(of: points).count, points: points, layers: layers)
  }

  /// Solves.
  ///
  /// Runs on one BLAS thread (the thread count changes the last bits). Of single steps, long rows and many modes are shared
  /// between cores; each number is made by one of them, so that results do not depend on how many there are.
  ///
  /// - Parameters:
  ///   - cores: how many may work on one row; one where several problems are solved side by side.
  ///   - memory: bytes that panels may take: they allocate more while they run, and end where that is not free.
  ///   - progress: receives the share of the work done, from 0 to 1, after each step.
  /// - Returns: curve (2.4), order parameters (2.2) and (2.3), outcome (5.2) and residual (6.7).
  public func solve(
    cores: Int = 1, memory: Int = .max, progress: @escaping (Double) -> Void = { _ in }
  ) -> Solution {
    if let wide { return wide.solution(cores: cores, progress: progress) }
    let marches = plan.marches
    let seconds = marches.count == 1 ? [1] : marches.map { Cost($0).seconds }
    let total = max(seconds.reduce(0, +), .leastNormalMagnitude)
    func solutions(depthNodes: Int?, keeping known: [Solution]) -> [Solution] {
      var before = 0.0
      return marches.indices.map { index in
        defer { before += seconds[index] / total }
        if !known.isEmpty, known[index].depth?.places.count == depthNodes { return known[index] }
        return solve(marches[index], cores: cores, memory: memory, depthNodes: depthNodes) { share in
          progress(min(1, before + share * seconds[index] / total))
        }
      }
    }
    var found = solutions(depthNodes: nil, keeping: [])
    // Sums over outputs ask for the same nodes in depth.
    while let nodes = found.compactMap({ $0.depth?.places.count }).max(),
      found.contains(where: { $0.depth?.places.count != nodes })
    {
      found = solutions(depthNodes: nodes, keeping: found)
    }
    guard var report = plan.report else { return found[0].onGivenRows() }
    var solution = Solution(problem, Array(zip(marches, found)), report)
    if report.isApproximate, let (steps, error) = measuredError(solution.curve) {
      report.measuredSteps = steps
      report.error = error
      solution.outputReport = report
    }
    return solution.onGivenRows()
  }

  /// Seconds of one core that the accuracy on the rows of a table takes after a solve; 0 where the outputs are no classes.
  ///
  /// - Parameter table: the rows.
  /// - Returns: seconds, right within a factor of three.
  public func accuracySeconds(on table: PreparedTable) -> Double {
    ClassifiedRows(table, problem.data)?.seconds(
      plan.marches, steps: shape.points - 1, tested: shape.points, sides: 2) ?? 0
  }

  /// Seconds for the exact solution of the first steps, with which an approximate one is compared.
  private static let comparedSeconds = 0.25

  /// The largest relative difference of an approximate total loss (14.8) from the exact one, over as many first steps as fit.
  private func measuredError(_ curve: LearningCurve) -> (steps: Int, error: Double)? {
    guard case .discrete(let all) = problem.time.kind,
      let plan = try? OutputPlan(problem, compressing: true, coupling: .exact, fits: { _ in true })
    else { return nil }
    var steps = min(all, curve.steps.count - 1)
    while steps > 0, Cost(plan.marches, steps: steps).seconds > Self.comparedSeconds { steps = steps * 4 / 5 }
    guard steps > 0, let report = plan.report else { return nil }
    let parts = plan.marches.map { march in
      (march, solve(march, steps: steps, cores: 1, memory: .max, depthNodes: nil) { _ in })
    }
    let exact = Solution(problem, parts, report).curve
    var error = 0.0
    for losses in [\LearningCurve.testLoss, \.trainLoss] {
      for (found, expected) in zip(curve[keyPath: losses], exact[keyPath: losses]) {
        let difference = abs(found - expected) / expected
        if !(difference <= error) { error = difference }
      }
    }
    return (steps, error)
  }

  /// Solves for the outputs of one march.
  private func solve(
    _ prepared: PreparedMarch, steps first: Int? = nil, cores: Int, memory: Int, depthNodes: Int?,
    progress: @escaping (Double) -> Void
  ) -> Solution {
    BLAS.useThreads(1)
    guard let steps = problem.time.steps, !Self.isOnPanels(prepared) else {
      return solveByPanels(prepared, memory, progress)
    }
    let kernels = OptimizerKernels(
      problem.linearOptimizer, scheduleSteps: steps, steps: first ?? steps, blockLength: blockLength)
    let size = Double(kernels.size)
    var march = ChainMarch(
      problem: prepared.problem, spectrum: prepared.spectra.rule, kernels: kernels, depthNodes: depthNodes,
      outputs: prepared.outputs, multiplicities: prepared.multiplicities)
    march.cores = cores
    return march.run(SolutionMaker(march: prepared, times: kernels.times)) { done in
      let share = Double(done) / size
      progress(share * share * share)  // a row costs its square
    }
  }

  /// Whether time is cut into panels.
  private static func isOnPanels(_ march: PreparedMarch) -> Bool {
    if case .discrete = march.problem.time.kind { return false }
    return !PanelGrid.isStepped(march.problem, march.spectra.rule)
  }

  private struct SolutionMaker: ChainMarch.Visitor {
    let march: PreparedMarch
    let times: [Double]

    func visit<Layers: Chain>(_ equations: MeanFieldEquations<Layers>, _ report: March.Report) -> Solution {
      Solution(march, equations, report, times: times, compression: march.spectra.measured(equations))
    }
  }

  private func solveByPanels(_ march: PreparedMarch, _ memory: Int, _ progress: @escaping (Double) -> Void) -> Solution
  {
    let grid = PanelGrid(march.problem, march.spectra.rule)
    // The march that is kept allocates half as many panels again.
    let fitting = Int(Double(cost.steps(within: memory)) / 1.6)
    return PanelSolver(
      prepared: march, grid: grid,
      mostPoints: min(PanelGrid.mostPoints, max(grid.likelyPoints, fitting)),
      progress: progress
    ).solve()
  }
}

/// Why a problem could not be solved at all.
public enum SolverFailure: Error, Sendable {
  /// The solver does not support the problem.
  case refused([Refusal])
  /// LAPACK failed while the spectrum was compressed.
  case linearAlgebra(LinearAlgebraFailure)
}
