/// An optimiser that is linear in the gradients, so that it is exactly its pair (d, κ), equation (1.7).
///
/// With F the downhill gradient in the units of the theory, equations (1.7) and (1.10), and
/// `η_t = learningRate * schedule.factor(t)`, equation (1.9), one step is equation (1.8):
///
///     F' = F - weightDecay W           (coupled)      F' = F   (decoupled)
///     m <- μ m + F'
///     W <- (1 - η_t weightDecay) W + η_t m            (decoupled; without the bracket if coupled)
///     W <- W + η_t (F' + μ m)                         (Nesterov)
public struct LinearOptimizer: Codable, Hashable, Sendable {
  /// How past gradients are carried along.
  public enum Momentum: Codable, Hashable, Sendable {
    case none
    case heavyBall(Double)
    case nesterov(Double)

    /// Whether a step looks ahead by the momentum.
    public var isNesterov: Bool {
      if case .nesterov = self { return true }
      return false
    }

    /// The coefficient μ, 0 ≤ μ < 1.
    public var coefficient: Double {
      switch self {
      case .none: 0
      case .heavyBall(let coefficient), .nesterov(let coefficient): coefficient
      }
    }
  }

  /// How weights decay towards zero.
  public enum WeightDecay: Codable, Hashable, Sendable {
    case none
    /// Added to the gradient, so that momentum carries it too.
    case coupled(Double)
    /// Applied to the weights separately from the gradient step.
    case decoupled(Double)

    /// Whether the weights decay separately from the gradient step.
    public var isDecoupled: Bool {
      if case .decoupled = self { return true }
      return false
    }

    /// The strength, ≥ 0, in units of one over (learning rate x step).
    public var strength: Double {
      switch self {
      case .none: 0
      case .coupled(let strength), .decoupled(let strength): strength
      }
    }
  }

  /// `η` of the theory (per step; dimensionless).
  public var learningRate: Double
  /// Factor on the rate at each step.
  public var schedule: Schedule
  /// Momentum.
  public var momentum: Momentum
  /// Weight decay.
  public var weightDecay: WeightDecay

  /// - Parameters:
  ///   - learningRate: `η` > 0.
  ///   - schedule: factor on the rate at each step.
  ///   - momentum: none, heavy ball or Nesterov.
  ///   - weightDecay: none, coupled or decoupled.
  public init(
    learningRate: Double, schedule: Schedule = .constant, momentum: Momentum = .none,
    weightDecay: WeightDecay = .none
  ) {
    self.learningRate = learningRate
    self.schedule = schedule
    self.momentum = momentum
    self.weightDecay = weightDecay
  }
}
