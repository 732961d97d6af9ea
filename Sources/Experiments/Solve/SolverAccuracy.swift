import JSON
import MeanField
import Problems
import Reports

// The report of the approximations of a solve, as text and JSON.

extension Compression {
  /// The measured error is there only after a solve.
  var json: JSONValue {
    var members: [String: JSONValue] = [
      "points": .integer(eigenvalues), "fluctuation_masses": .integer(fluctuationMasses),
      "signal_masses": .integer(signalMasses),
    ]
    members["measured_error"] = measuredError.map { .number($0) }
    return .object(members)
  }
}

extension PanelReport {
  func sentence(_ problem: TrainingProblem) -> String {
    let size =
      "\(problem.time.isFlow ? "flow" : "steps"): \(panels) panels of up to \(nodes) nodes, \(sweeps) sweeps in all"
    let error = "error of any loss at most \(NumberText.brief(error))"
    return self.error <= tolerance
      ? "\(size); \(error) (asked: \(NumberText.brief(tolerance)))"
      : "\(size); \(error): NOT the requested \(NumberText.brief(tolerance))"
  }

  var json: JSONValue {
    .object([
      "panels": .integer(panels), "nodes": .integer(nodes), "points": .integer(points), "sweeps": .integer(sweeps),
      "error": .number(error), "tolerance": .number(tolerance),
    ])
  }
}

extension DepthReport {
  /// How many nodes stand for the depth, and how well they resolve it.
  ///
  /// - Parameter isSwept: whether rows are swept by themselves, not with a panel.
  /// - Returns: the sentence.
  func sentence(isSwept: Bool) -> String {
    let sweeps = isSwept ? ", \(NumberText.brief(sweeps)) sweeps a half step" : ""
    let text =
      "depth: \(places.count) nodes for infinitely many layers\(sweeps); estimated error \(NumberText.brief(error))"
    return error <= 1e-6 ? text : text + ": NOT resolved, a smaller branchScale or rate would be"
  }

  var json: JSONValue {
    .object(["tau": JSONValue(places), "error": .number(error), "sweeps": .number(sweeps)])
  }
}
