import Problems
import LinearAlgebra

/// One problem at many learning rates: its spectrum is prepared once, and nothing but losses is kept.
public struct RateSeries: Sendable {
  /// The losses (2.4) of one rate, step by step: all steps, or those before it diverged.
  public struct Losses: Sendable, Hashable {
    /// Test loss at steps 0, 1, ….
    public let test: [Double]
    /// Train loss, likewise.
    public let train: [Double]
    /// The step at which the run diverged (5.2); nil if it did not.
    public let divergedAt: Int?
  }

  /// What is trained; its own learning rate is not used.
  public let problem: TrainingProblem
  /// The largest number of steps.
  public let steps: Int
  /// Memory and time of one rate over all steps.
  public let cost: Cost
  /// The same of a solve in the search for the largest stable rate: at least so many steps, at rates near the edge, where modes alternate
  /// and finished rows cannot be factored.
  public let searchCost: Cost
  private let scheduleSteps: Int
  private let rule: SpectralMeasures
  /// Nobody looks for a rate by the last digits of a loss; and runs that diverge would ask for ever more nodes.
  private static let depthTolerance = 1e-3

  /// Prepares a problem.
  ///
  /// - Parameters:
  ///   - problem: one that the solver takes, in discrete steps.
  ///   - steps: the largest number of steps that will be asked for; nil: as many as the problem has. Schedules keep the
  ///     length that the problem gives them.
  /// - Throws: `SolverFailure` as the solver does.
  public init(_ problem: TrainingProblem, steps: Int? = nil) throws(SolverFailure) {
    guard let asked = problem.time.steps else {
      throw .refused([
        Refusal(
          key: "training.time", reason: "gradient flow has no learning rate to look for",
          suggestion: "use training.time=discrete")
      ])
    }
    // Many rates are tried, so steps are made one by one here.
    var problem = problem
    problem.time.kind = .discrete(steps: asked)
    let refusals = Solver.refusals(problem)
    guard refusals.isEmpty else { throw .refused(refusals) }
    self.problem = problem
    self.steps = steps ?? asked
    scheduleSteps = asked
    do {
      rule = try SpectralMeasures(problem).compressed(for: problem, steps: self.steps)
    } catch {
      throw .linearAlgebra(error)
    }
    cost = Cost(problem, steps: self.steps, rule: rule)
    searchCost = Cost(problem, steps: max(self.steps, StableRate.leastSteps), rule: rule, alternates: true)
  }

  /// Solves at one rate.
  ///
  /// - Parameters:
  ///   - rate: learning rate.
  ///   - steps: how far, at most `self.steps`; nil: to the end.
  /// - Returns: the losses.
  public func losses(at rate: Double, steps: Int? = nil) -> Losses {
    guard let losses = losses(at: rate, steps: steps, isOver: { false }) else {
      preconditionFailure("time without end is never over")
    }
    return losses
  }

  /// Solves at one rate as long as there is time.
  ///
  /// - Parameters:
  ///   - rate: learning rate.
  ///   - steps: how far, at most `self.steps`; nil: to the end.
  ///   - isOver: whether time is over; asked after every row.
  /// - Returns: the losses; nil where time was over first.
  func losses(at rate: Double, steps: Int?, isOver: @escaping @Sendable () -> Bool) -> Losses? {
    BLAS.useThreads(1)
    var optimizer = problem.optimizer
    optimizer.learningRate = rate
    let kernels = OptimizerKernels(optimizer, scheduleSteps: scheduleSteps, steps: min(steps ?? self.steps, self.steps))
    var march = March()
    march.isOver = isOver
    return ChainMarch(
      problem: problem, spectrum: rule, kernels: kernels, march: march, depthTolerance: Self.depthTolerance
    ).run(LossReader())
  }

  private struct LossReader: ChainMarch.Visitor {
    func visit<Layers: Chain>(_ equations: MeanFieldEquations<Layers>, _ report: March.Report) -> Losses? {
      if report.isCut { return nil }
      // A row that does not settle is no answer; it comes where losses blow up.
      let stopped = report.stoppedAt ?? report.unsettledAt
      let count = stopped ?? equations.testLoss.count
      return Losses(
        test: Array(equations.testLoss.prefix(count)), train: Array(equations.trainLoss.prefix(count)),
        divergedAt: stopped)
    }
  }
}
