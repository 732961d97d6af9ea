import Fixtures
import Foundation
import Testing

@Suite("dmft layers", .slow(.processes))
struct LayersCommandTests {
  private static let small = [
    "network.width=12", "data.inputDimension=8", "data.samples=24", "training.steps=20", "simulation.replicas=3",
  ]

  private func json(_ run: CommandLineRun) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  @Test("without arguments: the built-in example, theory beside networks, phases, drift")
  func builtIn() throws {
    let run = try CommandLineRun(["layers"])
    #expect(run.status == 0)
    #expect(run.errors.contains("the built-in example: dmft layers network.width=64"))
    #expect(run.output.contains("losses, means of 8 networks"))
    #expect(run.output.contains("phases, linear: plateau to t = "))
    #expect(run.output.contains("phases, theory: plateau to t = "))
    #expect(run.output.contains("conserved matrices, linear: drift "))
    #expect(run.output.contains("layers.activation=relu    (the effect of ReLU gates)"))
  }

  @Test(
    "linear: a run folder with theory; the resolved configuration gives the same bytes again on any number of cores")
  func folder() throws {
    let scratch = try ScratchFolder()
    let first = try CommandLineRun(["layers"] + Self.small + ["-o", "a", "--workers", "1"], in: scratch.url)
    #expect(first.status == 0, "\(first.errors)")
    let second = try CommandLineRun(["layers", "a/config.yaml", "-o", "b", "--workers", "3"], in: scratch.url)
    #expect(second.status == 0, "\(second.errors)")
    for file in ["curves.csv", "growth.csv", "conserved.csv", "config.yaml"] {
      let (one, two) = try (
        Data(contentsOf: scratch.url.appendingPathComponent("a/" + file)),
        Data(contentsOf: scratch.url.appendingPathComponent("b/" + file))
      )
      #expect(one == two && !one.isEmpty, "\(file)")
    }
    let curves = try String(contentsOf: scratch.url.appendingPathComponent("a/curves.csv"), encoding: .utf8)
    #expect(
      curves.hasPrefix(
        "step,time,test_loss,train_loss,test_loss_se,train_loss_se,test_loss_theory,train_loss_theory\n0,0.0,"))
    #expect(curves.split(separator: "\n").count == 22)
    let growth = try String(contentsOf: scratch.url.appendingPathComponent("a/growth.csv"), encoding: .utf8)
    #expect(growth.hasPrefix("step,time,activation,layer,growth,growth_se,growth_theory\n0,0.0,linear,0,0.0,0.0,0.0\n"))
    #expect(growth.split(separator: "\n").count == 1 + 3 * 21)
    let configuration = try String(contentsOf: scratch.url.appendingPathComponent("a/config.yaml"), encoding: .utf8)
    #expect(configuration.contains("layers:\n  activation: linear\n") && !configuration.contains("reduce:"))
    let other = try CommandLineRun(["layers"] + Self.small + ["layers.activation=relu", "-o", "a"], in: scratch.url)
    #expect(other.status == 65)
  }

  @Test("real data, with figures")
  func realData() throws {
    let scratch = try ScratchFolder()
    let table = CommandLineRun.root.appendingPathComponent("configs/data/diabetes.csv").path
    let run = try CommandLineRun(
      [
        "layers", "data.file=\(table)", "data.target=progression", "data.standardize=zscore", "network.width=16",
        "training.steps=10", "simulation.replicas=2", "layers.activation=relu", "-o", "a", "--figures",
      ], in: scratch.url)
    #expect(run.status == 0, "\(run.errors)")
    let drawing = try String(contentsOf: scratch.url.appendingPathComponent("a/figures/layers.svg"), encoding: .utf8)
    #expect(drawing.contains("Drift of W'W - WW' between layers") && drawing.contains("ReLU, diagonal"))
  }

  @Test(
    "the examples of the related models run",
    arguments: [("layers", "relu-layers"), ("layers", "balanced-layers"), ("reduce", "completion")])
  func examples(command: String, name: String) throws {
    let few = ["simulation.replicas=1", "training.steps=20"]
    let words = command == "layers" && name == "relu-layers" ? few : command == "layers" ? Array(few.prefix(1)) : []
    let run = try CommandLineRun([command, "configs/related/\(name).yaml"] + words)
    #expect(run.status == 0 && run.output.contains("next:"), "\(run.errors)")
  }

  @Test("what has no layers to watch is refused, all at once, with a way out")
  func refused() throws {
    let run = try CommandLineRun([
      "layers", "network.residual=true", "training.mode=population", "network.width=infinite",
    ])
    #expect(run.status == 65 && run.output.isEmpty)
    for words in ["use network.residual=false", "use training.mode=batch", "use a finite network.width"] {
      #expect(run.errors.contains(words))
    }
    let strength = try CommandLineRun(["layers", "layers.startStrength=0.1"])
    #expect(strength.status == 65 && strength.errors.contains("set layers.start to balanced"))
    let few = try CommandLineRun(["layers", "data.samples=4", "layers.whiten=true"])
    #expect(few.status == 65 && few.errors.contains("use at least as many data.samples"))
  }

  @Test("what memory does not hold is refused before it is taken, and weights beyond the range of numbers")
  func sizes() throws {
    let huge = try CommandLineRun(["layers", "network.width=100000", "data.inputDimension=100000"])
    #expect(huge.status == 65 && huge.errors.contains("are free; use a smaller network.width"))
    let dead = try CommandLineRun(["layers"] + Self.small + ["network.initScale=1e160"])
    #expect(dead.status == 65 && dead.errors.contains("network.initScale must be at most 1e+50"))
  }

  @Test("--json: columns and details; keys of layers do not touch other commands")
  func json() throws {
    let result = try json(CommandLineRun(["layers"] + Self.small + ["layers.activation=relu", "--json"]))
    #expect((result["train_loss_frozenGates"] as? [Double])?.count == 21 && result["test_loss_frozenGates"] == nil)
    #expect((result["growth"] as? [String: Any])?["activation"] != nil && result["train_loss_theory"] == nil)
    let gates = try #require(result["gates"] as? [String: Any])
    #expect((gates["flipped"] as? [Double])?.count == 21)
    let drift = try #require(result["drift"] as? [String: [String: Double]])
    #expect(drift["relu"]?["matrix_quarter_rate"] != nil && drift["frozenGates"]?["matrix_quarter_rate"] == nil)
    #expect((result["phases"] as? [String: Any])?["linear"] != nil && result["replicas"] as? Int == 3)
    let hashes = try [[], ["layers.activation=relu"]].map { words in
      try json(CommandLineRun(["solve", "training.steps=3", "--json"] + words))["hash"] as? String
    }
    #expect(hashes[0] != nil && hashes[0] == hashes[1])
  }
}
