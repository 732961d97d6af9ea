/// One weight layer of the finite network in plain numbers, so that anyone can build it elsewhere; equations (1.1)-(1.4), (1.10).
public struct LayerRecipe: Hashable, Sendable {
  /// Powers of width (at fixed D) and of depth in the numbers beside them.
  public struct Exponents: Hashable, Sendable {
    /// Power of the width N in the forward multiplier.
    public let multiplierWidth: Double
    /// Power of the number of branches L - 1 in the forward multiplier.
    public let multiplierDepth: Double
    /// Power of the width N in the plain SGD rate.
    public let rateWidth: Double
  }

  /// l, from 0 (input layer) to L (readout).
  public let index: Int
  /// "input", "hidden", "branch" or "readout".
  public let role: String
  /// Standard deviation of the initial weights, `s_l`.
  public let initialDeviation: Double
  /// Factor on `W x` in the forward pass: `D^{-1/2}`, `N^{-1/2}` (times ε on a branch), `1/(γ √N)`.
  public let multiplier: Double
  /// Rate of plain SGD on these weights for the objective MSE/2, `γ² D η c_l`, before the schedule.
  public let plainRate: Double
  /// Weight decay as `torch.optim.SGD` counts it (added to the gradient): `weightDecay / (γ² D c_l)`; 0 without
  /// or with decoupled decay.
  public let plainWeightDecay: Double
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
    let dimension = data.normalizingDimension
    let width = widthRatio * dimension
    let last = architecture.hiddenLayers
    let branch = architecture.branchFactor
    let isReadout = index == last
    let role =
      index == 0 ? "input" : isReadout ? "readout" : branch == nil ? "hidden" : "branch"
    let multiplier: Double =
      switch role {
      case "input": 1 / dimension.squareRoot()
      case "readout": 1 / (effectiveRichness * widthRatio.squareRoot() * width.squareRoot())
      default: (branch ?? 1) / width.squareRoot()
      }
    let rateFactor = plainRateFactor * layerRates[index]
    var decay = 0.0
    if case .coupled(let strength) = optimizer.weightDecay { decay = strength / rateFactor }
    return LayerRecipe(
      index: index, role: role, initialDeviation: architecture.initScale[index],
      multiplier: multiplier, plainRate: rateFactor * optimizer.learningRate,
      plainWeightDecay: decay, exponents: exponents(role, index: index))
  }

  private func exponents(_ role: String, index: Int) -> LayerRecipe.Exponents {
    let isMeanField = parameterization.rule == .muP
    let multiplierWidth: Double =
      switch role {
      case "input": 0
      case "readout": isMeanField ? -1 : -0.5
      default: -0.5
      }
    let rateWidth: Double =
      switch parameterization.rule {
      case .muP: 1
      case .ntk: 0
      case .standard: index == 0 ? 0 : 1
      }
    return LayerRecipe.Exponents(
      multiplierWidth: multiplierWidth, multiplierDepth: role == "branch" ? -0.5 : 0,
      rateWidth: rateWidth)
  }
}
