import Problems
import LinearAlgebra

/// Networks whose layers are watched while they grow: a plain chain on a batch, with or without ReLU; section 12.
public struct LayerProblem: Sendable {
  /// What is trained, in whole numbers of units and samples, by equations (12.1) and (12.2).
  public let problem: TrainingProblem
  /// Where the weights begin.
  public let start: LayerStart
  /// How the random start of a network with gates differs from that of the linear one.
  public let gain: LayerGain
  /// Whether the samples are given the identity for their covariance.
  public let isWhitened: Bool
  /// The rows behind a measured spectrum; nil for generated data.
  let table: PreparedTable?
  let seed: Int

  /// Fewest samples that the test loss of generated data is taken over.
  private static let fewestHeldOut = 500

  /// - Parameters:
  ///   - problem: what to train; ratios are rounded to whole sizes.
  ///   - table: the rows behind a measured spectrum; nil for generated data.
  ///   - seed: the user's seed.
  ///   - start: where the weights begin.
  ///   - gain: how the random start of a network with gates differs from that of the linear one.
  ///   - isWhitened: whether the samples are given the identity for their covariance.
  /// - Throws: `SimulationRefused` for a problem that `refusals` names something for.
  public init(
    _ problem: TrainingProblem, table: PreparedTable?, seed: Int, start: LayerStart = .random, gain: LayerGain = .he,
    isWhitened: Bool = false
  ) throws(SimulationRefused) {
    let refusals = Self.refusals(problem, start: start, isWhitened: isWhitened)
    guard refusals.isEmpty else { throw SimulationRefused(refusals: refusals) }
    self.problem = problem.withWholeSizes()
    self.table = table
    self.seed = seed
    self.start = start
    self.gain = gain
    self.isWhitened = isWhitened
  }

  /// What can't be trained sample by sample, with the nearest thing that can.
  ///
  /// - Parameters:
  ///   - problem: any problem.
  ///   - start: where the weights begin.
  ///   - isWhitened: whether the samples are to be whitened.
  /// - Returns: nothing where the layers can be watched.
  public static func refusals(_ problem: TrainingProblem, start: LayerStart = .random, isWhitened: Bool = false)
    -> [Refusal]
  {
    var refusals: [Refusal] = []
    func refuse(_ key: String, _ reason: String, _ suggestion: String) {
      refusals.append(Refusal(key: key, reason: reason, suggestion: suggestion))
    }
    if problem.widthRatio.isInfinite {
      refuse("network.width", "no network of infinite width can be trained", "use a finite network.width, such as 64")
    }
    if problem.architecture.widthProfile != nil {
      refuse(
        "network.width", "layers are measured in networks of one width",
        "use one network.width and no network.widthProfile")
    }
    if let rule = problem.lossRule {
      refuse(
        rule.loss == .squared ? "data.labels" : "training.loss",
        "layers are measured under squared error of a linear target",
        "use training.loss=squared and data.labels=linear; dmft simulate trains with other losses")
    }
    if ![.linear, .relu].contains(problem.architecture.activation) {
      refuse(
        "network.activation", "layers are measured in linear and in ReLU networks",
        "use network.activation=linear or relu")
    }
    if problem.architecture.regime == .lazy {
      refuse(
        "network.regime", "features of lazy networks do not move, and no layer grows",
        "use network.regime=rich")
    }
    if problem.architecture.connection != .plain {
      refuse(
        "network.residual", "layers of a residual chain do not grow at one rate, and nothing is conserved between them",
        "use network.residual=false")
    }
    refusals += [
      Refusal.ofSeveralOutputs(problem, "layers are measured in networks of"), .ofTooFewRows(problem),
      .ofGivenRows(problem, "layers are measured on rows that are drawn"),
    ]
    .compactMap { $0 }
    guard case .batch = problem.data.sampling else {
      refuse("training.mode", "layers are measured on a fixed set of samples", "use training.mode=batch")
      return refusals
    }
    if case .panels = problem.time.kind {
      refuse("training.time", "networks take their steps one by one", "use training.time=discrete or flow")
    }
    if problem.time.isFlow, problem.optimizer.momentum != .none {
      refuse("training.momentum", "gradient flow has no momentum", "set it to 0, or use training.time=discrete")
    }
    if start != .random, Set(problem.layerRates).count > 1 {
      refuse(
        problem.parameterization.rule == .standard ? "network.parameterization" : "network.layerRates",
        "layers of different rates do not stay balanced",
        "use layers.start=random, or one rate for all layers (muP, NTK)")
    }
    let whole = problem.withWholeSizes()
    if isWhitened, case .batch(.count(let count)) = whole.data.sampling, count < whole.data.inputDimension {
      refuse(
        "layers.whiten",
        "\(count) samples can't have the identity of \(whole.data.inputDimension) dimensions for their covariance",
        "use at least as many data.samples, or layers.whiten=false")
    }
    return refusals
  }

  /// Seconds of one core for one network of each activation, right within a factor of a few.
  public var secondsPerNetwork: [Activation: Double] {
    let width = problem.widthRatio * problem.data.normalizingDimension
    let layers = Double(problem.architecture.hiddenLayers)
    let entries = width * (Double(problem.data.inputDimension) + (layers - 1) * width)
    let samples = samplesCount
    let pass = 6 * samples * entries / 1e10 + (layers + 1) * (1e-6 + (samples + width) * width * 1e-9)
    // An eighth-order step has 13 passes.
    let (smooth, gated) = problem.time.steps.map { (Double($0), Double($0)) } ?? (13 * 200, 13 * 1000)
    return [.linear: smooth * pass, .frozenGates: smooth * pass, .relu: gated * pass]
  }

  /// The gain as far as it has an effect: nil for a balanced start, which has a strength of its own.
  public var usedGain: LayerGain? { start == .random ? gain : nil }

  /// Largest number of moments unless more are requested.
  public static let usualMoments = 200

  /// Bytes that a network and its samples take while it is trained.
  public var bytesPerNetwork: Double {
    let (width, dimension) = (
      problem.widthRatio * problem.data.normalizingDimension, Double(problem.data.inputDimension)
    )
    let layers = Double(problem.architecture.hiddenLayers)
    let weights = width * dimension + (layers - 1) * width * width + width
    // Weights, buffers and gradients, and the thirteen stages of a step of the integrator.
    let copies = problem.time.isFlow ? 20.0 : 6
    let rows = samplesCount + max(samplesCount, Double(Self.fewestHeldOut))
    // The rate of every step, and a curve that notes its loss.
    let steps = 3 * Double(problem.time.steps ?? 0)
    return 8
      * (steps + copies * weights + 3 * rows * dimension + 6 * layers * samplesCount * width + 3 * width * width
        * layers)
  }

  /// Bytes that stay of each network: its outputs at every moment.
  public var bytesKept: Double { 8 * Double(Self.usualMoments + 2) * samplesCount }

  private var samplesCount: Double {
    if case .batch(.count(let count)) = problem.data.sampling { Double(count) } else { 0 }
  }

  /// Samples of one network: what it is trained on, and what measures the test loss.
  ///
  /// - Parameter replica: which network, from 0.
  /// - Returns: nil where whitening fails, as the samples do not span all dimensions.
  func samples(replica: Int) -> (trained: Samples, heldOut: Samples)? {
    guard case .batch(.count(let count)) = problem.data.sampling else { return nil }
    let key = key(replica)
    let drawn: (Samples, Samples)
    if let table {
      drawn = Samples.drawn(count, from: table, seed: seed, replica: key)
    } else {
      let modes = Modes(problem.data, seed: seed, replica: key)
      func samples(_ set: Int, _ count: Int) -> Samples {
        Samples(modes, count: count, seed: seed, replica: key, set: set)
      }
      drawn = (samples(0, count), samples(1, max(count, Self.fewestHeldOut)))
    }
    guard isWhitened else { return drawn }
    guard let white = drawn.0.whitened(as: drawn.0), let others = drawn.1.whitened(as: drawn.0) else { return nil }
    return (white, others)
  }

  /// What keys the random numbers of a network, equation (8.6).
  func key(_ replica: Int) -> Int { Simulator.key(replica, problem) }
}
