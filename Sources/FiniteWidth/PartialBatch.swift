import Calculus
import LinearAlgebra
import Problems

/// A part of the same samples at every step, equation (8.18): exactly B of P are drawn, by one of the four ways of `Minibatches`.
struct PartialBatch: GradientSource {
  private let modes: Modes
  private let samples: Samples
  var trainingInputs: DenseMatrix? { samples.inputs }
  /// Rows of a real table that were not drawn.
  private let heldOut: Samples?
  private var batches: BatchRows

  /// - Parameters:
  ///   - modes: eigenvalues and target.
  ///   - samples: the training set, and rows for the test loss where there are some.
  ///   - rule: how batches are drawn.
  ///   - size: B.
  ///   - seed: the user's seed.
  ///   - replica: which network.
  ///   - sequence: samples of each step where they are given; later steps begin again.
  init(
    _ modes: Modes, samples: (drawn: Samples, left: Samples?), rule: Minibatches, size: Int, seed: Int, replica: Int,
    sequence: [[Int]]? = nil
  ) {
    self.modes = modes
    self.samples = samples.drawn
    heldOut = samples.left
    batches = BatchRows(
      rule: rule, size: size, count: samples.drawn.count, seed: seed, replica: replica,
      sequence: sequence)
  }

  mutating func respond(to predictor: [Double], step: Int) -> InputGradient {
    let error = modes.error(predictor)
    let scale = 1 / modes.dimension.squareRoot()
    let residuals = samples.residuals(predictor, scale: scale)
    let rows = batches.rows(step)
    let part = residuals.parts(modes.outputs).flatMap { all in rows.map { all[all.startIndex + $0] }
    }
    var field = [Double](repeating: 0, count: predictor.count)
    samples.inputs.selecting(rows).addTransposedProduct(
      modes.dimension.squareRoot() / Double(rows.count), part, to: &field, vectors: modes.outputs)
    let test = heldOut.map { ($0, $0.residuals(predictor, scale: scale)) }
    return InputGradient(
      field: field, error: error.scaled, residuals: residuals,
      test: test.map { $0.meanSquares($1) } ?? error.losses, train: samples.meanSquares(residuals),
      batch: samples.meanSquares(part), testAccuracy: test.flatMap { $0.accuracy($1) },
      trainAccuracy: samples.accuracy(residuals))
  }
}
