import ArgumentParser
import Citations
import Records

/// `dmft cite`: BibTeX of what a run used.
struct CiteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cite",
    abstract: "Print BibTeX of everything that a run used.",
    discussion: """
      The program, the theory, optimisers, data sets, methods and libraries: what
      the run folder tells to have been used, each with the reason.

      Example:
        dmft solve configs/digits.yaml -o runs/first && dmft cite runs/first > run.bib
      """)

  @Argument(help: ArgumentHelp("A folder that was written with -o.", valueName: "RUN"), completion: .directory)
  var folder: String?

  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let stored = try StoredRun.named(folder, for: "cite")
    if stored.isUnfinished {
      NoticeHandler.logger(quiet: output.quiet).notice(
        "\(stored.path) is not finished; cited is what is known by now, so run dmft cite again at its end")
    }
    let citations = Citation.used(by: stored)
    if output.json { return print(JSONValue.list(citations.map(\.json)).text()) }
    print(citations.map { "% \($0.reason)\n\($0.bibtex)" }.joined(separator: "\n\n"))
  }
}

extension Citation {
  /// As `--json` prints it.
  var json: JSONValue {
    .object([
      "key": .text(key), "bibtex": .text(bibtex), "text": .text(text), "url": url.map { .text($0) } ?? .null,
      "reason": .text(reason),
    ])
  }
}
