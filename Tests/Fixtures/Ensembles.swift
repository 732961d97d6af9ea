import Problems
import FiniteWidth
import Parallel

/// Networks trained as `dmft simulate` does, on two cores.
package func trainedEnsemble(
  _ problem: TrainingProblem, replicas: Int, seed: Int = 1, table: PreparedTable? = nil
) throws -> Ensemble {
  let simulator = try Simulator(problem, table: table, seed: seed)
  var curves: [ReplicaCurve] = []
  let stop = StopSignal()
  _ = OrderedResults.run(
    0..<replicas, workers: 2, stop: stop, work: { simulator.train(replica: $0, stop: stop) },
    deliver: { _, network in curves.append(network.curve) })
  return Ensemble(times: simulator.times, replicas: curves)
}
