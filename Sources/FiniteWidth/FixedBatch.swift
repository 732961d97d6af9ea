import LinearAlgebra
import Problems

/// The same samples at every step, with both products taken on them as they are.
struct FixedBatch: GradientSource {
  private let modes: Modes
  private let samples: Samples
  var trainingInputs: DenseMatrix? { samples.inputs }
  /// Rows of a real table that are not trained on.
  private let heldOut: Samples?

  /// Gaussian samples of the population, equation (1.5).
  init(_ modes: Modes, samples: Int, seed: Int, replica: Int) {
    self.modes = modes
    self.samples = Samples(modes, count: samples, seed: seed, replica: replica)
    heldOut = nil
  }

  /// Rows of a table drawn without replacement; the rest measures the test loss.
  init(_ modes: Modes, table: PreparedTable, samples: Int, seed: Int, replica: Int) {
    let rows = Samples.drawn(samples, from: table, seed: seed, replica: replica)
    self.modes = modes
    self.samples = rows.drawn
    heldOut = rows.left
  }

  /// The very rows of an exact split, the same for every network.
  init(_ modes: Modes, train: PreparedTable, test: PreparedTable) {
    self.modes = modes
    samples = Samples(train)
    heldOut = Samples(test)
  }

  /// Residuals and gradient of equation (2.1), over the same samples at every step.
  func respond(to predictor: [Double], step: Int) -> InputGradient {
    let error = modes.error(predictor)
    let scale = 1 / modes.dimension.squareRoot()
    let (residuals, product) = samples.inputs.leastSquaresGradient(
      target: samples.target, scale: scale, predictor, fits: modes.outputs)
    let factor = modes.dimension.squareRoot() / Double(samples.count)
    let test = heldOut.map { ($0, $0.residuals(predictor, scale: scale)) }
    return InputGradient(
      field: product.map { factor * $0 }, error: error.scaled, residuals: residuals,
      test: test.map { $0.meanSquares($1) } ?? error.losses, train: samples.meanSquares(residuals),
      testAccuracy: test.flatMap { $0.accuracy($1) }, trainAccuracy: samples.accuracy(residuals))
  }
}
