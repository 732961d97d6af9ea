import Files
import Foundation
import JSON

/// The folder that holds the results of one run: claimed before anything is computed, written in
/// one go at the end.
public struct RunFolder: Sendable {
  /// The folder as the user named it.
  public let path: String

  let identity: RunIdentity
  let command: String
  /// Options other than configuration and command that determine the results.
  let options: [String]
  /// Whether a run of another problem may be replaced.
  private let overwrites: Bool
  /// The key of a number of parts: an unfinished run may be given more of them.
  private let growingKey: String?

  /// Checks that a run may be written there, and that it can be. Leaves nothing behind.
  ///
  /// - Parameters:
  ///   - path: the folder; it may be missing, empty, or hold an earlier run of the same problem
  ///     by the same command, which will be replaced.
  ///   - identity: the problem or the family that will be run.
  ///   - command: the command's name, such as `solve`.
  ///   - options: what else decides the results, as the user gave it.
  ///   - subfolders: names of subfolders that will be written.
  ///   - overwrites: whether a run of another problem, command or option may be replaced.
  ///   - growingKey: the key of a number of parts, of which an unfinished run may be given more.
  /// - Throws: 65 for a folder that holds anything else, 74 for one that can't be written.
  public init(
    claiming path: String, identity: RunIdentity, command: String, options: [String] = [], subfolders: [String] = [],
    overwrites: Bool = false, growingKey: String? = nil
  ) throws(WritingProblem) {
    self.path = path
    self.identity = identity
    self.command = command
    self.options = options
    self.overwrites = overwrites
    self.growingKey = growingKey
    if let directory = try Directory.open(path) {
      try check(directory, subfolders)
    } else {
      try checkCanBeMade()
    }
  }

  private func check(_ directory: Directory, _ subfolders: [String]) throws(WritingProblem) {
    let earlier = try checkOwner(of: directory)
    // What the earlier run left in subfolders is replaced or removed.
    for file in (earlier?.files ?? []) + subfolders.map({ $0 + "/file" }) { try checkWay(to: file, in: directory) }
    try directory.checkTakesFiles()
  }

  /// Names of the files of a run, in the order of writing, without those that are made of them and without the manifest.
  static func fileNames(_ record: RunRecord) -> [String] {
    ["config.yaml", "result.json"] + record.tables.map(\.path) + (record.arrays.isEmpty ? [] : ["arrays.npz"])
      + (record.archive.map { [$0.path] } ?? [])
  }

  /// Opens the folder, or makes it; one that was made goes again if what is done in it fails.
  ///
  /// - Parameter body: what is done in it.
  /// - Returns: what that gives.
  /// - Throws: what that throws; 74 for a folder that can't be made.
  func inFolder<Result>(_ body: (Directory) throws(WritingProblem) -> Result) throws(WritingProblem) -> Result {
    let (directory, isNew) = try Directory.openOrMake(path)
    do throws(WritingProblem) {
      return try body(directory)
    } catch {
      if isNew { rmdir(path) }
      throw error
    }
  }

  /// Absolute path of the folder, links resolved: what the paths in its configuration start from.
  var place: String {
    URL(fileURLWithPath: absolutePath(path, in: FileManager.default.currentDirectoryPath)).resolvingSymlinksInPath()
      .path
  }

  /// What an earlier run of the same problem left, nil without one.
  @discardableResult
  func checkOwner(of directory: Directory) throws(WritingProblem) -> EarlierRun? {
    let names = try directory.names().filter { !$0.hasPrefix(TemporaryFolder.prefix) }
    if names.isEmpty { return nil }
    // Asked for itself: another process may have put it there since the names were read.
    guard directory.kind(of: "manifest.json") != nil else {
      throw .foreign("\(path) holds other files and no run; choose an empty folder with -o")
    }
    guard let earlier = try EarlierRun(in: directory) else {
      throw .foreign("\(path)/manifest.json is not of a run; choose another folder with -o")
    }
    if !overwrites, let difference = difference(from: earlier) {
      throw .foreign("\(path) \(difference); choose another folder with -o, or replace that run with --overwrite")
    }
    return earlier
  }

  /// How an earlier run differs from this one; nil for the same run.
  private func difference(from earlier: EarlierRun) -> String? {
    guard earlier.command == command else { return "is a run of dmft \(earlier.command), not of dmft \(command)" }
    guard earlier.hash == identity.hash else {
      let keys = KeyDifference.all(there: earlier.configuration, here: identity.json(in: place))
      if isExtension(of: earlier, keys) { return nil }
      return keys.isEmpty
        ? "is a run of dmft \(earlier.version), which this version cannot continue"
        : "belongs to another problem: " + keys.map(\.words).joined(separator: ", ")
    }
    guard earlier.options == options else {
      func words(_ options: [String]) -> String {
        options.isEmpty ? "without options" : "with " + options.joined(separator: " ")
      }
      return "is a run made \(words(earlier.options)), not \(words(options))"
    }
    return nil
  }

  /// Whether this run has no other key than an unfinished one, but more parts.
  private func isExtension(of earlier: EarlierRun, _ keys: [KeyDifference]) -> Bool {
    guard earlier.isUnfinished, earlier.options == options, keys.count == 1, keys[0].key == growingKey,
      let there = keys[0].there.flatMap(Int.init), let here = keys[0].here.flatMap(Int.init)
    else { return false }
    return here > there
  }

  /// Whether the run in the folder is an unfinished one with fewer parts, which this one takes up.
  func extends(_ earlier: EarlierRun) -> Bool {
    !overwrites && earlier.command == command && earlier.hash != identity.hash
      && isExtension(of: earlier, KeyDifference.all(there: earlier.configuration, here: identity.json(in: place)))
  }

  /// Refuses a file that could be reached through a link only; one that is not there yet is none.
  private func checkWay(to file: String, in directory: Directory) throws(WritingProblem) {
    var folder = directory
    for name in file.split(separator: "/").dropLast().map(String.init) {
      guard folder.kind(of: name) != nil else { return }
      folder = try folder.folder(name)
    }
  }

  /// Looks whether files can be made where the folder will be.
  private func checkCanBeMade() throws(WritingProblem) {
    var place = absolutePath(path, in: FileManager.default.currentDirectoryPath)
    var isFolder: ObjCBool = false
    while !FileManager.default.fileExists(atPath: place, isDirectory: &isFolder), place != "/" {
      place = URL(fileURLWithPath: place).deletingLastPathComponent().path
    }
    guard isFolder.boolValue, let ancestor = try Directory.open(place) else {
      throw .input("\(path) can't be made: \(place) is a file; choose another place with -o")
    }
    do throws(WritingProblem) {
      try ancestor.checkTakesFiles()
    } catch {
      throw .input("\(path) can't be made: \(error.reason); choose another place with -o")
    }
  }
}

/// The manifest of an earlier run.
package struct EarlierRun {
  package let version: String
  package let hash: String
  package let command: String
  package let options: [String]
  package let files: [String]
  package let configuration: JSONValue
  package let isUnfinished: Bool

  /// Nil where there is no manifest of a run.
  ///
  /// - Parameter directory: the run folder.
  /// - Throws: 74 where there is one that can't be read.
  package init?(in directory: Directory) throws(WritingProblem) {
    guard let manifest = try directory.existingContents("manifest.json").flatMap(JSONValue.parse),
      let hash = manifest["hash"]?.text, let command = manifest["command"]?.text
    else { return nil }
    self.hash = hash
    self.command = command
    version = manifest["version"]?.text ?? "an unknown version"
    configuration = manifest["configuration"] ?? .null
    isUnfinished = manifest["status"]?.text == Manifest.unfinished
    options = manifest["options"]?.elements.compactMap(\.text) ?? []
    files = Manifest.files(manifest)
  }
}
