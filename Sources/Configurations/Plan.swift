import Files
import Foundation
import JSON
import Problems

/// A family of problems: one configuration, and axes along which some of its keys run through several values.
public struct Plan: Sendable {
  /// One problem of the family.
  public struct Point: Sendable {
    /// The value of each column, as YAML text.
    public let labels: [String]
    /// Counts from 0 where simulations are repeated, each with a seed of its own.
    public let repetition: Int
    /// The problem.
    public let configuration: Configuration
  }

  /// The keys that run through values, in the order of the axes.
  public let columns: [String]
  /// For each axis its columns and, for each of them, its values as YAML text.
  public let axes: [[(path: String, values: [String])]]
  /// How often each simulation is repeated.
  public let repeats: Int
  /// All combinations; the last axis runs fastest, and repetitions within it.
  public let points: [Point]
  /// The configuration file as the user named it; nil without one.
  public let source: String?
  /// What all points share, as it was given: paths and decoded values, a data file by its absolute path.
  let shared: [(path: String, value: Value)]

  /// SHA-256 over the problems in their order and the columns: the same family always gives the same.
  ///
  /// - Parameter isUsed: which keys count.
  /// - Returns: 64 hexadecimal digits.
  public func hash(of isUsed: (String) -> Bool = { _ in true }) -> String {
    withoutActuallyEscaping(isUsed) { isUsed in
      var hash = ConfigurationHash(of: isUsed)
      let lines =
        [columns.joined(separator: " ")]
        + points.map { $0.labels.joined(separator: " ") + " " + hash.hash($0.configuration) }
      return sha256(lines.joined(separator: "\n").utf8)
    }
  }

  /// The family as a file that gives the same family again.
  ///
  /// - Parameter path: how the absolute path of a file is written.
  /// - Returns: YAML.
  public func yaml(path: (String) -> String = { $0 }) -> String {
    let lists = located(path).map { axis in axis.map { "\($0.path): [\($0.values.joined(separator: ", "))]" } }
    var entries = lists.map { $0.count == 1 ? $0[0] : "zip: {\($0.joined(separator: ", "))}" }
    if repeats > 1 { entries.append("repeat: \(repeats)") }
    // A mapping has each key once: several axes of keys that move together need a list.
    let mark = lists.contains { $0.count > 1 } ? "- " : ""
    let section = entries.isEmpty ? "" : "axes:\n" + entries.map { "  \(mark)\($0)\n" }.joined()
    let head = "# Written by dmft: the same command on this file gives the same numbers.\n"
    return head + (shared.isEmpty ? "" : Configuration.yaml(Configuration.located(shared, path))) + section
  }

  /// Axes with the paths of tables written in another way.
  private func located(_ path: (String) -> String) -> [[(path: String, values: [String])]] {
    axes.map { axis in
      axis.map { column in
        guard Configuration.fileKeys.contains(column.path) else { return column }
        let values = column.values.map { text in
          guard let name = (try? YAMLText(text).root)?.scalar?.string, name.hasPrefix("/") else { return text }
          return Value.text(path(name)).yaml
        }
        return (column.path, values)
      }
    }
  }

  /// Absolute paths of the files that its problems read, each once.
  public var files: [String] { Array(Set(points.flatMap(\.configuration.files))).sorted() }

  /// The family as nested JSON.
  ///
  /// - Parameter path: how the absolute path of a file is written.
  /// - Returns: an object of sections, and the axes.
  public func json(path: (String) -> String = { $0 }) -> JSONValue {
    let own = Configuration.located(shared, path)
    guard case .object(var members) = own.isEmpty ? .object([:]) : Configuration.json(own) else { return .null }
    members["axes"] = .list(
      located(path).map { axis in
        .object(Dictionary(uniqueKeysWithValues: axis.map { ($0.path, .list($0.values.map { .text($0) })) }))
      })
    members["repeat"] = .integer(repeats)
    return .object(members)
  }
}
