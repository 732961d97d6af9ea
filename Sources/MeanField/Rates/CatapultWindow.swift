/// The learning rates at which the loss first grows beyond its start and then comes back, equation (5.4).
///
/// The loss is the train loss: it is what the steps descend (without samples, or with fresh ones, it is the test
/// loss). Under gradient flow it never grows, so an excess is the work of long steps. The test loss of a batch is no
/// such witness: it exceeds its start by overfitting too, at any rate.
public struct CatapultWindow: Codable, Sendable, Hashable {
  /// Relative excess that rounding may leave where a loss only returns to its start.
  public static let slack = 1e-9

  /// Smallest rate at which the train loss exceeds its start; that of `end` where no stable rate makes it do so.
  /// 0 if it exceeds its start at every rate down to 1e-30: then something else than long steps lifts it.
  public let beginning: Double
  /// The largest stable rate, where the window ends.
  public let end: StableRate

  /// Whether the train loss stays below its start at every stable rate.
  public var isEmpty: Bool { beginning == end.learningRate }

  init(beginning: Double, end: StableRate) {
    self.beginning = beginning
    self.end = end
  }
}

extension StableRateSearch {
  /// Finds where the window below the largest stable rate begins, equation (5.4): steps down by growing
  /// factors, then bisects the logarithm.
  ///
  /// - Parameter stable: what `run` found.
  /// - Returns: the window, its beginning to the accuracy of a stable rate.
  public func catapultWindow(below stable: StableRate) -> CatapultWindow {
    let edge = stable.learningRate
    guard edge > 0, edge.isFinite, exceedsStart(edge) else { return CatapultWindow(beginning: edge, end: stable) }
    var rising = edge
    var calm = 0.0
    var factor = 2.0
    while calm == 0 {
      let rate = max(rising / factor, Self.smallestTried)
      if exceedsStart(rate) { rising = rate } else { calm = rate }
      if rising <= Self.smallestTried { return CatapultWindow(beginning: 0, end: stable) }
      factor *= factor
    }
    while rising > calm * (1 + StableRate.accuracy) {
      let middle = calm.squareRoot() * rising.squareRoot()
      if exceedsStart(middle) { rising = middle } else { calm = middle }
    }
    return CatapultWindow(beginning: rising, end: stable)
  }

  private func exceedsStart(_ rate: Double) -> Bool {
    let losses = series.losses(at: rate)
    guard losses.divergedAt == nil, let start = losses.train.first else { return true }
    return losses.train.contains { $0 > start * (1 + CatapultWindow.slack) }
  }
}
