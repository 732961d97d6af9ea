import Problems

/// Strength of the directions that never learn, one scalar a weight matrix; equation (10.6).
public struct InactiveScale: Hashable, Sendable {
  /// `ρ_l`, input to output.
  public private(set) var layers: [Double]
  private var buffers: [Double]

  /// - Parameter layers: `ρ_l` at the start, the scales of the orthogonal matrices, input to output.
  public init(_ layers: [Double]) {
    self.layers = layers
    buffers = Array(repeating: 0, count: layers.count)
  }

  /// `Π ρ_l`.
  public var product: Double { layers.reduce(1, *) }

  /// Takes a step with the gradient `ρ_l Π_{k≠l} ρ_k²`, equation (10.6).
  ///
  /// - Parameter step: the optimiser's rule for one weight.
  public mutating func advance(_ step: OptimizerStep) {
    // Products before and behind each layer: a division would fail where a scale is zero.
    var behind = [Double](repeating: 1, count: layers.count + 1)
    for layer in layers.indices.reversed() { behind[layer] = behind[layer + 1] * layers[layer] * layers[layer] }
    var before = 1.0
    for layer in layers.indices {
      let square = layers[layer] * layers[layer]
      let others = before * behind[layer + 1]
      step.advance(&layers[layer], &buffers[layer], downhill: -layers[layer] * others)
      before *= square
    }
  }
}
