import Problems

/// Networks of one activation whose layers were watched, and the means over them.
public struct LayerEnsemble: Sendable {
  /// What stands between the layers.
  public let activation: Activation
  /// In the order of their indices.
  public let replicas: [LayerHistory]

  /// - Parameters:
  ///   - activation: what stands between the layers.
  ///   - replicas: in the order of their indices.
  public init(_ activation: Activation, _ replicas: [LayerHistory]) {
    self.activation = activation
    self.replicas = replicas
  }

  /// Number of moments that every network reached.
  public var count: Int { replicas.map(\.moments.count).min() ?? 0 }
  /// Step at which the first network diverged; nil if none did.
  public var firstDivergence: Int? {
    replicas.compactMap { if case .diverged(let step) = $0.outcome { step } else { nil } }.min()
  }
  /// Steps, or numbers of the moments.
  public var steps: [Int] { replicas.first?.moments.prefix(count).map(\.step) ?? [] }
  /// Times of the moments.
  public var times: [Double] { replicas.first?.moments.prefix(count).map(\.time) ?? [] }

  /// Means at each moment that every network reached.
  ///
  /// - Parameter value: what of a network, one number a moment.
  /// - Returns: one mean a moment.
  public func means(_ value: (LayerHistory) -> [Double]) -> [Ensemble.Mean] {
    let curves = replicas.map(value)
    return (0..<count).map { row in Ensemble.Mean(of: curves.map { $0[row] }) }
  }

  /// Means of one quantity of each moment.
  ///
  /// - Parameter value: of a moment.
  /// - Returns: one mean a moment.
  public func means(of value: (LayerHistory.Moment) -> Double) -> [Ensemble.Mean] {
    means { $0.moments.map(value) }
  }

  /// The mean losses.
  public var curve: LearningCurve {
    LearningCurve(
      steps: steps, times: times, testLoss: means(of: \.testLoss).map(\.value),
      trainLoss: means(of: \.trainLoss).map(\.value))
  }

  /// Largest difference of the growths of two layers by their rates at the end, over the largest growth on the way; equation (12.3).
  ///
  /// - Parameter rates: `c_0 … c_L`.
  /// - Returns: nil where nothing grew, or all layers but one are frozen.
  public func spread(rates: [Double]) -> Double? {
    let growths = rates.indices.filter { rates[$0] > 0 }.map { layer in
      means { $0.growth(layer) }.map { $0.value / rates[layer] }
    }
    let ends = growths.compactMap(\.last)
    guard ends.count > 1, let low = ends.min(), let high = ends.max(), let size = growths.joined().map(abs).max(),
      size > 0
    else { return nil }
    return (high - low) / size
  }
}
