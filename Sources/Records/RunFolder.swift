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
  /// - Throws: 65 for a folder that holds anything else, 74 for one that can't be written.
  public init(claiming path: String, identity: RunIdentity, command: String, options: [String] = [])
    throws(WritingProblem)
  {
    self.path = path
    self.identity = identity
    self.command = command
    self.options = options
    try checkOwner()
    try checkWritable()
  }

  /// Absolute, without links, dots and a slash at its end, so that its parent is well defined.
  var folder: String {
    let absolute = absolutePath(path, in: FileManager.default.currentDirectoryPath)
    return URL(fileURLWithPath: absolute).resolvingSymlinksInPath().path
  }
  var parent: String { URL(fileURLWithPath: folder).deletingLastPathComponent().path }

  /// Start of the names of temporary folders; one that a killed run left is not foreign.
  static let temporaryPrefix = ".dmft-writing-"

  /// Names of the files of a run, in the order of writing, without those that are made of them and without the manifest.
  static func fileNames(_ record: RunRecord) -> [String] {
    ["config.yaml"] + record.tables.map(\.path) + (record.arrays.isEmpty ? [] : ["arrays.npz"])
      + (record.archive.map { [$0.path] } ?? []) + record.texts.map(\.path)
  }

  /// What an earlier run of the same problem left, nil without one.
  @discardableResult
  func checkOwner() throws(WritingProblem) -> EarlierRun? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else { return nil }
    guard isFolder.boolValue else {
      throw .input("\(path) is a file, not a folder; choose another place with -o")
    }
    guard let all = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw .input("\(path) can't be read; choose another place with -o")
    }
    let names = all.filter { !$0.hasPrefix(Self.temporaryPrefix) }
    if names.isEmpty { return nil }
    guard names.contains("manifest.json") else {
      throw .foreign("\(path) holds other files and no run; choose an empty folder with -o")
    }
    guard let earlier = EarlierRun(manifest: folder + "/manifest.json") else {
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

  /// Makes and removes a folder where the run will be written: permissions alone don't tell
  /// whether a disk takes files.
  private func checkWritable() throws(WritingProblem) {
    var place = folder
    var isFolder: ObjCBool = false
    while !FileManager.default.fileExists(atPath: place, isDirectory: &isFolder), place != "/" {
      place = URL(fileURLWithPath: place).deletingLastPathComponent().path
    }
    guard isFolder.boolValue else {
      throw .input("\(path) can't be made: \(place) is a file; choose another place with -o")
    }
    try probe(place)
  }

  private func probe(_ place: String) throws(WritingProblem) {
    let probe = "\(place)/\(Self.temporaryPrefix)\(UUID().uuidString)"
    guard mkdir(probe, 0o700) == 0 else {
      let reason = String(cString: strerror(errno))
      throw .input("\(path) can't be written: \(place): \(reason); choose another place with -o")
    }
    rmdir(probe)
  }
}

/// What the manifest of an earlier run says.
struct EarlierRun {
  let hash: String
  let command: String
  let options: [String]
  let files: [String]

  init?(manifest path: String) {
    guard let manifest = FileManager.default.contents(atPath: path).flatMap(JSONValue.parse),
      let hash = manifest["hash"]?.text, let command = manifest["command"]?.text
    else { return nil }
    self.hash = hash
    self.command = command
    options = manifest["options"]?.elements.compactMap(\.text) ?? []
    files = Manifest.files(manifest)
  }
}
