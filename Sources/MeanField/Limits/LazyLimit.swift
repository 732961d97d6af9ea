import Calculus
import RealModule

/// Exact limits of the theory, for tests and for users who want to see where they stand; section 6 of the notes.
public enum Limits {}

extension Limits {
  /// Test loss of batch gradient descent on isotropic data when features hardly move (richness → 0 at infinite
  /// width), equation (6.1).
  ///
  ///     loss(t) = ∫ μ(dx) [(1 - k η x)^{2t} + σ²/(α x) (1 - (1 - k η x)^t)²] + σ²
  ///
  /// over the Marchenko-Pastur law μ of ratio α.
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
    let fit = LazyFit(sampleRatio: sampleRatio, noiseVariance: noise * noise, startPower: 1)
    return try fit.testLoss { Double.pow(1 - kernelFactor * learningRate * $0, step) }
  }
}

/// Linear regression on a fixed batch of isotropic data, from the remaining error of each direction, equation (6.9).
struct LazyFit {
  /// α.
  let sampleRatio: Double
  /// σ².
  let noiseVariance: Double
  /// 1 + B: mean square of the error's components before training.
  let startPower: Double

  /// - Parameter left: what is left of the error in a direction of sample variance x.
  /// - Returns: the test loss.
  /// - Throws: `GSLFailure` when the quadrature does not converge.
  func testLoss(_ left: (Double) -> Double) throws(GSLFailure) -> Double {
    let integral = try MarchenkoPastur(sampleRatio: sampleRatio).integral { x in
      let rest = left(x)
      let fitted = x > 0 ? noiseVariance / (sampleRatio * x) * (1 - rest) * (1 - rest) : 0
      return startPower * rest * rest + fitted
    }
    return integral + noiseVariance
  }

  /// - Parameter left: likewise.
  /// - Returns: the train loss.
  /// - Throws: `GSLFailure` when the quadrature does not converge.
  func trainLoss(_ left: (Double) -> Double) throws(GSLFailure) -> Double {
    // The null directions of the samples keep 1 - 1/α of the noise; taken apart, a small loss is no difference of
    // large ones.
    let explained = min(1, 1 / sampleRatio)
    let integral = try MarchenkoPastur(sampleRatio: sampleRatio).integral { x in
      let rest = left(x)
      return x > 0 ? (startPower * x + noiseVariance / sampleRatio) * rest * rest : 0
    }
    return integral + noiseVariance * (1 - explained)
  }
}
