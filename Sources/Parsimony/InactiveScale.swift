/// Strength of the directions that never learn, one scalar a weight matrix: the law of parsimony, equation (10.3).
public struct InactiveScale: Hashable, Sendable {
  /// `ρ_l`, input to output.
  public private(set) var layers: [Double]

  /// - Parameter layers: `ρ_l` at the start, input to output.
  public init(_ layers: [Double]) {
    self.layers = layers
  }

  /// `Π ρ_l`.
  public var product: Double { layers.reduce(1, *) }
}
