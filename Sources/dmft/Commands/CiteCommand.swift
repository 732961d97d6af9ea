import ArgumentParser
import Experiments
import JSON
import Reports
import RunStore

/// `dmft cite`: BibTeX of what a run used.
struct CiteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cite",
    abstract: "Print BibTeX of everything that a run used.",
    discussion: """
      The program, the theory, optimisers, data sets, methods and libraries that
      the run used, each with the reason.

      Example:
        dmft solve configs/digits.yaml -o runs/first && dmft cite runs/first > run.bib
      """)

  @OptionGroup var named: StoredRunOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let stored = try named.open(for: "cite")
    let citations: [Citation]
    if stored.isUnfinished {
      NoticeHandler.logger(quiet: output.quiet).notice(
        "\(stored.path) is not finished; the list lacks the sources of its results: run dmft cite again when it is")
      citations = stored.citations(nil)
    } else {
      citations = try stored.reported().citations
    }
    if output.json { return print(JSONValue.list(citations.map(\.json)).text()) }
    print(citations.map { "% \($0.reason)\n\($0.bibtex)" }.joined(separator: "\n\n"))
  }
}
