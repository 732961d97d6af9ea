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
  /// The problems of all families in order, their spectra prepared.
  private let series: [RateSeries]

  /// Prepares every problem.
  ///
  /// - Parameters:
  ///   - layout: families and sizes.
  ///   - horizons: steps after which the loss is to be small, rising; empty: the last step of each problem.
  ///   - tolerance: cost of carrying a rate over that counts as nothing.
  /// - Throws: what the solver refuses.
  init(layout: TransferLayout, horizons: [Int], tolerance: Double) throws(CommandFailure) {
    self.layout = layout
    self.horizons = horizons
    self.tolerance = tolerance
    var series: [RateSeries] = []
    for problem in layout.families.flatMap(\.problems) { series.append(try SolverAccess.series(problem)) }
    self.series = series
  }

  /// Runs everything, sizes side by side on the cores.
  ///
  /// - Parameters:
  ///   - workers: number of threads.
  ///   - progress: told the share of the work done.
  /// - Returns: one entry for each family of the layout.
  /// - Throws: what the solver refuses, memory that is not there.
  func run(workers: Int, progress: (Double) -> Void) throws(CommandFailure) -> [Family] {
    let workers = try workersThatFit(asked: workers)
    // Larger problems come last along each family; a share of the whole is a share of their seconds.
    let whole = series.reduce(0) { $0 + $1.cost.seconds }
    var found: [Size] = []
    var done = 0.0
    let (given, horizons) = (series, horizons)
    _ = try OrderedResults.run(
      0..<series.count, workers: workers, ahead: series.count, stop: StopSignal(),
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
  func costLine(workers: Int) -> String {
    let bytes = series.map(\.cost.bytes).max() ?? 0
    let seconds = series.reduce(0) { $0 + Self.solvesPerSize * $1.cost.seconds }
    let here = seconds / Double(min(workers, series.count))
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
  private func workersThatFit(asked: Int) throws(CommandFailure) -> Int {
    guard let largest = series.max(by: { $0.cost.bytes < $1.cost.bytes }) else { return asked }
    try SolverAccess.refuseBeyondMemory(largest.cost, largest.problem)
    return ThreadBudget.threads(asked: min(asked, series.count), bytesEach: largest.cost.bytes)
  }
}
