import ArgumentParser
import DeepLinear
import Logging
import Records

/// `--arrays`, shared by the commands that know correlations.
struct ArrayOptions: ParsableArguments {
  @Flag(help: "With -o, also write the correlations of all pairs of times (arrays.npz).")
  var arrays = false
}

/// `-o` and `--figures`, shared by every command that leaves a run folder.
struct RunOptions: ParsableArguments {
  @Option(
    name: .customShort("o"),
    help: ArgumentHelp("Write a run folder: a manifest, the configuration and tables.", valueName: "DIR"),
    completion: .directory)
  var folder: String?

  @Flag(help: "With -o, also draw the figures (needs gnuplot).")
  var figures = false

  /// Checks the folder before anything is computed.
  func claim(
    _ identity: RunIdentity, command: String, options: [String] = [], arrays: Bool = false, _ log: Logger
  ) throws(CommandFailure) -> RunFolder? {
    for (flag, isGiven) in [("--arrays", arrays), ("--figures", figures)] where isGiven && folder == nil {
      log.warning("\(flag) needs -o DIR; none will be written")
    }
    guard let folder else { return nil }
    guard !folder.isEmpty else { throw CommandFailure(status: .usage, lines: ["-o needs the name of a folder"]) }
    do {
      return try RunFolder(
        claiming: folder, identity: identity, command: command, options: options,
        subfolders: figures ? ["figures"] : [])
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Writes the run with its report, and its figures if they are asked for.
  ///
  /// - Parameters:
  ///   - record: what the run leaves behind.
  ///   - runFolder: where; nil writes nothing.
  ///   - isListed: whether the files are told on stdout.
  ///   - log: for what is missing or removed.
  /// - Throws: 65 or 74 as the folder does.
  func write(
    _ record: RunRecord, to runFolder: RunFolder?, isListed: Bool, _ log: Logger
  ) throws(CommandFailure) {
    guard let runFolder else { return }
    do {
      let written = try runFolder.write(record) { run, earlier in
        RunFiles(figures ? [.svg] : [], earlier: earlier, log).files(of: run)
      }
      for file in written.removed {
        log.warning("\(runFolder.path)/\(file) of the earlier run is gone: this run does not make it")
      }
      guard isListed else { return }
      print("written: " + RunFiles.told(written.names).map { "\(runFolder.path)/\($0)" }.joined(separator: "  "))
    } catch {
      throw CommandFailure(error)
    }
  }
}
