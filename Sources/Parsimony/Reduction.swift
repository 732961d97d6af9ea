import Problems
import LinearAlgebra

/// A training of the small network (10.5), with the full one if requested.
public struct Reduction: Sendable {
  /// Losses and distances of one reported step.
  public struct Row: Codable, Hashable, Sendable {
    /// Steps taken.
    public let step: Int
    /// Sum of the rates of all steps until then.
    public let time: Double
    /// Loss (10.1) of the small network by itself.
    public let smallLoss: Double
    /// Its prediction of the full loss, equation (10.9); nil where the law fails.
    public let predictedLoss: Double?
    /// `√(d-m) Π ρ_l`, equation (10.7); nil where the law fails.
    public let knownTerm: Double?
    /// Loss of the full network.
    public fileprivate(set) var fullLoss: Double?
    /// Distance of the full network from the small one, equations (10.7) and (10.8).
    public fileprivate(set) var distance: FullNetwork.Distance?
    /// Completion of a known target: `|W - Φ| / |Φ|` over all entries, of the small network and of the full one.
    public fileprivate(set) var completion: Completion?
  }

  /// How well a matrix was completed.
  public struct Completion: Codable, Hashable, Sendable {
    /// Of the small network.
    public let small: Double
    /// Of the full one.
    public let full: Double
  }

  /// Processor seconds of each part.
  public struct Seconds: Codable, Hashable, Sendable {
    /// Drawing the weights, which both networks need.
    public var drawing = 0.0
    /// Finding the active subspaces and making the small network.
    public var setUp = 0.0
    /// Training the small network.
    public var small = 0.0
    /// Making the dense weights and training the full network.
    public var full: Double?
  }

  /// What is being reduced.
  public let problem: ReductionProblem
  /// The directions that learn, equation (10.4).
  public let subspace: ActiveSubspace
  /// The assumptions of the law that the problem violates.
  public let broken: [BrokenAssumption]
  /// The small network, as trained as it is.
  public private(set) var small: SmallNetwork
  /// The full network, where it was trained.
  public private(set) var full: FullNetwork?
  /// Processor seconds so far.
  public private(set) var seconds = Seconds()
  /// How the small network's run ended.
  public private(set) var outcome = Outcome.completed
  /// How the full network's run ended, or what stopped the comparison.
  public private(set) var fullOutcome: Outcome?

  /// The weights before training.
  let weights: StartingWeights
  private let clock: @Sendable () -> Double

  /// Draws the weights and finds the small network.
  ///
  /// - Parameters:
  ///   - problem: what is learned.
  ///   - clock: seconds of the processor since any moment.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  public init(_ problem: ReductionProblem, clock: @escaping @Sendable () -> Double) throws(LinearAlgebraFailure) {
    self.problem = problem
    self.clock = clock
    let start = clock()
    weights = StartingWeights(problem.start, size: problem.size, scales: problem.scales, seed: problem.seed)
    seconds.drawing = clock() - start
    let drawn = clock()
    subspace = try ActiveSubspace(problem, weights)
    small = try SmallNetwork(problem, subspace, weights)
    seconds.setUp = clock() - drawn
    broken = BrokenAssumption.all(of: problem, subspace)
  }

  /// Trains the small network, and then the full one.
  ///
  /// - Parameters:
  ///   - reported: steps whose rows are wanted, in rising order.
  ///   - withFull: whether the full network is trained too.
  ///   - progress: called with the share of the work that is done.
  /// - Returns: a row for each reported step before the end.
  /// - Throws: `LinearAlgebraFailure` when LAPACK refuses.
  public mutating func run(
    reported: [Int], withFull: Bool, progress: (Double) -> Void = { _ in }
  ) throws(LinearAlgebraFailure) -> [Row] {
    let beside = small
    var rows = trainSmall(reported) { if !withFull { progress($0) } }
    if withFull { try trainFull(&rows, beside, progress) }
    return rows
  }

  private var rates: [Double] { problem.sumOptimizer.rates(problem.steps, scheduleSteps: problem.steps) }

  private static func isLost(_ loss: Double, _ start: Double) -> Bool {
    !(loss <= Outcome.divergenceFactor * start && loss.isFinite)
  }

  private mutating func trainSmall(_ reported: [Int], _ progress: (Double) -> Void) -> [Row] {
    let start = clock()
    let wanted = Set(reported)
    let (factor, rates) = (problem.lossFactor, rates)
    let times = LinearOptimizer.times(problem.optimizer.rates(problem.steps + 1, scheduleSteps: problem.steps))
    var rows: [Row] = []
    var first = 0.0
    for step in 0...problem.steps {
      let loss = small.evaluate()
      if step == 0 { first = loss }
      if Self.isLost(loss, first) {
        outcome = .diverged(step: step)
        break
      }
      if wanted.contains(step) {
        // Losses add, equation (10.9).
        let outside = small.knownTerm.map { $0 * $0 / 2 }
        rows.append(
          Row(
            step: step, time: times[step], smallLoss: factor * loss,
            predictedLoss: outside.map { factor * (loss + $0) },
            knownTerm: small.knownTerm))
      }
      guard step < problem.steps else { break }
      small.step(rate: rates[step], OptimizerStep(problem.sumOptimizer, rate: rates[step]))
      progress(Double(step + 1) / Double(problem.steps))
    }
    seconds.small = clock() - start
    return rows
  }

  /// Steps both networks side by side; only the full one's time counts here.
  private mutating func trainFull(_ rows: inout [Row], _ beside: SmallNetwork, _ progress: (Double) -> Void)
    throws(LinearAlgebraFailure)
  {
    var small = beside
    var start = clock()
    var full = try FullNetwork(problem, weights, beside: small)
    var spent = clock() - start
    let rates = rates
    var (next, first) = (0, 0.0)
    var outcome = Outcome.completed
    for step in 0...problem.steps {
      start = clock()
      let loss = full.evaluate()
      spent += clock() - start
      if step == 0 { first = loss }
      if Self.isLost(loss, first) || self.outcome == .diverged(step: step) {
        outcome = .diverged(step: step)
        break
      }
      _ = small.evaluate()
      if next < rows.count, rows[next].step == step {
        rows[next].fullLoss = problem.lossFactor * loss
        rows[next].distance = full.distance(to: small)
        rows[next].completion = completion(full, small)
        next += 1
      }
      guard step < problem.steps else { break }
      start = clock()
      full.step(rate: rates[step])
      spent += clock() - start
      small.step(rate: rates[step], OptimizerStep(problem.sumOptimizer, rate: rates[step]))
      progress(Double(step + 1) / Double(problem.steps))
    }
    seconds.full = spent
    fullOutcome = outcome
    self.full = full
  }

  private func completion(_ full: FullNetwork, _ small: SmallNetwork) -> Completion? {
    guard problem.mask != nil, problem.knowsUnseen else { return nil }
    let norm = problem.target.squaredNorm.squareRoot()
    var rest = problem.target
    small.subtract(from: &rest)
    let ofSmall = rest.squaredNorm.squareRoot() / norm
    rest.setDifference(full.chain.product, problem.target)
    return Completion(small: ofSmall, full: rest.squaredNorm.squareRoot() / norm)
  }
}
