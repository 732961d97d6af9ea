import Files
import Foundation
import JSON

/// A run folder as it is read back: its manifest, its result, its arrays.
public struct StoredRun: Sendable {
  /// The folder as the user named it.
  public let path: String
  /// `manifest.json`: command, resolved configuration, status and the other entries of the manifest.
  public let manifest: JSONValue
  /// Where its files are.
  let folder: Directory

  /// Opens a run folder.
  ///
  /// - Parameter path: the folder.
  /// - Throws: 65 for what is no run folder, 74 for one that can't be read, with what to do.
  public init(_ path: String) throws(WritingProblem) {
    guard let folder = try Directory.open(path) else { throw .foreign(Self.missing(path)) }
    try self.init(path: path, folder: folder)
  }

  /// Reads the manifest of a folder.
  ///
  /// - Parameters:
  ///   - path: the folder as the user named it.
  ///   - folder: the folder.
  /// - Throws: 65 for what is no run folder, 74 where the manifest can't be read.
  init(path: String, folder: Directory) throws(WritingProblem) {
    guard let data = try folder.existingContents("manifest.json") else {
      throw .foreign("\(path) holds no run (no manifest.json); name a folder that was written with -o")
    }
    guard let manifest = JSONValue.parse(data), manifest["command"]?.text != nil,
      case .object? = manifest["configuration"]
    else { throw .foreign("\(path)/manifest.json is not of a run") }
    self.init(path: path, folder: folder, manifest: manifest)
  }

  /// - Parameters:
  ///   - path: the folder as the user named it.
  ///   - folder: where its files are now.
  ///   - manifest: the contents of its `manifest.json`, present or future.
  init(path: String, folder: Directory, manifest: JSONValue) {
    self.path = path
    self.folder = folder
    self.manifest = manifest
  }

  private static func missing(_ path: String) -> String {
    let place = URL(fileURLWithPath: absolutePath(path, in: FileManager.default.currentDirectoryPath))
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place.deletingLastPathComponent().path)) ?? []
    let near = nearestName(to: place.lastPathComponent, among: names.sorted())
    return "\(path.isEmpty ? "''" : path): no such folder"
      + (near.map { "; did you mean \($0)?" } ?? "; -o DIR writes run folders")
  }

  /// The command that made it, such as `solve`.
  public var command: String { manifest["command"]?.text ?? "" }
  /// How it ended, in a word; `unfinished` for a run whose parts wait to be taken up.
  public var status: String { manifest["status"]?.text ?? "" }
  /// Whether it has not been finished.
  public var isUnfinished: Bool { status == Manifest.unfinished }

  /// Names of the files that its manifest lists, as far as they lie within the folder.
  public var files: [String] { Manifest.files(manifest) }

  /// The text of a file of the folder.
  ///
  /// - Parameter name: its file name, such as `config.yaml`.
  /// - Returns: nil where there is none.
  public func text(_ name: String) -> String? {
    folder.contents(name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// `result.json`, the result whole.
  public var result: Data? { folder.contents("result.json") }

  /// Its arrays; nil for a run that was made without `--arrays`.
  public var arrays: StoredArrays? {
    files.contains("arrays.npz") ? StoredArrays(of: folder) : nil
  }

  /// Whether it was made with arrays that can't be read any more.
  public var hasDamagedArrays: Bool {
    guard let arrays else { return false }
    return arrays.shape("time") == nil && arrays.shape("step") == nil
  }
}
