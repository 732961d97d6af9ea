import ArgumentParser
import Figures
import Records

/// `dmft plot`: the figures of a run, and its page, drawn once more.
struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw the figures and the report of a run folder.",
    usage: "dmft plot RUN [--png] [--pdf] [--json] [--quiet]",
    discussion: """
      Writes RUN/figures (SVG always) and RUN/report.html from the tables in
      RUN; nothing is computed again. Each figure leaves its script and its
      numbers beside it, to be restyled: gnuplot NAME.gp draws it again.

      Examples:
        dmft solve -o runs/first && dmft plot runs/first
        dmft plot runs/transfer --pdf
      """)

  @Argument(help: ArgumentHelp("A folder that was written with -o.", valueName: "RUN"), completion: .directory)
  var folder: String?

  @Flag(help: "Also as PNG, for slides.")
  var png = false

  @Flag(help: "Also as PDF, for a paper.")
  var pdf = false

  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let run = try StoredRun.named(folder, for: "plot")
    let wanted: [PictureFormat] = [.svg] + (png ? [.png] : []) + (pdf ? [.pdf] : [])
    let log = NoticeHandler.logger(quiet: output.quiet)
    let files = RunFiles(wanted, earlier: [], log).files(of: run)
    do throws(WritingProblem) {
      guard files.contains(where: { $0.path.hasPrefix("figures/") }) else {
        throw WritingProblem(
          reason: "\(run.path): " + (run.isUnfinished ? "the run is not finished; " : "") + "nothing to draw is in it",
          exitCode: 65)
      }
      try run.add(files)
    } catch {
      throw CommandFailure(error)
    }
    let names = files.map(\.path)
    if output.json {
      print(JSONValue.object(["written": .list(names.map { .text("\(run.path)/\($0)") })]).text())
    } else {
      print("written: " + RunFiles.told(names).map { "\(run.path)/\($0)" }.joined(separator: "  "))
    }
    guard files.contains(where: { $0.path.hasSuffix(".svg") }) else {
      throw CommandFailure(status: .inputOutput, lines: ["\(run.path): no figure could be drawn"])
    }
  }
}

extension StoredRun {
  /// The run that a command was asked about.
  ///
  /// - Parameters:
  ///   - folder: as the user named it; nil without a word.
  ///   - command: which command asks.
  /// - Returns: the run.
  /// - Throws: 64 without a folder, 65 for what is no run.
  static func named(_ folder: String?, for command: String) throws(CommandFailure) -> StoredRun {
    guard let folder else {
      throw CommandFailure(
        status: .usage,
        lines: ["dmft \(command) needs a run folder, one that was written with -o: dmft \(command) runs/first"])
    }
    do {
      return try StoredRun(folder)
    } catch {
      throw CommandFailure(error)
    }
  }
}
