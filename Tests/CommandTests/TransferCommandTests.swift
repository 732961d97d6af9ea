import Fixtures
import Foundation
import Testing

@Suite("dmft transfer", .slow(.processes))
struct TransferCommandTests {
  private func json(_ run: CommandLineRun) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  @Test("without arguments: the built-in example, said as a command, three tables and verdicts")
  func builtIn() throws {
    let run = try CommandLineRun(["transfer"])
    #expect(run.status == 0)
    #expect(run.errors.contains("the built-in example: dmft transfer training.mode=onePass data.sampleRatio=1"))
    #expect(run.output.contains("muP: TRANSFERS from widthRatio 4\n"))
    #expect(run.output.contains("NTK: TRANSFERS from widthRatio 8\n"))
    #expect(run.output.contains("standard: DOES NOT TRANSFER, by the cost: "))
    #expect(run.output.contains("muP: doubling the widthRatio from 32 to 64 with the optimum of 32 costs 0.00"))
    #expect(run.output.contains("muP: drift of log2(rate*) in the last two doublings: -0.04"))
    let rows = run.output.split(separator: "\n").filter { $0.hasPrefix("  64 ") }
    #expect(rows.count == 3)
    // size, rate*, from, to: the optima .0149 and .0384 to a tenth of their ranges.
    for (row, expected) in zip(rows, [0.0149, 0.0384]) {
      let cells = row.split(separator: " ").compactMap { Double($0) }
      #expect(cells[2] < expected && expected < cells[3] && abs(cells[1] - expected) < 0.1 * (cells[3] - cells[2]))
    }
  }

  @Test("the words of the example give the same result as none")
  func words() throws {
    let none = try json(CommandLineRun(["transfer", "--json", "--quiet"]))
    let words = [
      "training.mode=onePass", "data.sampleRatio=1", "data.noise=0.3", "network.richness=3", "training.steps=30",
      "network.parameterization=mup,ntk,standard", "network.widthRatio=0.5,1,2,4,8,16,32,64",
    ]
    let all = try json(CommandLineRun(["transfer"] + words + ["--json", "--workers", "1"]))
    #expect(none["hash"] as? String == all["hash"] as? String)
    let families = try #require(none["families"] as? NSArray)
    #expect(families.isEqual(all["families"]))
  }

  @Test("a configuration alone: widths from a quarter to 32 times its own")
  func usualSizes() throws {
    let scratch = try ScratchFolder()
    try scratch.write(
      "network: {width: 64}\ndata: {inputDimension: 64, samples: 128, noise: 0.3}\ntraining: {steps: 10}\n",
      to: "a.yaml")
    let run = try CommandLineRun(["transfer", "a.yaml", "--json"], in: scratch.url)
    #expect(run.errors.contains("network.width=16,32,64,128,256,512,1024,2048"))
    #expect(try json(run)["sizes"] as? [String] == ["16", "32", "64", "128", "256", "512", "1024", "2048"])
    let infinite = try CommandLineRun(["transfer", "a.yaml", "network.width=infinite"], in: scratch.url)
    #expect(infinite.status == 65 && infinite.errors.contains("give one, such as"))
  }

  @Test("--check is a test to sit in a CI: exit 1 beyond the drift allowed, 0 within")
  func check() throws {
    let words = [
      "transfer", "data.noise=0.3", "training.steps=20", "network.widthRatio=2,4,8,16,32", "--quiet", "--check",
    ]
    let strict = try CommandLineRun(words + ["0.05"])
    #expect(strict.status == 1 && strict.output.contains("allowed 0.05 -> FAIL"))
    let loose = try CommandLineRun(words + ["0.5"])
    #expect(loose.status == 0 && loose.output.contains("allowed 0.5 -> PASS"))
  }

  @Test("keys that are not used change nothing, and are noticed; options and tolerance make another run")
  func identity() throws {
    let scratch = try ScratchFolder()
    let command = ["transfer", "network.width=16,32", "training.steps=3", "-o", "a"]
    #expect(try CommandLineRun(command, in: scratch.url).status == 0)
    let seeded = try CommandLineRun(command + ["simulation.seed=4"], in: scratch.url)
    #expect(seeded.status == 0 && seeded.errors.contains("without effect on dmft transfer: simulation.seed"))
    for words in [["transfer.tolerance=0.02"], ["--horizons", "3"]] {
      #expect(try CommandLineRun(command + words, in: scratch.url).status == 65)
    }
  }

  @Test("a run folder: minima and scan as tables, the figure, and a configuration that gives the same bytes")
  func folder() throws {
    let scratch = try ScratchFolder()
    let command = [
      "transfer", "data.noise=0.3", "training.steps=20", "network.widthRatio=8,32", "network.parameterization=ntk,mup",
    ]
    let run = try CommandLineRun(command + ["-o", "a", "--figures"], in: scratch.url)
    #expect(run.status == 0, "\(run.errors)")
    let rows = try scratch.text("a/transfer.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(
      rows[0] == [
        "network.parameterization", "network.widthRatio", "steps", "minimum", "learning_rate", "test_loss", "peak",
        "cost", "largest_stable_rate", "from", "to", "sgd_rate", "cost_of_next",
        "eta_lambda_half",
      ])
    let lines = rows.filter { $0[0] == "NTK" && $0[1] == "32" }
    #expect(lines.count >= 2 && lines[0][7] == "0.0" && lines[1][3] == "2" && lines[1][7].isEmpty)
    #expect(try #require(Double(lines[1][4])) > 0.4 && #require(Double(lines[1][6])) > 5)
    #expect(
      try scratch.text("a/transfer_scan.csv").hasPrefix(
        "network.parameterization,network.widthRatio,learning_rate,steps,test_loss,peak,start_loss\nNTK,8,"))
    #expect(try scratch.text("a/figures/transfer.svg").contains("</svg>"))
    let again = try CommandLineRun(["transfer", "a/config.yaml", "-o", "b", "--quiet"], in: scratch.url)
    #expect(again.status == 0)
    for file in ["transfer.csv", "transfer_scan.csv", "config.yaml"] {
      #expect(try scratch.text("a/" + file) == scratch.text("b/" + file))
    }
    let other = try CommandLineRun(command + ["-o", "a", "--horizons", "20"], in: scratch.url)
    #expect(other.status == 65)
  }

  @Test(
    "mistakes are reported with what to do",
    arguments: [
      (["--horizons", "10,x"], 64, "--horizons must be whole numbers"),
      (["--branch-scaling", "1/L"], 64, "goes with an axis of depths"),
      (["network.hiddenLayers=2,4", "--branch-scaling", "1/L"], 65, "goes with network.residual=true"),
      (["network.hiddenLayers=2,4", "--branch-scaling", "L"], 64, "--branch-scaling must be"),
      (["--check", "0"], 64, "--check must be a number above 0"),
      (["network.width=64,64"], 65, "the same size twice"),
      (["network.width=64,128", "training.learningRate=0.1,0.2"], 65, "looks for the best rate itself"),
      (["network.width=64,128", "network.widthRatio=1,2"], 65, "says the same as the axis network.width"),
      (["network.width=900000000000000", "training.steps=2"], 0, "the sizes are network.width="),
      (["training.steps=10,20", "--horizons", "5"], 64, "excludes an axis"),
    ])
  func mistakes(_ words: [String], _ status: Int, _ text: String) throws {
    let run = try CommandLineRun(["transfer"] + words)
    #expect(run.status == Int32(status) && run.errors.contains(text), "\(run.errors)")
  }
}
