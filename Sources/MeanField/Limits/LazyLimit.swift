import Calculus
import RealModule

/// Exact limits of the theory, for tests and for users who want to see where they stand; section 6 of the notes.
public enum Limits {}

extension Limits {
  /// How strongly each step acts in the lazy limit: the neural tangent kernel in units of the data's, equation (6.2), for
  /// unit initial scales and rates.
  public enum KernelFactor {
    /// A plain chain: one unit for each of the L + 1 weight layers.
    ///
    /// - Parameter hiddenLayers: L ≥ 1.
    /// - Returns: L + 1.
    public static func plain(hiddenLayers: Int) -> Double { Double(hiddenLayers + 1) }

    /// A residual chain: `2 (1+x)^{L-1} + (L-1) x (1+x)^{L-2}`, `x = branchScale²/(L-1)`.
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

    /// A residual chain of infinitely many layers: `(2 + b²) exp(b²)`.
    ///
    /// - Parameter branchScale: b.
    /// - Returns: the kernel factor k.
    public static func infinitelyDeep(branchScale: Double) -> Double {
      let square = branchScale * branchScale
      return (2 + square) * .exp(square)
    }
  }

  /// Test loss of batch gradient descent on isotropic data when features hardly move (richness → 0 at infinite width), equation (6.1).
  ///
  ///     loss(t) = ∫ μ(dx) [(1 - k η x)^{2t} + σ²/(α x) (1 - (1 - k η x)^t)²] + σ²
  ///
  /// over the Marchenko-Pastur law μ of ratio α; an adaptive quadrature after `x = x_- + (x_+ - x_-) sin²(θ/2)`,
  /// which removes the square roots at the edges.
  ///
  /// - Parameters:
  ///   - step: t ≥ 0.
  ///   - kernelFactor: k of equation (6.2).
  ///   - learningRate: η.
  ///   - sampleRatio: α > 0.
  ///   - noise: σ.
  /// - Returns: the loss, to 1e-12.
  /// - Throws: `GSLFailure` when the quadrature does not converge.
  public static func lazyLoss(
    step: Int, kernelFactor: Double, learningRate: Double, sampleRatio: Double, noise: Double
  ) throws(GSLFailure) -> Double {
    let root = 1 / sampleRatio.squareRoot()
    let low = (1 - root) * (1 - root)
    let high = (1 + root) * (1 + root)
    let density = { (angle: Double) -> (x: Double, mass: Double) in
      let sine = Double.sin(angle / 2)
      let x = low + (high - low) * sine * sine
      let edge = (high - low) / 2 * Double.sin(angle)
      return (x, sampleRatio / (2 * .pi) * edge * edge / x)
    }
    let bulk = try Quadrature.integral(over: 0...(.pi)) { angle in
      let (x, mass) = density(angle)
      guard x > 0 else { return 0 }
      let decay = Double.pow(1 - kernelFactor * learningRate * x, step)
      let fitted = noise * noise / (sampleRatio * x) * (1 - decay) * (1 - decay)
      return mass * (decay * decay + fitted)
    }
    return bulk.value + max(0, 1 - sampleRatio) + noise * noise
  }
}
