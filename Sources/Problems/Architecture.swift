/// The network: `hiddenLayers` layers of one width between an input layer and a readout, linear unless it has an activation.
///
/// Layers are counted as in the theory: the input layer has index 0, the hidden-to-hidden layers
/// 1 … L-1, the readout L, so per-layer lists have L + 1 entries. Equations (1.1)-(1.4).
public struct Architecture: Codable, Hashable, Sendable {
  /// How one hidden layer is joined to the next.
  public enum Connection: Codable, Hashable, Sendable {
    /// `h^{l+1} = N^{-1/2} W^l h^l`, equation (1.2).
    case plain
    /// `h^{l+1} = h^l + ε N^{-1/2} W^l h^l` with `ε = branchScale / √(L-1)`, equation (1.3).
    case residual(branchScale: Double)
  }

  /// Hidden width N, given as a number of units, as a multiple of the input dimension, or as the limit.
  public enum Width: Codable, Hashable, Sendable {
    case units(Int)
    case ratio(Double)
    case infinite
  }

  /// Whether `hiddenLayers` is meant as it stands or the limit of infinitely many branches.
  public enum Depth: Codable, Hashable, Sendable {
    case finite
    case infinite
  }

  /// In which limit the theory is taken.
  public enum Regime: String, Codable, Hashable, Sendable, CaseIterable {
    /// Large width at fixed ratios: features move. Linear networks only.
    case rich
    /// Infinite width with features that do not move: any activation, given rows; section 20.
    case lazy
  }

  /// Whether the start makes up for what an activation takes from the strength of signals.
  public enum Gain: String, Codable, Hashable, Sendable, CaseIterable {
    /// Initial weights behind an activation, `W^1 … W^L`, times `ActivationFunction.gain`.
    case keep
    /// `initScale` as it stands.
    case none
  }

  /// Number of hidden layers, L ≥ 1.
  public var hiddenLayers: Int
  /// Width N of the last hidden layer, and of all hidden layers where there is no profile.
  public var width: Width
  /// `N_l/N`, the widths of the hidden layers of a plain chain over that of the last, L entries; nil: all equal.
  public var widthProfile: [Double]?
  /// How hidden layers are joined.
  public var connection: Connection
  /// Finite depth, or the limit L → ∞ of a residual chain.
  public var depth: Depth
  /// Standard deviation `s_l` of the initial weights, L + 1 entries from the input layer to the readout.
  public var initScale: [Double]
  /// Learning-rate multiplier `c_l` of each layer, L + 1 entries likewise.
  public var layerRates: [Double]

  // Optional, so that results stored before there was anything but rich linear networks still decode.
  private var storedActivation: ActivationFunction?
  private var storedRegime: Regime?
  private var storedGain: Gain?

  /// What stands between the layers.
  public var activation: ActivationFunction {
    get { storedActivation ?? .linear }
    set { storedActivation = newValue == .linear ? nil : newValue }
  }
  /// In which limit the theory is taken.
  public var regime: Regime {
    get { storedRegime ?? .rich }
    set { storedRegime = newValue == .rich ? nil : newValue }
  }
  /// Whether the start makes up for the activation: by default where networks stand beside the linear theory, and not in the lazy
  /// limit, which takes any start.
  public var gain: Gain {
    get { storedGain ?? (regime == .lazy ? .none : .keep) }
    set { storedGain = newValue }
  }

  /// Units of the hidden layers of networks that are trained, where these stand beside a theory of another width; nil: the same.
  public var trainedUnits: Int?

  /// `s_l` with the gain behind activations, equation (20.9).
  public var startScale: [Double] {
    let gain = gain == .keep ? activation.gain : 1
    return initScale.enumerated().map { $0 == 0 ? $1 : gain * $1 }
  }

  /// - Parameters:
  ///   - hiddenLayers: L ≥ 1.
  ///   - width: width N of the last hidden layer.
  ///   - widthProfile: `N_l/N`, L entries of which the last is 1 (plain chains); nil: all equal.
  ///   - connection: plain or residual.
  ///   - depth: finite, or infinite (residual only).
  ///   - initScale: `s_l`; nil means 1 for every layer.
  ///   - layerRates: `c_l`; nil means 1 for every layer.
  public init(
    hiddenLayers: Int, width: Width, widthProfile: [Double]? = nil, connection: Connection = .plain,
    depth: Depth = .finite,
    initScale: [Double]? = nil, layerRates: [Double]? = nil
  ) {
    self.hiddenLayers = hiddenLayers
    self.width = width
    self.widthProfile = widthProfile
    self.connection = connection
    self.depth = depth
    let entries = depth == .infinite ? 3 : hiddenLayers + 1
    self.initScale = initScale ?? Array(repeating: 1, count: entries)
    self.layerRates = layerRates ?? Array(repeating: 1, count: entries)
  }

  /// `N_l/N`, the width of a hidden layer over that of the last.
  ///
  /// - Parameter layer: l from 1 to L.
  /// - Returns: a positive number, 1 where all widths are equal.
  public func relativeWidth(_ layer: Int) -> Double { widthProfile?[layer - 1] ?? 1 }

  /// Units of a hidden layer; nil where widths are given as ratios.
  ///
  /// - Parameter layer: l from 1 to L.
  /// - Returns: at least 1.
  public func units(_ layer: Int) -> Int? {
    guard case .units(let units) = width else { return nil }
    // Beyond 2^53 no computer has the memory anyway; the cost says so.
    return Int(min(max(1, (Double(units) * relativeWidth(layer)).rounded()), 0x1p53))
  }

  /// Whether hidden layers are joined by skip connections.
  public var isResidual: Bool {
    if case .residual = connection { true } else { false }
  }

  /// Branch scale `ε` of equation (1.3); nil where no skip connection exists (a plain chain, or L = 1), and
  /// at infinite depth, where it is nothing and the branches are without number.
  public var branchFactor: Double? {
    guard case .residual(let scale) = connection, hiddenLayers > 1, depth == .finite else { return nil }
    return scale / Double(hiddenLayers - 1).squareRoot()
  }
}
