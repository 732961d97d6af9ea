import Foundation
import Problems

extension OracleCase {
  /// Cases of minibatch_and_split.json whose rows are given, with the paths of their tables made absolute.
  ///
  /// - Parameters:
  ///   - kind: `exact` or `ensemble`.
  ///   - modes: only with these training modes.
  /// - Returns: the cases in the order of the file.
  /// - Throws: a file of another shape.
  package static func splits(_ kind: String, modes: [String] = ["batch"]) throws -> [OracleCase] {
    let url = packageRoot.appendingPathComponent("Tests/Fixtures/oracle/minibatch_and_split.json")
    let parsed = try JSONSerialization.jsonObject(with: Data(contentsOf: url))
    var cases: [OracleCase] = []
    for (index, entry) in try castOrThrow(parsed, as: [[String: Any]].self).enumerated() {
      guard var config = entry["config"] as? [String: Any], var data = config["data"] as? [String: Any],
        entry["kind"] as? String == kind, data["split"] != nil,
        let mode = (config["training"] as? [String: Any])?["mode"] as? String, modes.contains(mode)
      else { continue }
      for key in ["trainFile", "testFile"] {
        data[key] = packageRoot.path + "/Tests/Fixtures/oracle/" + (try castOrThrow(data[key], as: String.self))
      }
      config["data"] = data
      var own = entry
      own["config"] = config
      cases.append(try OracleCase(own, index: index))
    }
    return cases
  }
}

/// A configuration with the rows of an exact split from the tables of the reference curves.
package func loadSplit(_ table: String, target: String, _ overrides: String...) throws -> TrainingProblem {
  let folder = "Tests/Fixtures/oracle/tables/"
  return try loadProblem(
    overrides: [
      "data.trainFile=\(folder)\(table)_train.csv", "data.testFile=\(folder)\(table)_test.csv", "data.target=\(target)",
    ]
      + overrides)
}
