/// What stands between the layers, equation (12.1).
public enum Activation: String, Codable, Hashable, Sendable {
  /// Nothing.
  case linear
  /// Negative entries become zero.
  case relu
  /// The gates of the ReLU network at its start, kept for ever: a linear network with masked products.
  case frozenGates
}
