import Problems

/// The length of the gradient and the rates that follow from it, step by step: what an optimiser that reads the gradient saw and did.
public struct GradientCurves: Codable, Hashable, Sendable {
  /// `E(t)`, equation (17.1): the length of the gradient of all layers, times `γ0 √N_L`.
  public let norm: [Double]
  /// `η_l(t)`, table (17.2), with schedule and layer rates: a list a step with a number a layer, from the input to the readout; nil
  /// where a step is no number times a gradient.
  public let rates: [[Double]]?

  /// - Parameters:
  ///   - coefficients: of a march that is done.
  ///   - problem: what was solved.
  ///   - count: of time points.
  init(_ coefficients: GradientCoefficients, _ problem: TrainingProblem, count: Int) {
    norm = Array(coefficients.norms.prefix(count))
    let steps = problem.optimizer.rates(count, scheduleSteps: problem.time.steps ?? count)
    let layers = problem.layerRates
    rates = coefficients.factors.map { factors in
      zip(steps, factors).map { rate, factors in zip(factors, layers).map { rate * $0 * $1 } }
    }
  }

  /// Of marches whose outputs decouple: lengths add up by their squares.
  init?(_ parts: [GradientCurves], count: Int) {
    guard let first = parts.first else { return nil }
    norm = (0..<count).map { row in parts.reduce(0) { $0 + $1.norm[row] * $1.norm[row] }.squareRoot() }
    rates = parts.count == 1 ? first.rates.map { Array($0.prefix(count)) } : nil
  }

  /// The curves at some of their rows.
  ///
  /// - Parameter rows: row indices.
  /// - Returns: shorter curves.
  public func rows(_ rows: [Int]) -> GradientCurves {
    GradientCurves(norm: rows.map { norm[$0] }, rates: rates.map { rates in rows.map { rates[$0] } })
  }

  private init(norm: [Double], rates: [[Double]]?) {
    self.norm = norm
    self.rates = rates
  }

  /// The first step at which the gradient grows after it has fallen, equation (17.10): from there on steps of given length overshoot.
  public var turn: Int? {
    guard let top = norm.indices.dropFirst().first(where: { norm[$0] < norm[$0 - 1] }) else { return nil }
    return norm.indices.dropFirst(top + 1).first { norm[$0] > norm[$0 - 1] }
  }

  /// The steps whose gradient was shortened: first and last, and how many there are; nil where none was.
  ///
  /// - Parameter limit: C.
  /// - Returns: the last time point makes no step.
  public func clipped(at limit: Double) -> (steps: ClosedRange<Int>, count: Int)? {
    let long = norm.indices.dropLast().filter { norm[$0] > limit }
    guard let first = long.first, let last = long.last else { return nil }
    return (first...last, long.count)
  }
}
