import Calculus
import LinearAlgebra
import Problems
import RealModule

/// Eigenvalues and targets of one replica's population, mode by mode; equations (1.5), (7.1), (7.2), (7.4) and (8.15).
struct Modes: Sendable {
  /// `λ_k`; nil where all are 1.
  let eigenvalues: [Double]?
  /// `β*_k`, as many numbers as modes for each output, output by output.
  let target: [Double]
  /// Noise of the targets.
  let noise: TargetNoise
  /// D, or 1 where sums replace means.
  let dimension: Double
  /// Number of outputs K.
  var outputs: Int { noise.variances.count }
  /// Number of modes.
  var count: Int { target.count / outputs }

  /// - Parameters:
  ///   - data: the data model.
  ///   - roots: of the covariances of several outputs; nil for one.
  ///   - seed: the user's seed.
  ///   - replica: which network; generated targets are random, equation (8.15).
  init(_ data: DataModel, _ roots: OutputRoots? = nil, seed: Int, replica: Int) {
    dimension = data.normalizingDimension
    noise = TargetNoise(data, roots)
    let outputs = data.outputCount
    var random = RandomStream(seed: seed, replica: replica, purpose: .targetSigns)
    switch data.spectrum {
    case .isotropic:
      eigenvalues = nil
      guard let root = roots?.target else {
        target = random.signs(data.inputDimension)
        break
      }
      let vectors = OrthonormalVectors(random.normals(outputs * data.inputDimension), count: outputs)
      let scale = dimension.squareRoot()
      target = root.mixing(vectors.directions.flatMap { $0 }).map { scale * $0 }
    case .powerLaw(let law):
      let indices = (1...data.inputDimension).map(Double.init)
      let once = Array(repeating: 1.0, count: indices.count)
      let power = dimension
      let decays = data.outputs?.signalDecays ?? Array(repeating: law.signalDecay, count: outputs)
      let laws = decays.map {
        PowerLaw(eigenvalueDecay: law.eigenvalueDecay, signalDecay: $0, scale: law.scale)
          .modes(indices, multiplicity: once, dimension: data.inputDimension)
      }
      eigenvalues = laws[0].eigenvalues
      let signs = random.signs(outputs * indices.count)
      let deviations = laws.flatMap { law in
        zip(law.signalShares, law.eigenvalues).map { (power * $0 / $1).squareRoot() }
      }
      target = zip(roots?.target?.mixing(signs) ?? signs, deviations).map { $0 * $1 }
    case .measured(let measured):
      eigenvalues = measured.eigenvalues
      target = measured.outputs.map { $0.coefficients.flatMap { $0 } } ?? measured.targetCoefficients
    }
  }

  /// How far predictors are off on the population.
  struct Error {
    /// `Λ^{1/2} v_c`, output by output.
    let scaled: [Double]
    /// `C_v(t,t) + Σ_cc` of each output, equation (8.5).
    let losses: [Double]
  }

  /// The error of a predictor.
  ///
  /// - Parameter predictor: β_c, output by output.
  /// - Returns: `Λ^{1/2} v_c` with `v_c = β*_c - β_c`, and the losses.
  func error(_ predictor: [Double]) -> Error {
    let scaled = scaledByRoots(zip(target, predictor).map { $0 - $1 })
    let losses = zip(scaled.parts(outputs), noise.variances).map { part, variance in
      part.reduce(0) { $0 + $1 * $1 } / dimension + variance
    }
    return Error(scaled: scaled, losses: losses)
  }

  /// `Λ^{1/2} x` for each output.
  func scaledByRoots(_ x: [Double]) -> [Double] {
    guard let eigenvalues else { return x }
    return x.parts(outputs).flatMap { part in zip(eigenvalues, part).map { $0.squareRoot() * $1 } }
  }
}
