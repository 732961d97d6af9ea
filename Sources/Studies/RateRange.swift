import RealModule

/// The learning rates around an optimum that lose little, equation (9.6).
public struct RateRange: Codable, Hashable, Sendable {
  /// The least of them; the smallest that was scanned where the loss has not risen by then.
  public let lower: Double
  /// The largest of them; the last that does not diverge where the loss has not risen by then.
  public let upper: Double

  /// How exactly an end is known, as a share of its distance from the optimum in log2 of the rate.
  public static let accuracy = 0.02

  /// Walks from the optimum out through the scan to the first point that loses more, then narrows that step.
  ///
  /// - Parameters:
  ///   - optimum: the bottom of a valley.
  ///   - scan: the scan in which it was found.
  ///   - horizon: index of the horizon.
  ///   - excess: share of the loss that counts as nothing.
  ///   - experiment: the one that was scanned.
  public init(
    around optimum: RateMinimum, in scan: RateScan, horizon: Int, excess: Double, _ experiment: RateExperiment
  ) {
    // Near a minimum the square root of the excess grows as the distance: a straight line finds its place.
    func slope(_ loss: Double) -> Double {
      guard loss.isFinite else { return .infinity }
      return (max(0, loss / optimum.loss - 1)).squareRoot()
    }
    let limit = excess.squareRoot()
    let center = Double.log2(optimum.rate)
    func end(_ points: [RateScan.Point]) -> Double {
      var inside = (place: center, slope: 0.0)
      for point in points {
        var outside = (place: Double.log2(point.rate), slope: slope(point.trial.losses[horizon]))
        guard outside.slope > limit else {
          inside = outside
          continue
        }
        var isHalving = false
        while abs(outside.place - inside.place) > Self.accuracy * abs(inside.place + outside.place - 2 * center) / 2 {
          let share = (limit - inside.slope) / (outside.slope - inside.slope)
          let usable = !isHalving && share.isFinite && share > 0.02 && share < 0.98
          let middle = inside.place + (usable ? share : 0.5) * (outside.place - inside.place)
          isHalving.toggle()
          let found = (place: middle, slope: slope(experiment(.exp2(middle), horizon).losses[horizon]))
          if found.slope > limit { outside = found } else { inside = found }
        }
        return .exp2((inside.place + outside.place) / 2)
      }
      return .exp2(inside.place)
    }
    lower = end(scan.points.filter { $0.rate < optimum.rate }.reversed())
    upper = end(scan.points.filter { $0.rate > optimum.rate })
  }
}
