// The learning rate that suits a network best, at several widths, and whether the wide one may use that of a narrow one.

// snippet.experiment
import Experiments
import Problems

let problem = TrainingProblem(
  architecture: Architecture(hiddenLayers: 2, width: .units(512)),
  parameterization: Parameterization(.muP, richness: 1),
  data: DataModel(inputDimension: 256, noise: 0.3, sampling: .onePass(.count(256))),
  optimizer: LinearOptimizer(learningRate: 0.05),
  time: TimeGrid(.discrete(steps: 20)))

let result = try Transfer(problem, widths: [512, 1024, 2048, 4096, 8192, 16384]).run()
// snippet.end

// snippet.optima
let family = result.families[0]
for (width, size) in zip(result.layout.sizes, family.sizes) {
  guard let optimum = size.minima[0].first else { continue }
  print("width \(width.label): rate \(optimum.rate), loss \(optimum.loss)")
}
// snippet.end

// snippet.verdict
let drift = family.drifts[0]
switch drift.verdict {
case .transfers(let size): print("transfers from width \(Int(size))")
case .doesNot(let reason): print("does not transfer: \(reason)")
}
for sentence in Transfer.report(result, arrays: nil).findings { print(sentence) }
// snippet.end
