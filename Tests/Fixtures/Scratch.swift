import Configurations
import Files
import Foundation
import Problems

/// A temporary folder that goes when its test ends.
package final class Scratch: Sendable {
  package let path: String

  package init() throws {
    path = NSTemporaryDirectory() + "records-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  package func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  package func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))
  }

  package func text(_ name: String) throws -> String {
    String(decoding: try bytes(name), as: UTF8.self)
  }

  package var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }

  /// The folder itself, opened.
  package var directory: Directory {
    get throws {
      guard let directory = try Directory.open(path) else { throw CocoaError(.fileNoSuchFile) }
      return directory
    }
  }

  /// Loads a configuration whose relative paths start here.
  package func load(
    _ file: String? = nil, _ overrides: String..., refusals: [Refusal] = []
  ) throws(InvalidConfiguration) -> Configuration {
    try Configuration.load(
      file: file, overrides: overrides, workingDirectory: path, refusals: { _ in refusals })
  }

  /// A family of problems.
  package func plan(_ file: String? = nil, _ words: [String], further: [String] = []) throws(InvalidConfiguration)
    -> Plan
  {
    try Plan.load(file: file, words: words, further: further, workingDirectory: path)
  }

  /// The messages of a family that must be wrong; empty if it loads.
  package func planMistakes(_ text: String? = nil, _ words: String...) throws -> [String] {
    if let text { try write(text, to: "x.yaml") }
    do throws(InvalidConfiguration) {
      _ = try plan(text == nil ? nil : "x.yaml", words)
      return []
    } catch {
      return error.mistakes.map(\.description)
    }
  }

  /// The messages of a configuration that must be wrong; empty if it loads.
  package func mistakes(_ text: String?, _ overrides: String..., refusals: [Refusal] = []) throws
    -> [String]
  {
    if let text { try write(text, to: "x.yaml") }
    return problems(text == nil ? nil : "x.yaml", overrides, refusals).map(\.description)
  }

  package func problems(_ file: String?, _ overrides: [String], _ refusals: [Refusal] = []) -> [Mistake] {
    do throws(InvalidConfiguration) {
      _ = try Configuration.load(
        file: file, overrides: overrides, workingDirectory: path,
        refusals: { _ in refusals })
      return []
    } catch {
      return error.mistakes
    }
  }
}
