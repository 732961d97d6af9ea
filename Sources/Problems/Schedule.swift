import RealModule

/// The factor on the learning rate at each step, equation (1.9).
public enum Schedule: Codable, Hashable, Sendable {
  /// What follows the warm-up.
  public enum Decay: String, Codable, Hashable, Sendable, CaseIterable {
    case constant
    case cosine
    case linear
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
      switch decay {
      case .constant: return 1
      case .cosine: return final + (1 - final) * (1 + .cos(.pi * x)) / 2
      case .linear: return 1 - (1 - final) * x
      }
    }
  }
}
