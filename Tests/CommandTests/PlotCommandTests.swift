import Fixtures
import Foundation
import Testing

/// A small run of a command, and the figures that its folder has the numbers for.
struct PlottedRun: Sendable, CustomTestStringConvertible {
  let name: String
  let words: [String]
  let figures: [String]

  var testDescription: String { name }

  private static let tiny = ["training.steps=12", "network.width=16", "data.inputDimension=16", "data.samples=32"]

  static let all = [
    Self("solve", tiny + ["--arrays"], ["loss", "layers", "correlations_forward", "correlations_backward"]),
    Self("solve", ["training.time=flow", "training.horizon=10", "training.tolerance=1e-4"], ["loss", "layers"]),
    Self(
      "solve",
      [
        "training.time=flow", "training.horizon=100", "training.mode=population", "training.tolerance=1e-4",
        "network.hiddenLayers=1", "network.width=infinite", "data.spectrum.eigenvalueDecay=1.5",
        "data.spectrum.signalDecay=1.6", "data.spectrum.scale=top", "data.inputDimension=1e12", "--arrays",
      ], ["loss", "exponents", "layers", "correlations_forward", "correlations_backward"]),
    Self(
      "solve", tiny + ["network.residual=true", "network.depth=infinite", "--compare-limits"], ["loss", "layers"]),
    Self(
      "simulate", tiny + ["simulation.replicas=3", "--arrays"],
      ["loss", "layers", "correlations_forward", "correlations_backward"]),
    Self("validate", tiny + ["simulation.replicas=16", "validation.tolerance=0.9"], ["loss", "layers"]),
    Self(
      "transfer",
      ["training.steps=10", "network.width=32,64", "--horizons", "5,10", "network.parameterization=muP,NTK"],
      ["transfer-5", "transfer-10", "optimal_rates"]),
    Self(
      "reduce", ["reduce.size=30", "reduce.rank=2", "training.steps=40", "--full"],
      ["loss", "singular_values", "deviation"]),
    Self("reduce", ["--collapse", "reduce.size=50", "training.steps=50"], ["collapse", "loss"]),
    Self("layers", tiny + ["simulation.replicas=2", "layers.activation=relu"], ["layers"]),
  ]

  init(_ command: String, _ words: [String], _ figures: [String]) {
    name = ([command] + words).joined(separator: " ")
    self.words = [command] + words
    self.figures = figures
  }
}

@Suite("dmft plot", .slow(.processes))
struct PlotCommandTests {
  private func bytes(_ folder: URL) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return Dictionary(
      uniqueKeysWithValues: try names.map { ($0, try Data(contentsOf: folder.appendingPathComponent($0))) })
  }

  @Test(
    "plot draws what --figures drew, byte for byte, and nothing else changes",
    arguments: PlottedRun.all)
  func redraws(run: PlottedRun) throws {
    let scratch = try ScratchFolder()
    let drawn = try CommandLineRun(run.words + ["-o", "drawn", "--figures", "--quiet"], in: scratch.url)
    #expect(drawn.status == 0, "\(drawn.errors)")
    #expect(try CommandLineRun(run.words + ["-o", "bare", "--quiet"], in: scratch.url).status == 0)
    #expect(!FileManager.default.fileExists(atPath: scratch.url.path + "/bare/figures"))
    let plotted = try CommandLineRun(["plot", "bare"], in: scratch.url)
    #expect(plotted.status == 0 && plotted.errors.isEmpty, "\(plotted.errors)")
    let (own, first) = (
      try bytes(scratch.url.appendingPathComponent("bare/figures")),
      try bytes(scratch.url.appendingPathComponent("drawn/figures"))
    )
    #expect(Set(own.keys) == Set(run.figures.flatMap { ["\($0).gp", "\($0).dat", "\($0).svg"] }))
    // What is measured in seconds is the only thing that two runs may differ by.
    #expect(own == first)
    for name in run.figures { #expect(plotted.output.contains("bare/figures/\(name).svg")) }
    #expect(try scratch.text("bare/manifest.json").contains("figures/\(run.figures[0]).svg"))
  }

  @Test("a sweep has a report, and keeps its figures up to date once they were drawn")
  func sweep() throws {
    let scratch = try ScratchFolder()
    let sweep = ["sweep", "training.learningRate=0.01,0.02,0.04", "network.width=32,64", "training.steps=5", "-o", "s"]
    #expect(try CommandLineRun(sweep, in: scratch.url).status == 0)
    #expect(try scratch.text("s/report.html").contains("6 units, varied: training.learningRate, network.width"))
    #expect(try CommandLineRun(["plot", "s"], in: scratch.url).status == 0)
    let picture = try scratch.text("s/figures/sweep.svg")
    #expect(picture.contains("training.learningRate") && picture.contains(">64<"))
    try FileManager.default.removeItem(at: scratch.url.appendingPathComponent("s/figures/sweep.svg"))
    #expect(try CommandLineRun(["merge", "s"], in: scratch.url).status == 0)
    #expect(try scratch.text("s/figures/sweep.svg") == picture)
  }

  @Test("an edited script is kept, with its picture, and is reported; the others are drawn")
  func restyled() throws {
    let scratch = try ScratchFolder()
    #expect(try CommandLineRun(["solve", "training.steps=5", "-o", "r", "--figures"], in: scratch.url).status == 0)
    let script = try scratch.text("r/figures/loss.gp").replacingOccurrences(of: "#0072B2", with: "#ff00ff")
    try scratch.write(script, to: "r/figures/loss.gp")
    try scratch.write("mine", to: "r/figures/loss.svg")
    try scratch.write("stale", to: "r/figures/layers.svg")
    let run = try CommandLineRun(["plot", "r"], in: scratch.url)
    #expect(run.status == 0 && run.errors.contains("r/figures/loss.gp was edited and is kept"))
    #expect(try scratch.text("r/figures/loss.gp") == script && scratch.text("r/figures/loss.svg") == "mine")
    #expect(try scratch.text("r/figures/layers.svg").contains("</svg>"))
  }

  @Test("damaged arrays are reported, and what is left is drawn; tables are not read")
  func damaged() throws {
    let scratch = try ScratchFolder()
    let solve = ["solve", "training.steps=5", "--arrays", "-o", "r", "--quiet"]
    #expect(try CommandLineRun(solve, in: scratch.url).status == 0)
    try scratch.write("step,layer\n1\n", to: "r/layers.csv")
    try scratch.write("PK", to: "r/arrays.npz")
    let run = try CommandLineRun(["plot", "r"], in: scratch.url)
    #expect(run.status == 0 && run.output.contains("layers.svg") && !run.output.contains("correlations"))
    #expect(run.errors.contains("r/arrays.npz is missing or damaged"))
    try scratch.write("{}", to: "r/result.json")
    let nothing = try CommandLineRun(["plot", "r"], in: scratch.url)
    #expect(nothing.status == 65 && nothing.errors.contains("make it again: dmft solve r/config.yaml -o NEW"))
  }

  @Test("PNG and PDF are drawn on request, and again when the run is made again")
  func formats() throws {
    let scratch = try ScratchFolder()
    let solve = ["solve", "training.steps=5", "-o", "r", "--quiet"]
    #expect(try CommandLineRun(solve, in: scratch.url).status == 0)
    #expect(try CommandLineRun(["plot", "r", "--png", "--pdf"], in: scratch.url).status == 0)
    let kinds = ["gp", "dat", "svg", "png", "pdf"].map { "loss.\($0)" }
    #expect(Set(try bytes(scratch.url.appendingPathComponent("r/figures")).keys).isSuperset(of: kinds))
    #expect(try CommandLineRun(solve, in: scratch.url).status == 0)
    #expect(Set(try bytes(scratch.url.appendingPathComponent("r/figures")).keys).isSuperset(of: kinds))
  }

  @Test("what can't be plotted is reported with what to do")
  func mistakes() throws {
    let scratch = try ScratchFolder()
    try scratch.write("x", to: "file")
    let bare = try CommandLineRun(["plot"], in: scratch.url)
    #expect(bare.status == 64 && bare.errors.contains("needs a run folder"))
    let missing = try CommandLineRun(["plot", "runs/none"], in: scratch.url)
    #expect(missing.status == 65 && missing.errors.contains("no such folder"))
    let foreign = try CommandLineRun(["plot", "."], in: scratch.url)
    #expect(foreign.status == 65 && foreign.errors.contains("holds no run"))
    let solve = ["solve", "training.steps=5", "-o"]
    #expect(try CommandLineRun(solve + ["r"], in: scratch.url, path: "/nonexistent").status == 0)
    #expect(try scratch.text("r/report.html").contains("A figure is missing: gnuplot is missing"))
    // A report with figures is not replaced by one without.
    #expect(try CommandLineRun(["plot", "r"], in: scratch.url).status == 0)
    let page = try scratch.text("r/report.html")
    let blind = try CommandLineRun(["plot", "r"], in: scratch.url, path: "/nonexistent")
    #expect(
      blind.status == 74 && blind.errors.contains("gnuplot is missing") && blind.errors.contains("nothing was changed"))
    #expect(try scratch.text("r/report.html") == page && page.contains("<svg"))
  }
}

@Suite("Report pages", .slow(.processes))
struct ReportTests {
  private func report(_ words: [String], in scratch: ScratchFolder) throws -> String {
    let run = try CommandLineRun(words + ["-o", "r", "--quiet"], in: scratch.url)
    #expect([0, 1, 3].contains(run.status), "\(run.errors)")
    return try scratch.text("r/report.html")
  }

  @Test("a report contains problem, findings, checks, commands and sources, and needs no other file")
  func contents() throws {
    let scratch = try ScratchFolder()
    let page = try report(
      [
        "validate", "training.steps=8", "network.width=32", "data.inputDimension=32", "data.samples=64",
        "validation.tolerance=0.9",
      ],
      in: scratch)
    for section in ["The problem", "Results", "Figures", "Numbers", "Checks", "Repeat it", "Files"] {
      #expect(page.contains("<h2>\(section)</h2>"), "\(section)")
    }
    #expect(page.contains("deep linear network (plain chain), 2 hidden layers, width 32") && page.contains("AGREES"))
    #expect(page.contains("dmft validate r/config.yaml -o again"))
    #expect(!page.contains("<script") && !page.contains("src=") && !page.contains("<link rel=\"stylesheet\""))
    #expect(page.components(separatedBy: "<svg").count == 4)
    // The command that it names makes the same numbers.
    let again = try CommandLineRun(["validate", "r/config.yaml", "-o", "again", "--quiet"], in: scratch.url)
    #expect(again.status == 0)
    #expect(try scratch.text("again/curves.csv") == scratch.text("r/curves.csv"))
  }

  @Test("options that decide the result stand in the command that makes it again")
  func options() throws {
    let scratch = try ScratchFolder()
    let page = try report(
      [
        "validate", "training.steps=4", "network.width=16", "data.inputDimension=16", "data.samples=32", "--theory",
        "training.learningRate=0.2",
      ], in: scratch)
    #expect(page.contains("--theory training.learningRate=0.2 -o again"))
  }

  @Test(
    "a real browser shows every figure at desktop and phone widths: nothing clipped or too wide, no errors",
    .enabled(if: BrowserView.program != nil, "chromium is not installed"), arguments: PlottedRun.all)
  func browser(run: PlottedRun) throws {
    let scratch = try ScratchFolder()
    _ = try report(run.words, in: scratch)
    let page = scratch.url.appendingPathComponent("r/report.html")
    for width in [1200, 390] {
      let view = try BrowserView.open(page, width: width)
      #expect(view.drawings >= run.figures.count && view.small == 0, "\(width): \(view)")
      #expect(view.clipped == [] && view.wide == [] && view.complaints == [], "\(width): \(view)")
      #expect(view.height > 800)
    }
  }

  @Test(
    "the browser's eye sees what is wrong", .enabled(if: BrowserView.program != nil, "chromium is not installed"))
  func eye() throws {
    let scratch = try ScratchFolder()
    try scratch.write(
      """
      <main><div style="width:500px">wide</div><svg width="300" height="200"><text x="280" y="50">clipped</text></svg>
      <svg width="20" height="20"></svg></main><script>undefinedFunction()</script></body>
      """, to: "bad.html")
    let view = try BrowserView.open(scratch.url.appendingPathComponent("bad.html"), width: 390)
    #expect(view.drawings == 2 && view.small == 1 && view.clipped == ["clipped"] && view.wide.contains("DIV"))
    #expect(view.complaints.contains { $0.contains("undefinedFunction") })
  }
}
