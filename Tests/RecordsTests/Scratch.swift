import DeepLinear
import Foundation

@testable import Records

/// A temporary folder that goes when its test ends.
final class Scratch: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "records-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))
  }

  func text(_ name: String) throws -> String {
    String(decoding: try bytes(name), as: UTF8.self)
  }

  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }

  /// The folder itself, opened.
  var directory: Directory {
    get throws {
      guard let directory = try Directory.open(path) else { throw CocoaError(.fileNoSuchFile) }
      return directory
    }
  }

  /// Loads with a stand-in for the room that measures tables: two eigenvalues, residual 0.25.
  func load(
    _ file: String? = nil, _ overrides: String..., refusals: [Refusal] = []
  ) throws(InvalidConfiguration) -> Configuration {
    try Configuration.load(
      file: file, overrides: overrides, workingDirectory: path, measure: Self.measure, refusals: { _ in refusals })
  }

  /// Two eigenvalues, residual 0.25.
  static func measure(_ table: DataTable, _ style: DataTable.Standardization) -> Result<MeasuredSpectrum, InvalidTable>
  {
    if table.target.allSatisfy({ $0 == table.target[0] }) {
      return .failure(InvalidTable(problems: ["the target is constant"]))
    }
    return .success(
      MeasuredSpectrum(
        eigenvalues: [1.5, 0.5], targetCoefficients: [0.5, style == .none ? 1 : 0.25], residualVariance: 0.25,
        inputFactor: 2, targetShift: table.target[0], targetScale: 1, rows: table.rows, columns: table.columns))
  }

  /// A family of problems.
  func plan(_ file: String? = nil, _ words: [String], further: [String] = []) throws(InvalidConfiguration) -> Plan {
    try Plan.load(file: file, words: words, further: further, workingDirectory: path, measure: Self.measure)
  }

  /// The messages of a family that must be wrong; empty if it loads.
  func planMistakes(_ text: String? = nil, _ words: String...) throws -> [String] {
    if let text { try write(text, to: "x.yaml") }
    do throws(InvalidConfiguration) {
      _ = try plan(text == nil ? nil : "x.yaml", words)
      return []
    } catch {
      return error.mistakes.map(\.description)
    }
  }

  /// The messages of a configuration that must be wrong; empty if it loads.
  func mistakes(_ text: String?, _ overrides: String..., refusals: [Refusal] = []) throws
    -> [String]
  {
    if let text { try write(text, to: "x.yaml") }
    return problems(text == nil ? nil : "x.yaml", overrides, refusals).map(\.description)
  }

  func problems(_ file: String?, _ overrides: [String], _ refusals: [Refusal] = []) -> [Mistake] {
    do throws(InvalidConfiguration) {
      _ = try Configuration.load(
        file: file, overrides: overrides, workingDirectory: path,
        measure: { _, _ in .failure(InvalidTable(problems: ["not asked here"])) },
        refusals: { _ in refusals })
      return []
    } catch {
      return error.mistakes
    }
  }
}
