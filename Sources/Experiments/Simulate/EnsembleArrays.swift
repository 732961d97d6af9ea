import FiniteWidth
import Problems
import RunStore

/// Correlations that were measured on trained networks, and the curve of each, as arrays of a run folder.
enum EnsembleArrays {
  /// - Parameters:
  ///   - ensemble: the networks; behind a divergence their curves are NaN.
  ///   - sums: of their correlations; nil where these were not measured.
  /// - Returns: nothing without sums.
  static func all(_ ensemble: Ensemble, _ sums: TwoTimeSums?) -> [NamedArray] {
    guard let sums else { return [] }
    let times = ensemble.times
    let shape = [ensemble.replicas.count, times.count]
    func curves(_ curve: @escaping @Sendable (ReplicaCurve) -> [Double]) -> @Sendable () -> [Double] {
      {
        ensemble.replicas.flatMap { replica in
          curve(replica) + Array(repeating: Double.nan, count: times.count - replica.count)
        }
      }
    }
    return [
      NamedArray(name: "time", shape: [times.count]) { times },
      NamedArray(name: "test_loss", shape: shape, values: curves { $0.testLoss }),
      NamedArray(name: "train_loss", shape: shape, values: curves { $0.trainLoss }),
    ]
      + (ensemble.batchMeans == nil
        ? [] : [NamedArray(name: "batch_loss", shape: shape, values: curves { $0.batchLoss ?? [] })])
      + (sums.networks > 0 ? correlations(sums) : [])
  }

  private static func correlations(_ sums: TwoTimeSums) -> [NamedArray] {
    let square = [sums.size, sums.size]
    let stack = [sums.hiddenLayers + 1] + square
    return [
      NamedArray(name: "C_v", shape: square) { sums.errorCorrelation },
      NamedArray(name: "C_D", shape: square) { sums.residualCorrelation },
      NamedArray(name: "H", shape: stack) { (0...sums.hiddenLayers).flatMap(sums.forwardCorrelation) },
      NamedArray(name: "G", shape: stack) { (0...sums.hiddenLayers).flatMap(sums.backwardCorrelation) },
    ]
  }
}
