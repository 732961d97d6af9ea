import DeepLinear
import LinearAlgebra

/// How the spectrum was compressed and what that cost in accuracy, equations (7.5) and (7.6).
public struct Compression: Sendable, Hashable {
  /// Eigenvalues of the problem (for very long power laws: head and integration nodes).
  public let eigenvalues: Int
  /// Masses that carry the initial predictor and the sampling noise; each costs some time matrices.
  public let fluctuationMasses: Int
  /// Masses that carry the target; each costs two vectors.
  public let signalMasses: Int
  /// Largest error of any sum over modes found afterwards, relative to the sum's largest value so far, equation
  /// (7.6); nil before a solve, 0 where nothing was compressed. The loss takes it over with a
  /// factor of order one, larger where it has fallen far.
  public fileprivate(set) var measuredError: Double?

  /// Spectra with at least this many eigenvalues are compressed.
  public static let threshold = 100
  /// Error allowed on the test functions, relative to the whole measure.
  static let fluctuationTolerance = 1e-8
  static let signalTolerance = 1e-12

  /// Whether fewer masses than eigenvalues are used.
  public let isCompressed: Bool

  init(_ measures: SpectralMeasures, by rule: SpectralMeasures) {
    eigenvalues = measures.signal.count
    fluctuationMasses = rule.fluctuation.count
    signalMasses = rule.signal.count
    isCompressed = rule != measures
  }
}

/// The spectra of a problem, whole and compressed, and what can be said of the difference.
struct CompressedSpectra: Sendable {
  let measures: SpectralMeasures
  let rule: SpectralMeasures
  let compression: Compression

  init(_ problem: TrainingProblem, compressing: Bool) throws(LinearAlgebraFailure) {
    let measures = SpectralMeasures(problem)
    self.init(measures, rule: compressing ? try measures.compressed(for: problem.time) : measures)
  }

  init(_ measures: SpectralMeasures, rule: SpectralMeasures) {
    self.measures = measures
    self.rule = rule
    compression = Compression(measures, by: rule)
  }

  /// With the error measured on a solution, equation (7.6): the solved maps are kept, and every sum over modes
  /// that the march takes is taken again, over all eigenvalues and over the rules, of the vectors that the
  /// maps make of the all-ones probe.
  func measured<Layers: Chain>(_ equations: MeanFieldEquations<Layers>) -> Compression {
    var result = compression
    guard compression.isCompressed else {
      result.measuredError = 0
      return result
    }
    let exact = ModeSums(measures, equations.data, equations.blocks)
    let compressed = ModeSums(rule, equations.data, equations.blocks)
    result.measuredError = compressed.distance(from: exact)
    return result
  }
}

/// The sums (7.6): those over modes in equations (3.11) and (3.14), applied to the all-ones probe: with `v̄ = F 1` and `h̄ = λ R v̄`,
/// errors `Σ w λ (b + B) v̄²`, gradients `Σ w (b + B) h̄²`, and the two responses `Σ w h̄` and `Σ w (1 - v̄)`.
private struct ModeSums {
  /// One list over time for each sum.
  private var sums: [[Double]]

  init(_ measures: SpectralMeasures, _ data: DataBlock, _ blocks: [Range<Int>]) {
    let predictor = data.predictorVariance
    let signal = data.probe(at: measures.signal.points, blocks: blocks)
    // Before compression both measures sit on the same eigenvalues.
    let fluctuation =
      measures.fluctuation.points == measures.signal.points
      ? signal : data.probe(at: measures.fluctuation.points, blocks: blocks)
    let signalWeights = measures.signal.weightsOverPoints
    let weights = measures.fluctuation.weightsOverPoints
    sums = Array(repeating: [], count: 4)
    for time in 0..<(blocks.last?.upperBound ?? 0) {
      sums[0].append(
        signal.errors.weightedSquare(at: time, measures.signal.weights)
          + predictor * fluctuation.errors.weightedSquare(at: time, measures.fluctuation.weights))
      sums[1].append(
        signal.gradients.weightedSquare(at: time, signalWeights)
          + predictor * fluctuation.gradients.weightedSquare(at: time, weights))
      sums[2].append(fluctuation.gradients.weightedSum(at: time, weights))
      sums[3].append(-fluctuation.moves.weightedSum(at: time, weights))
    }
  }

  /// Largest difference of any sum at any time, relative to the sum's own largest value so far.
  func distance(from exact: ModeSums) -> Double {
    var worst = 0.0
    for (mine, theirs) in zip(sums, exact.sums) {
      var scale = 0.0
      for (mine, theirs) in zip(mine, theirs) {
        scale = max(scale, abs(theirs))
        if scale > 0 { worst = max(worst, abs(mine - theirs) / scale) }
      }
    }
    return worst
  }
}

extension SpectralMeasures {
  /// Both measures compressed for a kind of time.
  func compressed(for time: TimeGrid) throws(LinearAlgebraFailure) -> SpectralMeasures {
    switch time.kind {
    case .discrete(let steps), .panels(let steps): try compressed(steps: steps)
    case .flow: try compressedForFlow()
    }
  }

  /// Both measures compressed for a run of this many steps; small spectra stay whole.
  func compressed(steps: Int) throws(LinearAlgebraFailure) -> SpectralMeasures {
    try compressed(steps: steps, reach: Double(steps))
  }

  /// Both measures compressed for gradient flow of any length: kernels grow, so that time says little about which modes are reached.
  private func compressedForFlow() throws(LinearAlgebraFailure) -> SpectralMeasures {
    let ends = (signal.points.min() ?? 1, signal.points.max() ?? 1)
    return try compressed(steps: nil, reach: min(ends.1 / max(ends.0, .leastNormalMagnitude), 0x1p60))
  }

  private func compressed(steps: Int?, reach: Double) throws(LinearAlgebraFailure) -> SpectralMeasures {
    guard signal.count >= Compression.threshold else { return self }
    return SpectralMeasures(
      fluctuation: try SpectralCompression(
        tolerance: Compression.fluctuationTolerance, steps: steps, reach: reach
      ).compress(fluctuation),
      signal: try SpectralCompression(
        tolerance: Compression.signalTolerance, steps: steps, reach: reach
      ).compress(signal))
  }
}
