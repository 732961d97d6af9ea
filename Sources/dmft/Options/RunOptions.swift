import ArgumentParser
import Files
import Logging
import RunStore

/// `--arrays`, shared by the commands that compute correlations.
struct ArrayOptions: ParsableArguments {
  @Flag(help: "With -o, also write the correlations of all pairs of times (arrays.npz).")
  var arrays = false
}

/// `-o` and `--figures`, shared by every command that writes a run folder.
struct RunOptions: ParsableArguments {
  @Option(
    name: .customShort("o"),
    help: ArgumentHelp("Write a run folder: a manifest, the configuration and tables.", valueName: "DIR"),
    completion: .directory)
  var folder: String?

  @Flag(help: "With -o, also draw the figures (needs gnuplot).")
  var figures = false

  @Flag(help: "With -o, replace a run of another problem in that folder.")
  var overwrite = false

  @Flag(help: "With -o, copy the table that the run reads into the folder.")
  var copyData = false

  /// Checks the folder before anything is computed.
  func claim(
    _ identity: RunIdentity, command: String, options: [String], arrays: Bool, growingKey: String? = nil, _ log: Logger
  ) throws(CommandFailure) -> RunFolder? {
    let flags = [
      ("--arrays", arrays), ("--figures", figures), ("--overwrite", overwrite), ("--copy-data", copyData),
    ]
    for (flag, isGiven) in flags where isGiven && folder == nil {
      log.warning("\(flag) needs -o DIR and has no effect without it")
    }
    guard let folder else { return nil }
    guard !folder.isEmpty else { throw CommandFailure(status: .usage, lines: ["-o needs the name of a folder"]) }
    do {
      var identity = identity
      identity.copiesFiles = copyData
      return try RunFolder(
        claiming: folder, identity: identity, command: command, options: options,
        subfolders: (figures ? ["figures"] : []) + (copyData ? ["data"] : []), overwrites: overwrite,
        growingKey: growingKey)
    } catch {
      throw CommandFailure(error)
    }
  }
}
