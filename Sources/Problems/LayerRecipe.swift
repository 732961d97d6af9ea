/// One weight layer of the finite network in plain numbers, so that anyone can build it elsewhere; equations (1.1)-(1.4), (1.10).
public struct LayerRecipe: Codable, Hashable, Sendable {
  /// Powers of width (at fixed D) and of depth in the numbers beside them.
  public struct Exponents: Codable, Hashable, Sendable {
    /// Power of the width N (at fixed D) in the initial deviation.
    public let deviationWidth: Double
    /// Power of the width N in the forward multiplier.
    public let multiplierWidth: Double
    /// Power of the number of branches L - 1 in the forward multiplier.
    public let multiplierDepth: Double
    /// Power of the width N in the plain SGD rate.
    public let rateWidth: Double
  }

  /// A layer whose weights carry its forward multiplier: `V = multiplier W`.
  public struct Unscaled: Codable, Hashable, Sendable {
    /// Standard deviation of the initial weights, `s_l/√fan-in`, of the readout `s_L/(γ √N)`.
    public let initialDeviation: Double
    /// Rate on them, before the schedule: that of `plainRate` times the multiplier, as the length of a step is one of the weights; with
    /// LARS, whose ratios know no units, the same.
    public let rate: Double
  }

  /// l, from 0 (input layer) to L (readout).
  public let index: Int
  /// "input", "hidden", "branch" or "readout".
  public let role: String
  /// Standard deviation of the initial weights: `s_l`; `s_l/√fan-in` for the standard rule.
  public let initialDeviation: Double
  /// Factor on `W x` in the forward pass: `D^{-1/2}`, `N^{-1/2}` (times ε on a branch), `1/(γ √N)`; for the standard
  /// rule 1, ε on a branch, `1/γ`.
  public let multiplier: Double
  /// Rate of plain SGD on these weights for the objective MSE/2, before the schedule: `γ² D η c_l`, and for the
  /// standard rule `γ² η` times the user's multiplier; of an optimiser whose steps have a given length that length (of LARS its trust
  /// ratio), equation (17.9).
  public let plainRate: Double
  /// Weight decay as `torch.optim.SGD` counts it (added to the gradient): rate times decay is `η weightDecay`; 0
  /// without or with decoupled decay, nil for a layer of rate 0 that decays all the same (in torch: rate η, this decay, and its
  /// gradient set to zero). With steps of a given length also of decoupled decay, `W <- (1 - lr decay) W`.
  public let plainWeightDecay: Double?
  /// Deviation and rate of the same layer in a network without multipliers, whose weights have the variance that makes up for them,
  /// equation (17.9); nil with SGD, and where norms are taken over all layers. On a residual branch ε stays in the forward pass.
  public let unscaled: Unscaled?
  /// How multiplier and rate scale.
  public let exponents: Exponents
}

extension TrainingProblem {
  /// Every weight layer of the finite network, input to readout; nil at infinite width or depth, where none exists.
  public var layerRecipes: [LayerRecipe]? {
    guard widthRatio.isFinite, architecture.depth == .finite else { return nil }
    return (0...architecture.hiddenLayers).map(layerRecipe)
  }

  private func layerRecipe(_ index: Int) -> LayerRecipe {
    let last = architecture.hiddenLayers
    let branch = architecture.branchFactor
    let role =
      index == 0 ? "input" : index == last ? "readout" : branch == nil ? "hidden" : "branch"
    let dimension = data.normalizingDimension
    let fanIn = index == 0 ? dimension : widthRatio(index) * dimension
    // The standard rule puts 1/√fan-in into the weights, the others into the forward pass. Weights that are smaller
    // by a factor learn alike at a rate smaller by its square.
    let isStandard = parameterization.rule == .standard
    let inWeights = isStandard ? 1 / fanIn.squareRoot() : 1
    let outside = isStandard ? 1 : 1 / fanIn.squareRoot()
    let structure: Double =
      switch role {
      case "readout": 1 / (effectiveRichness * widthRatio.squareRoot())
      case "branch": branch ?? 1
      default: 1
      }
    let rateFactor = plainRateFactor(index, fanIn: fanIn, inWeights: inWeights)
    var decay: Double? = 0
    let strength = optimizer.weightDecay.strength
    if strength > 0, gradientRule?.isNormalized == true || !optimizer.weightDecay.isDecoupled {
      decay = rateFactor > 0 ? strength / rateFactor : nil
    }
    let deviation = architecture.startScale[index] * inWeights
    // A residual branch keeps ε, which is no property of its weights.
    let carried = role == "branch" ? outside : structure * outside
    let rate = rateFactor * optimizer.learningRate
    // Norms over all layers would weigh these differently in another network.
    let power: Double? =
      switch gradientRule {
      case .muon, .normalized(.layer): carried
      case .lars: 1
      case nil, .clip, .normalized(.global): nil
      }
    return LayerRecipe(
      index: index, role: role, initialDeviation: deviation, multiplier: structure * outside, plainRate: rate,
      plainWeightDecay: decay,
      unscaled: power.map { LayerRecipe.Unscaled(initialDeviation: carried * deviation, rate: $0 * rate) },
      exponents: exponents(role))
  }

  /// The rate on the weights of a layer over `learningRate`, equations (1.10) and (17.9).
  private func plainRateFactor(_ index: Int, fanIn: Double, inWeights: Double) -> Double {
    let own = architecture.layerRates[index]
    switch gradientRule {
    case nil, .clip:
      return plainRateFactor * layerRates[index] * inWeights * inWeights
    case .lars:
      guard index < architecture.hiddenLayers else { return own }
      let (units, fanOut) = (widthRatio, widthRatio(index + 1))
      return own * (units / (fanOut * fanIn)).squareRoot()
    case .normalized, .muon: return own * (normalizedRateFactor ?? 0)
    }
  }

  private func exponents(_ role: String) -> LayerRecipe.Exponents {
    let rate = rateExponent(role)
    let fanIn = role == "input" ? 0.0 : -0.5
    let depth = role == "branch" ? -0.5 : 0.0
    return switch parameterization.rule {
    case .muP:
      LayerRecipe.Exponents(
        deviationWidth: 0, multiplierWidth: role == "readout" ? -1 : fanIn, multiplierDepth: depth,
        rateWidth: rate ?? 1)
    case .ntk:
      LayerRecipe.Exponents(
        deviationWidth: 0, multiplierWidth: fanIn, multiplierDepth: depth, rateWidth: rate ?? 0)
    case .standard:
      LayerRecipe.Exponents(
        deviationWidth: fanIn, multiplierWidth: 0, multiplierDepth: depth, rateWidth: rate ?? 0)
    }
  }

  /// Power of the width in the rate where steps have a given length; nil with SGD.
  private func rateExponent(_ role: String) -> Double? {
    guard let gradientRule, gradientRule.isNormalized else { return nil }
    guard gradientRule == .lars else { return 0.5 }
    return role == "input" || role == "readout" ? 0 : -0.5
  }
}
