/// The learning rates at which the loss first grows beyond its start and then comes back, equation (5.4).
///
/// The loss is the train loss: it is what the steps descend (without samples, or with fresh ones, it is the test
/// loss). Under gradient flow it never grows, so an excess is the work of long steps. The test loss of a batch is no
/// such witness: it exceeds its start by overfitting too, at any rate.
public struct CatapultWindow: Codable, Sendable, Hashable {
  /// Relative excess that rounding may leave where a loss only returns to its start.
  public static let slack = 1e-9

  /// Smallest rate at which the train loss exceeds its start; that of `end` where no stable rate makes it do so.
  /// 0 if it exceeds its start at every rate down to 1e-30: then something else than long steps lifts it. Of a search that ran out of
  /// time the smallest rate at which the loss was seen to exceed its start, that of `end` where none was.
  public let beginning: Double
  /// The largest stable rate, where the window ends.
  public let end: StableRate
  /// Seconds after which the search ran out of time; nil where it came to its end.
  public let exhausted: Double?

  /// Whether both ends were found.
  public var isFound: Bool { exhausted == nil && end.isFound }

  /// Whether the train loss stays below its start at every stable rate.
  public var isEmpty: Bool { isFound && beginning == end.learningRate }

  init(beginning: Double, end: StableRate, exhausted: Double? = nil) {
    self.beginning = beginning
    self.end = end
    self.exhausted = exhausted
  }
}

extension StableRateSearch {
  /// Finds the largest stable rate, then where the window below it begins, equation (5.4): steps down by growing
  /// factors, then bisects the logarithm.
  ///
  /// - Parameters:
  ///   - budget: of both searches together.
  ///   - progress: receives the share of the solves that are done after each, as far as their number can be known.
  /// - Returns: the window, both ends to the accuracy of a stable rate.
  public func catapultWindow(
    budget: SearchBudget, progress: @escaping (Double) -> Void = { _ in }
  ) -> CatapultWindow {
    let isOver = budget.started()
    let stable = run(budget: budget) { progress($0 / 2) }
    var share = SearchShare { progress((1 + $0) / 2) }
    let edge = stable.learningRate
    func cut(_ beginning: Double) -> CatapultWindow {
      CatapultWindow(beginning: beginning, end: stable, exhausted: budget.seconds)
    }
    guard stable.isFound else { return cut(edge) }
    guard edge > 0, edge.isFinite else { return CatapultWindow(beginning: edge, end: stable) }
    guard let isThere = exceedsStart(edge, isOver) else { return cut(edge) }
    guard isThere else { return CatapultWindow(beginning: edge, end: stable) }
    var rising = edge
    var calm = 0.0
    var factor = 2.0
    while calm == 0 || rising > calm * (1 + StableRate.accuracy) {
      let rate = calm == 0 ? max(rising / factor, Self.smallestTried) : calm.squareRoot() * rising.squareRoot()
      guard let exceeds = exceedsStart(rate, isOver) else { return cut(rising) }
      if exceeds { rising = rate } else { calm = rate }
      share.step(left: SearchShare.usualLeft)
      if rising <= Self.smallestTried { return CatapultWindow(beginning: 0, end: stable) }
      factor *= factor
    }
    return CatapultWindow(beginning: rising, end: stable)
  }

  /// Nil where time was over before it could be seen.
  private func exceedsStart(_ rate: Double, _ isOver: @escaping @Sendable () -> Bool) -> Bool? {
    guard let losses = series.losses(at: rate, steps: nil, isOver: isOver) else { return nil }
    guard losses.divergedAt == nil, let start = losses.train.first else { return true }
    return losses.train.contains { $0 > start * (1 + CatapultWindow.slack) }
  }
}
