import Foundation
import Testing

@Suite("dmft transfer")
struct TransferCommandTests {
  private func json(_ run: CommandLineRun) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  private func horizon(_ family: Any?, _ index: Int = 0) throws -> [String: Any] {
    let horizons = try #require((family as? [String: Any])?["horizons"] as? [[String: Any]])
    return horizons[index]
  }

  @Test("without arguments: the built-in example, said as a command, a table, two verdicts")
  func builtIn() throws {
    let run = try CommandLineRun(["transfer"])
    #expect(run.status == 0)
    #expect(run.errors.contains("the built-in example: dmft transfer training.mode=onePass data.sampleRatio=1"))
    #expect(run.output.contains("muP: TRANSFERS from widthRatio 4\n"))
    #expect(run.output.contains("NTK: TRANSFERS from widthRatio 8\n"))
    #expect(run.output.contains("    cost at 64 of the optimum carried over: 9.53 % from 0.5, 4.37 % from 1, "))
    #expect(run.output.contains("    drift of log2(rate*) in the last two doublings: -0.04"))
    let row = try #require(run.output.split(separator: "\n").first { $0.hasPrefix("          64 ") })
    let cells = row.split(separator: " ").compactMap { Double($0) }
    #expect(cells.count == 7 && abs(cells[1] / 0.0149 - 1) < 0.01 && abs(cells[4] / 0.0384 - 1) < 0.01)
  }

  @Test("the words of the example give the same result as none")
  func words() throws {
    let none = try json(CommandLineRun(["transfer", "--json", "--quiet"]))
    let words = [
      "training.mode=onePass", "data.sampleRatio=1", "data.noise=0.3", "network.richness=3", "training.steps=30",
      "network.parameterization=mup,ntk", "network.widthRatio=0.5,1,2,4,8,16,32,64",
    ]
    let all = try json(CommandLineRun(["transfer"] + words + ["--json", "--workers", "1"]))
    #expect(none["hash"] as? String == all["hash"] as? String)
    let families = try #require(none["families"] as? NSArray)
    #expect(families.isEqual(all["families"]))
  }

  @Test("a configuration alone: widths from a quarter to 32 times its own, whatever way the width is given")
  func usualSizes() throws {
    let scratch = try ScratchFolder()
    try scratch.write(
      "network: {width: 64}\ndata: {inputDimension: 64, samples: 128, noise: 0.3}\ntraining: {steps: 10}\n",
      to: "a.yaml")
    let run = try CommandLineRun(["transfer", "a.yaml", "--json"], in: scratch.url)
    #expect(run.errors.contains("network.width=16,32,64,128,256,512,1024,2048"))
    let result = try json(run)
    #expect(result["size_key"] as? String == "network.width")
    #expect(result["sizes"] as? [String] == ["16", "32", "64", "128", "256", "512", "1024", "2048"])
    let other = try json(
      CommandLineRun(["transfer", "a.yaml", "network.widthRatio=2", "--json", "--quiet"], in: scratch.url))
    #expect(other["sizes"] as? [String] == ["0.5", "1", "2", "4", "8", "16", "32", "64"])
    let infinite = try CommandLineRun(["transfer", "a.yaml", "network.width=infinite"], in: scratch.url)
    #expect(infinite.status == 65 && infinite.errors.contains("give one, such as"))
  }

  @Test("depth with branch scalings: published optima, one family each")
  func depth() throws {
    let run = try CommandLineRun([
      "transfer", "network.residual=true", "network.widthRatio=2", "data.sampleRatio=4", "data.noise=0.2",
      "training.steps=15", "network.branchScale=0.5", "network.hiddenLayers=2,4,8", "--branch-scaling",
      "1/sqrt(L),1/L,constant", "--json", "--quiet",
    ])
    let families = try #require(try json(run)["families"] as? [[String: Any]])
    #expect(families.compactMap { $0["name"] as? String } == ["muP, 1/sqrt(L)", "muP, 1/L", "muP, constant"])
    let rates = try families.map { try #require(horizon($0)["optimal_rate"] as? [Double]) }
    for (found, published) in zip(rates[0] + rates[2], [0.2278, 0.2151, 0.2106, 0.2278, 0.1136, 0.0322]) {
      #expect(abs(found / published - 1) < 0.01)
    }
    // At two layers there is one branch, and all scalings are one.
    #expect(rates[0][0] == rates[1][0] && rates[1][0] == rates[2][0])
    #expect(rates[1][2] > rates[1][0])
  }

  @Test("beside a number of layers, infinite depth is the last size, and the optima lead to it")
  func infiniteDepth() throws {
    let run = try CommandLineRun([
      "transfer", "network.residual=true", "network.widthRatio=2", "data.sampleRatio=4", "data.noise=0.2",
      "training.steps=15", "network.branchScale=0.5",
      "zip(network.hiddenLayers=2,4,8,16,16,network.depth=finite,finite,finite,finite,infinite)", "--json",
      "--quiet",
    ])
    let result = try json(run)
    #expect(result["sizes"] as? [String] == ["2", "4", "8", "16", "infinite"])
    let family = (result["families"] as? [[String: Any]])?.first
    let rates = try #require(horizon(family)["optimal_rate"] as? [Double])
    // Published up to L = 32: .2278 .2151 .2106 .2087 .2078, and 1/L leads on to .2069.
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $1 < $0 })
    #expect(abs(try #require(rates.last) / 0.2069 - 1) < 0.005, "\(rates)")
  }

  @Test("horizons come from one solve; an axis of steps tells the same")
  func horizons() throws {
    let words = ["data.noise=0.3", "network.widthRatio=1,2,4,8"]
    let run = try CommandLineRun(["transfer"] + words + ["--horizons", "40,10,20"])
    #expect(
      run.status == 0 && run.output.contains("test loss after 10 steps, ")
        && run.output.contains("test loss after 40 steps, "))
    #expect(run.output.contains("the horizon moves log2(rate*) by "))
    let many = try json(CommandLineRun(["transfer"] + words + ["--horizons", "10,20,40", "--json", "--quiet"]))
    let family = (many["families"] as? [Any])?.first
    let axis = try json(
      CommandLineRun([
        "transfer", "data.noise=0.3", "network.widthRatio=2", "training.steps=10,20,40", "--json", "--quiet",
      ]))
    let alone = try #require(try horizon((axis["families"] as? [Any])?.first)["optimal_rate"] as? [Double])
    for (index, rate) in alone.enumerated() {
      let rates = try #require(try horizon(family, index)["optimal_rate"] as? [Double])
      #expect(abs(rates[1] / rate - 1) < 2e-3)
    }
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
    let short = try CommandLineRun([
      "transfer", "data.noise=0.3", "training.steps=5", "network.widthRatio=2,3", "--check", "1", "--quiet",
    ])
    #expect(short.status == 1 && short.output.contains("do not span two doublings"))
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
        "cost", "largest_stable_rate",
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
    "mistakes are told with what to do",
    arguments: [
      (["--horizons", "10,x"], 64, "--horizons must be whole numbers"),
      (["--branch-scaling", "1/L"], 64, "goes with an axis of depths"),
      (["network.hiddenLayers=2,4", "--branch-scaling", "1/L"], 65, "goes with network.residual=true"),
      (["network.hiddenLayers=2,4", "--branch-scaling", "L"], 64, "--branch-scaling must be"),
      (["--check", "0"], 64, "--check must be a number above 0"),
      (["network.width=64,64"], 65, "the same size twice"),
      (["network.width=64,128", "training.learningRate=0.1,0.2"], 65, "looks for the best rate itself"),
      (["network.width=64,128", "network.widthRatio=1,2"], 65, "says the same as the axis network.width"),
      (["network.width=9000000000000000000", "training.steps=2"], 0, "the sizes are network.width="),
      (["training.steps=10,20", "--horizons", "5"], 64, "say the same"),
    ])
  func mistakes(_ words: [String], _ status: Int, _ text: String) throws {
    let run = try CommandLineRun(["transfer"] + words)
    #expect(run.status == Int32(status) && run.errors.contains(text), "\(run.errors)")
  }
}
