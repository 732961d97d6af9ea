import Citations
import Foundation
import Pages
import Records

/// The page of a run, made of nothing but what is in its folder.
struct RunPage {
  private let run: StoredRun
  private let figures: [Page.Block]
  /// Why figures are missing.
  private let problems: [String]
  /// Files that will stand beside the page and that the manifest does not name yet.
  private let files: [String]

  init(_ run: StoredRun, figures: [Page.Block], problems: [String], files: [String]) {
    self.run = run
    self.figures = figures
    self.problems = problems
    self.files = files
  }

  var page: Page {
    let findings = (run.manifest["findings"]?.elements.compactMap(\.text) ?? []).map {
      $0.replacingOccurrences(of: " -> ", with: " \u{2192} ")
    }
    let missing = problems.map { Page.Block.paragraph("Something is missing: \($0)") }
    return Page(
      title: words.title, badge: badge, lead: words.lead,
      sections: [
        Page.Section("The problem", problem),
        Page.Section("What came out", findings.isEmpty ? [] : [.list(findings)]),
        Page.Section("Figures", missing + figures + hints),
        Page.Section("Numbers", RunTables(run).blocks),
        Page.Section("What was checked", RunChecks(run).blocks),
        Page.Section("Make it again", [.commands(commands)]),
        Page.Section("Files", [.links(links)] + scripts),
        Page.Section("Cite", citations),
      ], footer: footer)
  }

  private var words: (title: String, lead: String) {
    switch run.command {
    case "solve":
      return (
        "Predicted loss curve",
        "The loss that this network would have while it trains, predicted without training it: the exact equations of "
          + "dynamical mean-field theory for large width, samples and input dimension, solved forward in time."
      )
    case "simulate":
      return (
        "Trained networks", "Networks of finite width, trained from random starts; means over them with their errors."
      )
    case "validate":
      return (
        "Theory against trained networks",
        "The predicted loss curve beside networks of finite width that were trained, and whether they agree."
      )
    case "compare":
      return (
        "A training log against the theory", "A log of a training run of your own beside the predicted loss curve."
      )
    case "transfer":
      return (
        "Does the learning rate transfer?",
        "The learning rate with the smallest predicted test loss at each size, and what it costs to use the optimum of a "
          + "smaller network for a larger one."
      )
    case "sweep":
      return ("Sweep", "A family of problems, a line of the table for each; made by theory, by training, or both.")
    case "reduce":
      return run.manifest["options"]?.elements.contains(.text("--collapse")) == true
        ? (
          "Collapse of classes",
          "How each layer of a trained deep linear classifier pulls the samples of a class together."
        )
        : (
          "The small network behind the whole one",
          "From an orthogonal start all learning happens in few directions of each layer: a network of that width does the "
            + "same, and the rest follows one number for each layer."
        )
    case "layers":
      return (
        "Growth of the layers", "How each layer of small trained networks grows, and what gradient flow conserves."
      )
    default: return (run.command, "A run of dmft \(run.command).")
    }
  }

  private var badge: Page.Badge {
    if run.command == "transfer", run.status == "completed", let verdict = transferBadge { return verdict }
    return switch run.status {
    case "agrees": Page.Badge("AGREES", .good)
    case "disagrees": Page.Badge("DISAGREES", .bad)
    case "cannot tell": Page.Badge("CANNOT TELL", .plain)
    case "completed": Page.Badge("completed", .good)
    case "diverged", "unsettled", "failed units": Page.Badge(run.status, .bad)
    default: Page.Badge(run.status, .plain)
    }
  }

  /// The answer where all families give the same.
  private var transferBadge: Page.Badge? {
    let verdicts = (run.manifest["families"]?.elements ?? []).flatMap { $0["horizons"]?.elements ?? [] }
      .compactMap { $0["verdict"]?.text }
    guard let first = verdicts.first else { return nil }
    guard verdicts.allSatisfy({ $0 == first }) else { return Page.Badge("it depends", .plain) }
    return switch first {
    case "transfers": Page.Badge("TRANSFERS", .good)
    case "does not transfer": Page.Badge("DOES NOT TRANSFER", .bad)
    default: Page.Badge(first, .plain)
    }
  }

  private var problem: [Page.Block] {
    let words = run.problem.isEmpty ? [] : [Page.Block.list(run.problem)]
    return words
      + (run.text("config.yaml").map { [.folded(heading: "Every value of the configuration", text: $0)] } ?? [])
  }

  /// What more there would be to see.
  private var hints: [Page.Block] {
    let hasCorrelations = ["solve", "simulate", "validate", "compare"].contains(run.command)
    if run.command == "sweep", figures.isEmpty, problems.isEmpty {
      return [.paragraph("No axis of this sweep has numbers, so that there is nothing to draw a loss against.")]
    }
    guard hasCorrelations, run.array("H") == nil, problems.isEmpty else { return [] }
    return [.paragraph("With --arrays the correlations of all pairs of times are kept, and drawn as heat maps here.")]
  }

  private var commands: [String] {
    let options = run.manifest["options"]?.elements.compactMap(\.text).filter { $0.hasPrefix("--") } ?? []
    let log = run.manifest["log"]?.text.map { [$0] } ?? []
    let flags = options.flatMap { $0.split(separator: " ", maxSplits: 1).map(String.init) }
    let again = ["dmft", run.command, run.path + "/config.yaml"] + log + flags + ["-o", "again"]
    return [
      again.map(NextCommand.quoted).joined(separator: " "),
      "dmft plot \(NextCommand.quoted(run.path))"
        + "    # the figures and this page once more; --png, --pdf for a paper",
    ]
  }

  /// Where the scripts of the figures are.
  private var scripts: [Page.Block] {
    guard (run.files + files).contains(where: { $0.hasSuffix(".gp") }) else { return [] }
    return [.paragraph("Beside each picture lie its gnuplot script (.gp) and its numbers (.dat), to be restyled.")]
  }

  private var links: [(text: String, address: String?)] {
    let all = RunFiles.told(run.files + files + ["manifest.json"]).filter { $0 != "report.html" }
    var seen: Set<String> = []
    return all.filter { seen.insert($0).inserted }.map { ($0, $0) }
  }

  private var citations: [Page.Block] {
    let used = Citation.used(by: run)
    let links = used.map { citation in
      (text: "\(citation.text), for \(citation.reason)", address: citation.url)
    }
    return [
      .links(links), .folded(heading: "BibTeX", text: used.map(\.bibtex).joined(separator: "\n\n")),
    ]
  }

  private var footer: String {
    let version = run.manifest["version"]?.text ?? ""
    let hash = run.manifest["hash"]?.text.map { ", problem \($0.prefix(12))" } ?? ""
    let seconds = run.manifest["timings"]?.members.values.compactMap(\.number).reduce(0, +) ?? 0
    let time = seconds > 0 ? ", \(NumberText.seconds(seconds))" : ""
    let core = run.manifest["blas.core"]?.text.map { ", OpenBLAS for \($0)" } ?? ""
    return "dmft \(version), dmft \(run.command)\(hash)\(time)\(core)"
  }
}
