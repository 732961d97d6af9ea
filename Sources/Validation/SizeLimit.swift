/// What is left of the difference between networks and theory when the size goes to infinity: equation (8.11).
public struct SizeLimit: Sendable {
  /// One step of one curve.
  public struct Point: Hashable, Sendable {
    /// Name of the curve.
    public let name: String
    /// Step.
    public let step: Int
    /// Relative difference left in the limit, r/T.
    public let difference: Double
    /// Its standard error.
    public let standardError: Double
    /// Relative bias times D, k/T.
    public let slope: Double
    /// Half the width of the simultaneous band.
    public let halfWidth: Double

    /// The difference that is certain.
    public var excess: Double { abs(difference) - halfWidth }
  }

  /// Every point that all sizes share.
  public let points: [Point]
  /// Probability of a difference as large if there were none.
  public let pValue: Double
  /// Relative difference that passes.
  public let tolerance: Double

  /// Fits a constant and a term in 1/D to the relative differences at each point.
  ///
  /// - Parameter sizes: input dimensions with their agreements, two or more, of the same curves.
  public init(_ sizes: [(dimension: Int, agreement: Agreement)]) {
    let shared = sizes.map { Set($0.agreement.points.map { Place($0) }) }.reduce(nil as Set<Place>?) {
      $0?.intersection($1) ?? $1
    }
    let places = sizes[0].agreement.points.map { Place($0) }.filter { shared?.contains($0) == true }
    let fits = places.map { place in Fit(place, sizes) }
    // A fit is linear in the means, so resampled means give resampled limits with the same weights.
    let resampled = (0..<Resamples.number).map { index in fits.map { $0.limit(resample: index, sizes) } }
    let errors = fits.indices.map { fit in
      let squares = resampled.reduce(0) { $0 + ($1[fit] - fits[fit].limit) * ($1[fit] - fits[fit].limit) }
      return (squares / Double(resampled.count)).squareRoot()
    }
    func largest(_ limits: [Double], from center: (Int) -> Double) -> Double {
      fits.indices.reduce(0) { max($0, CurveSample.score(limits[$1] - center($1), errors[$1])) }
    }
    let deviations = resampled.map { largest($0) { fits[$0].limit } }
    let critical = Resamples.quantile(Agreement.confidence, of: deviations)
    let observed = largest(fits.map(\.limit)) { _ in 0 }
    points = fits.indices.map { index in
      Point(
        name: fits[index].place.name, step: fits[index].place.step, difference: fits[index].limit,
        standardError: errors[index], slope: fits[index].slope, halfWidth: critical * errors[index])
    }
    pValue = Double(1 + deviations.count { $0 >= observed }) / Double(1 + deviations.count)
    tolerance = sizes[0].agreement.tolerance
  }

  /// Whether nothing certain beyond the tolerance is left.
  public var passes: Bool { points.allSatisfy { $0.excess <= tolerance } }
  /// The point where the certain difference is largest.
  public var worst: Point? { points.max { $0.excess < $1.excess } }

  struct Place: Hashable {
    let name: String
    let step: Int

    init(_ point: Agreement.Point) {
      name = point.name
      step = point.step
    }
  }
}

/// Weighted least squares of `difference = limit + slope / D` at one point.
private struct Fit {
  let place: SizeLimit.Place
  let limit: Double
  let slope: Double
  /// Index of the point in each size, and the weight of its difference in the limit.
  private let indices: [Int]
  private let weights: [Double]

  init(_ place: SizeLimit.Place, _ sizes: [(dimension: Int, agreement: Agreement)]) {
    self.place = place
    indices = sizes.map { size in size.agreement.points.firstIndex { SizeLimit.Place($0) == place } ?? 0 }
    let points = zip(sizes, indices).map { $0.agreement.points[$1] }
    let x = sizes.map { 1 / Double($0.dimension) }
    let precision = points.map { point in
      let error = point.standardError / point.theory
      return error > 0 && error.isFinite ? 1 / (error * error) : 1
    }
    let total = precision.reduce(0, +)
    let center = zip(precision, x).reduce(0) { $0 + $1.0 * $1.1 } / total
    let spread = zip(precision, x).reduce(0) { $0 + $1.0 * ($1.1 - center) * ($1.1 - center) }
    let slopes = zip(precision, x).map { $0 * ($1 - center) / spread }
    weights = zip(precision, slopes).map { $0 / total - center * $1 }
    limit = zip(weights, points).reduce(0) { $0 + $1.0 * $1.1.bias }
    slope = zip(slopes, points).reduce(0) { $0 + $1.0 * $1.1.bias }
  }

  /// The limit of a resample.
  func limit(resample: Int, _ sizes: [(dimension: Int, agreement: Agreement)]) -> Double {
    zip(sizes, zip(indices, weights)).reduce(0) { sum, entry in
      let (size, (index, weight)) = entry
      let agreement = size.agreement
      let drawn = agreement.sample.resampled(index, agreement.resamples.multiplicities[resample])
      let theory = agreement.points[index].theory
      return sum + weight * (drawn.typical - theory) / theory
    }
  }
}
