import RealModule

/// The factor on the learning rate at each step, equation (1.9).
public enum Schedule: Codable, Hashable, Sendable {
  /// What follows the warm-up.
  public enum Decay: Codable, Hashable, Sendable {
    case constant
    case cosine
    case linear
    /// `(1-x)^p` of the rest of the run, above 0; 1 is the linear one.
    case power(exponent: Double)
    /// Constant over a share of the steps after the warm-up, then linear: warm-up, stable, decay.
    case stable(fraction: Double)
  }

  /// The same rate at every step.
  case constant
  /// `(t+1)/w` for t < w, then a decay to `finalFraction` over the remaining steps.
  case warmup(steps: Int, decay: Decay, finalFraction: Double)
  /// One explicit factor a step.
  case multipliers([Double])

  /// The factor at step t, equation (1.9).
  ///
  /// - Parameters:
  ///   - step: t, from 0.
  ///   - total: number of steps of the whole run.
  /// - Returns: the dimensionless factor on the learning rate.
  /// - Precondition: an explicit list has an entry for `step`; a horizon beyond it repeats its last.
  public func factor(step: Int, total: Int) -> Double {
    switch self {
    case .constant:
      return 1
    case .multipliers(let factors):
      return factors[min(step, factors.count - 1)]
    case .warmup(let warmupSteps, let decay, let final):
      if step < warmupSteps { return Double(step + 1) / Double(warmupSteps) }
      // A horizon beyond the schedule's own end stays at the final fraction.
      let x = min(1, Double(step - warmupSteps) / Double(max(1, total - warmupSteps)))
      return decay.factor(at: x, final: final)
    }
  }
}

extension Schedule.Decay {
  /// The factor where a share of the steps after the warm-up is over.
  ///
  /// - Parameters:
  ///   - x: the share, 0 to 1.
  ///   - final: the factor at the end.
  /// - Returns: from 1 to the final factor.
  public func factor(at x: Double, final: Double) -> Double {
    switch self {
    case .constant: 1
    case .cosine: final + (1 - final) * (1 + .cos(.pi * x)) / 2
    case .linear: 1 - (1 - final) * x
    case .power(let exponent): final + (1 - final) * .pow(1 - x, exponent)
    case .stable(let fraction): x <= fraction ? 1 : 1 - (1 - final) * (x - fraction) / (1 - fraction)
    }
  }

  /// As a configuration has it: constant, cosine, linear, power, wsd.
  public var name: String {
    switch self {
    case .constant: "constant"
    case .cosine: "cosine"
    case .linear: "linear"
    case .power: "power"
    case .stable: "wsd"
    }
  }
}
