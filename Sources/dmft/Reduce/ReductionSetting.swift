import DeepLinear
import LinearAlgebra
import Parsimony
import Records

/// What `dmft reduce` was asked to do, with the matrices that this means.
struct ReductionSetting {
  let configuration: Configuration

  init(_ configuration: Configuration) { self.configuration = configuration }

  var settings: ReductionSettings { configuration.reduction }

  /// Rows and columns of every matrix.
  var size: Int { configuration.targetFile.map { max($0.rows, $0.columns) } ?? settings.size }

  private var hasMask: Bool { settings.observed < 1 || configuration.targetFile?.hasGaps == true }

  var steps: Int { configuration.problem.time.steps ?? 0 }
  /// Steps whose rows `training.rows` asks for.
  var rows: [Int] { configuration.problem.time.reportedRows(of: steps + 1) }

  /// What is done to the file to make it a problem.
  var notices: [String] {
    guard let file = configuration.targetFile, file.rows != file.columns else { return [] }
    return [
      "the target is \(file.rows) x \(file.columns); it is set into \(size) x \(size), the rest zeros, as all layers are square"
    ]
  }

  /// The problem as the machine takes it.
  func problem() throws(CommandFailure) -> ReductionProblem {
    let seed = configuration.simulation.seed
    let (target, own) = matrices
    var mask = own
    if settings.observed < 1 {
      let drawn = ReductionProblem.randomMask(share: settings.observed, size: size, seed: seed)
      var both = drawn
      if let own { both.setDifference(drawn, DenseMatrix(rows: size, columns: size), mask: own) }
      mask = both
    }
    if let mask, target.dot(target) > 0 {
      var seen = target
      seen.setDifference(target, DenseMatrix(rows: size, columns: size), mask: mask)
      guard seen.squaredNorm > 0 else {
        throw CommandFailure(
          status: .badInput,
          lines: ["reduce.observed \(settings.observed): every entry that is seen is zero; use a larger share"])
      }
    }
    return ReductionProblem(
      target: target, mask: mask, knowsUnseen: own == nil, rank: settings.rank,
      start: settings.start == .gaussian ? .gaussian : .orthogonal, scales: settings.initScale,
      inputVariances: settings.inputDecay > 0
        ? ReductionProblem.powerLawVariances(size: size, decay: settings.inputDecay) : nil,
      optimizer: configuration.problem.optimizer, isMean: settings.loss == .mean, steps: steps,
      outerRate: settings.outerRate, seed: seed)
  }

  /// The target, square, and which entries its file has; nil where it has all.
  private var matrices: (target: DenseMatrix, mask: DenseMatrix?) {
    guard let file = configuration.targetFile else {
      let rank = settings.rank ?? 1
      return (ReductionProblem.randomTarget(size: size, rank: rank, seed: configuration.simulation.seed), nil)
    }
    var entries = [Double](repeating: 0, count: size * size)
    var seen = [Double](repeating: 1, count: size * size)
    for row in 0..<file.rows {
      for column in 0..<file.columns {
        let value = file.entries[row * file.columns + column]
        entries[row * size + column] = value.isNaN ? 0 : value
        if value.isNaN { seen[row * size + column] = 0 }
      }
    }
    let target = DenseMatrix(rows: size, columns: size, entries)
    return (target, file.hasGaps ? DenseMatrix(rows: size, columns: size, seen) : nil)
  }

  /// Bytes of all matrices at their largest.
  private func bytes(withFull: Bool) -> Double {
    let layers = Double(settings.weightLayers)
    let carries = configuration.problem.optimizer.momentum.coefficient != 0
    // The start, the target, what the comparison needs; of a chain weights, products, errors and gradients.
    let small = layers + (hasMask ? 8 : 4)
    let whole = withFull ? (carries ? 6 : 5) * layers + 4 : 0
    return 8 * Double(size) * Double(size) * (small + whole)
  }

  /// Refuses what would not fit into the memory of this machine.
  func refuseBeyondMemory(withFull: Bool) throws(CommandFailure) {
    let needed = bytes(withFull: withFull || hasMask || settings.start == .gaussian || settings.inputDecay > 0)
    try CommandFailure.refuseBeyondMemory(
      "reduce.size \(size) with \(settings.weightLayers) weight matrices needs about", bytes: needed,
      remedy: "use a smaller reduce.size" + (withFull ? " or leave out --full" : ""))
  }

  /// The problem in one line.
  var line: String {
    let target =
      configuration.targetFile.map { "target \($0.path)" }
      ?? "random target of rank \(settings.rank ?? 0)"
    return [
      "\(settings.weightLayers) weight matrices \(size) x \(size), \(settings.start.rawValue) start of scale "
        + ReduceText.scales(settings.initScale),
      hasMask ? target + ", entries missing" : target, ReduceText.training(configuration.problem.optimizer, steps),
    ].joined(separator: " | ")
  }
}
