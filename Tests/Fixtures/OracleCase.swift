import Problems
import Foundation
import MeanField

/// One case of the reference curves in Tests/Fixtures/oracle; its README.md describes the format.
package struct OracleCase: CustomStringConvertible, Sendable {
  package let description: String
  package let problem: TrainingProblem
  /// The relative deviation that the record of an ensemble allows; nil where it names none.
  package let tolerance: Double?
  /// test_loss, train_loss, forward, backward and their `_se` where the case has them.
  private let curves: [String: [[Double]]]

  /// Whether the case has a column.
  package func has(_ key: String) -> Bool { curves[key] != nil }

  package static func all(_ name: String) throws -> [OracleCase] { try some(name) { _ in true } }

  /// Minibatches of generated data: cases of minibatch_and_split.json that name no table.
  ///
  /// - Parameter kind: `exact` or `ensemble`.
  /// - Returns: the cases.
  /// - Throws: where the file is not there, or not as it should be.
  package static func minibatches(_ kind: String) throws -> [OracleCase] {
    try some("minibatch_and_split") { entry in
      let data = (entry["config"] as? [String: Any])?["data"] as? [String: Any]
      return entry["kind"] as? String == kind && data?["trainFile"] == nil
    }
  }

  /// Optimisers that read the gradient: cases of gradient_rates.json.
  ///
  /// - Parameter kind: `exact` or `ensemble`.
  /// - Returns: the cases.
  /// - Throws: where the file is not there, or not as it should be.
  package static func gradientRates(_ kind: String) throws -> [OracleCase] {
    try some("gradient_rates") { entry in
      // An exact polar factor of a buffer is refused beyond what double precision carries; `exactBuffer` has its first steps.
      entry["kind"] as? String == kind && entry["name"] as? String != exactBufferName
    }
  }

  /// Other losses than squared error: cases of losses.json.
  ///
  /// - Parameter isExact: whether their theory is deterministic.
  /// - Returns: the cases.
  /// - Throws: where the file is not there, or not as it should be.
  package static func losses(isExact: Bool) throws -> [OracleCase] {
    try some("losses") { ($0["theory_exact"] as? Bool) == isExact }
  }

  private static let exactBufferName = "muon_exactPolar_momentum_L2"

  /// The one case of an exact polar factor of a buffer, as far as the solver takes it.
  ///
  /// - Parameter steps: how many.
  /// - Returns: the case.
  /// - Throws: where the file is not there, or not as it should be.
  package static func exactBuffer(steps: Int) throws -> OracleCase {
    let url = packageRoot.appendingPathComponent("Tests/Fixtures/oracle/gradient_rates.json")
    let parsed = try castOrThrow(JSONSerialization.jsonObject(with: Data(contentsOf: url)), as: [[String: Any]].self)
    guard var entry = parsed.first(where: { $0["name"] as? String == exactBufferName }),
      var config = entry["config"] as? [String: Any], var training = config["training"] as? [String: Any]
    else { throw WrongShape() }
    training["steps"] = steps
    config["training"] = training
    entry["config"] = config
    return try OracleCase(entry, index: 0)
  }

  private static func some(_ name: String, where isWanted: ([String: Any]) -> Bool) throws -> [OracleCase] {
    let url = packageRoot.appendingPathComponent("Tests/Fixtures/oracle/\(name).json")
    let parsed = try JSONSerialization.jsonObject(with: Data(contentsOf: url))
    let cases = try castOrThrow(parsed, as: [[String: Any]].self)
    return try cases.filter(isWanted).enumerated().map { try OracleCase($1, index: $0) }
  }

  init(_ entry: [String: Any], index: Int) throws {
    description = entry["name"] as? String ?? "case \(index)"
    tolerance = entry["tolerance_relative"] as? Double
    problem = try loadProblem(json: castOrThrow(entry["config"], as: [String: Any].self))
    var curves: [String: [[Double]]] = [:]
    for (key, value) in entry {
      if let rows = value as? [[Double]] { curves[key] = rows }
      if let column = value as? [Double] { curves[key] = column.map { [$0] } }
    }
    self.curves = curves
  }

  /// A reference column: one number a step. Layers count from 0 for forward and backward, 0 for the losses.
  package func column(_ key: String, _ layer: Int = 0) -> [Double] {
    (curves[key] ?? []).map { $0[layer] }
  }

  /// Every reference column with its prediction.
  package func comparisons(_ solution: Solution) -> [(name: String, key: String, layer: Int, theory: [Double])] {
    let layers = problem.architecture.hiddenLayers
    let parameters = solution.orderParameters
    return [
      ("test loss", "test_loss", 0, solution.curve.testLoss),
      ("train loss", "train_loss", 0, solution.curve.trainLoss),
    ]
      + (0...layers).map { ("H^\($0)", "forward", $0, parameters.forwardStrength($0)) }
      + (1...layers).map { ("G^\($0)", "backward", $0, parameters.backwardStrength($0)) }
  }
}

package struct WrongShape: Error {}

package func castOrThrow<Value>(_ value: Any?, as type: Value.Type) throws -> Value {
  guard let value = value as? Value else { throw WrongShape() }
  return value
}
