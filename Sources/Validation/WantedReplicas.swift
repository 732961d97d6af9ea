/// How many networks a verdict would need: equation (8.12).
enum WantedReplicas {
  /// Margin between band and tolerance in standard errors, for the sampling errors of this mean and of the next one:
  /// at least eight of ten such runs then reach a verdict.
  static let reserve = 2.5
  /// Larger numbers are not suggested.
  static let most = 1e6

  /// - Parameters:
  ///   - differences: every point.
  ///   - tolerance: relative difference that passes.
  ///   - replicas: number of networks that they are measured on.
  ///   - criticalValue: half the width of their band in standard errors.
  ///   - limit: the same for many networks.
  /// - Returns: more than `replicas`, rounded up to two digits; nil above a million or where nothing can be said.
  static func number(
    _ differences: [BandedDifference], tolerance: Double, replicas: Int, criticalValue: Double, limit: Double
  ) -> Int? {
    guard !differences.isEmpty, criticalValue.isFinite else { return nil }
    func factor(_ point: BandedDifference) -> Double {
      growth(
        point, distance: abs(tolerance - point.likely), (limit + reserve) * point.standardError,
        max(0, criticalValue - limit) * point.standardError)
    }
    // One point beyond the tolerance decides; where there is none, all must be seen to be within.
    let beyond = differences.filter { $0.likely > tolerance }
    let factors = (beyond.isEmpty ? differences : beyond).map(factor)
    guard factors.allSatisfy({ !$0.isNaN }), let needed = beyond.isEmpty ? factors.max() : factors.min(),
      needed.isFinite
    else { return nil }
    let number = rounded(max(Double(replicas) * needed, Double(replicas + 1)))
    return number <= most ? Int(number) : nil
  }

  /// How many times as many networks, x, make the band narrow enough: `distance = (many + few / x) / sqrt(x)`.
  private static func growth(
    _ point: BandedDifference, distance: Double, _ many: Double, _ few: Double
  ) -> Double {
    guard !distance.isNaN else { return .nan }
    if point.standardError == 0 { return 1 }
    guard distance > 0, many.isFinite, few.isFinite else { return .infinity }
    let (a, b) = (many / distance, few / distance)
    // The root y = sqrt(x) of y^3 - a y^2 - b, by Newton's method from above, where the cubic is convex.
    var y = a + max(b.squareRoot(), 1)
    for _ in 0..<50 {
      let step = (y * y * (y - a) - b) / (y * (3 * y - 2 * a))
      y -= step
      if step <= 1e-6 * y { break }
    }
    return y * y
  }

  /// Up to two digits.
  private static func rounded(_ number: Double) -> Double {
    var unit = 1.0
    while number / unit > 100 { unit *= 10 }
    return (number / unit).rounded(.up) * unit
  }
}

extension BandedDifference {
  /// The absolute difference without what chance is expected to add to its square.
  var likely: Double {
    guard standardError > 0, !value.isNaN else { return abs(value) }
    return max(0, (value - standardError) * (value + standardError)).squareRoot()
  }
}
