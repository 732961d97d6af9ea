import Configurations
import Foundation
import MeanField
import Problems
import Tables
import Testing

/// A problem with the usual defaults, for tests to vary.
package func makeProblem(
  layers: Int = 2, width: Architecture.Width = .ratio(1), widthProfile: [Double]? = nil,
  connection: Architecture.Connection = .plain, initScale: [Double]? = nil,
  layerRates: [Double]? = nil, rule: Parameterization.Rule = .muP, richness: Double = 1,
  spectrum: Spectrum = .isotropic, dimension: Int = 256, noise: Double = 0,
  sampling: DataModel.Sampling = .batch(.ratio(2)),
  optimizer: LinearOptimizer = LinearOptimizer(learningRate: 0.05), steps: Int = 20
) -> TrainingProblem {
  TrainingProblem(
    architecture: Architecture(
      hiddenLayers: layers, width: width, widthProfile: widthProfile, connection: connection, initScale: initScale,
      layerRates: layerRates),
    parameterization: Parameterization(rule, richness: richness),
    data: DataModel(
      spectrum: spectrum, inputDimension: dimension, noise: noise, sampling: sampling),
    optimizer: optimizer, time: TimeGrid(.discrete(steps: steps)))
}

/// Solves as a user would.
package func solve(_ problem: TrainingProblem) throws -> Solution {
  try Solver(problem).solve()
}

/// The package's root folder.
package let packageRoot = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// A configuration of the project's schema as a problem, read as the command line reads it.
package func loadProblem(file: String? = nil, overrides: [String] = []) throws -> TrainingProblem {
  try Configuration.load(
    file: file, overrides: overrides, workingDirectory: packageRoot.path, refusals: Solver.refusals
  ).problem
}

/// The problem of a configuration in JSON, which is YAML, so that it is loaded like a user's file.
package func loadProblem(json: [String: Any]) throws -> TrainingProblem {
  let file = FileManager.default.temporaryDirectory.appendingPathComponent("problem-\(UUID().uuidString).yaml")
  try JSONSerialization.data(withJSONObject: json).write(to: file)
  defer { try? FileManager.default.removeItem(at: file) }
  return try loadProblem(file: file.path)
}

/// Least-squares slope of y against x.
package func slope(_ x: [Double], _ y: [Double]) -> Double {
  let count = Double(x.count)
  let meanX = x.reduce(0, +) / count
  let meanY = y.reduce(0, +) / count
  let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
  let variance = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
  return covariance / variance
}

extension TrainingProblem: CustomTestStringConvertible {
  /// A few words for a test's report; the whole value fills a screen.
  public var testDescription: String {
    "L = \(architecture.hiddenLayers), \(architecture.connection), N/D = \(widthRatio), "
      + "\(parameterization.rule.rawValue), \(data.sampling)"
  }
}
