import RealModule

/// What stands between the layers of a network: each hidden unit passes on `phi(h)`.
public enum ActivationFunction: String, Codable, Hashable, Sendable, CaseIterable {
  /// `x`: the deep linear network.
  case linear
  /// `max(x, 0)`.
  case relu
  /// The error function.
  case erf
  /// The hyperbolic tangent.
  case tanh
  /// `x Phi(x)` with the normal distribution function (torch.nn.GELU without approximation).
  case gelu
  /// `x / (1 + e^-x)`.
  case silu

  /// `phi(x)`.
  ///
  /// - Parameter x: any number.
  /// - Returns: what a unit passes on.
  public func value(_ x: Double) -> Double {
    switch self {
    case .linear: x
    case .relu: x > 0 ? x : 0
    case .erf: .erf(x)
    case .tanh: .tanh(x)
    case .gelu: x * Self.distribution(x)
    case .silu: x / (1 + .exp(-x))
    }
  }

  /// `phi'(x)`; that of ReLU at 0 is 0, as automatic differentiation has it.
  ///
  /// - Parameter x: any number.
  /// - Returns: the slope.
  public func slope(_ x: Double) -> Double {
    switch self {
    case .linear: return 1
    case .relu: return x > 0 ? 1 : 0
    case .erf: return 2 / Double.pi.squareRoot() * .exp(-x * x)
    case .tanh:
      let value = Double.tanh(x)
      return 1 - value * value
    case .gelu: return Self.distribution(x) + x * .exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
    case .silu:
      let gate = 1 / (1 + Double.exp(-x))
      return gate * (1 + x * (1 - gate))
    }
  }

  /// The normal distribution function.
  private static func distribution(_ x: Double) -> Double { 0.5 * .erfc(-x * 0.5.squareRoot()) }

  /// `1/sqrt(E phi(z)^2)` over standard normal z, equation (20.9): weights behind the activation that are larger by it keep the mean square
  /// of signals of unit variance; sqrt 2 for ReLU.
  public var gain: Double {
    switch self {
    case .linear: return 1
    case .relu: return 2.0.squareRoot()
    default:
      // The trapezoidal rule converges beyond all powers on functions that fall off like this.
      let step = 1.0 / 16
      let sum = (-13 * 16...13 * 16).reduce(0.0) { sum, index in
        let (z, value) = (Double(index) * step, value(Double(index) * step))
        return sum + value * value * .exp(-0.5 * z * z)
      }
      return 1 / (sum * step / (2 * Double.pi).squareRoot()).squareRoot()
    }
  }
}
