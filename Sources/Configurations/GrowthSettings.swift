/// What `dmft layers` trains, from the keys `layers`.
public struct GrowthSettings: Hashable, Sendable {
  /// What stands between the layers.
  public enum Activation: String, Hashable, Sendable {
    case linear, relu
  }

  /// Where the weights begin.
  public enum Start: Hashable, Sendable {
    /// Gaussian, by `network.initScale`.
    case random
    /// Every layer one equal mode; the network makes this share of the target.
    case balanced(strength: Double)
  }

  /// What stands between the layers.
  public let activation: Activation
  /// Where the weights begin.
  public let start: Start
  /// Whether the samples are made to have the identity for their covariance.
  public let isWhitened: Bool
}
