import Fixtures
import Foundation
import Testing

@Suite("dmft simulate", .slow(.processes), .serialized)
struct SimulateCommandTests {
  /// Sixteen networks of some ten milliseconds each.
  static let words = [
    "network.width=150", "network.hiddenLayers=3", "data.inputDimension=120", "data.samples=240", "data.noise=0.2",
    "training.steps=120", "training.learningRate=0.03", "training.momentum=0.3", "simulation.replicas=16",
  ]

  private func bytes(_ folder: URL) throws -> [Data] {
    try ["curves.csv", "layers.csv", "arrays.npz"].map { try Data(contentsOf: folder.appendingPathComponent($0)) }
  }

  private func units(_ folder: URL) -> Int {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("units").path)) ?? []
    return names.count { $0.hasPrefix("replica-") }
  }

  @Test("without arguments: problem, cost, table with errors, a drawing, what next")
  func builtIn() throws {
    let run = try CommandLineRun(["simulate"])
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.output.contains("(32 networks, ") && run.output.contains("+- standard error"))
    #expect(run.output.contains("dmft validate"))
  }

  @Test("columns of the interface; the same bytes for any number of workers")
  func folder() throws {
    let scratch = try ScratchFolder()
    for (name, workers) in [("one", "1"), ("three", "3")] {
      let run = try CommandLineRun(
        ["simulate"] + Self.words + ["-o", name, "--arrays", "--workers", workers, "--quiet"], in: scratch.url)
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    }
    let one = scratch.url.appendingPathComponent("one")
    #expect(try bytes(one) == bytes(scratch.url.appendingPathComponent("three")))
    let curves = try scratch.text("one/curves.csv").split(separator: "\n")
    #expect(
      curves[0] == "step,time,test_loss,train_loss,test_loss_se,train_loss_se,replicas,r_squared" && curves.count == 122
    )
    #expect(curves[1].split(separator: ",")[6] == "16")
    let layers = try scratch.text("one/layers.csv").split(separator: "\n")
    #expect(layers[0] == "step,layer,forward,backward,forward_se,backward_se" && layers.count == 1 + 121 * 4)
    #expect(layers[1].split(separator: ",", omittingEmptySubsequences: false)[3] == "")
    #expect(!FileManager.default.fileExists(atPath: one.appendingPathComponent("units").path))
  }

  @Test("killed at any moment and resumed: the same bytes as undisturbed")
  func killed() throws {
    let scratch = try ScratchFolder()
    let command = ["simulate"] + Self.words + ["--arrays", "--quiet", "-o"]
    #expect(try CommandLineRun(command + ["whole"], in: scratch.url).status == 0)
    let whole = scratch.url.appendingPathComponent("whole")
    let broken = scratch.url.appendingPathComponent("broken")
    for least in [1, 4, 9, 15] {
      let run = try CommandLineRun(
        command + ["broken"], in: scratch.url, signal: (SIGKILL, { units(broken) >= least }))
      #expect(run.status == SIGKILL)
      #expect(try scratch.text("broken/manifest.json").contains("\"unfinished\""))
    }
    #expect(try CommandLineRun(command + ["broken"], in: scratch.url).status == 0)
    #expect(try bytes(broken) == bytes(whole))
    #expect(try scratch.names == ["broken", "whole"])
  }

  @Test(
    "interrupted: finished networks are kept, exit 75, and the same command continues", arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) throws {
    let scratch = try ScratchFolder()
    let command = ["simulate"] + Self.words + ["-o"]
    let kept = scratch.url.appendingPathComponent("kept")
    let stopped = try CommandLineRun(command + ["kept"], in: scratch.url, signal: (signal, { units(kept) >= 3 }))
    #expect(stopped.status == 75)
    let count = units(kept)
    #expect(count >= 3 && count < 16 && stopped.errors.contains("stopped: \(count) of 16 replicas kept"))
    let resumed = try CommandLineRun(command + ["kept"], in: scratch.url)
    #expect(resumed.status == 0 && resumed.errors.contains("\(count) done before, \(16 - count) to go"))
    #expect(try CommandLineRun(command + ["whole"], in: scratch.url).status == 0)
    for file in ["curves.csv", "layers.csv"] {
      #expect(try scratch.text("kept/\(file)") == scratch.text("whole/\(file)"))
    }
  }

  @Test("interrupted with spectra: they are kept with their networks, and are refused in a run without")
  func interruptedSpectra() throws {
    let scratch = try ScratchFolder()
    let command = ["simulate", "--spectra", "--sharpness=0,5"] + Self.words + ["-o"]
    let kept = scratch.url.appendingPathComponent("kept")
    let stopped = try CommandLineRun(command + ["kept"], in: scratch.url, signal: (SIGINT, { units(kept) >= 6 }))
    #expect(stopped.status == 75)
    let resumed = try CommandLineRun(command + ["kept"], in: scratch.url)
    #expect(resumed.status == 0 && resumed.errors.contains(" done before, "))
    #expect(try CommandLineRun(command + ["whole"], in: scratch.url).status == 0)
    for file in ["curves.csv", "spectra.csv", "sharpness.csv"] {
      #expect(try scratch.text("kept/\(file)") == scratch.text("whole/\(file)"))
    }
    #expect(try scratch.text("whole/spectra.csv").hasPrefix("step,layer,edge,outliers,largest,largest_se,second"))
    #expect(try CommandLineRun(["simulate"] + Self.words + ["-o", "whole"], in: scratch.url).status == 65)
  }

  @Test("interrupted without a folder: nothing is kept, and it says so")
  func nothingKept() throws {
    let run = try CommandLineRun(
      ["simulate", "simulation.replicas=100000"], signal: (SIGINT, Self.after(seconds: 0.3)))
    #expect(run.status == 75 && run.errors.contains("nothing was kept"))
  }

  @Test("two processes in one folder: the second reports an error, the first continues")
  func together() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.url.appendingPathComponent("run")
    let command = ["simulate"] + Self.words.dropLast() + ["simulation.replicas=60", "--quiet", "-o", "run"]
    var second: CommandLineRun?
    let first = try CommandLineRun(
      command, in: scratch.url,
      signal: (
        0,
        {
          guard units(folder) >= 2 else { return false }
          second = try? CommandLineRun(command, in: scratch.url)
          return true
        }
      ))
    #expect(first.status == 0)
    #expect(second?.status == 74 && second?.errors.contains("another dmft process is using run") == true)
  }

  private static func after(seconds: Double) -> () -> Bool {
    let start = Date()
    return { Date().timeIntervalSince(start) > seconds }
  }

  @Test("an interrupted run is extended to more networks; an ended one says which key differs")
  func extended() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.url.appendingPathComponent("run")
    let words = ["simulate"] + Self.words.dropLast()
    let command = { (count: Int, name: String) in words + ["simulation.replicas=\(count)", "-o", name] }
    let first = try CommandLineRun(command(60, "run"), in: scratch.url, signal: (SIGINT, { units(folder) >= 4 }))
    #expect(first.status == 75)
    let fewer = try CommandLineRun(command(50, "run"), in: scratch.url)
    #expect(fewer.status == 65 && fewer.errors.contains("simulation.replicas 60 there, 50 here"))
    let more = try CommandLineRun(command(64, "run"), in: scratch.url)
    #expect(more.status == 0 && more.errors.contains(" done before, "), "\(more.errors)")
    #expect(try CommandLineRun(command(64, "whole") + ["--quiet"], in: scratch.url).status == 0)
    #expect(try scratch.text("run/curves.csv") == scratch.text("whole/curves.csv"))
    #expect(try scratch.text("run/config.yaml") == scratch.text("whole/config.yaml"))
    let ended = try CommandLineRun(command(70, "run"), in: scratch.url)
    #expect(ended.status == 65 && ended.errors.contains("simulation.replicas 64 there, 70 here"))
  }

  @Test("damaged units are trained again")
  func damaged() throws {
    let scratch = try ScratchFolder()
    let command = ["simulate"] + Self.words + ["--quiet", "-o"]
    let folder = scratch.url.appendingPathComponent("run")
    _ = try CommandLineRun(command + ["run"], in: scratch.url, signal: (SIGKILL, { units(folder) >= 6 }))
    try scratch.write("rubbish", to: "run/units/replica-2")
    #expect(try CommandLineRun(command + ["run"], in: scratch.url).status == 0)
    #expect(try CommandLineRun(command + ["whole"], in: scratch.url).status == 0)
    #expect(try scratch.text("run/curves.csv") == scratch.text("whole/curves.csv"))
  }

  @Test("what can't be trained: exit 65, nothing on stdout")
  func refused() throws {
    for words in [["network.width=infinite"], ["data.inputDimension=10000000"]] {
      let run = try CommandLineRun(["simulate"] + words)
      #expect(run.status == 65 && run.errors.contains("; use a ") && run.output.isEmpty, "\(run.errors)")
    }
  }

  @Test("figures are drawn by gnuplot, and without it the command reports that and continues")
  func figures() throws {
    let scratch = try ScratchFolder()
    let command = ["simulate", "training.steps=5", "simulation.replicas=2", "--figures", "-o"]
    let drawn = try CommandLineRun(command + ["drawn"], in: scratch.url)
    #expect(drawn.status == 0 && drawn.output.contains("drawn/figures/loss.svg"))
    #expect(try scratch.text("drawn/figures/loss.svg").contains("</svg>"))
    let bare = try CommandLineRun(command + ["bare"], in: scratch.url, path: "/nonexistent")
    #expect(bare.status == 0 && bare.errors.contains("gnuplot is missing: install it"))
    #expect(!bare.output.contains(".svg"))
    #expect(try scratch.text("bare/figures/loss.gp") == scratch.text("drawn/figures/loss.gp"))
  }
}
