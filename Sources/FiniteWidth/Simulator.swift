import Problems
import LinearAlgebra
import Parallel

/// Trains finite networks by exact gradient steps, for every problem that the theory takes; equations (8.1)-(8.6).
///
///     let simulator = try Simulator(problem, table: nil, seed: 1)
///     let network = simulator.train(replica: 0)
///     print(network?.curve.testLoss)
public struct Simulator: Sendable {
  /// What is trained, in whole numbers of units and samples.
  public let problem: TrainingProblem
  /// Memory and time of one network, in bytes and seconds of one core.
  public let cost: SimulationCost
  /// Sum of the learning rates `η_t` before each step: steps + 1 numbers from 0 on, computed each time, so that a simulator
  /// itself takes no memory and its cost can be asked for first.
  public var times: [Double] { LinearOptimizer.times(rates) }
  /// Whether correlations between all pairs of times (8.5) are measured too.
  public let keepsTwoTimes: Bool
  /// Steps at which spectra of the weights and the sharpness are measured.
  public let spectra: MeasuredSteps

  /// Whether the outputs are classes of the rows of a table, so that accuracies are measured.
  public var hasClasses: Bool {
    problem.lossRule?.hasClasses ?? false || table?.classes != nil || problem.data.rows?.train?.classes != nil
  }

  private let sizes: Sizes
  private let table: PreparedTable?
  /// Of the covariances of several outputs.
  private let roots: OutputRoots?
  private let seed: Int
  private var rates: [Double] { problem.optimizer.rates(sizes.steps + 1, scheduleSteps: sizes.steps) }

  /// Problems that have no finite network to train, with the nearest thing that has one.
  ///
  /// - Parameter problem: any problem.
  /// - Returns: nothing where a network can be trained.
  public static func refusals(_ problem: TrainingProblem) -> [Refusal] {
    let problem = problem.ofNetworks
    var refusals =
      [
        Refusal.ofTooFewRows(problem), .ofMissingRows(problem), .ofCoupledDecay(problem), activationRefusal(problem),
      ].compactMap { $0 } + refusalsOfLoss(problem)
    if problem.widthRatio.isInfinite {
      refusals.append(
        Refusal(
          key: "network.width", reason: "no network of infinite width can be trained",
          suggestion: "use a finite network.width, such as 1024"))
    }
    if problem.architecture.depth == .infinite {
      refusals.append(
        Refusal(
          key: "network.depth", reason: "no network of infinite depth can be trained",
          suggestion: "use network.depth=finite with a large network.hiddenLayers"))
    }
    if case .flow = problem.time.kind {
      refusals.append(
        Refusal(
          key: "training.time", reason: "networks are trained in discrete steps, not by gradient flow",
          suggestion: "use training.time=discrete with a small training.learningRate"))
    }
    if case .isotropic = problem.data.spectrum, problem.data.outputCount > problem.data.inputDimension {
      refusals.append(
        Refusal(
          key: "data.outputs",
          reason:
            "\(problem.data.outputCount) targets can't be orthogonal in \(problem.data.inputDimension) input dimensions",
          suggestion: "use at most as many data.outputs as data.inputDimension"))
    }
    return refusals
  }

  /// The gradient of a population is known for linear networks alone.
  private static func activationRefusal(_ problem: TrainingProblem) -> Refusal? {
    guard problem.architecture.activation != .linear else { return nil }
    guard problem.gradientRule == nil else {
      return Refusal(
        key: "network.activation",
        reason: "networks with an activation are trained by optimisers that are linear in the gradients",
        suggestion: "use training.optimizer=sgd without gradientClip and clipNorm, or network.activation=linear")
    }
    guard problem.data.sampling == .population else { return nil }
    if case .measured = problem.data.spectrum { return nil }
    return Refusal(
      key: "training.mode",
      reason:
        "the population's gradient is known for linear networks alone, and these have an activation",
      suggestion: "use training.mode=onePass with many training.samplesPerStep")
  }

  /// Prepares the training of any number of networks.
  ///
  /// - Parameters:
  ///   - problem: what to train; ratios are rounded to whole sizes.
  ///   - table: the rows behind a measured spectrum; nil for generated data.
  ///   - seed: the user's seed.
  ///   - keepsTwoTimes: whether correlations between all pairs of times are measured too.
  ///   - spectra: steps at which spectra of the weights and the sharpness are measured too.
  /// - Throws: `SimulationRefused` for a problem that `refusals` or `refusalsOfSpectra` names something for.
  public init(
    _ problem: TrainingProblem, table: PreparedTable?, seed: Int, keepsTwoTimes: Bool = false,
    spectra: MeasuredSteps = MeasuredSteps()
  ) throws(SimulationRefused) {
    let refusals = Self.refusals(problem) + Self.refusalsOfSpectra(problem, spectra)
    let whole = problem.ofNetworks.withWholeSizes()
    guard refusals.isEmpty, let sizes = Sizes(whole) else {
      throw SimulationRefused(refusals: refusals)
    }
    do throws(Refusal) {
      roots = try whole.data.outputs.map { model throws(Refusal) in try OutputRoots(model) }
    } catch {
      throw SimulationRefused(refusals: [error])
    }
    self.problem = whole
    self.sizes = sizes
    self.table = table
    self.seed = seed
    // Two-time functions are of fields that all samples share, which an activation takes apart.
    let keepsTwoTimes = keepsTwoTimes && whole.architecture.activation == .linear && whole.lossRule == nil
    self.keepsTwoTimes = keepsTwoTimes
    self.spectra = spectra
    cost = SimulationCost(
      sizes, problem: whole, tableRows: whole.data.rows.map { $0.trainCount + $0.testCount } ?? table?.rows ?? 0,
      hasClasses: table?.classes != nil || whole.data.rows?.train?.classes != nil,
      keepsTwoTimes: keepsTwoTimes, spectra: spectra)
  }

  /// An empty sum for the correlations (8.5) of these networks, of as many time points as `times` has.
  public var emptySums: TwoTimeSums { TwoTimeSums(size: sizes.steps + 1, hiddenLayers: sizes.hiddenLayers) }

  /// Trains one network by steps (8.1) of its optimiser.
  ///
  /// Runs on one BLAS thread, which fixes the last bits: the same seed and replica give the same numbers on any number of cores.
  ///
  /// - Parameters:
  ///   - replica: which network, from 0; seed and replica decide all random numbers, equation (8.6).
  ///   - stop: ends the training early when raised.
  /// - Returns: what was measured, of a diverged network (5.2) the steps before; nil if it was stopped.
  public func train(replica: Int, stop: StopSignal = StopSignal()) -> TrainedNetwork? {
    if problem.architecture.activation != .linear {
      return trainActivated(replica: replica, stop: stop)
    }
    return train(replica: replica, on: source(replica: replica), stop: stop)
  }

  /// Trains a network with an activation, sample by sample, equation (20.14).
  private func trainActivated(replica: Int, stop: StopSignal) -> TrainedNetwork? {
    BLAS.useThreads(1)
    var record = Record(sizes, keepsTwoTimes: false, hasLabels: problem.lossRule?.hasClasses ?? false)
    var training = activated(replica: replica)
    guard let diverged = training.train(rates, into: &record, stop: stop) else { return nil }
    return record.network(diverged: diverged, problem.data)
  }

  private func activated(replica number: Int) -> ActivatedTraining {
    let replica = Self.key(number, problem)
    return ActivatedTraining(
      problem, sizes, table: table, modes: Modes(problem.data, roots, seed: seed, replica: replica),
      seed: seed,
      replica: replica)
  }

  /// Outputs of a network with an activation before its first step: what its lazy theory has to start from to be compared with it alone.
  ///
  /// - Parameter replica: which network, from 0.
  /// - Returns: a list for each output over the samples that are trained on, then those of the test loss.
  public func startOutputs(replica: Int) -> [[Double]] {
    let (train, test) = activated(replica: replica).startOutputs()
    return (0..<train.columns).map { output in
      (0..<train.rows).map { train[$0, output] } + (0..<test.rows).map { test[$0, output] }
    }
  }

  /// What keys the random numbers of a network, equation (8.6): networks of different sizes must not share them.
  static func key(_ replica: Int, _ problem: TrainingProblem) -> Int { replica + problem.data.inputDimension << 32 }

  /// Trains on gradients from any source (tests: a wrong one must be noticed).
  func train(replica: Int, on source: any GradientSource, stop: StopSignal) -> TrainedNetwork? {
    BLAS.useThreads(1)
    var network = Network(problem, sizes, seed: seed, replica: Self.key(replica, problem))
    var source = source
    var record = Record(sizes, keepsTwoTimes: keepsTwoTimes, hasLabels: problem.lossRule?.hasClasses ?? false)
    var spectra = recorder(replica: Self.key(replica, problem), inputs: source.trainingInputs)
    let rates = rates
    for step in 0...sizes.steps {
      if stop.isRaised { return nil }
      let backward = network.backwardPass()
      let answer = source.respond(to: network.predictor(backward), step: step)
      guard record.isFinite(answer) else {
        return record.network(diverged: true, problem.data, spectra: spectra?.spectra)
      }
      let forward = network.forwardPass(answer.field)
      spectra?.look(
        at: step, network, fields: [answer.field] + forward, backward: backward, loss: answer.trainLoss)
      record.append(answer, forward: forward, backward: backward, dimension: problem.data.normalizingDimension)
      if step < sizes.steps {
        network.step(rate: rates[step], input: answer.field, forward: forward, backward: backward)
        spectra?.advance(OptimizerStep(problem.linearOptimizer, rate: rates[step]))
      }
    }
    return record.network(diverged: false, problem.data, spectra: spectra?.spectra)
  }

  private func recorder(replica: Int, inputs: DenseMatrix?) -> SpectrumRecorder? {
    guard !spectra.isEmpty else { return nil }
    return SpectrumRecorder(
      spectra, problem, modes: Modes(problem.data, roots, seed: seed, replica: replica), inputs: inputs, seed: seed,
      replica: replica)
  }

  /// The data that a network is trained on.
  func source(replica number: Int) -> any GradientSource {
    let replica = Self.key(number, problem)
    let modes = Modes(problem.data, roots, seed: seed, replica: replica)
    if let rule = problem.lossRule {
      return lossSource(rule, modes: modes, sizes: sizes, table: table, seed: seed, replica: replica)
    }
    if let train = problem.data.rows?.train, let test = problem.data.rows?.test {
      guard case .minibatch(_, let rule) = problem.data.sampling else {
        return FixedBatch(modes, train: train, test: test)
      }
      return PartialBatch(
        modes, samples: (Samples(train), Samples(test)), rule: rule, size: min(sizes.samplesPerStep, sizes.samples),
        seed: seed, replica: replica, sequence: problem.data.rows?.order)
    }
    switch (problem.data.sampling, table) {
    case (.population, let table): return PopulationGradient(modes: modes, table: table)
    case (.batch, nil): return FixedBatch(modes, samples: sizes.samples, seed: seed, replica: replica)
    case (.batch, let table?):
      return FixedBatch(modes, table: table, samples: sizes.samples, seed: seed, replica: replica)
    case (.minibatch(_, let rule), let table):
      let samples =
        table.map { table in
          let rows = Samples.drawn(sizes.samples, from: table, seed: seed, replica: replica)
          return (drawn: rows.drawn, left: Samples?.some(rows.left))
        } ?? (Samples(modes, count: sizes.samples, seed: seed, replica: replica), nil)
      return PartialBatch(
        modes, samples: samples, rule: rule, size: min(sizes.samplesPerStep, sizes.samples), seed: seed,
        replica: replica)
    case (.onePass, nil): return FreshBatch(modes: modes, samples: sizes.samples, seed: seed, replica: replica)
    case (.onePass, let table?):
      return FreshRows(modes: modes, table: table, samples: sizes.samples, seed: seed, replica: replica)
    }
  }
}

/// Why no network can be trained for a problem.
public struct SimulationRefused: Error, Sendable {
  /// Every reason, with its key.
  public let refusals: [Refusal]
}

/// One trained network: its curve, and the correlations between all pairs of times where requested.
public struct TrainedNetwork: Sendable {
  /// Losses (2.4) and strengths (8.5) at each step from 0 on.
  public let curve: ReplicaCurve
  /// Matrices (8.5) in the order of `TwoTimeSums`, row-major; empty if not requested or if the network diverged.
  public let correlations: [Double]
}
