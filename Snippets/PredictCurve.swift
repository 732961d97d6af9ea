// The loss curve of one network, without training it.

// snippet.problem
import Problems
import MeanField

let problem = TrainingProblem(
  architecture: Architecture(hiddenLayers: 2, width: .units(256)),
  parameterization: Parameterization(.muP, richness: 1),
  data: DataModel(inputDimension: 256, noise: 0.3, sampling: .batch(.count(512))),
  optimizer: LinearOptimizer(learningRate: 0.05),
  time: TimeGrid(.discrete(steps: 40)))
print("N/D = \(problem.widthRatio), P/D = \(problem.sampleRatio ?? .infinity)")
// snippet.end

// snippet.cost
let solver = try Solver(problem)
print("\(solver.cost.bytes) bytes, \(solver.cost.seconds) s")
// snippet.end

// snippet.solve
let solution = solver.solve()
for row in [0, 1, 2, 5, 10, 20, 40] {
  print("step \(row): train \(solution.curve.trainLoss[row]), test \(solution.curve.testLoss[row])")
}
print("start predicted by hand: \(Limits.initialLoss(problem))")
print("violation of the balance: \(solution.residual)")
// snippet.end

// snippet.parameters
let parameters = solution.orderParameters
let count = parameters.count
for layer in 1...parameters.hiddenLayers {
  let strength = parameters.forwardStrength(layer)
  let correlation = parameters.forwardCorrelation(layer)
  let last = count - 1
  let overlap = correlation[last * count] / (strength[0] * strength[last]).squareRoot()
  print("layer \(layer): H from \(strength[0]) to \(strength[last]), cosine between start and end \(overlap)")
}
// snippet.end

// snippet.stable
let edge = try StableRate(problem)
print("diverges above a learning rate of \(edge.learningRate)")
// snippet.end
