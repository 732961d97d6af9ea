import Problems
import LinearAlgebra

extension LinearOptimizer {
  /// The step of equation (1.8) for a full matrix: the coefficients of one pass over weight, buffer and gradient.
  ///
  /// - Parameter rate: `η_t`.
  /// - Returns: the same as `OptimizerStep` does to each entry.
  func matrixStep(rate: Double) -> DenseMatrix.LinearStep {
    let step = OptimizerStep(self, rate: rate)
    return DenseMatrix.LinearStep(
      momentum: step.momentum, looksAhead: step.looksAhead, decay: step.coupledDecay, left: step.kept, rate: rate)
  }
}
