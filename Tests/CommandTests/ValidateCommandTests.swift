import Fixtures
import Foundation
import Testing

@Suite("dmft validate", .slow(.processes), .serialized)
struct ValidateCommandTests {
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
    let verdict = try #require(run.output.split(separator: "\n").first { $0.hasPrefix("theory against") })
    #expect(run.status == 3 && run.errors.isEmpty, "\(run.status) \(run.errors)")
    #expect(verdict.contains("cannot tell whether within 5 % at 99 % confidence"), "\(verdict)")
    let found = try #require(verdict.firstMatch(of: /about simulation\.replicas=(\d+) could tell/))
    let wanted = try #require(Int(found.1))
    #expect(wanted > 64 && wanted < 2000, "\(wanted)")
    let manifest =
      try JSONSerialization.jsonObject(with: Data(scratch.text("run/manifest.json").utf8)) as? [String: Any]
    #expect(
      manifest?["status"] as? String == "cannot tell" && manifest?["networks_verdict"] as? String == "cannot tell")
    #expect(manifest?["wanted_replicas"] as? Int == wanted)
    #expect(try scratch.text("run/report.html").contains("CANNOT TELL"))
    // That many networks reach a verdict.
    let more = try CommandLineRun(words + ["simulation.replicas=\(wanted)", "--json"], in: scratch.url)
    let json = try JSONSerialization.jsonObject(with: Data(more.output.utf8)) as? [String: Any]
    #expect(more.status == 1 && json?["status"] as? String == "disagrees", "\(more.status) \(more.errors)")
  }

  @Test("agreement is exit 0; another theory is another run")
  func otherTheory() throws {
    let scratch = try ScratchFolder()
    let words = [
      "validate", "training.steps=6", "simulation.replicas=16", "validation.tolerance=0.9", "--quiet", "-o", "run",
    ]
    let run = try CommandLineRun(words, in: scratch.url)
    #expect(run.status == 0 && run.output.contains(": agrees within 90 %"), "\(run.errors)")
    #expect(try scratch.text("run/report.html").contains("AGREES"))
    let other = try CommandLineRun(words + ["--theory", "data.noise=0.1"], in: scratch.url)
    #expect(other.status == 65 && other.errors.contains("--theory data.noise=0.1"), "\(other.errors)")
    let both = try CommandLineRun(words.dropLast(2) + ["data.noise=0.3", "--theory", "data.noise=0.3"])
    #expect(both.status == 0, "\(both.errors)")
  }

  @Test("interrupted: finished networks of every size are kept, and the same command continues")
  func interrupted() throws {
    let scratch = try ScratchFolder()
    let words = ["validate", "data.noise=0.3", "--sizes", "64,128", "simulation.replicas=24", "--workers", "2", "-o"]
    let units = scratch.url.appendingPathComponent("kept/units")
    let stopped = try CommandLineRun(
      words + ["kept"], in: scratch.url,
      signal: (
        SIGINT,
        {
          let names = (try? FileManager.default.contentsOfDirectory(atPath: units.path)) ?? []
          return names.contains { $0.hasPrefix("128-replica-") }
        }
      ))
    #expect(stopped.status == 75 && stopped.errors.contains("of 24 replicas kept"), "\(stopped.errors)")
    let resumed = try CommandLineRun(words + ["kept"], in: scratch.url)
    #expect(resumed.errors.contains("24 done before, 0 to go"), "\(resumed.errors)")
    let whole = try CommandLineRun(words + ["whole"], in: scratch.url)
    #expect(whole.status == resumed.status)
    #expect(try scratch.text("kept/curves.csv") == scratch.text("whole/curves.csv"))
  }

  @Test(
    "mistakes are reported before anything runs",
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
}
