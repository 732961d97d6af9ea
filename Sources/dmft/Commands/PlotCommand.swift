import ArgumentParser
import Experiments
import Files
import Foundation
import JSON
import Logging
import Reports
import RunStore

/// `dmft plot`: the figures of a run, and its page, drawn once more.
struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw the figures and the report of a run folder.",
    usage: "dmft plot RUN [--png] [--pdf] [--json] [--quiet]",
    discussion: """
      Writes RUN/figures (SVG always) and RUN/report.html from the result in
      RUN; nothing is computed again. Each figure comes with its gnuplot script
      and its data, to be restyled: gnuplot NAME.gp draws it again, and a script
      that was edited is kept.

      Examples:
        dmft solve -o runs/first && dmft plot runs/first
        dmft plot runs/transfer --pdf
      """)

  @OptionGroup var named: StoredRunOptions

  @Flag(help: "Also as PNG, for slides.")
  var png = false

  @Flag(help: "Also as PDF, for a paper.")
  var pdf = false

  @OptionGroup var output: OutputOptions

  private var log: Logger { NoticeHandler.logger(quiet: output.quiet) }

  mutating func run() throws {
    let stored = try named.open(for: "plot")
    guard !stored.isUnfinished else {
      throw CommandFailure(status: .badInput, lines: ["\(stored.path): it contains nothing to draw; \(remedy(stored))"])
    }
    let report = try stored.reported()
    guard !report.figures.isEmpty else {
      throw CommandFailure(
        status: .badInput, lines: (["\(stored.path): it contains nothing to draw"] + report.hints))
    }
    if stored.hasDamagedArrays {
      log.warning("\(stored.path)/arrays.npz is missing or damaged: its figures are left out")
    }
    let formats: [PictureFormat] = [.svg] + (png ? [.png] : []) + (pdf ? [.pdf] : [])
    let all = ReportFiles(report, of: stored.origin).named(formats, folder: stored.path, beside: stored.files, log)
    guard all.contains(where: { $0.path.hasSuffix(".svg") }) else {
      throw CommandFailure(
        status: .inputOutput, lines: ["\(stored.path): no figure could be drawn; nothing was changed"])
    }
    let files = withoutRestyled(all, of: stored)
    do throws(WritingProblem) {
      try stored.add(files)
    } catch {
      throw CommandFailure(error)
    }
    printWritten(files.map(\.path), to: stored.path)
  }

  private func printWritten(_ names: [String], to folder: String) {
    if output.json {
      print(JSONValue.object(["written": .list(names.map { .text("\(folder)/\($0)") })]).text())
    } else {
      print(ReportFiles.written(names, to: folder))
    }
  }

  /// What to do with a run that has not finished.
  private func remedy(_ run: StoredRun) -> String {
    run.command == "sweep"
      ? "the sweep is not finished: dmft merge \(NumberText.quoted(run.path)) makes a table of the finished units"
      : "the run is not finished: run its command again"
  }

  /// Figures whose scripts were changed by hand stay as they are (a script of another version counts as changed).
  private func withoutRestyled(_ files: [NamedFile], of run: StoredRun) -> [NamedFile] {
    let changed = files.filter { file in
      file.path.hasSuffix(".gp") && run.text(file.path).map { Data($0.utf8) != file.contents } ?? false
    }
    for file in changed {
      log.warning(
        "\(run.path)/\(file.path) was edited and is kept, with its pictures; remove it to have it drawn again"
      )
    }
    let names = changed.map { String($0.path.dropLast(3)) + "." }
    return files.filter { file in !names.contains { file.path.hasPrefix($0) } }
  }
}
