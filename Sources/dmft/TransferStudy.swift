import DeepLinear
import Foundation
import MeanField
import Parallel
import Records
import Studies

/// Optimal learning rates of every family, size and horizon, with what it costs to carry them over.
struct TransferStudy {
  /// What was found at one size.
  struct Size: Sendable {
    let scan: RateScan
    /// For each horizon its valleys in rising order of the rates; the first is the optimum.
    let minima: [[RateMinimum]]
    let stableRate: StableRate
  }

  /// What was found of one family.
  struct Family {
    let name: String
    let labels: [String]
    let sizes: [Size]
    /// One for each horizon.
    let drifts: [OptimumDrift]
  }

  let layout: TransferLayout
  /// Steps after which the loss is to be small, rising; empty: the last step of each problem.
  let horizons: [Int]
  /// Cost of carrying a rate over that counts as nothing.
  let tolerance: Double

  /// Runs everything, sizes side by side on the cores.
  ///
  /// - Parameters:
  ///   - workers: number of threads.
  ///   - progress: told the share of the work done.
  /// - Returns: one entry for each family of the layout.
  /// - Throws: what the solver refuses, memory that is not there.
  func run(workers: Int, progress: (Double) -> Void) throws(CommandFailure) -> [Family] {
    let problems = layout.families.flatMap(\.problems)
    var series: [RateSeries] = []
    for problem in problems { series.append(try SolverAccess.series(problem)) }
    let workers = try Self.workersThatFit(series.map(\.cost), problems, asked: workers)
    // Larger problems come last along each family; a share of the whole is a share of their seconds.
    let whole = series.reduce(0) { $0 + $1.cost.seconds }
    var found: [Size] = []
    var done = 0.0
    let (given, horizons) = (series, horizons)
    _ = try OrderedResults.run(
      0..<problems.count, workers: workers, ahead: problems.count, stop: StopSignal(),
      work: { index -> Swift.Result<Size, SolverFailure>? in
        do throws(SolverFailure) {
          return .success(try Self.study(given[index], Self.horizons(horizons, of: given[index])))
        } catch {
          return .failure(error)
        }
      },
      deliver: { index, result throws(CommandFailure) in
        switch result {
        case .success(let size): found.append(size)
        case .failure(let failure): throw SolverAccess.failure(failure)
        }
        done += given[index].cost.seconds
        progress(done / whole)
      })
    let count = layout.sizes.count
    return layout.families.enumerated().map { index, family in
      let range = index * count..<(index + 1) * count
      return summary(family, Array(found[range]), largest: series[range.upperBound - 1])
    }
  }

  /// Solves that a size takes: the scan, its refinements, and the search of the stable rate, some of which end early.
  private static let solvesPerSize = 60.0

  /// Memory and time beforehand.
  func costLine(workers: Int) throws(CommandFailure) -> String {
    var (bytes, seconds) = (0, 0.0)
    for problem in layout.families.flatMap(\.problems) {
      let cost = try SolverAccess.series(problem).cost
      bytes = max(bytes, cost.bytes)
      seconds += Self.solvesPerSize * cost.seconds
    }
    let here = seconds / Double(min(workers, layout.families.count * layout.sizes.count))
    return "cost: \(NumberText.bytes(bytes)) a worker, " + (here < 0.05 ? "" : "about ") + NumberText.seconds(here)
  }

  private static func horizons(_ asked: [Int], of series: RateSeries) -> [Int] {
    asked.isEmpty ? [series.steps] : asked
  }

  private static func experiment(_ series: RateSeries, _ horizons: [Int]) -> RateExperiment {
    { rate, horizon in
      let losses = series.losses(at: rate, steps: horizons[horizon])
      return RateTrial(test: losses.test, train: losses.train, horizons: Array(horizons[...horizon]))
    }
  }

  private static func study(_ series: RateSeries, _ horizons: [Int]) throws(SolverFailure) -> Size {
    let experiment = experiment(series, horizons)
    let scan = RateScan(around: series.problem.optimizer.learningRate, horizons: horizons.count, experiment)
    let minima = horizons.indices.map { RateMinimum.all(in: scan, horizon: $0, experiment) }
    // The scan has seen where runs of these horizons diverge; the edge is there or a little below.
    let hint = scan.points.last { $0.trial.losses[horizons.count - 1].isFinite }?.rate
    let stable = try StableRateSearch(series.problem).run(from: hint, factor: 1.05)
    return Size(scan: scan, minima: minima, stableRate: stable)
  }

  private func summary(_ family: TransferLayout.Family, _ sizes: [Size], largest: RateSeries) -> Family {
    let horizons = Self.horizons(horizons, of: largest)
    let experiment = Self.experiment(largest, horizons)
    let drifts = horizons.indices.map { horizon in
      OptimumDrift(
        sizes: layout.sizes.map(\.value), optima: sizes.map { $0.minima[horizon].first?.rate }, tolerance: tolerance
      ) { rate in
        let loss = experiment(rate, horizon).losses[horizon]
        return loss.isNaN ? .infinity : loss
      }
    }
    return Family(name: family.name, labels: family.labels, sizes: sizes, drifts: drifts)
  }

  /// As many solves at a time as memory holds.
  private static func workersThatFit(_ costs: [Cost], _ problems: [TrainingProblem], asked: Int) throws(CommandFailure)
    -> Int
  {
    guard let largest = costs.indices.max(by: { costs[$0].bytes < costs[$1].bytes }) else { return asked }
    try SolverAccess.refuseBeyondMemory(costs[largest], problems[largest])
    return max(1, min(asked, MachineMemory.available / max(1, costs[largest].bytes)))
  }
}
