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
}
