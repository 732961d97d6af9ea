import Problems

/// A curve of the theory and how to read the same from a trained network.
public struct ComparedCurve: Sendable {
  /// What it is, such as `test loss`.
  public let name: String
  /// One number a step.
  public let theory: [Double]
  /// The same of a network.
  public let measured: @Sendable (ReplicaCurve) -> [Double]

  /// - Parameters:
  ///   - name: what it is.
  ///   - theory: one number a step.
  ///   - measured: reads it from a network.
  public init(_ name: String, theory: [Double], measured: @escaping @Sendable (ReplicaCurve) -> [Double]) {
    self.name = name
    self.theory = theory
    self.measured = measured
  }

  /// The losses.
  ///
  /// - Parameter curve: the theory's.
  /// - Returns: test loss, then train loss; with minibatches batch loss too.
  public static func losses(_ curve: LearningCurve) -> [ComparedCurve] {
    [
      ComparedCurve("test loss", theory: curve.testLoss) { $0.testLoss },
      ComparedCurve("train loss", theory: curve.trainLoss) { $0.trainLoss },
    ] + (curve.batchLoss.map { [ComparedCurve("batch loss", theory: $0) { $0.batchLoss ?? [] }] } ?? [])
  }
}

/// Whether theory and trained networks agree, point by point and altogether: equations (8.7)-(8.10).
public struct Agreement: Codable, Sendable {
  /// Confidence of the simultaneous band, equation (8.7).
  public static let confidence = 0.99
  /// Theory over its start below which both sides are rounding; such points are left out.
  public static let roundingFloor = 1e-10
  /// Least number of networks that a verdict can rest on.
  public static let leastReplicas = 8

  /// One step of one curve.
  public struct Point: Codable, Hashable, Sendable {
    /// Name of the curve.
    public let name: String
    /// Step.
    public let step: Int
    /// The prediction, `T(t)`; a loss in the units of `LearningCurve`.
    public let theory: Double
    /// Mean or median of the networks, `m(t)`, equations (8.7) and (8.10).
    public let measured: Double
    /// Standard error of that, `s(t)`, in the same units.
    public let standardError: Double
    /// Whether a median is compared because rare networks dominate the mean, equation (8.10).
    public let isMedian: Bool
    /// Half the width of the simultaneous band, `c s(t)`, equation (8.7), in the same units.
    public let halfWidth: Double
    /// What differences are taken relative to: the theory, or the level of rounding if it is below.
    public let scale: Double

    let difference: BandedDifference

    init(_ place: Place, measured: Double, standardError: Double, isMedian: Bool, criticalValue: Double) {
      (name, step, theory, scale) = (place.name, place.step, place.theory, place.scale)
      self.measured = measured
      self.standardError = standardError
      self.isMedian = isMedian
      difference = BandedDifference(
        (measured - theory) / scale, standardError: standardError / scale, criticalValue: criticalValue)
      halfWidth = difference.halfWidth * scale
    }

    /// Whether the networks have a finite number here with a finite error.
    var isBounded: Bool { measured.isFinite && standardError.isFinite }
    /// Difference over theory, `(m - T)/T`.
    public var bias: Double { (measured - theory) / scale }
    /// Difference in standard errors, with its sign; 0 for one of rounding.
    public var score: Double {
      let score = CurveSample.score(difference.value, difference.standardError)
      return measured < theory ? -score : score
    }
    /// `(|m - T| - c s)/T`: the relative difference that is certain, equation (8.8); negative where none is.
    public var excess: Double { difference.certain }
  }

  /// Every compared point, curve by curve.
  public let points: [Point]
  /// Factor c of the simultaneous band, equation (8.7).
  public let criticalValue: Double
  /// Probability of a difference as large if there were none, equation (8.9).
  public let pValue: Double
  /// Relative difference that passes, equation (8.8).
  public let tolerance: Double
  /// Number of networks.
  public let replicas: Int
  /// Points left out because theory and networks are both at the level of rounding there.
  public let leftOut: Int
  /// Whether most networks diverge where the theory does; a theory that does not is compared with them point by point.
  public let ending: Verdict

  /// The networks behind it, for what resamples them once more; nil where it was read back.
  private(set) var sample: CurveSample?

  private enum CodingKeys: CodingKey {
    case points, criticalValue, pValue, tolerance, replicas, leftOut, ending
  }

  /// Compares.
  ///
  /// - Parameters:
  ///   - curves: what to compare.
  ///   - ensemble: at least `leastReplicas` networks.
  ///   - rows: the steps to compare, as far as the theory goes; a network that did not reach a step counts as infinite there.
  ///   - theoryDiverges: whether the theory ends because it diverges.
  ///   - tolerance: relative difference that passes.
  ///   - resamples: of these networks.
  public init(
    _ curves: [ComparedCurve], _ ensemble: Ensemble, rows: [Int], theoryDiverges: Bool = false, tolerance: Double,
    _ resamples: Resamples
  ) {
    precondition(ensemble.replicas.count >= 2)
    let all = curves.flatMap { Self.places($0, ensemble, rows) }
    let places = all.filter { !$0.isRounding }
    let sample = CurveSample(places.map(\.values), starts: places.map(\.start), resamples)
    let largest = LargestDeviations { sample.largestDeviation($0) }
    let critical = largest.criticalValue
    points = places.indices.map { index in
      Point(
        places[index], measured: sample.typical[index], standardError: sample.standardError[index],
        isMedian: sample.isMedian[index], criticalValue: critical)
    }
    criticalValue = critical
    pValue = largest.pValue(points.reduce(0) { max($0, abs($1.score)) })
    replicas = ensemble.replicas.count
    leftOut = all.count - places.count
    ending = theoryDiverges ? Self.divergence(of: ensemble, resamples) : .agrees
    self.tolerance = tolerance
    self.sample = sample
  }

  /// Whether most networks of such an ensemble diverge, and that is certain.
  private static func divergence(of ensemble: Ensemble, _ resamples: Resamples) -> Verdict {
    let diverges = ensemble.replicas.map { $0.count < ensemble.times.count }
    let share = resamples.share { multiplicities in
      2 * zip(diverges, multiplicities).reduce(0) { $0 + ($1.0 ? $1.1 : 0) } >= diverges.count
    }
    if share >= confidence { return .agrees }
    return share <= 1 - confidence ? .disagrees : .cannotTell
  }

  /// One point before it is compared.
  struct Place {
    let name: String
    let step: Int
    let theory: Double
    let values: [Double]
    let start: [Double]
    /// The level of rounding.
    let floor: Double

    var scale: Double { max(theory, floor) }
    var isRounding: Bool { theory <= floor && values.allSatisfy { $0 <= floor } }
  }

  private static func places(_ curve: ComparedCurve, _ ensemble: Ensemble, _ rows: [Int]) -> [Place] {
    let lists = ensemble.replicas.map(curve.measured)
    let start = lists.map { $0.first ?? .infinity }
    let floor = roundingFloor * (curve.theory.first ?? 0)
    return rows.filter { $0 < curve.theory.count }.map { row in
      Place(
        name: curve.name, step: row, theory: curve.theory[row],
        values: lists.map { row < $0.count ? $0[row] : .infinity }, start: start, floor: floor)
    }
  }

  /// The rule of equation (8.8); both sides must end alike too.
  public var verdict: Verdict { Verdict(points.map(\.difference), tolerance: tolerance).and(ending) }
  /// The point that decides: where the certain difference is largest if one is beyond the tolerance, or else where the
  /// band leaves the largest difference possible.
  public var worst: Point? { Verdict.decisive(points, tolerance: tolerance, \.difference) }
  /// How many points compare medians, equation (8.10).
  public var medians: Int { points.count(where: \.isMedian) }
  /// The widest band over its theory.
  public var largestHalfWidth: Double {
    points.filter { $0.halfWidth.isFinite }.map { $0.halfWidth / $0.scale }.max() ?? 0
  }
  /// About how many networks could tell where these cannot, equation (8.12); nil if more than a million or
  /// unknown, as it is where the agreement was read back.
  public var wantedReplicas: Int? {
    guard let sample, verdict == .cannotTell, ending == .agrees else { return nil }
    let limit = LargestDeviations { sample.largestDeviation($0, studentized: false) }
    return WantedReplicas.number(
      points.map(\.difference), tolerance: tolerance, replicas: replicas, criticalValue: criticalValue,
      limit: limit.criticalValue)
  }
  /// Points where so many networks diverged that even the median is uncertain without bounds.
  public var unbounded: Int { points.count { $0.standardError == .infinity } }
}
