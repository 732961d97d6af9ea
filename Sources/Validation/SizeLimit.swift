/// What is left of the difference between networks and theory when the size goes to infinity: equation (8.11).
public struct SizeLimit: Codable, Sendable {
  /// One step of one curve.
  public struct Point: Codable, Hashable, Sendable {
    /// Name of the curve.
    public let name: String
    /// Step.
    public let step: Int
    /// Relative difference left in the limit, r of equation (8.11).
    public let difference: Double
    /// Its standard error `s_r`.
    public let standardError: Double
    /// Relative bias times D, k of equation (8.11).
    public let slope: Double
    /// Half the width of the simultaneous band, `c s_r`, with resamples as in (8.7).
    public var halfWidth: Double { banded.halfWidth }
    let banded: BandedDifference

    fileprivate init(_ fit: Fit, criticalValue: Double) {
      (name, step, difference) = (fit.place.name, fit.place.step, fit.limit)
      (standardError, slope) = (fit.standardError, fit.slope)
      banded = BandedDifference(fit.limit, standardError: fit.standardError, criticalValue: criticalValue)
    }

    /// The difference that is certain; negative where none is.
    public var excess: Double { banded.certain }
  }

  /// Every point that all sizes share.
  public let points: [Point]
  /// Probability of a difference as large if there were none, as in equation (8.9).
  public let pValue: Double
  /// Relative difference that passes.
  public let tolerance: Double
  /// About how many networks of each size could tell where these cannot, equation (8.12); nil if more than a million or
  /// unknown.
  public let wantedReplicas: Int?
  /// Points that some size cannot bound, so that nothing can be said of their limit.
  public let unbounded: Int

  /// Fits a constant and a term in 1/D to the relative differences at each point.
  ///
  /// - Parameter sizes: input dimensions with their agreements, two or more, of the same curves; none read back.
  public init(_ sizes: [(dimension: Int, agreement: Agreement)]) {
    let shared = Self.places(sizes)
    let places = shared.filter { place in
      zip(sizes, place.indices).allSatisfy { $0.agreement.points[$1].isBounded }
    }
    let fits = places.map { Fit($0, sizes) }
    // A fit is linear in the means, so resampled means give resampled limits with the same weights.
    func largest(_ resample: Int, studentized: Bool) -> Double {
      fits.reduce(0) { largest, fit in
        let drawn = fit.resampled(resample, sizes)
        guard drawn.limit.isFinite, fit.standardError > 0 else { return largest }
        let error = studentized ? drawn.standardError : fit.standardError
        return max(largest, CurveSample.score(drawn.limit - fit.limit, error))
      }
    }
    let deviations = LargestDeviations { largest($0, studentized: true) }
    let critical = deviations.criticalValue
    points = fits.map { Point($0, criticalValue: critical) }
    pValue = deviations.pValue(
      points.reduce(0) { max($0, CurveSample.score($1.banded.value, $1.banded.standardError)) })
    tolerance = sizes[0].agreement.tolerance
    unbounded = shared.count - places.count
    let differences = points.map(\.banded)
    verdict = Verdict(differences, tolerance: tolerance).and(unbounded == 0 ? .agrees : .cannotTell)
    wantedReplicas =
      verdict == .cannotTell && unbounded == 0
      ? WantedReplicas.number(
        differences, tolerance: tolerance, replicas: sizes.map(\.agreement.replicas).max() ?? 0,
        criticalValue: critical, limit: LargestDeviations { largest($0, studentized: false) }.criticalValue)
      : nil
  }

  /// Points that every size has, with their indices in each.
  private static func places(_ sizes: [(dimension: Int, agreement: Agreement)]) -> [Place] {
    let indices = sizes.map { size in
      Dictionary(uniqueKeysWithValues: size.agreement.points.enumerated().map { ([$1.name, String($1.step)], $0) })
    }
    return sizes[0].agreement.points.compactMap { point in
      let found = indices.compactMap { $0[[point.name, String(point.step)]] }
      return found.count == sizes.count ? Place(name: point.name, step: point.step, indices: found) : nil
    }
  }

  struct Place {
    let name: String
    let step: Int
    let indices: [Int]
  }

  /// Whether what is left is within the tolerance, by the rule of equation (8.8).
  public let verdict: Verdict
  /// The point that decides, chosen as for one size.
  public var worst: Point? { Verdict.decisive(points, tolerance: tolerance, \.banded) }
}

/// Weighted least squares of `relative difference = limit + slope / D` at one point.
private struct Fit {
  let place: SizeLimit.Place
  let limit: Double
  let standardError: Double
  let slope: Double
  /// Weight of each size's relative difference in the limit.
  private let weights: [Double]

  init(_ place: SizeLimit.Place, _ sizes: [(dimension: Int, agreement: Agreement)]) {
    self.place = place
    let points = zip(sizes, place.indices).map { $0.agreement.points[$1] }
    let errors = points.map { $0.standardError / $0.scale }
    let x = sizes.map { 1 / Double($0.dimension) }
    // Where a size has no error at all, as at the first step of a quiet start, sizes count alike.
    let precision = errors.allSatisfy { $0 > 0 } ? errors.map { 1 / ($0 * $0) } : errors.map { _ in 1 }
    let total = precision.reduce(0, +)
    let center = zip(precision, x).reduce(0) { $0 + $1.0 * $1.1 } / total
    let spread = zip(precision, x).reduce(0) { $0 + $1.0 * ($1.1 - center) * ($1.1 - center) }
    let slopes = zip(precision, x).map { $0 * ($1 - center) / spread }
    let weights = zip(precision, slopes).map { $0 / total - center * $1 }
    self.weights = weights
    limit = zip(weights, points).reduce(0) { $0 + $1.0 * $1.1.bias }
    standardError = zip(weights, errors).reduce(0) { $0 + $1.0 * $1.0 * $1.1 * $1.1 }.squareRoot()
    slope = zip(slopes, points).reduce(0) { $0 + $1.0 * $1.1.bias }
  }

  /// The limit and its error in a resample.
  func resampled(_ resample: Int, _ sizes: [(dimension: Int, agreement: Agreement)]) -> (
    limit: Double, standardError: Double
  ) {
    var limit = 0.0
    var variance = 0.0
    for (size, (index, weight)) in zip(sizes, zip(place.indices, weights)) {
      let point = size.agreement.points[index]
      guard let drawn = size.agreement.sample?.resampled(index, resample) else { return (.nan, .nan) }
      limit += weight * (drawn.typical - point.theory) / point.scale
      variance += weight * weight * drawn.standardError * drawn.standardError / (point.scale * point.scale)
    }
    return (limit, variance.squareRoot())
  }
}
