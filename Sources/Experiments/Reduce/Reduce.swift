import LinearAlgebra
import Parallel
import Parsimony
import Problems
import Reports
import RunStore

/// Trains the exact small network behind a deep linear one that starts orthogonal and learns a matrix.
///
/// Where the law of parsimony does not hold the full network is trained too, so that the deviation is measured.
public struct Reduce: Experiment {
  /// The command.
  public static let name = "reduce"
  /// Training, and the matrix.
  public static let keys = KeySelection(
    ["training", "simulation", "reduce"], except: ["reduce.classes", "reduce.samplesPerClass"])

  private let target: ReductionTarget
  private let training: ChainTraining
  private let start: StartingWeights.Kind
  private let inputDecay: Double
  private let observed: Double
  private let outerRate: Double
  private let trainsFull: Bool

  /// - Parameters:
  ///   - target: the matrix to learn.
  ///   - training: start and optimiser.
  ///   - start: orthogonal or Gaussian.
  ///   - inputDecay: power of the fall of the inputs' covariance; 0 is white.
  ///   - observed: share of the entries that are seen.
  ///   - outerRate: of a completion, the rate of the outer factors as a share of the learning rate.
  ///   - trainsFull: whether the full network is trained in any case.
  public init(
    _ target: ReductionTarget, _ training: ChainTraining, start: StartingWeights.Kind = .orthogonal,
    inputDecay: Double = 0, observed: Double = 1, outerRate: Double = 0.1, trainsFull: Bool = false
  ) {
    self.target = target
    self.training = training
    self.start = start
    self.inputDecay = inputDecay
    self.observed = observed
    self.outerRate = outerRate
    self.trainsFull = trainsFull
  }

  /// Whether the full network is trained.
  public var options: [String] { trainsFull ? ["--full"] : [] }

  private var hasMask: Bool { observed < 1 || target.hasGaps }

  private var setting: ReducedNetwork.Setting {
    ReducedNetwork.Setting(
      training: training, start: start, target: hasMask ? target.text + ", entries missing" : target.text)
  }

  /// The problem in a line.
  public var headline: [String] { [setting.clauses(size: target.size).joined(separator: " | ")] }

  /// Of the small network, and of the full one where it is known to be trained.
  public func estimate(workers: Int) throws(ExperimentFailure) -> Estimate {
    estimate(withFull: trainsFull || hasMask || start == .gaussian || inputDecay > 0)
  }

  private func estimate(withFull: Bool) -> Estimate {
    let (layers, size) = (Double(training.scales.count), Double(target.size))
    let carries = training.optimizer.momentum.coefficient != 0
    // The start, the target, what the comparison needs; of a chain weights, products, errors and gradients.
    let small = layers + (hasMask ? 8 : 4)
    let whole = withFull ? (carries ? 6 : 5) * layers + 4 : 0
    let width = min(size, 2 * Double(target.kept ?? target.size))
    let setUp = 20 * layers * size * size * width / 1e10
    let matrices = 8 * size * size * (small + whole)
    let isLong = training.bytes > matrices
    return Estimate(
      bytes: Int(exactly: (matrices + training.bytes).rounded()) ?? .max,
      seconds: setUp + training.seconds(size: width) + (withFull ? training.seconds(size: size) : 0),
      disk: disk,
      subject: isLong
        ? "training.steps \(training.steps) needs about"
        : "reduce.size \(target.size) with \(training.scales.count) weight matrices needs about",
      remedy: isLong ? "use fewer" : "use a smaller reduce.size" + (trainsFull ? " or leave out --full" : ""),
      note: withFull ? "with the full network" : "")
  }

  /// Losses of small and full network at the reported rows; the small network's factors.
  private var disk: DiskUse {
    let layers = training.scales.count
    var disk = DiskUse(rows: training.reported.count, columns: 10, series: 4, pictures: 2)
    let width = min(Double(target.size), 2 * Double(target.kept ?? target.size))
    disk.add(archive: width * (2 * Double(target.size) + Double(layers) * width))
    disk.add(arrays: layers + 1, points: target.size, maps: 0)
    return disk
  }

  /// Trains the small network, and the full one where requested or the law does not hold.
  ///
  /// - Parameter context: progress, notices.
  /// - Returns: losses, distances and singular values; the small network as an archive.
  /// - Throws: where no entry of the target is observed, LAPACK does not converge, or memory cannot hold the full network.
  public func run(in context: RunContext) throws(ExperimentFailure) -> Finished<ReducedNetwork> {
    if let notice = target.notice { context.notice(notice) }
    // The number of threads decides the last bits of large products.
    BLAS.useThreads(1)
    let problem = try problem()
    var reduction = try ExperimentFailure.catching { () throws(LinearAlgebraFailure) in
      try Reduction(problem, clock: ProcessorTime.ofProcess)
    }
    for assumption in reduction.broken { context.warning(assumption.sentence) }
    if !reduction.broken.isEmpty, !trainsFull {
      context.notice(
        "the law of parsimony does not apply to this problem: the full network is trained too, to measure the deviation"
      )
    }
    let withFull = trainsFull || !reduction.broken.isEmpty
    // That the law does not hold may be known only now.
    if withFull { try estimate(withFull: true).refuseBeyondMemory() }
    let (rows, layers) = try ExperimentFailure.catching { () throws(LinearAlgebraFailure) in
      let rows = try reduction.run(reported: training.reported, withFull: withFull, progress: context.progress)
      return (rows, try reduction.layers())
    }
    guard !rows.isEmpty else { throw .startBeyondNumbers(of: "the network") }
    let result = ReducedNetwork(setting, reduction, rows: rows, layers: layers)
    return Finished(
      result, arrays: context.keepsArrays ? result.arrays(target: problem.target) : [], archive: reduction.factors)
  }

  /// The problem with its matrices.
  private func problem() throws(ExperimentFailure) -> ReductionProblem {
    let size = target.size
    let (target, own) = self.target.matrices(seed: training.seed)
    let none = DenseMatrix(rows: size, columns: size)
    var mask = own
    if observed < 1 {
      var drawn = ReductionProblem.randomMask(share: observed, size: size, seed: training.seed)
      if let own { drawn.setDifference(drawn, none, mask: own) }
      mask = drawn
    }
    if let mask, target.squaredNorm > 0 {
      var seen = target
      seen.setDifference(target, none, mask: mask)
      guard seen.squaredNorm > 0 else {
        throw ExperimentFailure(
          .refused, ["reduce.observed \(observed): every observed entry is zero; use a larger share"])
      }
    }
    return ReductionProblem(
      target: target, mask: mask, knowsUnseen: own == nil, rank: self.target.kept, start: start,
      scales: training.scales,
      inputVariances: inputDecay > 0 ? ReductionProblem.powerLawVariances(size: size, decay: inputDecay) : nil,
      optimizer: training.optimizer, isMean: training.isMean, steps: training.steps, outerRate: outerRate,
      seed: training.seed)
  }

  /// The small network's losses, its predictions for the full one, and the losses of the full one.
  ///
  /// - Parameters:
  ///   - result: what was found.
  ///   - arrays: not needed.
  /// - Returns: the report.
  public static func report(_ result: ReducedNetwork, arrays: (any ArraySource)?) -> Report {
    var report = Report(
      title: "The small network that is equivalent to the full one",
      lead:
        "From an orthogonal start all learning happens in few directions of each layer: a network of that width is "
        + "equivalent, and the rest follows one number for each layer.",
      problem: result.setting.clauses(size: result.size), status: result.remark == nil ? "completed" : "diverged")
    report.findings = result.findings
    report.details = result.details
    report.checks = result.checks
    report.tables = result.tables
    report.figures = result.figures
    report.citations = result.citations
    return report
  }
}
