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
    /// Expected accuracy on rows that are not trained on at those of the steps asked for that were reached, in their order.
    public internal(set) var testAccuracy: [Double] = []
    /// Standard error of any of these, at most.
    public internal(set) var accuracyError = 0.0
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
  /// Seconds of one core that accuracies of one rate take beside the solve, at few steps.
  public var accuracySeconds: Double {
    classified?.seconds(marches, steps: steps, tested: 2, sides: 1) ?? 0
  }
  /// Rows whose accuracy can be asked for.
  private let classified: ClassifiedRows?
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
  ///   - rows: the rows of a table with classes where accuracies will be asked for.
  ///   - isForRates: whether losses to a part in a hundred thousand will do, to find the best of many rates: a spectrum then takes about
  ///     half as many masses.
  /// - Throws: `SolverFailure` as the solver does.
  public init(
    _ problem: TrainingProblem, steps: Int? = nil, rows: PreparedTable? = nil, isForRates: Bool = false
  ) throws(SolverFailure) {
    guard let asked = problem.time.steps else {
      throw .refused([
        Refusal(
          key: "training.time", reason: "gradient flow has no learning rate to look for",
          suggestion: "use training.time=discrete")
      ])
    }
    if let refusal = WideSolver.refusal(problem, "rates are looked for in networks whose features move") {
      throw .refused([refusal])
    }
    // Many rates are tried, so steps are made one by one here.
    var problem = problem
    problem.time.kind = .discrete(steps: asked)
    let refusals = Solver.refusals(problem)
    guard refusals.isEmpty else { throw .refused(refusals) }
    self.problem = problem
    self.steps = steps ?? asked
    scheduleSteps = asked
    classified = rows.flatMap { ClassifiedRows($0, problem.data) }
    let length = self.steps
    do {
      let plan = try OutputPlan(
        problem, compressing: true, steps: length, accuracy: isForRates ? .rates : .losses
      ) { marches in
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
  ///   - tested: steps whose accuracy is asked for, rising; of a series that was prepared with rows.
  /// - Returns: the losses.
  public func losses(at rate: Double, steps: Int? = nil, accuracyAt tested: [Int] = []) -> Losses {
    guard let losses = losses(at: rate, steps: steps, accuracyAt: tested, isOver: { false }) else {
      preconditionFailure("time without end is never over")
    }
    return losses
  }

  /// Solves at one rate as long as there is time.
  ///
  /// - Parameters:
  ///   - rate: learning rate.
  ///   - steps: how far, at most `self.steps`; nil: to the end.
  ///   - tested: steps whose accuracy is asked for.
  ///   - isOver: whether time is over; asked after every row.
  /// - Returns: the losses; nil where time was over first.
  func losses(
    at rate: Double, steps: Int?, accuracyAt tested: [Int] = [], isOver: @escaping @Sendable () -> Bool
  ) -> Losses? {
    BLAS.useThreads(1)
    var optimizer = problem.linearOptimizer
    optimizer.learningRate = rate
    var found: [Losses] = []
    var laws: [MarchLaw] = []
    let modes = tested.isEmpty ? nil : classified?.eigenvalues
    for prepared in marches {
      // Where one output diverged, all others end.
      let last = found.compactMap { $0.divergedAt.map { $0 - 1 } }.min() ?? self.steps
      let kernels = OptimizerKernels(
        optimizer, scheduleSteps: scheduleSteps, steps: max(0, min(steps ?? self.steps, last)))
      var march = March()
      march.isOver = isOver
      let answer = ChainMarch(
        problem: prepared.problem, spectrum: prepared.spectra.rule, kernels: kernels, march: march,
        depthTolerance: Self.depthTolerance, outputs: prepared.outputs, multiplicities: prepared.multiplicities
      ).run(LossReader(multiplicities: prepared.multiplicities, modes: modes, tested: tested))
      guard let answer else { return nil }
      found.append(answer.losses)
      if let law = answer.law { laws.append(MarchLaw(march: prepared, law: law)) }
    }
    var total = found.count == 1 ? found[0] : .total(found)
    if let classified, laws.count == marches.count {
      (total.testAccuracy, total.accuracyError) = classified.shares(laws, isFresh: true)
    }
    return total
  }

  /// Reads losses, and the law of the predictor where accuracies are asked for.
  private struct LossReader: ChainMarch.Visitor {
    let multiplicities: [Double]
    /// Eigenvalues of the modes of the law; nil without one.
    let modes: [Double]?
    let tested: [Int]

    func visit<Layers: Chain>(
      _ equations: MeanFieldEquations<Layers>, _ report: March.Report
    ) -> (losses: Losses, law: PredictorLaw?)? {
      if report.isCut { return nil }
      // A row that does not settle is no answer; it comes where losses blow up.
      let stopped = report.stoppedAt ?? report.unsettledAt
      let count = stopped ?? equations.testLoss.count
      func losses(_ kind: LossKind) -> [Double] {
        Array(equations.losses(of: multiplicities, kind: kind).prefix(count))
      }
      var found = Losses(test: losses(.test), train: losses(.train), divergedAt: stopped)
      let reached = tested.filter { $0 < count }
      if let accuracy = equations.data.answers?.testAccuracy, !accuracy.isEmpty {
        found.testAccuracy = reached.map { accuracy[$0] }
      }
      guard let modes, let last = reached.last else { return (found, nil) }
      let parameters = OrderParameters(
        count: count, times: [], chain: equations.chain, data: equations.data, multiplicities: multiplicities)
      let law = parameters.predictorLaw(modes, times: last + 1, withSamples: false)
      return (found, law.at { values in reached.map { values[$0] } })
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
