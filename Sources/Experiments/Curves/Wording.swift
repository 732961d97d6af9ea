import Problems

extension TrainingProblem {
  /// Whether rows stand at times that grow by equal factors.
  var isOverDecades: Bool { time.isFlow || time.rows == .log }
  /// What stands along the axis of a curve.
  var rowName: String { time.isFlow ? "time" : "step" }

  /// A figure's title: what it shows, and below it of what network, broken so that no line is cut off.
  func title(_ text: String) -> String {
    var lines = [""]
    for part in ProblemText.network(self).split(separator: ", ").map(String.init) {
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = part
      } else if line.count + part.count > 74 {
        lines[lines.count - 1] += ","
        lines.append(part)
      } else {
        lines[lines.count - 1] += ", " + part
      }
    }
    return ([text] + lines).joined(separator: "\n")
  }
}

extension Outcome {
  /// How a run ended, in a word.
  var word: String {
    switch self {
    case .completed: "completed"
    case .diverged: "diverged"
    case .unsettled: "unsettled"
    }
  }
}
