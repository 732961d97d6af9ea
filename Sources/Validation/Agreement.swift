import DeepLinear

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

  /// The two losses.
  ///
  /// - Parameter curve: the theory's.
  /// - Returns: test loss, then train loss.
  public static func losses(_ curve: LearningCurve) -> [ComparedCurve] {
    [
      ComparedCurve("test loss", theory: curve.testLoss) { $0.testLoss },
      ComparedCurve("train loss", theory: curve.trainLoss) { $0.trainLoss },
    ]
  }
}

/// Whether theory and trained networks agree, point by point and altogether: equations (8.7)-(8.10).
public struct Agreement: Sendable {
  /// Confidence of the simultaneous band.
  public static let confidence = 0.99
  /// Theory over its start below which both sides are rounding; such points are left out.
  public static let roundingFloor = 1e-10
  /// Least number of networks that a verdict can rest on.
  public static let leastReplicas = 8

  /// One step of one curve.
  public struct Point: Hashable, Sendable {
    /// Name of the curve.
    public let name: String
    /// Step.
    public let step: Int
    /// What the theory says.
    public let theory: Double
    /// Mean or median of the networks.
    public let measured: Double
    /// Standard error of that.
    public let standardError: Double
    /// Whether a median is compared because rare networks dominate the mean, equation (8.10).
    public let isMedian: Bool
    /// Half the width of the simultaneous band, `c s`.
    public let halfWidth: Double

    /// Difference over theory.
    public var bias: Double { (measured - theory) / theory }
    /// Difference in standard errors, with its sign.
    public var score: Double {
      let score = CurveSample.score(measured - theory, standardError)
      return measured < theory ? -score : score
    }
    /// `(|m - T| - c s)/T`: the relative difference that is certain.
    public var excess: Double {
      measured.isFinite ? (abs(measured - theory) - halfWidth) / theory : .infinity
    }
  }

  /// Every compared point, curve by curve.
  public let points: [Point]
  /// Factor c of the simultaneous band, equation (8.7).
  public let criticalValue: Double
  /// Probability of a difference as large if there were none, equation (8.9).
  public let pValue: Double
  /// Relative difference that passes.
  public let tolerance: Double
  /// Number of networks.
  public let replicas: Int

  /// Compares.
  ///
  /// - Parameters:
  ///   - curves: what to compare.
  ///   - ensemble: at least `leastReplicas` networks.
  ///   - rows: the steps to compare; those that theory or every network did not reach, and those where the theory is
  ///     zero up to rounding, are left out.
  ///   - tolerance: relative difference that passes.
  ///   - seed: of the resamples.
  ///   - group: which ensemble, where several are resampled.
  public init(
    _ curves: [ComparedCurve], _ ensemble: Ensemble, rows: [Int], tolerance: Double, seed: Int, group: Int = 0
  ) {
    precondition(ensemble.replicas.count >= 2)
    let resamples = Resamples(replicas: ensemble.replicas.count, seed: seed, group: group)
    let places = Self.places(curves, ensemble, rows)
    let sample = CurveSample(places.map(\.values), starts: places.map(\.start), resamples)
    let largest = resamples.multiplicities.map(sample.largestDeviation)
    let critical = Resamples.quantile(Self.confidence, of: largest)
    let observed = places.indices.reduce(0) {
      max($0, CurveSample.score(sample.typical[$1] - places[$1].theory, sample.standardError[$1]))
    }
    points = places.indices.map { index in
      Point(
        name: places[index].name, step: places[index].step, theory: places[index].theory,
        measured: sample.typical[index], standardError: sample.standardError[index],
        isMedian: sample.isMedian[index],
        halfWidth: sample.standardError[index].isFinite ? critical * sample.standardError[index] : .infinity)
    }
    criticalValue = critical
    pValue = Double(1 + largest.count { $0 >= observed }) / Double(1 + largest.count)
    replicas = ensemble.replicas.count
    self.tolerance = tolerance
    self.sample = sample
    self.resamples = resamples
  }

  let sample: CurveSample
  let resamples: Resamples

  private static func places(_ curves: [ComparedCurve], _ ensemble: Ensemble, _ rows: [Int]) -> [(
    name: String, step: Int, theory: Double, values: [Double], start: [Double]
  )] {
    curves.flatMap { curve in
      let lists = ensemble.replicas.map(curve.measured)
      let floor = roundingFloor * (curve.theory.first ?? 0)
      return rows.filter { $0 < min(curve.theory.count, ensemble.count) && curve.theory[$0] > floor }.map { row in
        (
          curve.name, row, curve.theory[row], lists.map { row < $0.count ? $0[row] : .infinity },
          lists.map { $0.first ?? .infinity }
        )
      }
    }
  }

  /// The point where the certain difference is largest.
  public var worst: Point? { points.max { $0.excess < $1.excess } }
  /// Whether the certain difference is within the tolerance at every point, equation (8.8).
  public var passes: Bool { points.allSatisfy { $0.excess <= tolerance } }
  /// How many points compare medians.
  public var medians: Int { points.count(where: \.isMedian) }
  /// The widest band over its theory: a difference below this and the tolerance together may go unseen.
  public var largestHalfWidth: Double {
    points.filter { $0.halfWidth.isFinite }.map { $0.halfWidth / $0.theory }.max() ?? 0
  }
  /// Points where so many networks diverged that even the median is uncertain without bounds.
  public var unbounded: Int { points.count { !$0.halfWidth.isFinite && $0.measured.isFinite } }
}
