import Benchmark
import Problems
import MeanField

/// Whole predictions, from the problem to the curve, and what stands before them.
func addSolves() {
  add("solve plain, L = 3, 100 steps", example(steps: 100))
  add("solve plain, L = 3, 200 steps", example(steps: 200))
  add("solve residual, L = 16, 50 steps", example(layers: 16, connection: .residual(branchScale: 1), steps: 50))
  var flow = example(layers: 2, steps: 0)
  flow.time = TimeGrid(.flow(horizon: 3))
  add("solve flow, L = 2, to t = 3", flow)
  var measured = example(steps: 200)
  measured.data.spectrum = .powerLaw(PowerLaw(eigenvalueDecay: 1.5, signalDecay: 1.6))
  measured.optimizer.learningRate = 0.002
  let spectral = measured
  Benchmark("compress 1,000 eigenvalues") { _ in blackHole(try Solver(spectral)) }
}

private func add(_ name: String, _ problem: TrainingProblem) {
  Benchmark(name) { _ in blackHole(try Solver(problem).solve()) }
}

/// The example of `scripts/benchmark`, at other sizes.
func example(
  layers: Int = 3, connection: Architecture.Connection = .plain, dimension: Int = 1000, steps: Int
) -> TrainingProblem {
  TrainingProblem(
    architecture: Architecture(hiddenLayers: layers, width: .ratio(1), connection: connection),
    parameterization: Parameterization(.muP, richness: 1),
    data: DataModel(inputDimension: dimension, noise: 0.3, sampling: .batch(.ratio(2))),
    optimizer: LinearOptimizer(learningRate: 0.04),
    time: TimeGrid(.discrete(steps: steps)))
}
