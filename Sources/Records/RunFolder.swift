import Foundation

/// Why a file or folder can't be used or written.
public struct WritingProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, with the path and what to do.
  public let reason: String
  /// 65 for what belongs to something else, 74 where writing fails.
  public let exitCode: Int32

  /// - Parameters:
  ///   - reason: what is wrong.
  ///   - exitCode: 65 or 74.
  public init(reason: String, exitCode: Int32) {
    self.reason = reason
    self.exitCode = exitCode
  }

  /// The reason.
  public var description: String { reason }

  static func foreign(_ reason: String) -> Self { Self(reason: reason, exitCode: 65) }
  static func input(_ reason: String) -> Self { Self(reason: reason, exitCode: 74) }
}

/// The folder that holds the results of one run: claimed before anything is computed, written in
/// one go at the end.
public struct RunFolder: Sendable {
  /// The folder as the user named it.
  public let path: String

  let identity: RunIdentity
  let command: String
  /// What beside configuration and command decides the results.
  let options: [String]

  /// Checks that a run may be written there, and that it can be. Leaves nothing behind.
  ///
  /// - Parameters:
  ///   - path: the folder; it may be missing, empty, or hold an earlier run of the same problem
  ///     by the same command, which will be replaced.
  ///   - identity: the problem or the family that will be run.
  ///   - command: the command's name, such as `solve`.
  ///   - options: what else decides the results, as the user gave it.
  ///   - subfolders: names of subfolders that will be written.
  /// - Throws: 65 for a folder that holds anything else, 74 for one that can't be written.
  public init(
    claiming path: String, identity: RunIdentity, command: String, options: [String] = [], subfolders: [String] = []
  ) throws(WritingProblem) {
    self.path = path
    self.identity = identity
    self.command = command
    self.options = options
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
    ["config.yaml"] + record.tables.map(\.path) + (record.arrays.isEmpty ? [] : ["arrays.npz"])
      + (record.archive.map { [$0.path] } ?? []) + record.texts.map(\.path)
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

  /// What an earlier run of the same problem left, nil without one.
  @discardableResult
  func checkOwner(of directory: Directory) throws(WritingProblem) -> EarlierRun? {
    let names = try directory.names().filter { !$0.hasPrefix(TemporaryFolder.prefix) }
    if names.isEmpty { return nil }
    // Asked for itself: another process may have put it there since the names were read.
    guard directory.kind(of: "manifest.json") != nil else {
      throw .foreign("\(path) holds other files and no run; choose an empty folder with -o")
    }
    guard let earlier = EarlierRun(in: directory) else {
      throw .foreign("\(path)/manifest.json is not of a run; choose another folder with -o")
    }
    guard earlier.hash == identity.hash else {
      throw .foreign("\(path) belongs to another problem; choose another folder with -o")
    }
    guard earlier.command == command else {
      throw .foreign(
        "\(path) is a run of dmft \(earlier.command), not of dmft \(command); "
          + "choose another folder with -o")
    }
    guard earlier.options == options else {
      let given = earlier.options.isEmpty ? "without options" : "with " + earlier.options.joined(separator: " ")
      throw .foreign("\(path) is a run made \(given); choose another folder with -o")
    }
    return earlier
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

/// What the manifest of an earlier run says.
struct EarlierRun {
  let hash: String
  let command: String
  let options: [String]
  let files: [String]

  /// Nil where there is no manifest of a run.
  init?(in directory: Directory) {
    guard let manifest = directory.contents("manifest.json").flatMap(JSONValue.parse),
      let hash = manifest["hash"]?.text, let command = manifest["command"]?.text
    else { return nil }
    self.hash = hash
    self.command = command
    options = manifest["options"]?.elements.compactMap(\.text) ?? []
    files = Manifest.files(manifest)
  }
}
