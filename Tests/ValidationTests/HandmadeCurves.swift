import Calculus
import Problems

@testable import Validation

/// Curves made by hand, so that what is true is known.
func ensemble(_ curves: [[Double]]) -> Ensemble {
  let longest = curves.map(\.count).max() ?? 0
  return Ensemble(
    times: (0..<longest).map(Double.init),
    replicas: curves.map { ReplicaCurve(testLoss: $0, trainLoss: $0, forward: [], backward: []) })
}

/// Smooth random curves around a mean: a common factor and a tilt for each network, as real ones have, with a skew.
func scattered(_ mean: [Double], networks: Int, deviation: Double, seed: Int) -> Ensemble {
  ensemble(
    (0..<networks).map { network in
      var stream = RandomStream(seed: seed, replica: network, purpose: .noise)
      let z = stream.normals(3)
      return mean.enumerated().map { step, value in
        let tilt = Double(step) / Double(mean.count)
        return value * (1 + deviation * (z[0] + tilt * z[1] + 0.3 * (z[2] * z[2] - 1)))
      }
    })
}

func agreement(
  _ theory: [Double], _ ensemble: Ensemble, tolerance: Double = 0.05, seed: Int = 1, group: Int = 0,
  theoryDiverges: Bool = false
) -> Agreement {
  let curve = ComparedCurve("test loss", theory: theory) { $0.testLoss }
  return Agreement(
    [curve], ensemble, rows: Array(theory.indices), theoryDiverges: theoryDiverges, tolerance: tolerance,
    Resamples(replicas: ensemble.replicas.count, seed: seed, group: group))
}

let decay = (0..<40).map { 0.2 + 1.5 / Double(1 + $0) }
