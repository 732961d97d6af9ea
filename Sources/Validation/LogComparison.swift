/// One logged loss compared with the theory, at the steps that both have.
///
/// A single log is a single network: there is no error to judge it by, so deviations are reported without a verdict.
public struct LogComparison: Codable, Hashable, Sendable {
  /// Steps in common, rising, at least one.
  public let steps: [Int]
  /// What was logged there: mean squares without the factor 1/2 (2.4), if the log counts as the theory does.
  public let logged: [Double]
  /// The prediction at these steps.
  public let theory: [Double]

  /// Lays a log beside a curve; nil where they have no step in common.
  ///
  /// - Parameters:
  ///   - steps: logged steps, rising.
  ///   - losses: one loss for each.
  ///   - theory: one loss for each step from 0.
  public init?(steps: [Int], losses: [Double], theory: [Double]) {
    let common = steps.indices.filter { steps[$0] < theory.count && !theory[steps[$0]].isNaN }
    guard !common.isEmpty else { return nil }
    self.steps = common.map { steps[$0] }
    logged = common.map { losses[$0] }
    self.theory = common.map { theory[steps[$0]] }
  }

  /// Log over theory minus 1, at each step.
  public var deviations: [Double] { zip(logged, theory).map { $0 / $1 - 1 } }

  /// Where the deviation is largest, and how large.
  public var worst: (step: Int, deviation: Double) {
    zip(steps, deviations).max { abs($0.1) < abs($1.1) } ?? (0, 0)
  }

  /// Root of the mean square of the deviations.
  public var typicalDeviation: Double {
    (deviations.reduce(0) { $0 + $1 * $1 } / Double(deviations.count)).squareRoot()
  }

  /// Median of log over theory: a number far from 1 says that the log counts in other units.
  public var medianRatio: Double {
    let ratios = deviations.map { 1 + $0 }.sorted()
    return ratios[ratios.count / 2]
  }
}

extension LogComparison {
  /// Whether the log is about half of the theory, as the objective MSE/2 is.
  public var looksHalved: Bool { abs(medianRatio - 0.5) < 0.03 }

  /// Whether the log is about the theory over the number of outputs, as a mean over them is.
  ///
  /// - Parameter outputs: how many.
  /// - Returns: false for one.
  public func looksAveraged(outputs: Int) -> Bool {
    outputs > 1 && abs(medianRatio * Double(outputs) - 1) < 0.1
  }

  /// Whether the log is off by about the variance of the raw target, as losses of an unscaled target are.
  ///
  /// - Parameter variance: of the raw target.
  /// - Returns: false where the variance is near 1.
  public func looksUnscaled(targetVariance variance: Double) -> Bool {
    abs(medianRatio / variance - 1) < 0.1 && abs(medianRatio - 1) > 0.2
  }
}
