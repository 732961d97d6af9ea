import Foundation
import LinearAlgebra
import Problems

/// One case of lazy.json: a network of infinite width on given rows, whose keys are not those of a configuration.
package struct LazyCase: CustomStringConvertible, Sendable {
  package let description: String
  package let architecture: Architecture
  package let optimizer: LinearOptimizer
  /// gamma of the random start.
  package let gamma: Double
  /// Training rows, then test rows, as they are.
  package let inputs: DenseMatrix
  package let targets: [Double]
  package let trainCount: Int
  package let nngpRow0: [Double]
  package let ntkRow0: [Double]
  package let ntkTrace: Double
  /// `train_loss`, `test_loss`, and the same `_zero_start`.
  package let losses: [String: [Double]]

  /// All cases in the order of the file.
  package static func all() throws -> [LazyCase] {
    let url = packageRoot.appendingPathComponent("Tests/Fixtures/oracle/lazy.json")
    let parsed = try castOrThrow(JSONSerialization.jsonObject(with: Data(contentsOf: url)), as: [[String: Any]].self)
    let train = try castOrThrow(parsed[0]["train_rows"], as: [[Double]].self)
    let test = try castOrThrow(parsed[0]["test_rows"], as: [[Double]].self)
    return try parsed.map { try LazyCase($0, train: train, test: test) }
  }

  private init(_ entry: [String: Any], train: [[Double]], test: [[Double]]) throws {
    func numbers(_ key: String) throws -> [Double] { try castOrThrow(entry[key], as: [Double].self) }
    func number(_ key: String) throws -> Double { try castOrThrow(entry[key], as: Double.self) }
    description = try castOrThrow(entry["name"], as: String.self)
    var architecture = Architecture(
      hiddenLayers: try castOrThrow(entry["hiddenLayers"], as: Int.self), width: .infinite,
      connection: entry["residual"] as? Bool == true ? .residual(branchScale: 1) : .plain,
      initScale: entry["initScale"] as? [Double], layerRates: entry["layerRates"] as? [Double])
    architecture.activation = try castOrThrow(
      ActivationFunction(rawValue: castOrThrow(entry["activation"], as: String.self)), as: ActivationFunction.self)
    architecture.regime = .lazy
    self.architecture = architecture
    let momentum = try number("momentum")
    optimizer = LinearOptimizer(
      learningRate: try number("learningRate"), momentum: momentum > 0 ? .heavyBall(momentum) : .none)
    gamma = try number("gamma")
    inputs = DenseMatrix(rows: train.count + test.count, columns: train[0].count, (train + test).flatMap { $0 })
    targets = try numbers("targets")
    trainCount = train.count
    nngpRow0 = try numbers("nngp_row0")
    ntkRow0 = try numbers("ntk_row0")
    ntkTrace = try number("ntk_trace")
    var losses: [String: [Double]] = [:]
    for key in ["train_loss", "test_loss", "train_loss_zero_start", "test_loss_zero_start"] {
      losses[key] = try numbers(key)
    }
    self.losses = losses
  }
}
