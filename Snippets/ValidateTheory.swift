// Theory and trained networks, compared as `dmft validate` does.

// snippet.problem
import Problems
import FiniteWidth
import MeanField
import Validation

let asked = TrainingProblem(
  architecture: Architecture(hiddenLayers: 2, width: .ratio(1)),
  parameterization: Parameterization(.muP, richness: 1),
  data: DataModel(inputDimension: 128, noise: 0.3, sampling: .batch(.ratio(2))),
  optimizer: LinearOptimizer(learningRate: 0.05),
  time: TimeGrid(.discrete(steps: 40)))
let problem = asked.withWholeSizes()
// snippet.end

// snippet.train
let simulator = try Simulator(problem, table: nil, seed: 1)
let networks = (0..<24).compactMap { simulator.train(replica: $0)?.curve }
let ensemble = Ensemble(times: simulator.times, replicas: networks)
// snippet.end

// snippet.compare
func compared(with theory: LearningCurve) -> Agreement {
  Agreement(
    ComparedCurve.losses(theory), ensemble, rows: theory.steps, tolerance: 0.05,
    Resamples(replicas: networks.count, seed: 1))
}

let agreement = compared(with: try Solver(problem).solve().curve)
if let worst = agreement.worst {
  print("worst: \(worst.name) at step \(worst.step), theory \(worst.theory), networks \(worst.measured)")
  print("difference \(100 * worst.bias) %, in standard errors \(worst.score)")
}
print("certain to \(100 * agreement.largestHalfWidth) %; p = \(agreement.pValue)")
print("verdict: \(agreement.verdict.rawValue)")
if let number = agreement.wantedReplicas { print("about \(number) networks could tell") }
// snippet.end

// snippet.wrong
var other = problem
other.optimizer.learningRate = 0.1
print("with twice the learning rate: \(compared(with: try Solver(other).solve().curve).verdict.rawValue)")
// snippet.end

// snippet.log
let theory = try Solver(problem).solve().curve.trainLoss
let logged = networks[0].trainLoss
if let log = LogComparison(steps: Array(logged.indices), losses: logged, theory: theory) {
  print("one network alone: off by \(100 * log.typicalDeviation) % typically, \(100 * log.worst.deviation) % at worst")
}
// snippet.end
