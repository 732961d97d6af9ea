/// What turns gradients into the steps of an optimiser whose rate or direction follows from the gradients themselves, table (17.2).
///
/// Such an optimiser is a `LinearOptimizer` (rate, schedule, momentum, decay) that is given, in place of each gradient, what the rule
/// makes of it:
///
///     problem.gradientRule = .muon(Muon())               // Newton-Schulz on the momentum buffer
///     problem.gradientRule = .clip(1.5)                  // clip_grad_norm_ before SGD
public enum GradientRule: Codable, Hashable, Sendable {
  /// Over what a gradient is normalised.
  public enum Scope: String, Codable, Hashable, Sendable, CaseIterable {
    /// The gradient of each weight matrix by itself.
    case layer
    /// All gradients together.
    case global
  }

  /// All gradients are shortened together to the length C of equation (17.1), where they are longer.
  case clip(Double)
  /// Gradients are divided by their length.
  case normalized(Scope)
  /// Each gradient gets the length of its own weights.
  case lars
  /// Each gradient, or its momentum buffer, is replaced by an orthogonal matrix.
  case muon(Muon)

  /// Whether the momentum buffer holds gradients as they are and the rule acts on the buffer; otherwise it holds what the rule made.
  public var actsOnBuffer: Bool {
    if case .muon(let muon) = self { muon.order == .before } else { false }
  }

  /// Whether the length of a step follows the rate alone, however small the gradient is.
  public var isNormalized: Bool {
    if case .clip = self { false } else { true }
  }

  /// Whether a step of one output depends on the gradients of others that are independent of it: all but an exact polar factor.
  public var couplesOutputs: Bool {
    if case .muon(let muon) = self { muon.orthogonalization != .exact } else { true }
  }

  /// The word of `training.optimizer`.
  public var name: String {
    switch self {
    case .clip: "sgd"
    case .normalized: "normalized"
    case .lars: "lars"
    case .muon: "muon"
    }
  }
}

/// The orthogonalisation of Muon, equations (17.7) and (17.8).
public struct Muon: Codable, Hashable, Sendable {
  /// Where the momentum buffer stands.
  public enum Order: String, Codable, Hashable, Sendable, CaseIterable {
    /// Gradients are summed in the buffer, which is then orthogonalised: Muon proper.
    case before
    /// Gradients are orthogonalised, then summed.
    case after
  }

  /// How a matrix is made orthogonal.
  public enum Orthogonalization: Codable, Hashable, Sendable {
    /// Its polar factor.
    case exact
    /// `X <- a X + b Q X + c Q² X` with `Q = X Xᵀ`, from X over its Frobenius norm.
    case newtonSchulz(steps: Int, coefficients: [Double])
  }

  /// The coefficients a, b, c of public Muon codes.
  public static let usualCoefficients = [3.4445, -4.7750, 2.0315]
  /// The steps of public Muon codes.
  public static let usualSteps = 5

  /// Where the momentum buffer stands.
  public var order: Order
  /// How a matrix is made orthogonal.
  public var orthogonalization: Orthogonalization

  /// - Parameters:
  ///   - order: where the momentum buffer stands.
  ///   - orthogonalization: how a matrix is made orthogonal.
  public init(
    order: Order = .before,
    orthogonalization: Orthogonalization = .newtonSchulz(steps: usualSteps, coefficients: usualCoefficients)
  ) {
    self.order = order
    self.orthogonalization = orthogonalization
  }

  /// What the orthogonalisation makes of one singular value that is alone: 1 if exact, equation (17.8) if not.
  public var loneSingularValue: Double {
    switch orthogonalization {
    case .exact: 1
    case .newtonSchulz(let steps, let coefficients):
      (0..<steps).reduce(1) { x, _ in
        let square = x * x
        return x * (coefficients[0] + square * (coefficients[1] + square * coefficients[2]))
      }
    }
  }
}

extension TrainingProblem {
  /// The linear optimiser behind the rule on gradients: one whose buffer stands before the rule has no momentum behind it.
  public var linearOptimizer: LinearOptimizer {
    var linear = optimizer
    if gradientRule?.actsOnBuffer == true { linear.momentum = .none }
    return linear
  }

  /// The orthogonalisation of a momentum buffer that holds gradients as they are; nil where the rule acts on each gradient, and without
  /// momentum, where both are one.
  public var orthogonalBuffer: Muon? {
    guard case .muon(let muon)? = gradientRule, muon.order == .before, optimizer.momentum != .none else { return nil }
    return muon
  }

  /// Weights `ω_l/D` of the layers' squared gradients in a norm over all of them, equation (17.9): one each where weights have unit
  /// variance, and the fan-in over D of the standard rule, whose weights are smaller by its root and their gradients larger.
  public var gradientWeights: [Double] {
    let count = architecture.layerRates.count
    guard parameterization.rule == .standard else { return Array(repeating: 1, count: count) }
    return (0..<count).map { $0 == 0 ? 1 : widthRatio($0) }
  }

  /// What a rate of the equivalent PyTorch network is over `learningRate`, equation (17.9): `√N_L` for unit weights, `√ν_L` for the
  /// standard rule; nil without a rule that normalises, and for layers that want different ones.
  public var normalizedRateFactor: Double? {
    guard let gradientRule, gradientRule.isNormalized, gradientRule != .lars else { return nil }
    let units = widthRatio * (parameterization.rule == .standard ? 1 : data.normalizingDimension)
    return units.squareRoot()
  }

  /// `max_norm` of `clip_grad_norm_` over the length C of equation (17.1), equation (17.9).
  public var clipNormFactor: Double {
    let richness = effectiveRichness
    switch parameterization.rule {
    case .muP, .ntk: return 1 / (richness * (widthRatio * data.normalizingDimension).squareRoot())
    case .standard: return 1 / parameterization.richness
    }
  }
}
