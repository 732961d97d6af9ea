/// Several outputs of one network: how their targets and the noise of these covary, equation (14.1).
public struct OutputModel: Codable, Hashable, Sendable {
  /// How outputs that do not decouple are solved.
  public enum Coupling: String, Codable, Hashable, Sendable, CaseIterable {
    /// `exact` where that fits memory and a minute, else `decoupled`.
    case auto
    /// All outputs together.
    case exact
    /// The outputs as independent problems in the directions in which most of the target's power decouples: an approximation,
    /// equation (14.8).
    case decoupled
  }

  /// Covariance C of generated targets, K lists of K numbers, symmetric and positive semidefinite: `b_k = C` on isotropic inputs, and
  /// `b_k,cc' = √b_k,c C_cc' √b_k,c'` on a power law. A table brings its own and leaves it empty.
  public var targetCovariance: [[Double]]
  /// Covariance Σ of the target noise, K lists of K numbers, symmetric and positive semidefinite.
  public var noiseCovariance: [[Double]]
  /// Exponents of the power of each output's target, K numbers; nil where all have that of the spectrum.
  public var signalDecays: [Double]?
  /// How outputs that do not decouple are solved.
  public var coupling: Coupling

  /// - Parameters:
  ///   - targetCovariance: C; empty for a table.
  ///   - noiseCovariance: Σ.
  ///   - signalDecays: one exponent an output; nil: that of the spectrum.
  ///   - coupling: how outputs that do not decouple are solved.
  public init(
    targetCovariance: [[Double]], noiseCovariance: [[Double]], signalDecays: [Double]? = nil, coupling: Coupling = .auto
  ) {
    self.targetCovariance = targetCovariance
    self.noiseCovariance = noiseCovariance
    self.signalDecays = signalDecays
    self.coupling = coupling
  }

  /// Number of outputs K.
  public var count: Int { noiseCovariance.count }

  /// Variance of the noise of each output.
  public var noiseVariances: [Double] { noiseCovariance.indices.map { noiseCovariance[$0][$0] } }

  /// Whether the targets are independent, of variance 1 each.
  public var hasUnitTargets: Bool { targetCovariance == Self.identity(count, times: 1) }

  /// A multiple of the identity.
  ///
  /// - Parameters:
  ///   - count: K.
  ///   - value: every diagonal entry.
  /// - Returns: K lists of K numbers.
  public static func identity(_ count: Int, times value: Double) -> [[Double]] {
    (0..<count).map { row in (0..<count).map { $0 == row ? value : 0 } }
  }
}

/// The targets of a table with several outputs, equation (7.4) for each.
public struct MeasuredOutputs: Codable, Hashable, Sendable {
  /// Names of the target columns, or of the classes.
  public var names: [String]
  /// Whether the outputs are the classes of one column: indicators, of which centring removed the frequency.
  public var areClasses: Bool
  /// `β*_c,k`: a list for each output, one coefficient for each eigenvalue.
  public var coefficients: [[Double]]
  /// Means of the raw targets, subtracted from them; of a class its frequency.
  public var shifts: [Double]
  /// What divides the centred targets: the deviation of each, or for classes one number for all, the root of their mean variance.
  public var scales: [Double]
  /// Covariance Σ of the residuals of the least-squares fits, K lists of K numbers; its trace is `MeasuredSpectrum.residualVariance`.
  public var residualCovariance: [[Double]]

  /// - Parameters:
  ///   - names: of the target columns or classes.
  ///   - areClasses: whether they are classes.
  ///   - coefficients: a list for each output.
  ///   - shifts: raw means.
  ///   - scales: divisors.
  ///   - residualCovariance: Σ.
  public init(
    names: [String], areClasses: Bool, coefficients: [[Double]], shifts: [Double], scales: [Double],
    residualCovariance: [[Double]]
  ) {
    self.names = names
    self.areClasses = areClasses
    self.coefficients = coefficients
    self.shifts = shifts
    self.scales = scales
    self.residualCovariance = residualCovariance
  }

  /// What centring removed from each output, in its units: what the class with the largest output is decided with.
  public var offsets: [Double] { zip(shifts, scales).map { $0 / $1 } }
}

extension DataModel {
  /// The classes of a table, an output each; nil for other data.
  public var classes: MeasuredOutputs? {
    guard case .measured(let measured) = spectrum, let outputs = measured.outputs, outputs.areClasses else {
      return nil
    }
    return outputs
  }
}
