import LinearAlgebra
import Problems

/// What the data say about a predictor: where training and test loss and the gradient come from.
///
/// One conformance for each way in which samples reach the optimiser.
protocol GradientSource {
  /// Measures a predictor and makes the gradient of the training objective at the input, equation (8.1).
  ///
  /// - Parameters:
  ///   - predictor: β_c, as many numbers as input dimensions for each output, output by output.
  ///   - step: t; batches of different steps are drawn independently.
  /// - Returns: losses and gradient.
  mutating func respond(to predictor: [Double], step: Int) -> InputGradient
  /// The training set, one sample a row; nil where samples are new at every step, or there are none.
  var trainingInputs: DenseMatrix? { get }
}

extension GradientSource {
  var trainingInputs: DenseMatrix? { nil }
}

/// The answer of the data to a predictor. Fields of several outputs stand one after the other in one list.
struct InputGradient {
  /// `h^0_c = (√D/P) Xᵀ Δ_c`.
  let field: [Double]
  /// `Λ^{1/2} v_c`.
  let error: [Double]
  /// Δ_c of a batch that stays the same; empty elsewhere.
  var residuals: [Double] = []
  /// Test loss of each output.
  let test: [Double]
  /// Train loss of each output.
  let train: [Double]
  /// Loss of each output on the samples of the step; nil where these are the whole training set, or new.
  var batch: [Double]?
  /// Share of rows whose class is right, of rows that are not trained on or of a population; nil without classes.
  var testAccuracy: Double?
  /// Likewise of the rows of the step.
  var trainAccuracy: Double?

  /// Sum over the outputs.
  var testLoss: Double { test.reduce(0, +) }
  /// Sum over the outputs.
  var trainLoss: Double { train.reduce(0, +) }
  /// Sum over the outputs.
  var batchLoss: Double? { batch.map { $0.reduce(0, +) } }
}

/// The expectation of the gradient, equation (8.4).
struct PopulationGradient: GradientSource {
  let modes: Modes
  /// All rows of a table where they have classes.
  private let classified: Samples?

  init(modes: Modes, table: PreparedTable? = nil) {
    self.modes = modes
    classified = table.flatMap { $0.classes == nil ? nil : Samples($0) }
  }

  func respond(to predictor: [Double], step: Int) -> InputGradient {
    let error = modes.error(predictor)
    let accuracy = classified.map { Samples.share($0.areRight(predictor, scale: 1 / modes.dimension.squareRoot())) }
    return InputGradient(
      field: modes.scaledByRoots(error.scaled), error: error.scaled, test: error.losses, train: error.losses,
      testAccuracy: accuracy, trainAccuracy: accuracy)
  }
}
