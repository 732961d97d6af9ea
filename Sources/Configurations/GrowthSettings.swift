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

  /// Whether the random start of a ReLU network makes up for what its gates take away.
  public enum Gain: String, Hashable, Sendable {
    case he, none
  }

  /// What stands between the layers.
  public let activation: Activation
  /// Of a ReLU network from a random start; nil for any other, where it has no effect.
  public let gain: Gain?
  /// Where the weights begin.
  public let start: Start
  /// Whether the samples are made to have the identity for their covariance.
  public let isWhitened: Bool
}
