import Calculus
import RealModule

extension Limits {
  /// One hidden layer on population data at infinite width, where the whole network is one balanced pair of
  /// singular directions; isotropic data, loss `c²` without target noise.
  public enum OneHiddenLayer {
    /// Loss after each step of gradient descent, equation (6.3):
    ///
    ///     p <- p (1 + γ0 η c)²,   m <- m (1 - γ0 η c)²,   c = 1 - (p - m)/(2 γ0),   p = m = 1 at first
    ///
    /// - Parameters:
    ///   - steps: last step.
    ///   - richness: γ0.
    ///   - learningRate: η.
    /// - Returns: `steps + 1` losses.
    public static func losses(steps: Int, richness: Double, learningRate: Double) -> [Double] {
      var plus = 1.0
      var minus = 1.0
      return (0...steps).map { _ in
        let error = 1 - (plus - minus) / (2 * richness)
        let move = richness * learningRate * error
        plus *= (1 + move) * (1 + move)
        minus *= (1 - move) * (1 - move)
        return error * error
      }
    }

    /// Loss at each time of gradient flow, equation (6.4): `θ' = γ0 - sinh 2θ`, `c = 1 - sinh(2θ)/γ0`, by GSL.
    ///
    /// - Parameters:
    ///   - times: rising, ≥ 0.
    ///   - richness: γ0.
    /// - Returns: one loss a time.
    /// - Throws: `GSLFailure` when the integrator fails.
    public static func flowLosses(at times: [Double], richness: Double) throws(GSLFailure)
      -> [Double]
    {
      let problem = InitialValueProblem(state: [0]) { _, state, derivative in
        derivative[0] = richness - .sinh(2 * state[0])
      }
      return try problem.states(at: times).map { state in
        let error = 1 - .sinh(2 * state[0]) / richness
        return error * error
      }
    }
  }
}
