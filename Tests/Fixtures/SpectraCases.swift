import Foundation
import Problems

/// A value at one step of one layer of spectra.json: what is predicted, and what networks of some size have.
package struct SpectrumRow: Decodable, Sendable {
  package struct Predicted: Decodable, Sendable {
    package let outliers: [Double]
    package let edge: Double
    package let frob: Double
    /// Right vector with the newest forward field, left vector with the newest backward one; empty without an outlier.
    package let overlap: [Double]
  }
  package let D: Int
  package let t: Int
  package let l: Int
  package let pred: Predicted
  package let mean: [Double]
  package let se: [Double]
  package let frob_mean: Double
  package let frob_se: Double
  package let overlap_mean: [Double]
  package let overlap_se: [Double]
}

/// A value at one step of sharpness.json.
package struct SharpnessRow: Decodable, Sendable {
  package struct Measured: Decodable, Sendable {
    package let D: Int
    package let top: [Double]
    package let top_se: [Double]
    package let rayleigh: Double
    package let rayleigh_se: Double
  }
  package let t: Int
  package let outlier: [Double]
  package let edge: Double
  package let sharpness: Double
  package let rayleigh: Double
  package let measured: [Measured]
}

/// A case of spectra.json or sharpness.json, whose keys are not those of a configuration.
package struct SpectraCase: Decodable, CustomStringConvertible, Sendable {
  private struct Keys: Decodable, Sendable {
    struct PowerLaw: Decodable, Sendable {
      let a: Double
      let b: Double
    }
    let T: Int
    let L: Int
    let nu: Double
    let alpha: Double
    let gamma0: Double
    let eta: Double
    let sigma: Double
    let mu: Double?
    let wd: Double?
    let residual: Bool?
    let branch: Double?
    let spectrum: PowerLaw?
    // `init` is a keyword of Swift.
    let start: [Double]?

    enum CodingKeys: String, CodingKey {
      case T, L, nu, alpha, gamma0, eta, sigma, mu, wd, residual, branch, spectrum
      case start = "init"
    }
  }
  private struct Run: Decodable, Sendable {
    let rows: [SpectrumRow]?
  }
  private let name: String
  private let config: Keys
  private let runs: [Run]
  /// Of sharpness.json.
  package let rows: [SharpnessRow]?

  package var description: String { name }
  /// Of spectra.json: both sizes.
  package var weights: [SpectrumRow] { runs.flatMap { $0.rows ?? [] } }
  package var isIsotropic: Bool { config.spectrum == nil }

  package static func all(_ file: String) throws -> [SpectraCase] {
    let url = packageRoot.appendingPathComponent("Tests/Fixtures/oracle/\(file).json")
    return try JSONDecoder().decode([SpectraCase].self, from: Data(contentsOf: url))
  }

  /// The problem, of isotropic data.
  ///
  /// - Parameter dimension: D of networks.
  /// - Returns: the problem.
  package func problem(dimension: Int = 200) -> TrainingProblem {
    makeProblem(
      layers: config.L, width: .ratio(config.nu),
      connection: config.residual == true ? .residual(branchScale: config.branch ?? 1) : .plain,
      initScale: config.start,
      richness: config.gamma0, dimension: dimension, noise: config.sigma, sampling: .batch(.ratio(config.alpha)),
      optimizer: LinearOptimizer(
        learningRate: config.eta, momentum: config.mu.map { .heavyBall($0) } ?? .none,
        weightDecay: config.wd.map { .coupled($0) } ?? .none),
      steps: config.T - 1)
  }
}
