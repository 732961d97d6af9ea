/// One optimiser step as it acts on a single weight, equation (1.8): the rule that theory and simulation share.
@frozen
public struct OptimizerStep: Sendable {
  /// Share of the buffer that stays in it.
  public let momentum: Double
  /// Whether momentum is Nesterov's.
  public let looksAhead: Bool
  /// Decay that is added to the gradient.
  public let coupledDecay: Double
  /// Share of the weight that decoupled decay leaves.
  public let kept: Double
  /// `η_t`.
  public let rate: Double

  /// - Parameters:
  ///   - optimizer: momentum and weight decay.
  ///   - rate: `η_t`.
  public init(_ optimizer: LinearOptimizer, rate: Double) {
    momentum = optimizer.momentum.coefficient
    looksAhead = optimizer.momentum.isNesterov
    switch optimizer.weightDecay {
    case .none: (coupledDecay, kept) = (0, 1)
    case .coupled(let strength): (coupledDecay, kept) = (strength, 1)
    case .decoupled(let strength): (coupledDecay, kept) = (0, 1 - rate * strength)
    }
    self.rate = rate
  }

  /// Takes the step, equation (1.8).
  ///
  /// - Parameters:
  ///   - weight: W.
  ///   - buffer: the momentum buffer m, zero at first.
  ///   - downhill: `c F`, the downhill gradient times the layer's multiplier.
  @inlinable
  public func advance(_ weight: inout Double, _ buffer: inout Double, downhill: Double) {
    let gradient = downhill - coupledDecay * weight
    buffer = momentum * buffer + gradient
    let step = looksAhead ? gradient + momentum * buffer : buffer
    weight = kept * weight + rate * step
  }
}

extension LinearOptimizer {
  /// The rates `η_t` of the first steps, equation (1.9).
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - scheduleSteps: steps that the schedule is laid out for.
  /// - Returns: one rate a step.
  public func rates(_ count: Int, scheduleSteps: Int) -> [Double] {
    (0..<count).map { learningRate * schedule.factor(step: $0, total: scheduleSteps) }
  }

  /// The time of each row: the sum of the rates of all steps before it.
  ///
  /// - Parameter rates: one rate for each row; the last is not used.
  /// - Returns: as many times, from 0.
  public static func times(_ rates: [Double]) -> [Double] {
    rates.dropLast().reduce(into: [0.0]) { $0.append($0[$0.count - 1] + $1) }
  }
}
