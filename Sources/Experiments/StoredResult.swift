import Foundation
import Reports
import RunStore

/// `result.json`: a result, whole, as a run folder keeps it.
public enum StoredResult {
  /// Encodes a result; the same result always gives the same bytes.
  ///
  /// - Parameter result: what was found.
  /// - Returns: JSON in UTF-8.
  /// - Throws: where the result cannot be encoded.
  public static func encode(_ result: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try encoder.encode(result)
  }

  /// Decodes a result.
  ///
  /// - Parameters:
  ///   - type: what it was.
  ///   - data: as `encode` gave it.
  /// - Returns: an equal result.
  /// - Throws: for other data.
  public static func decode<Result: Decodable>(_ type: Result.Type, from data: Data) throws -> Result {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(type, from: data)
  }
}

/// Every experiment that writes a run folder: one line registers a new one.
public enum ExperimentCatalogue {
  /// In the order of the commands.
  public static let all: [any Experiment.Type] = [
    Solve.self, Simulate.self, Validate.self, Compare.self, Transfer.self, Tune.self, Sweep.self,
    Reduce.self, ClassCollapse.self, Layers.self, CommitteeMachine.self, Forecast.self,
  ]

  /// The report of a run that was kept.
  ///
  /// A command of several kinds, such as `reduce`, has an experiment for each: the one whose result it is decodes it.
  ///
  /// - Parameters:
  ///   - command: which experiment made it.
  ///   - result: its `result.json`.
  ///   - arrays: its arrays.
  /// - Returns: the report; nil for an unknown command.
  /// - Throws: where the result does not decode.
  public static func report(_ command: String, _ result: Data, arrays: (any ArraySource)?) throws -> Report? {
    let kinds = all.filter { $0.name == command }
    for kind in kinds.dropLast() {
      if let report = try? report(kind, result, arrays) { return report }
    }
    return try kinds.last.map { try report($0, result, arrays) }
  }

  private static func report<Subject: Experiment>(
    _ type: Subject.Type, _ result: Data, _ arrays: (any ArraySource)?
  ) throws -> Report {
    Subject.report(try StoredResult.decode(Subject.Result.self, from: result), arrays: arrays)
  }
}
