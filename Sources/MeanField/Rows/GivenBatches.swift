import LinearAlgebra
import Problems

/// How minibatches are taken from given rows, section 16: what stands in the data block for each way.
struct GivenBatches: Sendable {
  /// What is known of the batches.
  enum Kind: Hashable {
    /// Every batch: the order of the rows, or an order that is given.
    case sequence
    /// Each is drawn afresh.
    case independent
    /// A new random partition in each epoch.
    case epochs
  }

  let kind: Kind
  private let problem: TrainingProblem
  private let rule: Minibatches
  /// B/P.
  private let share: Double
  private let train: PreparedTable
  private let test: PreparedTable
  private let measured: MeasuredSpectrum

  /// Nil where every step takes all rows, and where samples are drawn.
  ///
  /// - Parameter problem: any problem.
  init?(_ problem: TrainingProblem) {
    guard let rows = problem.data.rows, let train = rows.train, let test = rows.test,
      case .measured(let measured) = problem.data.spectrum, let (rule, share) = problem.minibatches
    else { return nil }
    self.problem = problem
    self.rule = rule
    self.share = share
    self.train = train
    self.test = test
    self.measured = measured
    kind =
      switch rule.shuffle {
      case _ where rows.order != nil: .sequence
      case .fixed: .sequence
      case .independent, .replacement: .independent
      case .epochs: .epochs
      }
  }

  /// Whether the mean predictor and its covariance are followed beside the march, so that the test loss comes from there.
  var bringsTestLoss: Bool { kind != .epochs }

  /// The exact answer to a sequence; nil for random batches.
  ///
  /// - Parameter responseScale: `γ0/(γ0² ν)`.
  /// - Returns: before the first step.
  func sequence(responseScale: Double) -> BatchSequence? {
    guard kind == .sequence else { return nil }
    let size = max(1, Int((share * Double(train.rows)).rounded()))
    let order = problem.data.rows?.order ?? rule.ranges(of: size, in: train.rows).map { Array($0) }
    return BatchSequence(
      batches: RowBatches(order, of: train, hasCovariance: responseScale > 0), train: train, test: test,
      fit: measured.targetCoefficients, responseScale: responseScale)
  }

  /// The averages over independent batches; nil for others.
  var independent: IndependentBatches? {
    guard kind == .independent else { return nil }
    let count = Double(train.rows)
    let factor = rule.shuffle == .replacement ? 1 / share : (1 / share - 1) * count / max(1, count - 1)
    return IndependentBatches(
      train: train, test: test, fit: measured.targetCoefficients, eigenvalues: measured.eigenvalues, factor: factor)
  }

  /// How residuals answer: by themselves but for epochs, whose rows have not all been seen.
  func rule(_ samples: SampleRows, layout: BlockLayout) -> any SampleRule {
    guard kind == .epochs else { return FreshRule(samples, sampleRatio: nil) }
    let shares = rule.shares(of: share)
    return EpochRule(
      samples, layout: layout, sampleRatio: problem.sampleRatio ?? .infinity,
      slots: (0..<layout.times).map { (epoch: $0 / shares.count, share: shares[$0 % shares.count]) })
  }

  /// Directions whose responses a sequence holds for pairs of times; 0 for others, and at infinite width.
  var heldDirections: Int {
    kind == .sequence && !problem.widthRatio.isInfinite ? measured.eigenvalues.count : 0
  }
}
