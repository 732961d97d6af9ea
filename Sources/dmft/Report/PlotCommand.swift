import ArgumentParser
import Figures
import Foundation
import Logging
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
      numbers beside it, to be restyled: gnuplot NAME.gp draws it again, and a
      script that was changed by hand stays.

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
    let all = RunFiles(wanted, damaged: run.damaged, log).files(of: run)
    guard all.contains(where: { $0.path.hasPrefix("figures/") }) else {
      throw CommandFailure(status: .badInput, lines: ["\(run.path): nothing to draw is in it; \(remedy(run))"])
    }
    guard all.contains(where: { $0.path.hasSuffix(".svg") }) else {
      throw CommandFailure(status: .inputOutput, lines: ["\(run.path): no figure could be drawn; nothing was changed"])
    }
    let files = withoutRestyled(all, of: run, log)
    do throws(WritingProblem) {
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
  }

  /// What to do where there is nothing to draw.
  private func remedy(_ run: StoredRun) -> String {
    guard run.isUnfinished else { return "its tables are missing or damaged, or no axis of a sweep has numbers" }
    return run.command == "sweep"
      ? "the sweep is not finished: dmft merge \(NextCommand.quoted(run.path)) makes a table of what there is"
      : "the run is not finished: give its command again"
  }

  /// Figures whose scripts were changed by hand stay as they are (a script of another version counts as changed).
  private func withoutRestyled(_ files: [NamedFile], of run: StoredRun, _ log: Logger) -> [NamedFile] {
    let changed = files.filter { file in
      file.path.hasSuffix(".gp") && run.text(file.path).map { Data($0.utf8) != file.contents } ?? false
    }
    for file in changed {
      log.warning(
        "\(run.path)/\(file.path) is not as dmft writes it and stays, with its pictures; remove it to have it drawn anew"
      )
    }
    let names = changed.map { String($0.path.dropLast(3)) + "." }
    return files.filter { file in !names.contains { file.path.hasPrefix($0) } }
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
