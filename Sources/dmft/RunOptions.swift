import ArgumentParser
import DeepLinear
import Figures
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
      return try RunFolder(claiming: folder, identity: identity, command: command, options: options)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Writes the run and draws its figures.
  ///
  /// - Parameters:
  ///   - record: what the run leaves behind.
  ///   - drawings: its figures, drawn if they are asked for.
  ///   - runFolder: where; nil writes nothing.
  ///   - isListed: whether the files are told on stdout.
  ///   - log: for what is missing or removed.
  /// - Throws: 65 or 74 as the folder does.
  func write(
    _ record: RunRecord, drawings: [Figure], to runFolder: RunFolder?, isListed: Bool, _ log: Logger
  ) throws(CommandFailure) {
    guard let runFolder else { return }
    var record = record
    record.texts += figures ? drawings.flatMap(Self.texts) : []
    do {
      for file in try runFolder.filesRemoved(by: record) {
        log.warning("\(runFolder.path)/\(file) of the earlier run is removed: this run does not make it")
      }
      let files = try runFolder.write(record) { place in figures ? draw(drawings, in: place, log) : [] }
      guard isListed else { return }
      print("written: " + files.map { "\(runFolder.path)/\($0)" }.joined(separator: "  "))
    } catch {
      throw CommandFailure(error)
    }
  }

  private static func texts(_ figure: Figure) -> [NamedText] {
    let script = GnuplotScript(figure)
    return [
      NamedText(path: "figures/\(figure.name).gp", text: script.script),
      NamedText(path: "figures/\(figure.name).dat", text: script.data),
    ]
  }

  /// A picture that can't be drawn is told and left out; its script stays.
  private func draw(_ drawings: [Figure], in place: String, _ log: Logger) -> [String] {
    var drawn: [String] = []
    for figure in drawings {
      do throws(Gnuplot.Problem) {
        try Gnuplot.draw("\(figure.name).gp", in: place + "/figures")
        drawn.append("figures/\(figure.name).svg")
      } catch {
        log.warning("\(error.reason)")
      }
    }
    return drawn
  }
}
