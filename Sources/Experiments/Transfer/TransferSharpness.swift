import Foundation
import MeanField
import Problems
import Reports

/// `η λ/2` at the optimum of a size: how near the edge of stability the best rate is.
enum TransferSharpness {
  /// Seconds of one core beyond which it is left out.
  private static let mostSeconds = 3.0
  /// Steps that are looked at beside the start, as powers of the last.
  private static let powers = [0.0, 0.25, 0.5, 0.75, 1.0]

  /// The largest along a run.
  ///
  /// - Parameters:
  ///   - problem: the size, at any rate.
  ///   - rate: its optimum.
  ///   - horizon: steps of the run.
  /// - Returns: nil where it is not derived, or would take long.
  static func edgeShare(_ problem: TrainingProblem, rate: Double, horizon: Int) -> Double? {
    guard Solver.refusalsOfSharpness(problem).isEmpty, let last = problem.time.steps, horizon <= last else {
      return nil
    }
    var problem = problem
    problem.optimizer.learningRate = rate
    let looked = Set([0] + powers.map { Int(pow(Double(max(1, horizon)), $0).rounded()) }).sorted()
    guard SpectraRequest(sharpness: .some(looked)).seconds(problem) < mostSeconds, let solver = try? Solver(problem),
      solver.cost.seconds < mostSeconds
    else { return nil }
    return solver.solve().sharpness(steps: looked).map(\.edgeShare).max()
  }
}

extension TransferResult {
  /// Relative difference within which sizes count as alike.
  private static let near = 0.1

  /// How `η λ/2` at the optimum goes along the sizes; nil where it is known at fewer than two.
  func edgeSentence(_ family: Int, _ horizon: Int) -> String? {
    let shares = families[family].sizes.map { $0.edgeShares[horizon] }
    guard shares.compactMap({ $0 }).count > 1, let last = shares.last ?? nil else { return nil }
    let alike = shares.reversed().prefix { share in share.map { abs($0 / last - 1) <= Self.near } ?? false }.count
    let from = layout.sizes[shares.count - alike].label
    let numbers = shares.map { $0.map { NumberText.brief($0) } ?? "-" }.joined(separator: ", ")
    return
      "eta lambda/2 at the optimum (Gauss-Newton, the largest along training): \(numbers); "
      + (alike > 1 ? "alike within 10 % from \(from) on" : "still moving at the largest size")
      + "; a rate transfers where it agrees"
  }
}
