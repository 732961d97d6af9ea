import Configurations
import MeanField
import Parallel
import Problems
import Reports
import RunStore
import Studies

/// Finds the optimal learning rate at each size, and what it costs to use that of a smaller size for the largest.
public struct Transfer: Experiment {
  /// The command.
  public static let name = "transfer"
  /// Network, data, training, and what a rate that is carried over may cost.
  public static let keys = KeySelection(
    ["network", "data", "training"], and: ["transfer.tolerance", "transfer.objective"])

  private let layout: TransferLayout
  private let horizons: [Int]
  private let tolerance: Double
  private let driftLimit: Double?
  private let objective: StudyObjective
  /// The problems of all families in order, their spectra prepared.
  private let series: [RateSeries]

  /// Solves that a size takes, in units of one to the end: the scan and its refinements; some end early, some reach the edge of stability.
  private static let solvesPerSize = 50.0

  /// - Parameters:
  ///   - layout: families and sizes; the learning rates of the problems are where searches begin.
  ///   - horizons: steps after which the loss is to be small, in any order; empty: the last step of each problem.
  ///   - tolerance: relative cost of a rate carried over that counts as nothing.
  ///   - driftLimit: drift of log2 of the optimum in a doubling beyond which the report's answer is `failed`; nil asks nothing.
  ///   - objective: what the best rate makes small.
  ///   - rows: the rows of the table whose classes are learned, for a test error.
  /// - Throws: what the solver refuses; horizons beyond the last step; a test error without classes.
  public init(
    _ layout: TransferLayout, horizons: [Int] = [], tolerance: Double = 0.01, driftLimit: Double? = nil,
    objective: StudyObjective = .testLoss, rows: PreparedTable? = nil
  ) throws(ExperimentFailure) {
    self.layout = layout
    self.horizons = Set(horizons).sorted()
    self.tolerance = tolerance
    self.driftLimit = driftLimit
    self.objective = objective
    if objective == .testError,
      layout.families.contains(where: {
        $0.problems.contains { $0.lossRule?.hasClasses != true && (rows?.classes == nil || $0.data.classes == nil) }
      })
    {
      throw ExperimentFailure(.refused, ["a test error needs the rows of a table with classes"])
    }
    var series: [RateSeries] = []
    for problem in layout.families.flatMap(\.problems) {
      do {
        series.append(try RateSeries(problem, rows: objective == .testError ? rows : nil, isForRates: true))
      } catch {
        throw ExperimentFailure(error)
      }
    }
    let steps = series.map(\.steps).min() ?? 0
    guard self.horizons.allSatisfy({ (1...max(1, steps)).contains($0) }) else {
      throw ExperimentFailure(.refused, ["a horizon is a number of steps from 1 to \(steps), got \(self.horizons)"])
    }
    self.series = series
  }

  /// One problem at several widths.
  ///
  /// - Parameters:
  ///   - problem: all but its width; its learning rate is where searches begin.
  ///   - widths: hidden units of a layer, in any order; at least one.
  ///   - tolerance: relative cost of a rate carried over that counts as nothing.
  ///   - objective: what the best rate makes small.
  ///   - rows: the rows of the table whose classes are learned, for a test error.
  /// - Throws: what the solver refuses; a test error without classes.
  public init(
    _ problem: TrainingProblem, widths: [Int], tolerance: Double = 0.01, objective: StudyObjective = .testLoss,
    rows: PreparedTable? = nil
  ) throws(ExperimentFailure) {
    try self.init(TransferLayout(problem, widths: widths), tolerance: tolerance, objective: objective, rows: rows)
  }

  /// Horizons and branch scalings; a limit of the drift changes no number.
  public var options: [String] {
    let horizons = horizons.isEmpty ? [] : ["--horizons " + horizons.map(String.init).joined(separator: ",")]
    let scalings = layout.branchScalings.map(\.rawValue).joined(separator: ",")
    return horizons + (scalings.isEmpty ? [] : ["--branch-scaling " + scalings])
  }

  /// What is varied, and the first problem.
  public var headline: [String] { [layout.subject(objective), ProblemText.line(layout.example)] }

  /// Of as many sizes at a time as memory holds.
  public func estimate(workers: Int) throws(ExperimentFailure) -> Estimate {
    let count = workersThatFit(workers)
    let seconds = series.reduce(0) { $0 + Self.seconds($1) } / Double(min(count, series.count))
    let cost = largest.cost
    let bytes = max(cost.bytes, largest.searchCost.bytes)
    var estimate = Estimate(
      bytes: Self.times(count, bytes), seconds: seconds, disk: disk,
      subject: "two-time functions over \(largest.steps) steps take",
      remedy: "at most \(cost.steps(within: MachineMemory.available)) steps fit here",
      note: "\(NumberText.bytes(bytes)) for each of \(count) at a time")
    estimate.mostBytes = Self.times(count, max(cost.mostBytes, bytes))
    estimate.isLeast = series.contains { $0.cost.isLeast || $0.searchCost.isLeast }
    return estimate
  }

  private static func times(_ count: Int, _ bytes: Int) -> Int {
    let (product, overflow) = bytes.multipliedReportingOverflow(by: count)
    return overflow ? .max : product
  }

  /// Of one size: the scan, and the search for the stable rate.
  private static func seconds(_ series: RateSeries) -> Double {
    solvesPerSize * (series.cost.seconds + series.accuracySeconds)
      + min(StableRateSearch.seconds(series.searchCost), StabilitySearch.askedSeconds)
  }

  /// The losses of every rate in each size's scan at each horizon; its figures show them as curves.
  private var disk: DiskUse {
    let curves = series.count * max(1, horizons.count)
    return DiskUse(rows: Self.scannedRates, columns: 6 * curves, series: curves, pictures: 2)
  }

  /// Rates of a usual scan.
  private static let scannedRates = 40

  private var largest: RateSeries { series.max { $0.searchCost.bytes < $1.searchCost.bytes } ?? series[0] }

  private func workersThatFit(_ asked: Int) -> Int {
    let largest = largest
    return ThreadBudget.threads(
      asked: min(asked, series.count), bytesEach: max(largest.cost.mostBytes, largest.searchCost.bytes))
  }

  /// Runs all sizes side by side.
  ///
  /// - Parameter context: workers, progress.
  /// - Returns: optima, drifts and verdicts.
  /// - Throws: what the solver refuses.
  public func run(in context: RunContext) throws(ExperimentFailure) -> Finished<TransferResult> {
    // Larger problems come last along each family; a share of the whole is a share of their seconds.
    let whole = series.reduce(0) { $0 + Self.seconds($1) }
    var found: [TransferResult.Size] = []
    var done = 0.0
    let (given, horizons, objective, tolerance) = (series, horizons, objective, tolerance)
    let (stop, units) = (StopSignal(), TransferUnits(store: context.units))
    context.stopping(units.keeps ? stop : nil)
    defer { context.stopping(nil) }
    let before = units.count(series.count)
    if before > 0 { context.notice("\(before) of \(series.count) sizes done before") }
    let end = try OrderedResults.run(
      0..<series.count, workers: workersThatFit(context.workers), ahead: series.count, stop: stop,
      work: { index -> Swift.Result<TransferResult.Size, ExperimentFailure>? in
        if let size = units.size(index) { return .success(size) }
        let own = Self.horizons(horizons, of: given[index])
        return Swift.Result { () throws(ExperimentFailure) in
          let size = try Self.study(given[index], own, objective, tolerance, stop)
          if let size { try units.keep(size, index) }
          return size
        }.found
      },
      deliver: { index, result throws(ExperimentFailure) in
        switch result {
        case .success(let size): found.append(size)
        case .failure(let failure): throw failure
        }
        done += Self.seconds(given[index])
        context.progress(done / whole)
      })
    guard end == series.count else {
      throw ExperimentFailure(
        .interrupted,
        ["stopped: \(units.count(series.count)) of \(series.count) sizes kept; repeat the command to continue"])
    }
    let count = layout.sizes.count
    let families = layout.families.indices.map { index in
      let range = index * count..<(index + 1) * count
      return family(Array(found[range]), Array(series[range]))
    }
    return Finished(
      TransferResult(
        layout: layout, horizons: horizons, tolerance: tolerance, driftLimit: driftLimit, families: families,
        objective: objective))
  }

  private static func horizons(_ asked: [Int], of series: RateSeries) -> [Int] {
    asked.isEmpty ? [series.steps] : asked
  }

  private static func experiment(
    _ series: RateSeries, _ horizons: [Int], _ objective: StudyObjective
  ) -> RateExperiment {
    { rate, horizon in
      let asked = Array(horizons[...horizon])
      let losses = series.losses(
        at: rate, steps: horizons[horizon], accuracyAt: objective == .testError ? [0] + asked : [])
      switch objective {
      case .testLoss: return RateTrial(test: losses.test, train: losses.train, horizons: asked)
      case .trainLoss: return RateTrial(test: losses.train, train: losses.test, horizons: asked)
      case .testError:
        let trial = RateTrial(test: losses.test, train: losses.train, horizons: asked)
        let errors = losses.testAccuracy.map { 1 - $0 }
        let found = asked.indices.map { $0 + 1 < errors.count ? errors[$0 + 1] : .infinity }
        return RateTrial(start: errors.first ?? .nan, losses: found, peak: trial.peak)
      }
    }
  }

  /// What is found at one size; nil where it was stopped.
  private static func study(
    _ series: RateSeries, _ horizons: [Int], _ objective: StudyObjective, _ tolerance: Double, _ stop: StopSignal
  ) throws(ExperimentFailure) -> TransferResult.Size? {
    let whole = experiment(series, horizons, objective)
    // Once stopped, nothing is computed any more: what is found from here on is thrown away.
    let nothing = RateTrial(start: 1, losses: horizons.map { _ in .infinity }, peak: .infinity)
    let experiment: RateExperiment = { stop.isRaised ? nothing : whole($0, $1) }
    let scan = RateScan(around: series.problem.optimizer.learningRate, horizons: horizons.count, experiment)
    let minima = horizons.indices.map { RateMinimum.all(in: scan, horizon: $0, experiment) }
    let ranges = minima.enumerated().map { horizon, minima in
      minima.first.map {
        RateRange(around: $0, in: scan, horizon: horizon, excess: tolerance, experiment)
      }
    }
    // The scan has seen where runs of these horizons diverge; the edge is there or a little below.
    let hint = scan.points.last { $0.trial.losses[horizons.count - 1].isFinite }?.rate
    guard !stop.isRaised else { return nil }
    let stable: StableRate
    do {
      stable = try StableRateSearch(series.problem).run(
        from: hint, factor: 1.05, budget: SearchBudget(seconds: StabilitySearch.askedSeconds))
    } catch {
      throw ExperimentFailure(error)
    }
    let uncertainty: Double? =
      if objective == .testError, let optimum = minima.last?.first, let last = horizons.last {
        series.losses(at: optimum.rate, steps: last, accuracyAt: [last]).accuracyError
      } else {
        nil
      }
    let shares = zip(minima, horizons).map { minima, steps in
      minima.first.flatMap { TransferSharpness.edgeShare(series.problem, rate: $0.rate, horizon: steps) }
    }
    return TransferResult.Size(
      scan: scan, minima: minima, ranges: ranges, stableRate: stable, uncertainty: uncertainty, edgeShares: shares)
  }

  /// Drifts, and what each step of the size costs, equation (9.7).
  private func family(_ sizes: [TransferResult.Size], _ series: [RateSeries]) -> TransferResult.Family {
    /// Loss of a size with some rate.
    func loss(_ size: Int, _ rate: Double, _ horizon: Int) -> Double {
      let own = series[size]
      let loss = Self.experiment(own, Self.horizons(horizons, of: own), objective)(rate, horizon).losses[horizon]
      return loss.isNaN ? .infinity : loss
    }
    let count = max(1, horizons.count)
    let drifts = (0..<count).map { horizon in
      OptimumDrift(
        sizes: layout.sizes.map(\.value), optima: sizes.map { $0.minima[horizon].first?.rate }, tolerance: tolerance
      ) { loss(sizes.count - 1, $0, horizon) }
    }
    let costsOfNext = (0..<count).map { horizon in
      sizes.indices.map { size -> Double? in
        guard size + 1 < sizes.count, let rate = sizes[size].minima[horizon].first?.rate,
          let least = sizes[size + 1].minima[horizon].first?.loss
        else { return nil }
        // The drift has it for the largest.
        if size + 2 == sizes.count { return drifts[horizon].costs[size] }
        return loss(size + 1, rate, horizon) / least - 1
      }
    }
    return TransferResult.Family(sizes: sizes, drifts: drifts, costsOfNext: costsOfNext)
  }
}
