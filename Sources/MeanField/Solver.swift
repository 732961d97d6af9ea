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
  public var compression: Compression { spectra.compression }
  private let spectra: CompressedSpectra
  private let blockLength: Int

  /// What this solver can't do for a well-formed problem, with the nearest thing that it can.
  ///
  /// - Parameter problem: any problem.
  /// - Returns: nothing when `solve` will take it.
  public static func refusals(_ problem: TrainingProblem) -> [Refusal] {
    PanelGrid.refusals(problem) + [Refusal.ofSeveralOutputs(problem, "the theory has")].compactMap { $0 }
  }

  /// Prepares a problem: builds its spectral measures, compresses them (7.5), and counts the cost.
  ///
  /// - Parameter problem: what to solve; one that `refusals` names nothing for.
  /// - Throws: `SolverFailure` for a refused problem or when LAPACK gives up.
  public init(_ problem: TrainingProblem) throws(SolverFailure) {
    try self.init(problem, blockLength: 1, compressing: true)
  }

  /// - Parameters:
  ///   - problem: what to solve.
  ///   - blockLength: steps made at once (tests: more than one makes the blocks implicit).
  ///   - compressing: false keeps every eigenvalue.
  /// - Throws: `SolverFailure` for a refused problem or when LAPACK gives up.
  init(_ problem: TrainingProblem, blockLength: Int, compressing: Bool) throws(SolverFailure) {
    let refusals = Self.refusals(problem)
    guard refusals.isEmpty else { throw .refused(refusals) }
    self.problem = problem
    self.blockLength = blockLength
    do {
      spectra = try CompressedSpectra(problem, compressing: compressing)
    } catch {
      throw .linearAlgebra(error)
    }
    let compression = spectra.compression
    cost = Cost(
      problem, rule: spectra.rule, probed: compression.isCompressed ? spectra.measures.signal.count : 0)
    alternates = problem.time.isFlow ? false : PanelGrid.alternates(problem, spectra.rule)
    searchCost =
      problem.time.isFlow
      ? nil : Cost(problem, steps: StableRateSearch.steps(problem), rule: spectra.rule, alternates: true)
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
    var layers = problem.architecture.hiddenLayers
    if case .infinite(let scale) = ChainKind(problem.architecture) {
      layers = ChainMarch.usualNodes(problem, branchScale: scale, steps: problem.time.steps ?? 0)
    }
    guard !isOnPanels else {
      let grid = PanelGrid(problem, spectra.rule)
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
    BLAS.useThreads(1)
    guard let steps = problem.time.steps, !isOnPanels else { return solveByPanels(memory, progress) }
    let kernels = OptimizerKernels(
      problem.optimizer, scheduleSteps: steps, steps: steps, blockLength: blockLength)
    let size = Double(kernels.size)
    var march = ChainMarch(problem: problem, spectrum: spectra.rule, kernels: kernels)
    march.cores = cores
    return march.run(SolutionMaker(solver: self, times: kernels.times)) { done in
      let share = Double(done) / size
      progress(share * share * share)  // a row costs its square
    }
  }

  /// Whether time is cut into panels.
  private var isOnPanels: Bool {
    if case .discrete = problem.time.kind { return false }
    return !PanelGrid.isStepped(problem, spectra.rule)
  }

  private struct SolutionMaker: ChainMarch.Visitor {
    let solver: Solver
    let times: [Double]

    func visit<Layers: Chain>(_ equations: MeanFieldEquations<Layers>, _ report: March.Report) -> Solution {
      Solution(
        solver.problem, equations, report, times: times,
        compression: solver.spectra.measured(equations))
    }
  }

  private func solveByPanels(_ memory: Int, _ progress: @escaping (Double) -> Void) -> Solution {
    let grid = PanelGrid(problem, spectra.rule)
    // The march that is kept allocates half as many panels again.
    let fitting = Int(Double(cost.steps(within: memory)) / 1.6)
    return PanelSolver(
      problem: problem, spectra: spectra, grid: grid,
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
