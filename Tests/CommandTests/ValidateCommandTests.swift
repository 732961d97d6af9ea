import Foundation
import Testing

@Suite("dmft validate and dmft compare", .serialized)
struct ValidateCommandTests {
  /// Every example that a network can be trained for. The power laws are too large for a test or have no finite
  /// network: `scripts/validate-examples` runs the one that has.
  static let examples = [
    "cosine", "decoupled-decay", "diabetes", "digits", "layers", "linear-decay", "momentum", "multipliers", "nesterov",
    "ntk", "one-pass", "population", "residual", "standard", "weight-decay", "width-ratio",
  ]

  @Test("no example that can be trained disagrees", arguments: examples)
  func neverDisagrees(name: String) throws {
    let run = try CommandLineRun(["validate", "configs/\(name).yaml", "simulation.replicas=32", "--quiet"])
    #expect([0, 3].contains(run.status), "\(run.output) \(run.errors)")
    #expect(run.output.contains(run.status == 0 ? ": agrees within" : ": cannot tell whether within"))
  }

  /// `scripts/validate-examples` does this for the others too.
  @Test(
    "examples agree with as many networks as they ask for",
    arguments: ["diabetes", "multipliers", "population", "width-ratio"])
  func agrees(name: String) throws {
    let run = try CommandLineRun(["validate", "configs/\(name).yaml", "--quiet"])
    #expect(run.status == 0 && run.output.contains("agrees within"), "\(run.output) \(run.errors)")
    #expect(!run.output.contains("could tell"))
  }

  @Test("examples are either here, infinite, or in the script for large ones")
  func complete() throws {
    let folder = CommandLineRun.root.appendingPathComponent("configs")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
    let others = Set(names.map { String($0.dropLast(5)) }).subtracting(Self.examples)
    #expect(
      others == [
        "flow", "infinite-depth", "infinite-width", "million-steps", "power-law", "power-law-flow", "power-law-top",
      ])
  }

  @Test("it has power: digits at 1.5 times the rate disagrees with exit 1")
  func power() throws {
    let run = try CommandLineRun([
      "validate", "configs/digits.yaml", "simulation.replicas=64", "--theory", "training.learningRate=0.015",
    ])
    #expect(run.status == 1 && run.output.contains("disagrees by more than 5 % at 99 % confidence"))
    #expect(run.errors.isEmpty)
  }

  /// A band of 7 % holds a difference of 11 % that is beyond the tolerance and not certainly so.
  @Test("a band too wide for the tolerance is no agreement: exit 3, and how many networks could tell")
  func undecided() throws {
    let scratch = try ScratchFolder()
    let config = CommandLineRun.root.appendingPathComponent("configs/digits.yaml").path
    let words = ["validate", config, "--theory", "training.learningRate=0.012"]
    let run = try CommandLineRun(words + ["simulation.replicas=64", "-o", "run"], in: scratch.url)
    let last = try #require(run.output.split(separator: "\n").last)
    #expect(run.status == 3 && run.errors.isEmpty, "\(run.status) \(run.errors)")
    #expect(last.contains("cannot tell whether within 5 % at 99 % confidence"), "\(last)")
    let found = try #require(last.firstMatch(of: /about simulation\.replicas=(\d+) could tell/))
    let wanted = try #require(Int(found.1))
    #expect(wanted > 64 && wanted < 2000, "\(wanted)")
    let manifest =
      try JSONSerialization.jsonObject(with: Data(scratch.text("run/manifest.json").utf8)) as? [String: Any]
    #expect(
      manifest?["status"] as? String == "cannot tell" && manifest?["networks_verdict"] as? String == "cannot tell")
    #expect(manifest?["wanted_replicas"] as? Int == wanted)
    #expect(try scratch.text("run/report.html").contains("CANNOT TELL"))
    // So many do tell.
    let more = try CommandLineRun(words + ["simulation.replicas=\(wanted)", "--json"], in: scratch.url)
    let json = try JSONSerialization.jsonObject(with: Data(more.output.utf8)) as? [String: Any]
    #expect(more.status == 1 && json?["status"] as? String == "disagrees", "\(more.status) \(more.errors)")
  }

  @Test("another learning rate on the theory's side never agrees", arguments: ["0.3", "0"], ["100", "4"])
  func wrongRate(noise: String, steps: String) throws {
    let run = try CommandLineRun([
      "validate", "network.width=128", "data.inputDimension=128", "data.samples=256", "simulation.replicas=64",
      "data.noise=\(noise)", "training.steps=\(steps)", "--theory", "training.learningRate=0.065", "--quiet",
    ])
    #expect([1, 3].contains(run.status) && !run.output.contains("agrees within"), "\(run.output) \(run.errors)")
  }

  @Test(
    "sides that end differently disagree, with words; where nothing can be compared they cannot tell",
    arguments: [
      (["--theory", "training.learningRate=1000"], 1, "the theory diverges at step 1, no network does"),
      (
        ["training.learningRate=1000", "--theory", "training.learningRate=0.05"], 1,
        "20 of 20 networks diverge, the first at step 1"
      ),
      (
        ["training.learningRate=1000", "--theory", "training.learningRate=0.05"], 1, "where most networks have diverged"
      ),
      (["network.initScale=1e200"], 3, "no step could be compared"),
      (["network.initScale=[1,1,0]", "data.noise=0.3", "--theory", "training.learningRate=0.15"], 1, "disagrees by"),
    ])
  func endings(words: [String], status: Int, hint: String) throws {
    let base = ["validate", "network.width=64", "data.inputDimension=64", "data.samples=128", "simulation.replicas=20"]
    let run = try CommandLineRun(base + words)
    #expect(run.status == Int32(status) && run.output.contains(hint), "\(run.status) \(run.output) \(run.errors)")
  }

  @Test("a theory of other depth, keys given on both sides, losses of zero: no crash")
  func oddTheories() throws {
    let base = ["validate", "network.width=32", "data.inputDimension=32", "training.steps=10", "simulation.replicas=8"]
    for layers in ["1", "3"] {
      let scratch = try ScratchFolder()
      let run = try CommandLineRun(
        base + ["--theory", "network.hiddenLayers=\(layers)", "-o", "run", "--arrays"], in: scratch.url)
      #expect([0, 1, 3].contains(run.status) && run.output.contains("theory against"), "\(run.errors)")
    }
    let both = try CommandLineRun(base + ["data.noise=0.3", "--theory", "data.noise=0.3"])
    #expect(both.status == 3, "\(both.errors)")
    let interpolating = try CommandLineRun([
      "validate", "network.width=32", "data.inputDimension=32", "data.samples=8", "simulation.replicas=8",
      "training.steps=600", "data.noise=0.5", "network.parameterization=NTK",
    ])
    #expect(interpolating.output.contains("zero up to rounding"), "\(interpolating.status) \(interpolating.errors)")
  }

  @Test("near the edge of stability it says that medians are compared")
  func edge() throws {
    let run = try CommandLineRun(
      ["validate", "network.width=64", "data.inputDimension=64", "data.samples=128", "training.learningRate=0.25"])
    #expect(run.output.contains("medians are compared there"), "\(run.output)")
    let slow = try CommandLineRun([
      "validate", "data.noise=0.3", "training.learningRate=0.2", "simulation.replicas=32", "--quiet",
    ])
    #expect(slow.output.contains("58.5 % of the largest stable rate 0.342"), "\(slow.output)")
  }

  @Test("a run folder: columns of theory and networks, z, order parameters; another theory is another run")
  func folder() throws {
    let scratch = try ScratchFolder()
    let words = ["validate", "training.steps=6", "simulation.replicas=8", "--quiet", "--arrays", "-o", "run"]
    #expect(try CommandLineRun(words, in: scratch.url).status == 3)
    let curves = try scratch.text("run/curves.csv").split(separator: "\n")
    #expect(
      curves[0]
        == "step,time,test_loss,train_loss,test_loss_se,train_loss_se,replicas,test_loss_theory,train_loss_theory,"
        + "test_loss_z,train_loss_z")
    let row = curves[4].split(separator: ",").compactMap { Double($0) }
    #expect(row.count == 11 && abs(row[9] - (row[2] - row[7]) / row[4]) < 1e-9)
    let layers = try scratch.text("run/layers.csv").split(separator: "\n")
    #expect(layers[0] == "step,layer,forward,backward,forward_se,backward_se,forward_theory,backward_theory")
    #expect(layers[2].split(separator: ",").count == 8)
    let other = try CommandLineRun(words + ["--theory", "data.noise=0.1"], in: scratch.url)
    #expect(other.status == 65 && other.errors.contains("made without options"))
  }

  @Test("several sizes: each with its bias, and the limit")
  func sizes() throws {
    let run = try CommandLineRun([
      "validate", "data.noise=0.3", "training.steps=20", "simulation.replicas=64", "--sizes", "40,20", "--json",
      "validation.tolerance=0.9",
    ])
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    let result = try #require(object as? [String: Any])
    let sizes = try #require(result["sizes"] as? [String: Any])
    #expect(sizes["dimension"] as? [Int] == [20, 40])
    #expect(sizes["verdicts"] as? [String] == ["agrees", "agrees"])
    #expect((sizes["limit"] as? [String: Any])?["verdict"] as? String == "agrees")
    #expect((result["verdict"] as? String)?.hasPrefix("theory against 64 trained networks: agrees within 90 %") == true)
  }

  @Test(
    "mistakes are told before anything runs",
    arguments: [
      (["simulation.replicas=7"], 65, "at least 8 trained networks, got 7"),
      (["--theory", "training.steps=5"], 65, "set it without --theory"),
      (["--theory", "simulation.replicas=50"], 65, "set it without --theory"),
      (["--theory", "noise"], 64, "expected key=value"), (["--theory", "data.nois=1"], 65, "did you mean data.noise"),
      (["--sizes", "64"], 64, "two or more"), (["--sizes", "64,x"], 64, "two or more"),
      (["configs/digits.yaml", "--sizes", "64,32"], 65, "leave --sizes out"),
      (["--workers", "0"], 64, "at least 1"), (["network.width=infinite"], 65, "finite network.width"),
    ])
  func mistakes(words: [String], status: Int, hint: String) throws {
    let run = try CommandLineRun(["validate"] + words)
    #expect(run.status == Int32(status) && run.errors.contains(hint), "\(run.status) \(run.errors)")
    #expect(run.output.isEmpty)
  }

  @Test("a log of one network beside the theory: table, deviations, figure")
  func compare() throws {
    let scratch = try ScratchFolder()
    let config = CommandLineRun.root.appendingPathComponent("configs/weight-decay.yaml").path
    let words = [config, "simulation.replicas=1", "training.steps=30"]
    #expect(try CommandLineRun(["simulate"] + words + ["-o", "net"], in: scratch.url).status == 0)
    let run = try CommandLineRun(
      ["compare", config, "net/curves.csv", "training.steps=20", "-o", "seen", "--figures"], in: scratch.url)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("train loss: typical deviation") && run.output.contains("test loss: typical deviation"))
    #expect(run.output.contains("set training.steps=30"))
    let curves = try scratch.text("seen/curves.csv").split(separator: "\n")
    #expect(curves[0] == "step,time,test_loss,train_loss,test_loss_log,train_loss_log" && curves.count == 22)
    #expect(try scratch.text("seen/figures/loss.svg").contains("test, log"))
  }

  @Test("a log in units of the objective MSE/2 gets a hint; a log without losses is refused")
  func logs() throws {
    let scratch = try ScratchFolder()
    let solved = try CommandLineRun(["solve", "training.steps=4", "-o", "theory"], in: scratch.url)
    #expect(solved.status == 0)
    let rows = try scratch.text("theory/curves.csv").split(separator: "\n").dropFirst()
    let halves = rows.map { row -> String in
      let cells = row.split(separator: ",").compactMap { Double($0) }
      return "\(Int(cells[0])),\(cells[3] / 2)"
    }
    try scratch.write("step,loss\n" + halves.joined(separator: "\n") + "\n", to: "half.csv")
    let half = try CommandLineRun(["compare", "half.csv", "training.steps=4"], in: scratch.url)
    #expect(half.status == 0 && half.output.contains("without the factor 1/2"))
    try scratch.write("step,accuracy\n1,2\n", to: "none.csv")
    let none = try CommandLineRun(["compare", "none.csv"], in: scratch.url)
    #expect(none.status == 65 && none.errors.contains("no column test_loss or train_loss"))
    #expect(try CommandLineRun(["compare"]).status == 64)
  }
}
