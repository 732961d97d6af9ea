import Problems

/// What a loss rule takes beside the march.
struct LossCost {
  private let paths: Double
  private let isNested: Bool
  private let isOfLoss: Bool

  /// Multiply-adds of tangents that one core makes in a second, seconds of a path in a row beside them, seconds of the integrals of a row
  /// (measured).
  private static let tangentsPerSecond = 1.5e9
  private static let secondsPerPath = 1e-7
  private static let secondsPerRow = (plain: 4e-5, nested: 4e-4)

  init(_ problem: TrainingProblem) {
    isOfLoss = problem.lossRule != nil
    if case .logistic? = problem.lossRule?.labels { isNested = true } else { isNested = false }
    paths = problem.sampling.trainingSet == nil ? 0 : Double(problem.lossRule?.paths ?? 0)
  }

  /// - Parameter rows: steps + 1.
  /// - Returns: seconds of one core.
  func seconds(_ rows: Double) -> Double {
    guard isOfLoss else { return 0 }
    let tangents = paths * rows * rows * rows / 6 / Self.tangentsPerSecond
    return tangents + paths * rows * Self.secondsPerPath
      + rows * (isNested ? Self.secondsPerRow.nested : Self.secondsPerRow.plain)
  }

  /// - Parameter rows: steps + 1.
  /// - Returns: bytes of tangents, residuals and normal numbers.
  func bytes(_ rows: Double) -> Double { paths * (2 * rows * rows + 32 * rows + 8 * 44) }
}
