import Calculus
import RealModule

/// One mode that all layers carry with equal strength, equations (6.14) and (6.15): strength `u = a^D` of D weight
/// layers of strength a.
public struct BalancedMode: Hashable, Sendable {
  /// D: number of weight layers, hidden layers and one.
  public var weightLayers: Int
  /// s > 0: strength that the target asks for.
  public var target: Double
  /// `r` of `da/dτ = r a^{D-1} (s - a^D)`, in units of one over time.
  public var rate: Double
  /// u(0) > 0.
  public var start: Double

  /// - Parameters:
  ///   - weightLayers: D ≥ 1.
  ///   - target: s > 0.
  ///   - rate: r.
  ///   - start: u(0) > 0.
  public init(weightLayers: Int, target: Double = 1, rate: Double = 1, start: Double) {
    self.weightLayers = weightLayers
    self.target = target
    self.rate = rate
    self.start = start
  }

  /// Strengths at some times by GSL, equation (6.14).
  ///
  /// - Parameter times: rising, ≥ 0.
  /// - Returns: u, one a time.
  /// - Throws: `GSLFailure` when the integrator fails.
  public func strengths(at times: [Double]) throws(GSLFailure) -> [Double] {
    let layer = Double.root(start, weightLayers)
    let system = InitialValueProblem(state: [layer]) { _, state, derivative in
      let others = Double.pow(state[0], weightLayers - 1)
      derivative[0] = rate * others * (target - others * state[0])
    }
    return try system.states(at: times).map { .pow($0[0], weightLayers) }
  }

  /// Strength of two weight layers at a time, Saxe's solution, equation (6.15).
  ///
  /// - Parameter time: τ ≥ 0.
  /// - Returns: u(τ).
  public func saxeStrength(at time: Double) -> Double {
    precondition(weightLayers == 2, "the closed form is that of two weight layers: use strengths(at:)")
    return target / (1 + (target / start - 1) * .exp(-2 * target * rate * time))
  }

  /// Time until half of the target is made, equation (12.8).
  ///
  /// - Returns: 0 for a mode that starts beyond it.
  /// - Throws: `GSLFailure` when the quadrature fails.
  public func halfTime() throws(GSLFailure) -> Double { try time(to: target / 2) }

  /// Time until the mode has grown to a strength, equation (12.8).
  ///
  /// - Parameter end: u, below the target.
  /// - Returns: 0 for a mode that starts beyond it.
  /// - Throws: `GSLFailure` when the quadrature fails.
  public func time(to end: Double) throws(GSLFailure) -> Double {
    precondition(end < target, "a mode comes to its target only in the end")
    guard start < end else { return 0 }
    // In the logarithm of u the integrand is smooth however small the start is.
    let power = 2 / Double(weightLayers) - 1
    let integral = try Quadrature.integral(over: .log(start) ... .log(end)) { [target] logarithm in
      let strength = Double.exp(logarithm)
      return .pow(strength, power) / (target - strength)
    }
    return integral.value / (Double(weightLayers) * rate)
  }

  /// The same for a small start, of two weight layers or more: the time to leave the plateau, equation (12.8).
  public var plateauTime: Double {
    precondition(weightLayers >= 2, "a single layer has no plateau")
    guard start < target / 2 else { return 0 }
    let layer = Double.root(start, weightLayers)
    guard weightLayers > 2 else { return .log(target / start - 1) / (2 * target * rate) }
    return 1 / (Double.pow(layer, weightLayers - 2) * Double(weightLayers - 2) * target * rate)
  }

  /// Rate at which the last of the error decays, equation (12.8).
  public var relaxationRate: Double {
    rate * Double(weightLayers) * .pow(target, 2 - 2 / Double(weightLayers))
  }
}
