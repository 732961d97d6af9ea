import Problems
import RealModule

extension Limits {
  /// How strongly each step acts in the lazy limit: the neural tangent kernel in units of the data's.
  public enum KernelFactor {
    /// A plain chain with unit initial scales and rates, equation (6.2): one unit for each of the L + 1 weight layers.
    ///
    /// - Parameter hiddenLayers: L ≥ 1.
    /// - Returns: L + 1.
    public static func plain(hiddenLayers: Int) -> Double { Double(hiddenLayers + 1) }

    /// A residual chain with unit initial scales and rates, equation (6.2): `2 (1+x)^{L-1} + (L-1) x (1+x)^{L-2}`,
    /// `x = branchScale²/(L-1)`.
    ///
    /// - Parameters:
    ///   - hiddenLayers: L ≥ 2.
    ///   - branchScale: b.
    /// - Returns: the kernel factor k.
    public static func residual(hiddenLayers: Int, branchScale: Double) -> Double {
      precondition(hiddenLayers > 1, "one hidden layer has no branch: use plain(hiddenLayers:)")
      let branches = hiddenLayers - 1
      let x = branchScale * branchScale / Double(branches)
      return 2 * .pow(1 + x, branches) + Double(branches) * x * .pow(1 + x, branches - 1)
    }

    /// Any chain, equation (6.8): `Σ_l c_l ∂V/∂(s_l²)`.
    ///
    /// - Parameter problem: plain or residual, of finite or infinite depth, with any initial scales and layer rates.
    /// - Returns: the kernel factor k.
    public static func of(_ problem: TrainingProblem) -> Double { InitialFunction(problem).kernelFactor }
  }
}

/// The random function that a network is before training, equations (6.5) and (6.8).
struct InitialFunction {
  /// `V = s_0² s_L² Ω`: variance of the output `w·h^L/√N` for an input of unit norm.
  let variance: Double
  /// `k = Σ_l c_l ∂V/∂(s_l²)`.
  let kernelFactor: Double

  init(_ problem: TrainingProblem) {
    let architecture = problem.architecture
    let scales = architecture.initScale.map { $0 * $0 }
    let rates = problem.layerRates
    let (input, readout) = (scales[0], scales[scales.count - 1])
    var (product, slopes) = (1.0, 0.0)
    if case (.infinite, .residual(let branchScale)) = (architecture.depth, architecture.connection) {
      let strength = branchScale * branchScale
      product = .exp(strength * scales[1])
      slopes = rates[1] * strength * product
    } else {
      let branch = architecture.branchFactor.map { $0 * $0 }
      let factors = scales.map { scale in branch.map { 1 + $0 * scale } ?? scale }
      let hidden = 1..<architecture.hiddenLayers
      product = factors[hidden].reduce(1, *)
      slopes = hidden.reduce(0) { sum, layer in
        let others = hidden.reduce(1.0) { $1 == layer ? $0 : $0 * factors[$1] }
        return sum + rates[layer] * (branch ?? 1) * others
      }
    }
    variance = input * readout * product
    kernelFactor = (rates[0] * readout + rates[rates.count - 1] * input) * product + input * readout * slopes
  }
}
