import Fixtures
import Foundation
import Testing

@Suite("Files on the command line: paths with =, standard input, tables", .slow(.processes))
struct InputWordsTests {
  private static let table =
    "a,b,y\n1,1,1.5\n1,1,0.5\n1,-1,-0.5\n1,-1,-1.5\n-1,1,1.5\n-1,1,0.5\n-1,-1,-0.5\n-1,-1,-1.5\n"
  private static let quick = ["network.hiddenLayers=1", "data.samples=4", "training.steps=2", "--quiet", "--json"]

  @Test("a path that holds = is a path: below a folder, as a file that exists, behind ./")
  func paths() throws {
    let scratch = try ScratchFolder()
    let folder = "training.learningRate=0.01"
    try FileManager.default.createDirectory(
      at: scratch.url.appendingPathComponent(folder), withIntermediateDirectories: true)
    try scratch.write("training:\n  steps: 3\n", to: "\(folder)/c.yaml")
    try scratch.write("training:\n  steps: 3\n", to: "network.width=8")
    for path in ["\(folder)/c.yaml", "./\(folder)/c.yaml", "network.width=8", "./network.width=8"] {
      let run = try CommandLineRun(["explain", path, "--quiet"], in: scratch.url)
      #expect(run.status == 0 && run.output.contains("3 steps"), "\(path): \(run.errors)")
    }
    // The folder itself is none, and a file that is not there is said to be missing.
    let key = try CommandLineRun(["explain", folder, "--quiet"], in: scratch.url)
    #expect(key.status == 0 && key.output.contains("rate 0.01,"), "\(key.errors)")
    let missing = try CommandLineRun(["explain", "\(folder)/d.yaml"], in: scratch.url)
    #expect(missing.status == 65 && missing.errors.contains("no such file"), "\(missing.errors)")
  }

  @Test("a log below such a folder is compared")
  func log() throws {
    let scratch = try ScratchFolder()
    try FileManager.default.createDirectory(
      at: scratch.url.appendingPathComponent("lr=0.1"), withIntermediateDirectories: true)
    try scratch.write("step,test_loss\n0,2\n1,1.7\n2,1.5\n", to: "lr=0.1/log.csv")
    let run = try CommandLineRun(["compare", "lr=0.1/log.csv", "training.steps=2", "--quiet"], in: scratch.url)
    #expect([0, 1, 3].contains(run.status) && run.errors.isEmpty, "\(run.errors)")
  }

  @Test("standard input stands for a configuration, a table or a log; not for two of them")
  func standardInput() throws {
    let scratch = try ScratchFolder()
    try scratch.write("training:\n  steps: 3\n", to: "c.yaml")
    try scratch.write(Self.table, to: "t.csv")
    try scratch.write("step,test_loss\n0,2\n1,1.7\n2,nan\n", to: "log.csv")
    for word in ["-", "/dev/stdin"] {
      let explained = try CommandLineRun(
        shell: "exec \"$0\" \"$@\" < c.yaml", ["explain", word, "--quiet"], in: scratch.url)
      #expect(explained.status == 0 && explained.output.contains("3 steps"), "\(explained.errors)")
      let solved = try CommandLineRun(
        shell: "cat t.csv | \"$0\" \"$@\"", ["solve", "data.file=\(word)", "data.target=y"] + Self.quick,
        in: scratch.url)
      let same = try CommandLineRun(["solve", "t.csv", "data.target=y"] + Self.quick, in: scratch.url)
      #expect(solved.status == 0 && same.status == 0, "\(solved.errors) \(same.errors)")
      #expect(solved.output.contains("test_loss") && same.output.contains("test_loss"))
      let log = try CommandLineRun(
        shell: "\"$0\" \"$@\" < log.csv", ["compare", word, "training.steps=2"], in: scratch.url)
      #expect([0, 1, 3].contains(log.status) && log.output.contains("is not finite from step 2"), "\(log.errors)")
    }
    let twice = try CommandLineRun(["solve", "-", "data.file=-", "data.target=y"], in: scratch.url)
    #expect(twice.status == 64 && twice.errors.contains("standard input can be one file only"))
    let wrong = try CommandLineRun(shell: "echo 'network: 3' | \"$0\" \"$@\"", ["solve", "-"], in: scratch.url)
    #expect(wrong.status == 65 && wrong.errors.contains("standard input:1:10: network is a section"), "\(wrong.errors)")
  }

  @Test("a table in place of the configuration is data.file, and its columns are offered as target")
  func tables() throws {
    let scratch = try ScratchFolder()
    try scratch.write(Self.table, to: "it's a table.csv")
    let run = try CommandLineRun(["solve", "it's a table.csv", "data.target=y"] + Self.quick, in: scratch.url)
    #expect(run.status == 0, "\(run.errors)")
    let none = try CommandLineRun(["solve", "it's a table.csv"], in: scratch.url)
    #expect(none.status == 65 && none.errors.contains("name the column to predict: a, b, y"), "\(none.errors)")
  }

  @Test(
    "sizes that no memory holds are refused before anything is computed",
    arguments: [
      ["simulate", "training.steps=1e11"], ["validate", "training.steps=1e11"], ["reduce", "training.steps=1e11"],
      ["layers", "training.steps=1e11"], ["simulate", "simulation.replicas=1e6", "training.steps=1e5"],
      ["validate", "simulation.replicas=1e6", "training.steps=1000"], ["reduce", "--collapse", "training.steps=1e11"],
      ["simulate", "network.width=1e15", "network.hiddenLayers=10000"],
      ["simulate", "network.width=1e15", "network.widthProfile=[1e15, 1]"],
    ])
  func sizes(words: [String]) throws {
    let run = try CommandLineRun(shell: "ulimit -c 0; ulimit -t 20; exec \"$0\" \"$@\"", words + ["--quiet"])
    #expect(run.status == 65 && run.errors.contains(" are free; "), "\(run.status) \(run.errors)")
  }

  @Test(
    "a start beyond the range of numbers is refused, and is no curve of no rows",
    arguments: ["solve", "simulate", "validate"])
  func beyondNumbers(command: String) throws {
    let words = [command, "network.initScale=1e50", "network.hiddenLayers=4", "network.width=16", "training.steps=2"]
    let run = try CommandLineRun(words + ["simulation.replicas=8", "--quiet"])
    #expect(run.status == 65 && run.errors.contains("beyond the range of numbers"), "\(run.status) \(run.errors)")
  }

  @Test("how a table was read is said by every command that reads one", arguments: ["explain", "solve", "transfer"])
  func notices(command: String) throws {
    let scratch = try ScratchFolder()
    let rows = (0..<40).map { "\($0),\(sin(Double($0))),\(cos(Double(3 * $0))),\(Double($0 % 7))" }
    try (",a,b,y\n" + rows.joined(separator: "\n") + "\n")
      .write(to: scratch.url.appendingPathComponent("t.csv"), atomically: true, encoding: .utf8)
    let words = ["data.file=t.csv", "data.target=y", "training.steps=2", "network.hiddenLayers=1"]
    let run = try CommandLineRun(
      [command] + words + (command == "transfer" ? ["network.width=8,16"] : []), in: scratch.url)
    #expect(run.status == 0 && run.errors.contains("the first column has no name and counts the rows"), "\(run.errors)")
  }

  @Test("where the start is within the range of numbers and the flow is not, the message does not blame the start")
  func flowBeyondNumbers() throws {
    let words = ["training.time=flow", "data.noise=9e18", "network.richness=0.1", "network.hiddenLayers=2"]
    let run = try CommandLineRun(["solve", "--quiet"] + words)
    #expect(run.status == 65 && run.errors.hasPrefix("error: no curve: the times after the start"), "\(run.errors)")
  }
}
