/// What the data say about a predictor: where training and test loss and the gradient come from.
///
/// One conformance for each way in which samples reach the optimiser.
protocol GradientSource {
  /// Measures a predictor and makes the gradient of the training objective at the input, equation (8.1).
  ///
  /// - Parameters:
  ///   - predictor: β, as many numbers as input dimensions.
  ///   - step: t; batches of different steps are drawn independently.
  /// - Returns: losses and gradient.
  mutating func respond(to predictor: [Double], step: Int) -> InputGradient
}

/// The answer of the data to a predictor.
struct InputGradient {
  /// `h^0 = (√D/P) Xᵀ Δ`.
  let field: [Double]
  /// `Λ^{1/2} v`.
  let error: [Double]
  /// Δ of a batch that stays the same; empty elsewhere.
  var residuals: [Double] = []
  let testLoss: Double
  let trainLoss: Double
}

/// The expectation of the gradient, equation (8.4).
struct PopulationGradient: GradientSource {
  let modes: Modes

  func respond(to predictor: [Double], step: Int) -> InputGradient {
    let error = modes.error(predictor)
    return InputGradient(
      field: modes.scaledByRoots(error.scaled), error: error.scaled, testLoss: error.loss,
      trainLoss: error.loss)
  }
}
