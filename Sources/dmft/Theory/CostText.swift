import MeanField
import Records

/// What a solve costs and how its spectrum was compressed, in words and as JSON.
enum CostText {
  static func line(_ cost: Cost) -> String {
    "cost: \(NumberText.bytes(cost.bytes)), \(NumberText.seconds(cost.seconds))"
  }

  static func json(_ cost: Cost) -> JSONValue {
    .object(["bytes": .integer(cost.bytes), "seconds": .number(cost.seconds)])
  }

  /// The measured error is there only after a solve.
  static func json(_ compression: Compression) -> JSONValue {
    var members: [String: JSONValue] = [
      "points": .integer(compression.eigenvalues),
      "fluctuation_masses": .integer(compression.fluctuationMasses),
      "signal_masses": .integer(compression.signalMasses),
    ]
    if let error = compression.measuredError { members["measured_error"] = .number(error) }
    return .object(members)
  }
}
