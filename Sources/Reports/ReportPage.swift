import Foundation

/// The files that a report makes in a run folder in addition to its tables: figures, and the page that explains the run.
public struct ReportFiles {
  /// A file within the run folder.
  public struct File: Sendable {
    /// Path within the run folder.
    public let path: String
    /// Its bytes.
    public let contents: Data
  }

  private let report: Report
  private let run: RunDescription

  /// - Parameters:
  ///   - report: what is shown.
  ///   - run: what made it.
  public init(_ report: Report, of run: RunDescription) {
    self.report = report
    self.run = run
  }

  /// Figures as pictures with their scripts and numbers, and the page.
  ///
  /// - Parameters:
  ///   - formats: kinds of pictures for `figures/`; none draws them for the page only.
  ///   - folder: the run folder as the user named it.
  ///   - files: names of the files next to the page.
  ///   - problem: is given a sentence for each picture that cannot be drawn.
  /// - Returns: the files; a picture that cannot be drawn is left out, its script stays.
  public func files(
    _ formats: [PictureFormat], folder: String, beside files: [String], problem: (String) -> Void
  ) -> [File] {
    var problems: [String] = []
    func picture(_ figure: Figure, _ format: PictureFormat) -> Data? {
      do throws(Gnuplot.Problem) {
        return try Gnuplot.picture(figure, as: format)
      } catch {
        if !problems.contains(error.reason) { problems.append(error.reason) }
        return nil
      }
    }
    var made: [File] = []
    for figure in report.figures where !formats.isEmpty {
      let script = GnuplotScript(figure)
      made.append(File(path: "figures/\(figure.name).gp", contents: Data(script.script.utf8)))
      made.append(File(path: "figures/\(figure.name).dat", contents: Data(script.data.utf8)))
      made += formats.compactMap { format in
        picture(figure, format).map { File(path: "figures/\(figure.name).\(format.rawValue)", contents: $0) }
      }
    }
    let drawings = report.figures.compactMap { figure -> Page.Block? in
      let panels = figure.single.compactMap { single in
        picture(single, .svg).map {
          Page.Drawing(
            svg: String(decoding: $0, as: UTF8.self), label: single.title.isEmpty ? figure.heading : single.title)
        }
      }
      return panels.isEmpty ? nil : .drawings(heading: figure.heading, panels, caption: figure.caption)
    }
    let missing = problems.map { Page.Block.paragraph("A figure is missing: \($0)") }
    problems.forEach(problem)
    let page = page(missing + drawings, folder: folder, files: files + made.map(\.path))
    return made + [File(path: "report.html", contents: Data(page.html.utf8))]
  }

  /// Names of files that are shown: the script and the numbers of each picture are next to it.
  ///
  /// - Parameter names: names of files.
  /// - Returns: those without scripts and numbers of figures.
  public static func shown(_ names: [String]) -> [String] {
    names.filter { !$0.hasSuffix(".gp") && !$0.hasSuffix(".dat") }
  }

  private func page(_ figures: [Page.Block], folder: String, files: [String]) -> Page {
    let findings = report.findings.map { $0.replacingOccurrences(of: " -> ", with: " \u{2192} ") }
    let problem: [Page.Block] = [
      .list(report.problem), .folded(heading: "Every value of the configuration", text: run.yaml),
    ]
    let hints = report.hints.map { Page.Block.paragraph($0) }
    return Page(
      title: report.title, badge: badge, lead: report.lead,
      sections: [
        Page.Section("The problem", problem),
        Page.Section("Results", findings.isEmpty ? [] : [.list(findings)]),
        Page.Section("Figures", figures + hints),
        Page.Section("Numbers", report.tables.compactMap(table)),
        Page.Section("Checks", checks),
        Page.Section("Repeat it", [.commands(commands(folder))]),
        Page.Section("Files", [.links(links(files))] + scripts(files)),
        Page.Section("Cite", citations),
      ], footer: footer)
  }

  private var badge: Page.Badge {
    if let badge = report.badge { return Page.Badge(badge.text, badge.tone) }
    switch report.answer {
    case .passed: return Page.Badge("PASS", .good)
    case .failed: return Page.Badge("FAIL", .bad)
    case .cannotTell: return Page.Badge("CANNOT TELL", .plain)
    case nil:
      let tones: [String: Report.Badge.Tone] = ["completed": .good, "unfinished": .plain]
      return Page.Badge(report.status, tones[report.status] ?? .bad)
    }
  }

  private func table(_ table: Table) -> Page.Block? {
    guard let (columns, rows) = table.view else { return nil }
    let cells = rows.map { row in columns.map { $0.text(row) } }
    let file = table.fileName.map { file in
      rows.count == table.rowCount
        ? "All rows of \(file)." : "\(rows.count) of \(table.rowCount) rows; \(file) has all of them."
    }
    let meanings = columns.filter { !$0.meaning.isEmpty }.map { "\($0.heading): \($0.meaning)" }
    let notes = [table.title, table.note, file ?? "", meanings.joined(separator: "; ")].filter { !$0.isEmpty }
    return .table(Page.Table(header: columns.map(\.heading), rows: cells, note: notes.joined(separator: " ")))
  }

  private var checks: [Page.Block] {
    guard !report.checks.isEmpty else { return [] }
    let rows = report.checks.map { [$0.name, $0.result, $0.meaning] }
    return [.table(Page.Table(header: ["check", "result", "meaning"], rows: rows))]
  }

  private func commands(_ folder: String) -> [String] {
    [
      run.again(folder, inputs: report.inputs, to: "again"),
      "dmft plot \(NumberText.quoted(folder))    # figures and this page again; --png, --pdf for a paper",
    ]
  }

  private func scripts(_ files: [String]) -> [Page.Block] {
    guard files.contains(where: { $0.hasSuffix(".gp") }) else { return [] }
    return [.paragraph("Beside each picture are its gnuplot script (.gp) and its numbers (.dat), to restyle it.")]
  }

  private func links(_ files: [String]) -> [(text: String, address: String?)] {
    var seen: Set<String> = []
    return Self.shown(files + ["manifest.json"]).filter { $0 != "report.html" && seen.insert($0).inserted }.map {
      ($0, $0)
    }
  }

  private var citations: [Page.Block] {
    let links = report.citations.map { (text: "\($0.text), for \($0.reason)", address: $0.url) }
    let entries = report.citations.map(\.bibtex).joined(separator: "\n\n")
    return links.isEmpty ? [] : [.links(links), .folded(heading: "BibTeX", text: entries)]
  }

  private var footer: String {
    let time = run.seconds > 0 ? ", \(NumberText.seconds(run.seconds))" : ""
    return "dmft \(run.version), dmft \(run.command), problem \(run.hash.prefix(12))\(time), OpenBLAS for \(run.core)"
  }
}
