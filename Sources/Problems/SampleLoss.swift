import RealModule

/// The loss of one sample as a function of the output f and the label y, table (21.1).
public enum SampleLoss: Codable, Hashable, Sendable {
  /// `(f - y)^2/2`; reports leave the factor 1/2 out.
  case squared
  /// `log(1 + exp(-y f))`, of labels -1 and 1: binary cross-entropy of a logit.
  case logistic
  /// `(f - y)^2/2` within a distance, beyond it a straight line of that slope.
  case huber(Double)
  /// `log cosh(f - y)`.
  case logcosh
  /// `max(0, 1 - y f)^2/2`, of labels -1 and 1.
  case squaredHinge

  /// Names as configurations have them.
  public static let names = ["squared", "logistic", "huber", "logcosh", "squaredHinge"]

  /// Its name in configurations.
  public var name: String {
    switch self {
    case .squared: "squared"
    case .logistic: "logistic"
    case .huber: "huber"
    case .logcosh: "logcosh"
    case .squaredHinge: "squaredHinge"
    }
  }

  /// Whether it is of labels -1 and 1 only.
  public var isOfClasses: Bool { self == .logistic || self == .squaredHinge }

  /// What reports multiply the loss with: 2 for squared error, which is reported without its 1/2.
  public var reportedFactor: Double { self == .squared ? 2 : 1 }

  /// `l(f, y)`.
  ///
  /// - Parameters:
  ///   - output: f.
  ///   - label: y.
  /// - Returns: the loss, with the factor 1/2 of the objective.
  @inlinable
  public func value(_ output: Double, _ label: Double) -> Double {
    switch self {
    case .squared: return 0.5 * (label - output) * (label - output)
    case .logistic:
      let margin = label * output
      return margin > 0 ? .log(onePlus: .exp(-margin)) : .log(onePlus: .exp(margin)) - margin
    case .huber(let delta):
      let distance = abs(label - output)
      return distance <= delta ? 0.5 * distance * distance : delta * (distance - 0.5 * delta)
    case .logcosh:
      let distance = abs(label - output)
      return distance + .log(onePlus: .exp(-2 * distance)) - .log(2)
    case .squaredHinge:
      let gap = 1 - label * output
      return gap > 0 ? 0.5 * gap * gap : 0
    }
  }

  /// `Delta = -dl/df`, table (21.1).
  ///
  /// - Parameters:
  ///   - output: f.
  ///   - label: y.
  /// - Returns: the residual that the gradient is made of.
  @inlinable
  public func residual(_ output: Double, _ label: Double) -> Double {
    switch self {
    case .squared: return label - output
    case .logistic: return label / (1 + .exp(label * output))
    case .huber(let delta): return min(max(label - output, -delta), delta)
    case .logcosh: return .tanh(label - output)
    case .squaredHinge: return label * max(0, 1 - label * output)
    }
  }

  /// `dDelta/df`, at most 0.
  ///
  /// - Parameters:
  ///   - output: f.
  ///   - label: y.
  /// - Returns: minus the curvature of the loss; 0 at a kink of it.
  @inlinable
  public func slope(_ output: Double, _ label: Double) -> Double {
    switch self {
    case .squared: return -1
    case .logistic:
      let part = Double.exp(-abs(output))
      return -part / ((1 + part) * (1 + part))
    case .huber(let delta): return abs(label - output) < delta ? -1 : 0
    case .logcosh:
      let residual = Double.tanh(label - output)
      return residual * residual - 1
    case .squaredHinge: return label * output < 1 ? -1 : 0
    }
  }
}
