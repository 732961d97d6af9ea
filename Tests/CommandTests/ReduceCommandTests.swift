import Fixtures
import Foundation
import Testing

@Suite("dmft reduce", .slow(.processes))
struct ReduceCommandTests {
  static let small = ["reduce.size=40", "reduce.rank=3", "training.steps=60", "training.learningRate=0.2"]

  private func json(_ words: [String], in folder: URL = CommandLineRun.root) throws -> [String: Any] {
    let run = try CommandLineRun(["reduce"] + words + ["--json", "--quiet"], in: folder)
    #expect(run.status == 0, "\(run.errors)")
    return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  @Test("without arguments: the small network, what it says of the full one, what next")
  func builtIn() throws {
    let run = try CommandLineRun(["reduce"])
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.output.contains("small network: 10 of 100 directions, target of rank 5"))
    #expect(run.output.contains("90 x ") && run.output.contains("dmft reduce --full"))
  }

  @Test("a run folder: tables, the small network, the same bytes from its own configuration")
  func folder() throws {
    let scratch = try ScratchFolder()
    let first = try CommandLineRun(
      ["reduce"] + Self.small + ["--full", "-o", "one", "--arrays", "--figures"], in: scratch.url)
    #expect(first.status == 0, "\(first.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.url.path + "/one").sorted()
    #expect(
      names == [
        "arrays.npz", "config.yaml", "factors.npz", "figures", "manifest.json", "reduction.csv", "report.html",
        "result.json", "singular_values.csv",
      ])
    let table = try scratch.text("one/reduction.csv").split(separator: "\n")
    #expect(
      table.count == 62 && table[0].hasPrefix("step,time,small_loss,predicted_loss,full_loss,known_term,deviation"))
    let values = try scratch.text("one/singular_values.csv").split(separator: "\n")
    #expect(
      values.count == 1 + 3 * (6 + 1 + 40) && values.contains { $0.hasPrefix("1,inactive,") && $0.hasSuffix(",34") })
    for figure in ["loss", "singular_values", "deviation"] {
      #expect(try scratch.text("one/figures/\(figure).svg").contains("</svg>"))
    }
    let second = try CommandLineRun(["reduce", "one/config.yaml", "--full", "-o", "two"], in: scratch.url)
    #expect(second.status == 0, "\(second.errors)")
    for file in ["reduction.csv", "singular_values.csv", "factors.npz", "config.yaml"] {
      #expect(
        try Data(contentsOf: scratch.url.appendingPathComponent("one/\(file)"))
          == Data(contentsOf: scratch.url.appendingPathComponent("two/\(file)")), "\(file)")
    }
    let other = try CommandLineRun(["reduce", "one/config.yaml", "-o", "one"], in: scratch.url)
    #expect(other.status == 65 && other.errors.contains("made with --full"))
  }

  @Test("where the law fails a warning says it, and the full network is trained anyway")
  func broken() throws {
    let run = try CommandLineRun(["reduce", "reduce.start=gaussian"] + Self.small)
    #expect(run.status == 0 && run.errors.contains("not orthogonal") && run.errors.contains("trained too"))
    #expect(run.output.contains("deviation") && run.output.contains("from an orthogonal start, where the law holds"))
    let result = try json(Self.small + ["reduce.start=gaussian"])
    #expect(result["exact"] as? Bool == false && (result["broken_assumptions"] as? [String])?.count == 1)
  }

  @Test("a target of one's own: rectangular, with gaps, truncated")
  func files() throws {
    let scratch = try ScratchFolder()
    let rows: [String] = (0..<12).map { (row: Int) -> String in
      (0..<9).map { column in "\((row + 1) * (column - 4))" }.joined(separator: ",")
    }
    try scratch.write(rows.joined(separator: "\n") + "\n", to: "t.csv")
    let run = try CommandLineRun(["reduce", "reduce.target=t.csv", "--full"], in: scratch.url)
    #expect(run.status == 0 && run.errors.contains("set into 12 x 12") && run.output.contains("2 of 12 directions"))
    let cut = "," + rows[0].split(separator: ",").dropFirst().joined(separator: ",")
    try scratch.write(([cut] + rows.dropFirst()).joined(separator: "\n") + "\n", to: "g.csv")
    let gaps = try CommandLineRun(["reduce", "reduce.target=g.csv", "reduce.rank=1"], in: scratch.url)
    #expect(gaps.status == 0 && gaps.errors.contains("143 of 144 entries"))
    try scratch.write("3,1,0,0,0,0\n1,2,0,0,0,0\n0,0,0.5,0,0,0\n0,0,0,0,0,0\n0,0,0,0,0,0\n0,0,0,0,0,0\n", to: "d.csv")
    let truncated = try CommandLineRun(["reduce", "reduce.target=d.csv", "reduce.rank=2"], in: scratch.url)
    #expect(truncated.status == 0 && truncated.errors.contains("2 of the target's 3 directions are kept"))
  }

  @Test(
    "what can't be: exit 64 and 65, with what to do",
    arguments: [
      (["--full", "--collapse"], Int32(64), "give one of them"), (["training.time=flow"], 65, "training.time=discrete"),
      (["training.sgdRate=0.1"], 65, "use training.learningRate"), (["reduce.target=absent.npy"], 65, "no such file"),
      (["reduce.initScale=[1,2]"], 65, "one for each of reduce.weightLayers"),
      (["--collapse", "reduce.size=20"], 65, "reduce.size=50"), (["reduce.sice=3"], 65, "did you mean reduce.size?"),
    ])
  func refused(words: [String], status: Int32, hint: String) throws {
    let run = try CommandLineRun(["reduce"] + words)
    #expect(run.status == status && run.errors.contains(hint) && run.output.isEmpty, "\(run.errors)")
  }

  @Test("the collapse: measured beside predicted, and its folder")
  func collapse() throws {
    let scratch = try ScratchFolder()
    let run = try CommandLineRun(
      ["reduce", "--collapse", "reduce.size=50", "training.steps=500", "-o", "c", "--figures"], in: scratch.url)
    #expect(run.status == 0 && run.errors.isEmpty && run.output.contains("0.1406"), "\(run.errors)")
    #expect(try scratch.text("c/collapse.csv").split(separator: "\n").count == 5)
    #expect(try scratch.text("c/figures/collapse.svg").contains("</svg>"))
  }

  @Test("what decides a collapse decides its folder; keys that do nothing there are reported; doubts are named")
  func collapseKeys() throws {
    func hash(_ words: String...) throws -> String? {
      try json(["--collapse", "training.steps=2", "reduce.size=60"] + words)["hash"] as? String
    }
    let own = try hash()
    #expect(own != nil)
    let (fewer, gaussian) = (try hash("reduce.samplesPerClass=9"), try hash("reduce.start=gaussian"))
    #expect(own != fewer && own == gaussian)
    let run = try CommandLineRun([
      "reduce", "--collapse", "training.steps=2", "reduce.size=60", "reduce.start=gaussian", "training.weightDecay=0.1",
    ])
    #expect(run.status == 0 && run.errors.contains("without effect on dmft reduce: reduce.start"))
    #expect(run.output.contains("the prediction is for no weight decay, training to the end: it does not hold here"))
    let many = try CommandLineRun(["reduce", "--collapse", "reduce.classes=9223372036854775807"])
    #expect(many.status == 65 && many.errors.contains("at most 10000"))
    let large = try CommandLineRun(["reduce", "--collapse", "reduce.size=20000", "reduce.weightLayers=100"])
    #expect(large.status == 65 && large.errors.contains("use a smaller reduce.size"))
  }

  @Test("a table of one's own collapses too, with a word that the prediction does not hold")
  func table() throws {
    let run = try CommandLineRun([
      "reduce", "--collapse", "data.file=configs/data/digits_parity.csv", "data.target=parity", "reduce.size=64",
      "training.steps=20", "training.learningRate=0.0005",
    ])
    #expect(run.status == 0 && run.errors.contains("not orthonormal"), "\(run.errors)")
    #expect(run.output.contains("2 classes, 1797 samples"))
  }

  @Test("a start beyond the range of numbers is refused, and is no run of no rows")
  func beyondNumbers() throws {
    let run = try CommandLineRun(["reduce", "reduce.initScale=1e49", "reduce.weightLayers=10", "reduce.size=20"])
    #expect(run.status == 65 && run.errors.contains("no curve: the loss of the network before the first step"))
    let classes = try CommandLineRun([
      "reduce", "--collapse", "reduce.initScale=1e49", "reduce.weightLayers=10", "reduce.size=64",
    ])
    #expect(classes.status == 65 && classes.errors.contains("no curve: the loss of the network"), "\(classes.errors)")
  }

  @Test("interrupted: nothing is kept, and it says so")
  func interrupted() throws {
    let start = Date()
    let run = try CommandLineRun(
      ["reduce", "--full", "training.steps=1000000", "training.rows=log"],
      signal: (SIGINT, { Date().timeIntervalSince(start) > 0.3 }))
    #expect(run.status == 75 && run.errors.contains("nothing was kept"))
  }
}
