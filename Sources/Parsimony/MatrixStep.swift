import Problems
import LinearAlgebra

extension LinearOptimizer {
  /// The step of equation (1.8) for a full matrix: the coefficients of one pass over weight, buffer and gradient.
  ///
  /// - Parameter rate: `η_t`.
  /// - Returns: the same as `OptimizerStep` does to each entry.
  func matrixStep(rate: Double) -> DenseMatrix.LinearStep {
    let coupled = weightDecay.isDecoupled ? 0 : weightDecay.strength
    let left = weightDecay.isDecoupled ? 1 - rate * weightDecay.strength : 1
    let coefficient = momentum.coefficient
    guard momentum.isNesterov else {
      return DenseMatrix.LinearStep(kept: coefficient, decay: coupled, own: left, ofBuffer: rate, ofGradient: 0)
    }
    return DenseMatrix.LinearStep(
      kept: coefficient, decay: coupled, own: left - rate * coupled, ofBuffer: rate * coefficient, ofGradient: rate)
  }
}
