/// What network, on what data, with what optimiser, for how long: everything that theory and simulation start from.
public struct TrainingProblem: Codable, Hashable, Sendable {
  /// The network, equations (1.1)-(1.4).
  public var architecture: Architecture
  /// Output scale and rates, table (1.6).
  public var parameterization: Parameterization
  /// The data, equation (1.5).
  public var data: DataModel
  /// The optimiser, equations (1.7)-(1.9).
  public var optimizer: LinearOptimizer
  /// The kind of time and its horizon.
  public var time: TimeGrid
  /// What is made of each gradient before the optimiser takes it, table (17.2); nil: nothing.
  public var gradientRule: GradientRule?
  /// The loss and the labels where they are not squared error and a linear target, table (21.1); nil for those.
  public var lossRule: LossRule? {
    get { data.lossRule }
    set { data.lossRule = newValue }
  }

  /// - Parameters:
  ///   - architecture: the network.
  ///   - parameterization: output scale and rates.
  ///   - data: the data.
  ///   - optimizer: the optimiser.
  ///   - time: the kind of time and its horizon.
  ///   - gradientRule: what is made of each gradient; nil: nothing.
  public init(
    architecture: Architecture, parameterization: Parameterization, data: DataModel,
    optimizer: LinearOptimizer, time: TimeGrid, gradientRule: GradientRule? = nil
  ) {
    self.gradientRule = gradientRule
    self.architecture = architecture
    self.parameterization = parameterization
    self.data = data
    self.optimizer = optimizer
    self.time = time
  }

  /// Width ratio `ν = N/D` of the last hidden layer; infinite in the limit of infinite width, N where sums replace means (7.2).
  public var widthRatio: Double {
    switch architecture.width {
    case .units(let units): Double(units) / data.normalizingDimension
    case .ratio(let ratio): ratio * Double(data.inputDimension) / data.normalizingDimension
    case .infinite: .infinity
    }
  }

  /// Width ratio `ν_l = N_l/D` of a hidden layer.
  ///
  /// - Parameter layer: l from 1 to L.
  /// - Returns: `widthRatio` where all widths are equal.
  public func widthRatio(_ layer: Int) -> Double { widthRatio * architecture.relativeWidth(layer) }

  /// `L/N` of a plain chain of finite width, with unequal widths the sum of 1/N_l, equation (8.13): the size of its fluctuations,
  /// which no width takes away while it stays; nil for residual chains, whose branches are as weak as there are many, and at infinite width.
  public var depthOverWidth: Double? {
    guard architecture.connection == .plain, architecture.depth == .finite, !widthRatio.isInfinite else { return nil }
    let inverses = (1...architecture.hiddenLayers).map { 1 / widthRatio($0) }
    return inverses.reduce(0, +) / data.normalizingDimension
  }

  /// How samples reach the optimiser as far as it matters: under flow the noise of fresh batches vanishes with the step, and they are
  /// the population, and parts of a training set are all of it; the training rows of an exact split are a population of their own,
  /// equation (16.1).
  public var sampling: DataModel.Sampling {
    if data.rows != nil, case .batch = data.sampling { return .population }
    guard time.isFlow else { return data.sampling }
    return switch data.sampling {
    case .onePass: .population
    case .minibatch(let size, _): .batch(size)
    case .batch, .population: data.sampling
    }
  }

  /// Sample ratio `α = P/D` (one-pass: fresh samples of a step over D; P where sums replace means, equation (7.2));
  /// nil in population mode.
  public var sampleRatio: Double? {
    switch data.sampling {
    case .population: nil
    case .batch(let size), .onePass(let size), .minibatch(let size, _): ratio(size)
    }
  }

  /// A number of samples over D, or itself where sums replace means.
  private func ratio(_ size: DataModel.SampleSize) -> Double {
    switch size {
    case .count(let count): Double(count) / data.normalizingDimension
    case .ratio(let ratio): ratio * Double(data.inputDimension) / data.normalizingDimension
    }
  }

  /// How the training set is cut into batches, whatever the kind of time; nil in other modes.
  public var minibatchRule: Minibatches? {
    if case .minibatch(_, let rule) = data.sampling { rule } else { nil }
  }

  /// How the training set is cut into batches, and the share `p = B/P` of one that is whole; nil where each step sees all of it, or new samples.
  public var minibatches: (rule: Minibatches, share: Double)? {
    guard case .minibatch(let size, let rule) = sampling else { return nil }
    return (rule, min(1, ratio(rule.samplesPerStep) / ratio(size)))
  }

  /// Richness `γ0` of the closed equations, table (1.6), of the last hidden layer.
  public var effectiveRichness: Double {
    parameterization.effectiveRichness(widthRatio: widthRatio)
  }

  /// Richness `γ_l = γ0 √(N_L/N_l)` of a hidden layer, equation (14.6).
  ///
  /// - Parameter layer: l from 1 to L.
  /// - Returns: `effectiveRichness` where all widths are equal.
  public func richness(_ layer: Int) -> Double {
    effectiveRichness / architecture.relativeWidth(layer).squareRoot()
  }

  /// `1/(γ0² ν)`: variance of the random initial predictor, equation (3.8); 0 at infinite width.
  public var predictorVariance: Double {
    let richness = effectiveRichness
    return widthRatio.isInfinite ? 0 : 1 / (richness * richness * widthRatio)
  }

  /// Rate multipliers `c_l`, the user's times those of table (1.6), L + 1 entries.
  public var layerRates: [Double] {
    // The standard rule follows the fan-in of each layer; a step of given length, its root; one that follows the weights, nothing.
    zip(architecture.layerRates, gradientWeights).map { own, weight in
      switch gradientRule {
      case nil, .clip, .normalized(.global): own * weight
      case .normalized(.layer), .muon: own * weight.squareRoot()
      case .lars: own
      }
    }
  }

  /// `γ² D`: the plain SGD rate on unit-variance weights over the learning rate `η`, equation (1.10).
  public var plainRateFactor: Double {
    let square = parameterization.richness * parameterization.richness
    return switch parameterization.rule {
    case .muP: square * widthRatio * data.normalizingDimension
    case .ntk, .standard: square * data.normalizingDimension
    }
  }

  /// The one plain rate that a user of this parameterisation sets in their own code over `η`, equation (1.10): `γ² D` on
  /// unit-variance weights (muP, NTK), `γ²` on weights of variance 1/fan-in (standard).
  public var plainRatePerLearningRate: Double {
    parameterization.rule == .standard
      ? parameterization.richness * parameterization.richness : plainRateFactor
  }

  /// The problem of the networks that are trained, which may have a width of their own (`Architecture.trainedUnits`).
  public var ofNetworks: TrainingProblem {
    guard let units = architecture.trainedUnits else { return self }
    var result = self
    result.architecture.trainedUnits = nil
    result.architecture.width = .units(units)
    return result
  }

  /// The problem that the theory solves for it: where features move, the linear network in place of one with an activation.
  public var ofTheory: TrainingProblem {
    guard architecture.activation != .linear, architecture.regime == .rich else { return self }
    var result = self
    result.architecture.activation = .linear
    return result
  }

  /// The same problem in whole numbers of units and samples, as a finite network has them: ratios are rounded.
  ///
  /// - Parameter dimension: another input dimension, to which width and samples are scaled; nil keeps D.
  /// - Returns: a problem with counts in place of ratios; an infinite width stays infinite.
  public func withWholeSizes(dimension: Int? = nil) -> TrainingProblem {
    let old = Double(data.inputDimension)
    let new = dimension ?? data.inputDimension
    // Beyond 2^53 no computer has the memory; the cost estimate reports that.
    func whole(_ ratio: Double) -> Int { Int(min(max(1, (ratio * Double(new)).rounded()), 0x1p53)) }
    var result = self
    result.data.inputDimension = new
    switch architecture.width {
    case .units(let units): result.architecture.width = .units(whole(Double(units) / old))
    case .ratio(let ratio): result.architecture.width = .units(whole(ratio))
    case .infinite: break
    }
    if architecture.widthProfile != nil, case .units(let last) = result.architecture.width {
      result.architecture.widthProfile = (1...architecture.hiddenLayers).map { layer in
        Double(result.architecture.units(layer) ?? last) / Double(last)
      }
    }
    func whole(_ size: DataModel.SampleSize) -> DataModel.SampleSize {
      switch size {
      case .count(let count): .count(whole(Double(count) / old))
      case .ratio(let ratio): .count(whole(ratio))
      }
    }
    switch data.sampling {
    case .batch(let size): result.data.sampling = .batch(whole(size))
    case .minibatch(let size, var rule):
      rule.samplesPerStep = whole(rule.samplesPerStep)
      result.data.sampling = .minibatch(whole(size), rule)
    case .onePass(let size): result.data.sampling = .onePass(whole(size))
    case .population: break
    }
    return result
  }
}
