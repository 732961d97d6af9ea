import Problems

/// The sizes of a finite network and of its data, and what they cost.
struct Sizes: Sendable {
  let inputDimension: Int
  /// Units of the hidden layers, from the first to the last.
  let widths: [Int]
  let hiddenLayers: Int
  /// Number of outputs K.
  let outputs: Int
  /// P of a training set or of fresh samples; 0 in population mode.
  let samples: Int
  /// Samples of the training set that a step sees; 0 where there is none.
  let samplesPerStep: Int
  let steps: Int

  /// - Parameter problem: a problem in whole numbers with a finite width and discrete steps.
  init?(_ problem: TrainingProblem) {
    let layers = problem.architecture.hiddenLayers
    let widths = (1...layers).compactMap(problem.architecture.units)
    guard widths.count == layers, let steps = problem.time.steps else { return nil }
    self.widths = widths
    self.steps = steps
    inputDimension = problem.data.inputDimension
    hiddenLayers = layers
    outputs = problem.data.outputCount
    switch problem.data.sampling {
    case .batch(.count(let count)): (samples, samplesPerStep) = (count, count)
    case .onePass(.count(let count)): (samples, samplesPerStep) = (count, 0)
    case .minibatch(.count(let count), let batches):
      guard case .count(let size) = batches.samplesPerStep else { return nil }
      (samples, samplesPerStep) = (count, size)
    case .batch(.ratio), .onePass(.ratio), .minibatch(.ratio, _): return nil
    case .population: (samples, samplesPerStep) = (0, 0)
    }
  }

  /// Gradients kept as factors before the weights are multiplied out, section 8: all of a run that is short against the
  /// network, else as many as have an eighth of the smaller side for their rank, which is K each.
  var factorCapacity: Int {
    let side = min(widths.min() ?? 1, inputDimension)
    // One more than steps: then the last step does not merge either.
    return steps * outputs <= side / 4 ? steps + 1 : max(1, max(8, side / 8) / outputs)
  }

  /// Entries of all weight matrices.
  var weightEntries: Double {
    let widths = [Double(inputDimension)] + widths.map(Double.init)
    return zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

/// Memory and time of a simulation, counted before it starts.
public struct SimulationCost: Hashable, Sendable {
  /// Bytes that one replica takes while it trains.
  public let bytesPerReplica: Int
  /// Bytes that stay of one replica until the means over all of them are taken: its curve.
  public let bytesKeptPerReplica: Int
  /// Bytes that all replicas share: rates, times and means of every step.
  public let bytesShared: Int
  /// Seconds of one core for one replica, right within a factor of a few.
  public let secondsPerReplica: Double

  /// Entries of a matrix that one core reads in a second when they come from memory.
  private static let entriesPerSecond = 1.2e9
  /// Normal numbers that one core draws in a second.
  private static let normalsPerSecond = 5e7
  /// How often the matrices over pairs of times exist for each network in training: in the making, waiting for their
  /// turn, in the sum and on their way to the disk.
  private static let copies = 5.0
  /// Headers of the lists of one curve.
  private static let curveOverhead = 512.0
  /// Calls and small loops of one layer in one step, seconds.
  private static let overheadPerLayer = 1e-5

  /// - Parameters:
  ///   - sizes: sizes of network and data.
  ///   - problem: what is trained.
  ///   - tableRows: rows of a table; 0 for generated data.
  ///   - hasClasses: whether the rows of the table have classes.
  ///   - keepsTwoTimes: whether correlations between all pairs of times are measured.
  ///   - spectra: steps at which spectra are measured.
  init(
    _ sizes: Sizes, problem: TrainingProblem, tableRows: Int, hasClasses: Bool, keepsTwoTimes: Bool,
    spectra: MeasuredSteps = MeasuredSteps()
  ) {
    let spectra = spectra.cost(sizes)
    let dimension = Double(sizes.inputDimension)
    let outputs = Double(sizes.outputs)
    let units = sizes.widths.reduce(0.0) { $0 + Double($1) }
    let layers = Double(sizes.hiddenLayers)
    let samples = Double(sizes.samples)
    let isBatch = sizes.samplesPerStep > 0
    // Rows that are gathered at each step, where a step sees a part of the training set.
    let gathered = sizes.samplesPerStep < sizes.samples ? Double(sizes.samplesPerStep) * dimension : 0
    // Of a table each replica holds the rows that it drew and those that it did not, and in every mode reads all that have classes.
    let data = isBatch || hasClasses ? max(isBatch ? samples : 0, Double(tableRows)) * dimension : 0
    // Targets of several outputs stand beside the inputs; those of one are small beside them.
    let targets = (outputs - 1) * (dimension + (dimension > 0 ? data / dimension : 0))
    let copies = problem.optimizer.momentum.coefficient > 0 && sizes.factorCapacity < sizes.steps ? 3.0 : 1.0
    let factors = outputs * Double(sizes.factorCapacity) * (dimension + 2 * units - Double(sizes.widths.last ?? 0))
    let rows = Double(sizes.steps + 1)
    let fields =
      keepsTwoTimes
      ? rows * outputs * (2 * dimension + samples + 2 * units) + Self.copies * rows * rows
        * (2 * layers + 3) : 0
    let pass = ActivatedCost(sizes, problem: problem, tableRows: tableRows)
    let bytes =
      8
      * (copies * sizes.weightEntries + data + gathered + targets + factors + fields
        + (pass?.entries ?? 0) + spectra.entries)
    bytesPerReplica = Int(exactly: bytes.rounded()) ?? .max
    let curves = 3 + 2 * layers + (gathered > 0 ? 1 : 0) + (outputs > 1 ? 2 * outputs : 0) + (hasClasses ? 2 : 0)
    bytesKeptPerReplica = Int(exactly: (8 * rows * curves + Self.curveOverhead).rounded()) ?? .max
    // Of every curve a mean, its error and its count; rates and times.
    bytesShared = Int(exactly: (8 * rows * (3 * curves + 2)).rounded()) ?? .max

    let drawn = sizes.weightEntries + (isBatch ? data : rows * outputs * (2 * samples + dimension))
    // A product with ten vectors takes as long as three with one.
    let passes = outputs > 1 ? 1 + outputs / 5 : 1
    let read = 2 * sizes.weightEntries + data + 3 * gathered + 2 * factors
    secondsPerReplica =
      drawn / Self.normalsPerSecond + rows * (pass?.secondsPerStep ?? 0)
      + rows * (passes * read / Self.entriesPerSecond + (layers + 2) * Self.overheadPerLayer)
      + (keepsTwoTimes ? rows * rows * outputs * (2 * units + 2 * dimension + samples) / 2e10 : 0) + spectra.seconds
  }
}

/// What passes sample by sample take beside the weights of a network with an activation.
private struct ActivatedCost {
  /// Numbers held: fields, features, slopes and backward fields of every sample, and gradients.
  let entries: Double
  let secondsPerStep: Double

  /// Nil for linear networks.
  init?(_ sizes: Sizes, problem: TrainingProblem, tableRows: Int) {
    let activation = problem.architecture.activation
    guard activation != .linear else { return nil }
    let trained = Double(
      problem.data.rows?.trainCount ?? (sizes.samples > 0 ? sizes.samples : tableRows))
    let tested = Double(
      tableRows > 0 ? tableRows : max(sizes.samples, ActivatedTraining.fewestHeldOut))
    let units = sizes.widths.reduce(0.0) { $0 + Double($1) }
    entries =
      4 * (trained + tested) * units + 2 * tested * Double(sizes.inputDimension) + 2
      * sizes.weightEntries
    // Products forward on both sets, backward twice on one: two operations an entry.
    let flops = 2 * sizes.weightEntries * (4 * trained + tested)
    let function = activation == .relu ? 3e-9 : 4e-8
    secondsPerStep = flops / 1e10 + (3 * trained + tested) * units * function
  }
}
