import FiniteWidth
import MeanField
import Parallel
import Problems
import RealModule
import Reports

/// The networks that a band rests on: of the size in question, or smaller ones where those take too long, equation (23.5).
struct ForecastSample {
  let ensemble: Ensemble
  /// How much smaller they are; 1 for the size in question.
  let scale: Int
  /// Their theory where they are smaller.
  let theory: LearningCurve?

  /// Smallest networks that are tried.
  private static let largestScale = 8
  /// Largest relative difference of the theory at both sizes, which then stand for each other.
  private static let sameTheory = 0.05
  /// How far the estimated time of a network may be off.
  private static let estimateError = 2.0

  /// Trains.
  static func trained(
    _ forecast: Forecast, _ solution: Solution, _ context: RunContext
  ) throws(ExperimentFailure) -> ForecastSample {
    switch forecast.effort {
    case .networks(let count):
      let training = EnsembleTraining(simulator: forecast.simulator, replicas: count)
      return ForecastSample(ensemble: try training.run(in: context).ensemble, scale: 1, theory: nil)
    case .budget(let seconds): return try trained(forecast, solution, seconds: seconds, context)
    }
  }

  /// What a budget allows: of the size in question if possible.
  private static func trained(
    _ forecast: Forecast, _ solution: Solution, seconds: Double, _ context: RunContext
  ) throws(ExperimentFailure) -> ForecastSample {
    if let ensemble = try ensemble(
      forecast.simulator, seconds: seconds, fewest: Forecast.fewestNetworks, context)
    {
      return ForecastSample(ensemble: ensemble, scale: 1, theory: nil)
    }
    let needed = Double(Forecast.fewestNetworks) * forecast.simulator.cost.secondsPerReplica
    let remedy =
      "\(Forecast.fewestNetworks) networks of this size take about \(NumberText.seconds(needed)) of processor time; use --budget "
      + NumberText.brief((2 * needed).rounded(.up))
    guard let smaller = try smaller(forecast, solution, seconds: seconds, context, remedy: remedy) else {
      throw ExperimentFailure(.refused, ["--budget: \(remedy)"])
    }
    return smaller
  }

  /// As many networks as the budget allows, up to 39, the first of which gives the time of one; nil where these are too few.
  private static func ensemble(
    _ simulator: Simulator, seconds: Double, fewest: Int, _ context: RunContext
  ) throws(ExperimentFailure) -> Ensemble? {
    guard simulator.cost.secondsPerReplica * Double(fewest) <= estimateError * seconds else { return nil }
    let start = ProcessorTime.ofThread()
    guard let first = simulator.train(replica: 0) else { return nil }
    let each = max(ProcessorTime.ofThread() - start, 1e-9)
    let count = Int(min(Double(Forecast.mostNetworks), (seconds / each).rounded(.down)))
    guard count >= fewest else { return nil }
    var training = EnsembleTraining(simulator: simulator, replicas: count)
    training.known = [first.curve]
    return try training.run(in: context).ensemble
  }

  /// The least reduced size at which 39 networks fit; nil where there is none.
  private static func smaller(
    _ forecast: Forecast, _ solution: Solution, seconds: Double, _ context: RunContext, remedy: String
  ) throws(ExperimentFailure) -> ForecastSample? {
    let problem = forecast.simulator.problem
    // Other spectra move the catapult window with D, equation (23.6).
    guard case .isotropic = problem.data.spectrum, problem.data.rows == nil, forecast.log == nil else { return nil }
    let dimension = problem.data.inputDimension
    for scale in 2...largestScale where dimension / scale >= 1 {
      let small = forecast.problem.withWholeSizes().withWholeSizes(dimension: dimension / scale)
      let simulator = try Simulator.prepared(small, nil, seed: forecast.seed, keepsTwoTimes: false)
      guard
        let ensemble = try ensemble(simulator, seconds: seconds, fewest: Forecast.mostNetworks, context)
      else { continue }
      var quiet = context
      quiet.progress = { _ in }
      let theory = try Solver.prepared(small.ofTheory).solve(in: quiet).curve
      let differences = [(theory.testLoss, solution.curve.testLoss), (theory.trainLoss, solution.curve.trainLoss)]
        .flatMap { zip($0, $1).map { abs(Double.log($0 / $1)) } }
      guard ensemble.diverged == 0, theory.steps.count == solution.curve.steps.count,
        differences.allSatisfy({ $0 <= sameTheory })
      else {
        throw ExperimentFailure(
          .refused, ["--budget: networks \(scale) times smaller do not stand for these; \(remedy)"])
      }
      return ForecastSample(ensemble: ensemble, scale: scale, theory: theory)
    }
    return nil
  }
}
