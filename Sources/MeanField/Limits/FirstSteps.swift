import Problems
import RealModule

extension Limits {
  /// Loss at initialisation, equation (6.5): `S + σ² + Λ s_0² s_L² Ω/(γ0² ν)`, where the signal S
  /// `= Σ w λ b` and the mean eigenvalue `Λ = Σ w λ` are 1 but for scale top; of several outputs the sum over them.
  ///
  /// - Parameter problem: any; Ω is the product of `s_l²` (plain) or `1 + ε² s_l²` (residual) over hidden layers,
  ///   `exp(b² s_1²)` at infinite depth.
  /// - Returns: test loss at step 0.
  public static func initialLoss(_ problem: TrainingProblem) -> Double {
    let predictor = InitialFunction(problem).variance * problem.predictorVariance
    let measures = SpectralMeasures(problem.data)
    if problem.data.outputs != nil {
      return problem.data.targetVariance + Double(problem.data.outputCount) * measures.fluctuation.total * predictor
    }
    return measures.signal.total + problem.data.noise * problem.data.noise
      + measures.fluctuation.total * predictor
  }

  /// Loss after one step of one hidden layer on isotropic population data without noise, equation (6.6).
  ///
  /// - Parameters:
  ///   - learningRate: η.
  ///   - richness: γ0.
  ///   - widthRatio: ν.
  /// - Returns: loss at step 1.
  public static func lossAfterOneStep(learningRate: Double, richness: Double, widthRatio: Double)
    -> Double
  {
    let q = 1 - learningRate / widthRatio
    let a = learningRate * (2 - learningRate / widthRatio)
    let predictor = 1 / (richness * richness * widthRatio)
    let ratio = richness * widthRatio
    let c =
      1 - 2 * learningRate / widthRatio
      + (learningRate * richness) * (learningRate * richness)
      * (1 + predictor + 1 / (ratio * ratio))
    return (1 - a) * (1 - a) + (c - 2 * a * q + a * a) * predictor
  }
}
