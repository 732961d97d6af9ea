import Problems
import FiniteWidth
import Fixtures
import Foundation
import Parallel
import Testing

/// The trained networks of the reference curves, trained again with other random numbers.
@Suite("Reference ensembles", .serialized, .slow(.statistical))
struct OracleEnsembleTests {
  /// Two independent ensembles: their difference has both errors. Points of a curve move together, so there are
  /// far fewer independent ones than points: four errors hold them all. Where the loss is below 1 % of its start rare
  /// networks dominate the mean: 15 % there, the rule of Tests/Fixtures/oracle/README.md.
  @Test("networks trained with new seeds agree within errors", arguments: try OracleCase.all("finite_width"))
  func agrees(_ reference: OracleCase) throws {
    let ensemble = try trainedEnsemble(reference.problem, replicas: 16, seed: 7)
    let layers = reference.problem.architecture.hiddenLayers
    let curves: [(name: String, key: String, layer: Int, curve: (ReplicaCurve) -> [Double])] =
      [("test loss", "test_loss", 0, { $0.testLoss }), ("train loss", "train_loss", 0, { $0.trainLoss })]
      + (0...layers).map { layer in ("H^\(layer)", "forward", layer, { $0.forward[layer] }) }
      + (1...layers).map { layer in ("G^\(layer)", "backward", layer, { $0.backward[layer - 1] }) }
    for (name, key, layer, curve) in curves {
      let expected = reference.column(key, layer)
      let errors = reference.column(key + "_se", layer)
      let means = ensemble.means(curve)
      #expect(means.count == 60 && expected.count == 60)
      for step in means.indices {
        let own = means[step].standardError
        let allowed = 4 * (own * own + errors[step] * errors[step]).squareRoot()
        let isSmall = expected[step] <= 0.01 * expected[0]
        let difference = abs(means[step].value - expected[step])
        #expect(
          difference <= max(allowed, isSmall ? 0.15 * expected[step] : 0),
          "\(name) at step \(step): \(means[step].value) against \(expected[step]), allowed \(allowed)")
      }
    }
  }
}
