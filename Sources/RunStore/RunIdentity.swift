import Files
import Foundation
import JSON

/// What a run folder holds the results of: one problem, or a family of them.
public struct RunIdentity: Sendable {
  /// The configuration as it is written, with the absolute path of each file as the closure gives it.
  public typealias Writer<Text> = @Sendable (_ path: (String) -> String) -> Text

  /// SHA-256 of the problem or the family.
  public let hash: String
  /// Seed of trained networks; of a family the first.
  public let seed: Int
  /// SHA-256 of the table of real data, if there is one.
  public let dataSHA256: String?
  /// Absolute paths of the files that the configuration reads.
  public let files: [String]
  /// Whether the run folder gets copies of these files, and its configuration names the copies.
  public var copiesFiles = false
  private let yaml: Writer<String>
  private let json: Writer<JSONValue>

  /// - Parameters:
  ///   - hash: SHA-256 of the problem or the family.
  ///   - seed: seed of trained networks.
  ///   - dataSHA256: SHA-256 of the table of real data.
  ///   - files: absolute paths of the files that the configuration reads.
  ///   - yaml: text of `config.yaml`, which loads again to the same.
  ///   - json: the same for the manifest.
  public init(
    hash: String, seed: Int, dataSHA256: String?, files: [String], yaml: @escaping Writer<String>,
    json: @escaping Writer<JSONValue>
  ) {
    self.hash = hash
    self.seed = seed
    self.dataSHA256 = dataSHA256
    self.files = files
    self.yaml = yaml
    self.json = json
  }

  /// Text of `config.yaml`: files by their paths from the folder in which it stands.
  ///
  /// - Parameter folder: absolute path of that folder; nil for the working directory.
  /// - Returns: YAML.
  public func yaml(in folder: String?) -> String { yaml { name($0, folder) } }

  /// The same as JSON.
  ///
  /// - Parameter folder: absolute path of the run folder; nil for the working directory.
  /// - Returns: an object of sections.
  public func json(in folder: String?) -> JSONValue { json { name($0, folder) } }

  private func name(_ file: String, _ folder: String?) -> String {
    if copiesFiles, folder != nil { return copyName(file) }
    return relativePath(of: file, from: folder ?? FileManager.default.currentDirectoryPath)
  }

  /// Name of the copy of a file within the run folder; of two files with one name the second has a number.
  func copyName(_ file: String) -> String {
    let name = URL(fileURLWithPath: file).lastPathComponent
    let alike = files.filter { URL(fileURLWithPath: $0).lastPathComponent == name }
    let place = alike.firstIndex(of: file) ?? 0
    return "data/" + (place == 0 ? "" : "\(place + 1)-") + name
  }
}
