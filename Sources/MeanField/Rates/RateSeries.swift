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
  /// How several outputs are solved; nil for one.
  public let outputs: OutputReport?
  private let scheduleSteps: Int
  private let marches: [PreparedMarch]
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
    let length = self.steps
    do {
      let plan = try OutputPlan(problem, compressing: true, steps: length) { marches in
        Cost(marches, steps: length).seconds * Self.usualRates <= OutputPlan.exactSeconds
      }
      marches = plan.marches
      outputs = plan.report
    } catch {
      throw .linearAlgebra(error)
    }
    cost = Cost(marches, steps: length)
    searchCost = Cost(marches, steps: max(length, StableRate.leastSteps), alternates: true)
  }

  /// Rates that are usually tried, by which several outputs that couple are decoupled or not.
  private static let usualRates = 20.0

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
    var found: [Losses] = []
    for prepared in marches {
      // Where one output diverged, all others end.
      let last = found.compactMap { $0.divergedAt.map { $0 - 1 } }.min() ?? self.steps
      let kernels = OptimizerKernels(
        optimizer, scheduleSteps: scheduleSteps, steps: max(0, min(steps ?? self.steps, last)))
      var march = March()
      march.isOver = isOver
      let losses = ChainMarch(
        problem: prepared.problem, spectrum: prepared.spectra.rule, kernels: kernels, march: march,
        depthTolerance: Self.depthTolerance, outputs: prepared.outputs
      ).run(LossReader(multiplicities: prepared.multiplicities))
      guard let losses else { return nil }
      found.append(losses)
    }
    return found.count == 1 ? found[0] : .total(found)
  }

  private struct LossReader: ChainMarch.Visitor {
    let multiplicities: [Double]

    func visit<Layers: Chain>(_ equations: MeanFieldEquations<Layers>, _ report: March.Report) -> Losses? {
      if report.isCut { return nil }
      // A row that does not settle is no answer; it comes where losses blow up.
      let stopped = report.stoppedAt ?? report.unsettledAt
      let count = stopped ?? equations.testLoss.count
      func losses(_ kind: LossKind) -> [Double] {
        Array(equations.losses(of: multiplicities, kind: kind).prefix(count))
      }
      return Losses(test: losses(.test), train: losses(.train), divergedAt: stopped)
    }
  }
}

extension RateSeries.Losses {
  /// The sum over outputs of several marches, as far as all have come.
  static func total(_ all: [RateSeries.Losses]) -> RateSeries.Losses {
    let count = all.map(\.test.count).min() ?? 0
    func sum(_ losses: (RateSeries.Losses) -> [Double]) -> [Double] {
      (0..<count).map { row in all.reduce(0) { $0 + losses($1)[row] } }
    }
    return RateSeries.Losses(
      test: sum(\.test), train: sum(\.train), divergedAt: all.compactMap(\.divergedAt).min())
  }
}
