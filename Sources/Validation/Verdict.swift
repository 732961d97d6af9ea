/// What a comparison of theory and trained networks has shown: equation (8.8).
public enum Verdict: String, Codable, Hashable, Sendable {
  /// The whole band lies within the tolerance, at every point.
  case agrees
  /// The whole band lies beyond the tolerance, at some point.
  case disagrees
  /// Neither: the band is too wide for what there is to see.
  case cannotTell = "cannot tell"

  /// The rule, for points that share one simultaneous band.
  ///
  /// A number that is NaN is within nothing and beyond nothing, so it leaves the verdict open.
  init(_ differences: [BandedDifference], tolerance: Double) {
    if differences.contains(where: { $0.certain > tolerance }) {
      self = .disagrees
    } else if !differences.isEmpty, differences.allSatisfy({ $0.possible <= tolerance }) {
      self = .agrees
    } else {
      self = .cannotTell
    }
  }

  /// The point that decides.
  static func decisive<Point>(
    _ points: [Point], tolerance: Double, _ difference: (Point) -> BandedDifference
  ) -> Point? {
    let mostCertain = points.max { difference($0).certain < difference($1).certain }
    if let mostCertain, difference(mostCertain).certain > tolerance { return mostCertain }
    return points.max { difference($0).possible < difference($1).possible }
  }

  /// The verdict on two conditions that must both hold.
  ///
  /// - Parameter other: the verdict on the second.
  /// - Returns: `disagrees` if either disagrees, `agrees` if both agree.
  public func and(_ other: Verdict) -> Verdict {
    if self == .disagrees || other == .disagrees { return .disagrees }
    return self == .agrees && other == .agrees ? .agrees : .cannotTell
  }
}

/// A difference relative to the theory with the band around it, one of many that hold together: equation (8.7).
struct BandedDifference: Codable, Hashable, Sendable {
  let value: Double
  let standardError: Double
  /// Half the width of the simultaneous band; infinite where nothing is known.
  let halfWidth: Double

  /// - Parameters:
  ///   - value: the difference; rounding counts as none.
  ///   - standardError: its error.
  ///   - criticalValue: half the width of the band in standard errors.
  init(_ value: Double, standardError: Double, criticalValue: Double) {
    self.value = abs(value) <= CurveSample.rounding ? 0 : value
    self.standardError = standardError
    // Without scatter there is no band, however few the networks.
    halfWidth = standardError == 0 ? 0 : criticalValue * standardError
  }

  /// The least absolute difference that the band leaves possible, or the negative of how far zero lies inside it.
  var certain: Double { halfWidth == .infinity ? -.infinity : abs(value) - halfWidth }
  /// The largest absolute difference that the band leaves possible.
  var possible: Double { halfWidth == .infinity ? .infinity : abs(value) + halfWidth }
}
