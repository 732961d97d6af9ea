/// How the output is scaled and how the plain SGD rate follows the width; table (1.6).
public struct Parameterization: Codable, Hashable, Sendable {
  /// The three rules in use.
  public enum Rule: String, Codable, Hashable, Sendable, CaseIterable {
    /// Mean-field, also called maximal-update: the output multiplier falls as 1/N.
    case muP
    /// Neural tangent: the output multiplier falls as 1/√N.
    case ntk = "NTK"
    /// Standard: one global rate on weights of variance 1/fan-in.
    case standard
  }

  /// Which rule.
  public var rule: Rule
  /// `γ0` for muP, `γ` for NTK and standard: how far the features move (dimensionless, > 0).
  public var richness: Double

  /// - Parameters:
  ///   - rule: which parameterisation.
  ///   - richness: `γ0` (muP) or `γ` (NTK, standard), > 0.
  public init(_ rule: Rule, richness: Double = 1) {
    self.rule = rule
    self.richness = richness
  }

  /// The richness `γ0` of the closed equations, table (1.6).
  ///
  /// - Parameter widthRatio: `ν = N/D`; may be infinite with muP only (NTK and standard give 0 there).
  /// - Returns: `γ0` for muP, `γ/√ν` otherwise.
  public func effectiveRichness(widthRatio: Double) -> Double {
    switch rule {
    case .muP: richness
    case .ntk, .standard: richness / widthRatio.squareRoot()
    }
  }
}
