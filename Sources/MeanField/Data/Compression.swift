import Problems
import LinearAlgebra

/// How the spectrum was compressed and what that cost in accuracy, equations (7.5) and (7.6).
public struct Compression: Codable, Sendable, Hashable {
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
  public static let threshold = 48
  /// Errors allowed on the test functions for the masses of the target, relative to the whole measure: they are cheap, so that they may
  /// be exact.
  static let signalTolerance = 1e-12

  /// How near the losses must be to those of all eigenvalues.
  struct Accuracy: Sendable, Hashable {
    /// Errors allowed on the test functions, relative to the whole measure. Losses take over about a tenth (measured, see the notes).
    let tolerance: Double
    /// Spectra with fewer eigenvalues stay whole.
    let fewest: Int

    /// For losses that are reported.
    static let losses = Accuracy(tolerance: 2e-8, fewest: threshold)
    /// Where rates are compared, of which nobody asks more than three digits: to a part in a hundred thousand of a loss.
    static let rates = Accuracy(tolerance: 1e-4, fewest: 10)
  }

  /// Whether fewer masses than eigenvalues are used.
  public let isCompressed: Bool

  /// Of a solution that sums over no spectrum.
  static let none = Compression(
    eigenvalues: 0, fluctuationMasses: 0, signalMasses: 0, measuredError: nil, isCompressed: false)

  /// Of several marches: the most masses, and the largest error.
  static func joined(_ all: [Compression]) -> Compression {
    all.dropFirst().reduce(all[0]) { one, other in
      Compression(
        eigenvalues: max(one.eigenvalues, other.eigenvalues),
        fluctuationMasses: max(one.fluctuationMasses, other.fluctuationMasses),
        signalMasses: max(one.signalMasses, other.signalMasses),
        measuredError: one.measuredError.flatMap { mine in other.measuredError.map { max(mine, $0) } },
        isCompressed: one.isCompressed || other.isCompressed)
    }
  }

  private init(
    eigenvalues: Int, fluctuationMasses: Int, signalMasses: Int, measuredError: Double?, isCompressed: Bool
  ) {
    self.eigenvalues = eigenvalues
    self.fluctuationMasses = fluctuationMasses
    self.signalMasses = signalMasses
    self.measuredError = measuredError
    self.isCompressed = isCompressed
  }

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

  init(
    _ problem: TrainingProblem, compressing: Bool, steps: Int? = nil, accuracy: Compression.Accuracy = .losses
  ) throws(LinearAlgebraFailure) {
    let measures = SpectralMeasures(problem)
    self.init(
      measures,
      rule: compressing ? try measures.compressed(for: problem, steps: steps, accuracy: accuracy) : measures)
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
    let blocks = equations.blocks.map(equations.layout.rows)
    let exact = ModeSums(measures, equations.data, blocks)
    let compressed = ModeSums(rule, equations.data, blocks)
    result.measuredError = compressed.distance(from: exact)
    return result
  }
}

/// The sums (7.6): those over modes in equations (3.11) and (3.14), applied to the all-ones probe: with `v̄ = F 1` and `h̄ = λ R v̄`,
/// errors `Σ w λ (b + B) v̄²`, gradients `Σ w (b + B) h̄²`, and the two responses `Σ w h̄` and `Σ w (1 - v̄)`.
private struct ModeSums {
  /// One list over time for each sum.
  private var sums: [[Double]]

  /// Modes whose vectors over time are made together: few enough to stay in the cache beside the maps.
  private static let together = 64

  init(_ measures: SpectralMeasures, _ data: DataBlock, _ blocks: [Range<Int>]) {
    sums = Array(repeating: Array(repeating: 0, count: blocks.last?.upperBound ?? 0), count: 4)
    let (signal, fluctuation) = (measures.signal, measures.fluctuation)
    // Before compression both measures sit on the same eigenvalues.
    if fluctuation.points == signal.points {
      add(signal.points, signal: signal.weights, fluctuation: fluctuation.weights, data, blocks)
    } else {
      add(signal.points, signal: signal.weights, fluctuation: nil, data, blocks)
      add(fluctuation.points, signal: nil, fluctuation: fluctuation.weights, data, blocks)
    }
  }

  /// Adds modes, some at a time; nil stands for no mass.
  private mutating func add(
    _ points: [Double], signal: [Double]?, fluctuation: [Double]?, _ data: DataBlock, _ blocks: [Range<Int>]
  ) {
    for start in stride(from: 0, to: points.count, by: Self.together) {
      let part = start..<min(start + Self.together, points.count)
      let probe = data.probe(at: Array(points[part]), blocks: blocks)
      // What the squares weigh: the target's power, and the initial predictor's.
      let squares = part.map { (signal?[$0] ?? 0) + data.predictorVariance * (fluctuation?[$0] ?? 0) }
      let squaresOverPoints = zip(squares, points[part]).map { $0 / $1 }
      let weights = fluctuation.map { zip($0[part], points[part]).map { $0 / $1 } }
      for time in sums[0].indices {
        sums[0][time] += probe.errors.weightedSquare(at: time, squares)
        sums[1][time] += probe.gradients.weightedSquare(at: time, squaresOverPoints)
        guard let weights else { continue }
        sums[2][time] += probe.gradients.weightedSum(at: time, weights)
        sums[3][time] -= probe.moves.weightedSum(at: time, weights)
      }
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
  /// Both measures compressed for a problem; small spectra stay whole.
  ///
  /// - Parameters:
  ///   - problem: its kind of time and its momentum matter, not its rate: any stable one may follow.
  ///   - steps: how many steps if not as many as the problem has.
  ///   - accuracy: of the losses.
  /// - Returns: both rules.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  func compressed(
    for problem: TrainingProblem, steps: Int? = nil, accuracy: Compression.Accuracy = .losses
  ) throws(LinearAlgebraFailure) -> SpectralMeasures {
    switch problem.time.kind {
    case .discrete(let own), .panels(let own):
      return try compressed(steps: steps ?? own, momentum: problem.optimizer.momentum, accuracy: accuracy)
    case .flow: return try compressedForFlow()
    }
  }

  /// Both measures compressed for a run of this many steps.
  func compressed(
    steps: Int, momentum: LinearOptimizer.Momentum = .none, accuracy: Compression.Accuracy = .losses
  ) throws(LinearAlgebraFailure) -> SpectralMeasures {
    let reach = Double(max(steps, 1))
    return try compressed(
      by: SpectralCompression(tolerance: accuracy.tolerance, steps: steps, reach: reach, momentum: momentum),
      fewest: accuracy.fewest)
  }

  /// Both measures compressed for gradient flow of any length: kernels grow, so that time says little about which modes are reached.
  private func compressedForFlow() throws(LinearAlgebraFailure) -> SpectralMeasures {
    let ends = (signal.points.min() ?? 1, signal.points.max() ?? 1)
    let reach = min(ends.1 / max(ends.0, .leastNormalMagnitude), 0x1p60)
    return try compressed(
      by: SpectralCompression(tolerance: Compression.Accuracy.losses.tolerance, steps: nil, reach: reach),
      fewest: Compression.threshold)
  }

  /// Both measures compressed, the fluctuations as given and the signal to rounding on short rules.
  private func compressed(
    by method: SpectralCompression, fewest: Int
  ) throws(LinearAlgebraFailure) -> SpectralMeasures {
    guard signal.count >= fewest else { return self }
    // With more threads the last bits of a rule would depend on their number.
    BLAS.useThreads(1)
    var exact = method
    exact.tolerance = Compression.signalTolerance
    exact.longestRule = 12
    // Powers that were corrected for their fit may be negative, and no Gauss rule has such weights: they have a rule of their own.
    return SpectralMeasures(fluctuation: try method.compress(fluctuation), signal: try exact.compressParts(signal))
  }
}
