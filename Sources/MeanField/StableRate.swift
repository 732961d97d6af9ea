import DeepLinear
import LinearAlgebra

/// The largest learning rate that does not diverge, equation (5.3), found by bisection on the theory.
public struct StableRate: Sendable, Hashable {
  /// Relative accuracy of the answer.
  public static let accuracy = 0.01
  /// A rate counts as stable only if it stays so for at least this many steps.
  public static let leastSteps = 200

  /// The largest stable rate; infinite if no rate up to 1e12 diverged, 0 if every rate down to 1e-30 did.
  public let learningRate: Double
  /// Steps over which stability was asked for.
  public let steps: Int

  /// Searches at once; `StableRateSearch` tells the cost first.
  ///
  /// - Parameter problem: any problem that the solver takes; its learning rate must be above 0.
  /// - Throws: `SolverFailure` as the solver does.
  public init(_ problem: TrainingProblem) throws(SolverFailure) {
    self = try StableRateSearch(problem).run()
  }

  init(learningRate: Double, steps: Int) {
    self.learningRate = learningRate
    self.steps = steps
  }
}

/// The search for the largest stable rate: prepared once, then many solves on one compressed spectrum.
public struct StableRateSearch: Sendable {
  /// Memory and seconds of one solve of the search; there are about ten when it starts near.
  public let cost: Cost
  private let steps: Int
  private let problem: TrainingProblem
  private let rule: SpectralMeasures
  private let scheduleSteps: Int

  private static let largestTried = 1e12
  private static let smallestTried = 1e-30

  /// Prepares the search.
  ///
  /// - Parameter problem: any problem that the solver takes; its learning rate must be above 0.
  /// - Throws: `SolverFailure` as the solver does.
  public init(_ problem: TrainingProblem) throws(SolverFailure) {
    precondition(problem.optimizer.learningRate > 0, "a search needs a rate to start from")
    let refusals = Solver.refusals(problem)
    guard refusals.isEmpty, case .discrete(let asked) = problem.time.kind else {
      throw .refused(refusals)
    }
    self.problem = problem
    scheduleSteps = asked
    steps = max(asked, StableRate.leastSteps)
    do {
      rule = try SpectralMeasures(problem).compressed(horizon: steps)
    } catch {
      throw .linearAlgebra(error)
    }
    cost = Cost(problem, steps: steps, rule: rule)
  }

  /// Searches, from the problem's own rate by growing factors to a bracket, then by bisection of its logarithm.
  ///
  /// - Returns: the largest stable rate.
  public func run() -> StableRate {
    var stable = 0.0
    var unstable = Double.infinity
    var rate = Self.inRange(problem.optimizer.learningRate)
    // The factor squares itself at each turn, so that no start is far.
    var factor = 2.0
    while unstable.isInfinite || stable == 0 {
      if isStable(rate) { stable = rate } else { unstable = rate }
      if unstable.isInfinite && stable >= Self.largestTried { return StableRate(learningRate: .infinity, steps: steps) }
      if stable == 0 && unstable <= Self.smallestTried { return StableRate(learningRate: 0, steps: steps) }
      rate = Self.inRange(unstable.isInfinite ? factor * stable : unstable / factor)
      factor *= factor
    }
    while unstable > stable * (1 + StableRate.accuracy) {
      let middle = stable.squareRoot() * unstable.squareRoot()
      if isStable(middle) { stable = middle } else { unstable = middle }
    }
    return StableRate(learningRate: stable, steps: steps)
  }

  private static func inRange(_ rate: Double) -> Double { min(max(rate, smallestTried), largestTried) }

  private func isStable(_ rate: Double) -> Bool {
    BLAS.useThreads(1)
    var optimizer = problem.optimizer
    optimizer.learningRate = rate
    let kernels = OptimizerKernels(optimizer, scheduleSteps: scheduleSteps, steps: steps)
    if problem.architecture.branchFactor == nil { return staysFinite(kernels, PlainChain.self) }
    return staysFinite(kernels, ResidualChain.self)
  }

  private func staysFinite<Layers: Chain>(
    _ kernels: OptimizerKernels, _ layers: Layers.Type
  ) -> Bool {
    var equations = MeanFieldEquations<Layers>(problem, spectrum: rule, kernels: kernels)
    return March().run(&equations).stoppedAt == nil
  }
}
