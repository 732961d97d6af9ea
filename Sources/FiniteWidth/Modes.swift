import Calculus
import Problems
import RealModule

/// Eigenvalues and target of one replica's population, mode by mode; equations (1.5), (7.1), (7.2) and (7.4).
struct Modes: Sendable {
  /// `λ_k`; nil where all are 1.
  let eigenvalues: [Double]?
  /// `β*_k`.
  let target: [Double]
  /// Standard deviation σ of the target noise.
  let noise: Double
  /// D, or 1 where sums replace means.
  let dimension: Double

  /// - Parameters:
  ///   - data: the data model.
  ///   - seed: the user's seed.
  ///   - replica: which network; generated targets are `± √b_k` with signs of its own.
  init(_ data: DataModel, seed: Int, replica: Int) {
    dimension = data.normalizingDimension
    noise = data.noise
    var signs = RandomStream(seed: seed, replica: replica, purpose: .targetSigns)
    switch data.spectrum {
    case .isotropic:
      eigenvalues = nil
      target = signs.signs(data.inputDimension)
    case .powerLaw(let law):
      let indices = (1...data.inputDimension).map(Double.init)
      let modes = law.modes(
        indices, multiplicity: Array(repeating: 1, count: indices.count), dimension: data.inputDimension)
      eigenvalues = modes.eigenvalues
      let power = dimension
      target = zip(signs.signs(indices.count), zip(modes.signalShares, modes.eigenvalues)).map {
        $0 * (power * $1.0 / $1.1).squareRoot()
      }
    case .measured(let measured):
      eigenvalues = measured.eigenvalues
      target = measured.targetCoefficients
    }
  }

  /// The error of a predictor.
  ///
  /// - Parameter predictor: β.
  /// - Returns: `Λ^{1/2} v` with `v = β* - β`, `C_v(t,t)`, equation (8.5), and the loss `C_v + σ²` on the population.
  func error(_ predictor: [Double]) -> (scaled: [Double], correlation: Double, loss: Double) {
    let scaled = scaledByRoots(zip(target, predictor).map { $0 - $1 })
    let correlation = scaled.reduce(0) { $0 + $1 * $1 } / dimension
    return (scaled, correlation, correlation + noise * noise)
  }

  /// `Λ^{1/2} x`.
  func scaledByRoots(_ x: [Double]) -> [Double] {
    guard let eigenvalues else { return x }
    return zip(eigenvalues, x).map { $0.squareRoot() * $1 }
  }
}
