import FiniteWidth
import MeanField
import Problems
import Reports
import RunStore
import Validation

/// Compares the theory with trained networks.
public struct Validate: Experiment {
  /// The command.
  public static let name = "validate"
  /// Network, data, training, which networks, and how strictly they are compared.
  public static let keys = KeySelection(
    ["network", "data", "training", "simulation"], and: ["validation.tolerance"])

  /// A theory of another problem than the networks have, to see what a comparison notices.
  public struct OtherTheory: Sendable {
    let problem: TrainingProblem
    let changes: [String]

    /// - Parameters:
    ///   - problem: what the theory solves.
    ///   - changes: how it differs, such as `data.noise=0.1`.
    public init(_ problem: TrainingProblem, changes: [String]) {
      self.problem = problem
      self.changes = changes
    }
  }

  /// One size at which theory and networks are compared, before either is computed.
  private struct Trial {
    let training: EnsembleTraining
    let solver: Solver
  }

  /// By rising size, never empty.
  private let trials: [Trial]
  private let dimensions: [Int]
  private let changes: [String]
  private let tolerance: Double
  private let seed: Int
  /// Rows of a table with classes.
  private let classified: PreparedTable?
  private let spectra: SpectraRequest

  /// - Parameters:
  ///   - problem: of theory and networks; ratios are rounded to whole sizes for both.
  ///   - rows: rows of real data behind a measured spectrum; nil for generated data.
  ///   - theory: what the theory solves in its place; nil for the same.
  ///   - dimensions: input dimensions to compare at, width and samples in proportion; none for that of the problem.
  ///   - replicas: number of networks of each size.
  ///   - seed: of all random numbers.
  ///   - tolerance: relative difference that passes.
  ///   - measuresCorrelations: whether correlations of all pairs of times are measured at the largest size.
  ///   - spectra: whether spectra of the weights and the sharpness are compared too, at the largest size.
  /// - Throws: problems that have no theory or no finite network, too few networks, sizes that cannot be changed.
  public init(
    _ problem: TrainingProblem, rows: PreparedTable? = nil, theory: OtherTheory? = nil, dimensions: [Int] = [],
    replicas: Int = 32, seed: Int = 1, tolerance: Double = 0.05, measuresCorrelations: Bool = false,
    spectra: SpectraRequest = SpectraRequest()
  ) throws(ExperimentFailure) {
    let reasons = Self.reasons(problem, changesSize: !dimensions.isEmpty, replicas: replicas)
    guard reasons.isEmpty else { throw ExperimentFailure(.refused, reasons) }
    let rising = dimensions.sorted()
    let sizes = rising.isEmpty ? [problem.data.inputDimension] : rising
    var trials: [Trial] = []
    for size in sizes {
      // Both sides take the whole numbers that networks have.
      let simulator = try Simulator.prepared(
        problem.withWholeSizes(dimension: size), rows, seed: seed,
        keepsTwoTimes: measuresCorrelations && size == sizes.last,
        spectra: size == sizes.last ? spectra : SpectraRequest())
      let predicted = (theory?.problem ?? problem).ofTheory.withWholeSizes(
        dimension: rising.isEmpty ? nil : size)
      trials.append(
        Trial(
          training: EnsembleTraining(
            simulator: simulator, replicas: replicas, group: sizes.count == 1 ? "" : "\(size)-"),
          solver: try Solver.prepared(predicted)))
    }
    let refusals = trials.last.map { spectra.refusals($0.solver) } ?? []
    guard refusals.isEmpty else { throw ExperimentFailure(refusals) }
    self.spectra = spectra
    self.trials = trials
    self.dimensions = rising
    changes = theory?.changes ?? []
    self.tolerance = tolerance
    self.seed = seed
    classified = rows?.classes == nil ? nil : rows
  }

  /// Problems that have no finite network or no theory; where neither can, the first word is enough.
  ///
  /// - Parameter problem: any problem.
  /// - Returns: nothing where both can.
  public static func refusals(_ problem: TrainingProblem) -> [Refusal] {
    let first = Simulator.refusals(problem)
    return first
      + Solver.refusals(problem.ofTheory).filter { second in
        !first.contains { $0.key == second.key }
      }
  }

  private static func reasons(_ problem: TrainingProblem, changesSize: Bool, replicas: Int) -> [String] {
    var reasons: [String] = []
    if replicas < Agreement.leastReplicas {
      reasons.append(
        "simulation.replicas: a verdict needs at least \(Agreement.leastReplicas) trained networks, got \(replicas)")
    }
    if changesSize, case .measured = problem.data.spectrum {
      reasons.append("--sizes: a table has the size it has; leave --sizes out")
    } else if changesSize, problem.data.isTraceClass {
      reasons.append(
        "--sizes: with data.spectrum.scale top the input dimension is no size; use data.spectrum.scale=mean")
    }
    return reasons
  }

  /// Changes of the theory, and sizes.
  public var options: [String] {
    changes.map { "--theory \($0)" }
      + (dimensions.isEmpty ? [] : ["--sizes " + dimensions.map(String.init).joined(separator: ",")])
      + spectra.options
  }

  /// The problem at each size, and what the theory does otherwise.
  public var headline: [String] {
    trials.map { ProblemText.line($0.training.simulator.problem) }
      + trials[0].training.simulator.problem.trainedWidthLine
      + (changes.isEmpty ? [] : ["theory with: " + changes.joined(separator: " ")])
  }

  /// What a comparison touches of the program, its libraries and temporary arrays, however small the problem (measured: 6 to 8 MB).
  private static let comparisonBytes = 6e6

  /// Memory of the largest part, time of all.
  public func estimate(workers: Int) throws(ExperimentFailure) -> Estimate {
    let networks = trials.map { $0.training.estimate(workers: workers) }
    let theories = trials.map(\.solver.estimate)
    let all = networks + theories
    var whole = all.max { $0.bytes < $1.bytes } ?? all[0]
    // The theory of the largest size stays while its networks are trained and compared.
    let (last, solved) = (networks[networks.count - 1].bytes, theories[theories.count - 1].bytes)
    let (both, overflow) = last.addingReportingOverflow(solved)
    whole.bytes = max(whole.bytes, overflow ? .max : both)
    let resamples = Double(Resamples.bytes(replicas: trials[0].training.replicas)) * Double(trials.count)
    whole.bytes = Int(exactly: (Double(whole.bytes) + resamples + Self.comparisonBytes).rounded()) ?? .max
    if resamples > Double(whole.bytes) / 2 {
      whole.subject = "resamples of \(trials[0].training.replicas) networks take"
      whole.remedy = "use fewer simulation.replicas"
    }
    func seconds(_ parts: [Estimate]) -> Double { parts.reduce(0) { $0 + $1.seconds } }
    whole.seconds = seconds(all) + (trials.last.map { spectra.seconds($0.solver.problem) } ?? 0)
    whole.bytes += trials.last.map { spectra.bytes($0.solver.problem) } ?? 0
    whole.disk = disk
    whole.mostBytes = theories.map(\.most).max()
    whole.afterDivergence = nil
    whole.isLeast = theories.contains(where: \.isLeast)
    whole.note =
      (trials.count > 1 ? "\(trials.count) sizes of " : "") + networks[networks.count - 1].note
      + "; theory \(NumberText.seconds(seconds(theories)))"
    return whole
  }

  /// Theory, networks, errors and bands of losses and layers at the largest size.
  private var disk: DiskUse? {
    guard let problem = trials.last?.training.simulator.problem else { return nil }
    let (layers, points) = (problem.architecture.hiddenLayers, (problem.time.steps ?? 0) + 1)
    let outputs = problem.data.outputCount
    let curves = 2 + 2 * layers + 1 + (outputs > 1 ? 2 * outputs + 2 : 0)
    var disk = DiskUse(
      rows: problem.time.reportedRows(of: points).count, columns: 7 * curves, series: 3 * curves, pictures: 2)
    if trials.last?.training.simulator.keepsTwoTimes == true {
      disk.add(arrays: 4 + 4 * (layers + 1), points: points, maps: min(4, layers + 1) + min(4, layers))
    }
    return disk
  }

  /// Solves and trains at each size, and compares. Where both are not shown to agree, the largest stable rate is searched
  /// for five seconds, as it may explain why.
  ///
  /// - Parameter context: workers, progress, where finished networks are kept.
  /// - Returns: the comparison; correlations of networks and theory as arrays if they were measured.
  /// - Throws: an interrupt, files that cannot be written.
  public func run(in context: RunContext) throws(ExperimentFailure) -> Finished<ValidatedTheory> {
    var compared: [ComparedSize] = []
    for (index, trial) in trials.enumerated() {
      var part = context
      part.progress = { _ in }
      let solution = trial.solver.solve(in: part)
      part.progress = { context.progress((Double(index) + $0) / Double(trials.count)) }
      let (ensemble, sums) = try trial.training.run(in: part)
      guard ensemble.count > 0 || !Prediction(solution).curve.steps.isEmpty else { throw .lossBeyondNumbers }
      compared.append(
        ComparedSize(
          trial.training.simulator, solution: solution, ensemble: ensemble, sums: sums,
          resamples: Resamples(
            // Sizes are resampled independently of each other.
            replicas: ensemble.replicas.count, seed: seed,
            group: trial.training.simulator.problem.data.inputDimension),
          tolerance: tolerance, isSameProblem: changes.isEmpty))
    }
    var result = ValidatedTheory(compared, changes: changes, rows: classified, spectra: spectra)
    let largest = compared[compared.count - 1]
    if result.lossVerdict != .agrees, changes.isEmpty, largest.solution.wide == nil {
      result.prediction.stableRate = try StabilitySearch(
        largest.solution.problem, seconds: StabilitySearch.unaskedSeconds, { _ in })?.stableRate { _ in }
    }
    var arrays = EnsembleArrays.all(largest.ensemble, largest.sums)
    if !arrays.isEmpty { arrays += TheoryArrays.correlations(largest.solution.orderParameters, suffix: "_theory") }
    return Finished(result, arrays: arrays)
  }
}
