import Problems

/// What an orthogonal momentum buffer costs beside a march, equations (17.6)-(17.8); every other rule costs a few passes over a row.
enum GradientCost {
  /// Squares over time that each layer below the readout holds: its two Gram matrices and what it has learned.
  private static let held = 3
  /// Squares that the iteration works with.
  private static let work = 6
  /// Products of an iteration of Newton and Schulz, and what an exact polar factor is worth in products.
  private static let productsPerStep = 5.0
  private static let exactProducts = 60.0
  /// Operations that one core makes in a second in products of whole matrices (measured).
  private static let flopsPerSecond = 2e10

  static func matrices(_ problem: TrainingProblem) -> Int {
    problem.orthogonalBuffer == nil ? 0 : held * problem.architecture.hiddenLayers + work
  }

  static func seconds(_ problem: TrainingProblem, times: Double, outputs: Double) -> Double {
    guard let muon = problem.orthogonalBuffer else { return 0 }
    let products: Double =
      switch muon.orthogonalization {
      case .exact: exactProducts
      case .newtonSchulz(let steps, _): productsPerStep * Double(steps)
      }
    let cubes = times * times * times * times / 4 * outputs * outputs * outputs
    return 2 * products * Double(problem.architecture.hiddenLayers) * cubes / flopsPerSecond
  }
}
