// The learning rate that suits a network best, at several widths, and whether the wide one may use that of a narrow one.

// snippet.experiment
import Problems
import MeanField
import Studies

let steps = 20

func problem(width: Int) -> TrainingProblem {
  TrainingProblem(
    architecture: Architecture(hiddenLayers: 2, width: .units(width)),
    parameterization: Parameterization(.muP, richness: 1),
    data: DataModel(inputDimension: 256, noise: 0.3, sampling: .onePass(.count(256))),
    optimizer: LinearOptimizer(learningRate: 0.05),
    time: TimeGrid(.discrete(steps: steps)))
}

func experiment(_ series: RateSeries) -> RateExperiment {
  { rate, _ in
    let losses = series.losses(at: rate)
    return RateTrial(test: losses.test, train: losses.train, horizons: [steps])
  }
}
// snippet.end

// snippet.optima
let widths = [512, 1024, 2048, 4096, 8192, 16384]
var optima: [Double?] = []
for width in widths {
  let train = experiment(try RateSeries(problem(width: width)))
  let scan = RateScan(around: 0.05, horizons: 1, train)
  let optimum = RateMinimum.all(in: scan, horizon: 0, train).first
  optima.append(optimum?.rate)
  print("width \(width): rate \(optimum?.rate ?? .nan), loss \(optimum?.loss ?? .nan)")
}
// snippet.end

// snippet.verdict
let widest = experiment(try RateSeries(problem(width: widths[widths.count - 1])))
let drift = OptimumDrift(sizes: widths.map(Double.init), optima: optima, tolerance: 0.01) { rate in
  widest(rate, 0).losses[0]
}
for (width, cost) in zip(widths, drift.costs) {
  print("the optimum of width \(width) costs the widest network \(100 * (cost ?? .nan)) %")
}
switch drift.verdict {
case .transfers(let size): print("transfers from width \(Int(size))")
case .doesNot(let reason): print("does not transfer: \(reason)")
}
// snippet.end
