import Fixtures
import Foundation
import Testing

/// What is printed, when, and how much of it.
@Suite("Output", .slow(.processes))
struct OutputTests {
  private static let small = ["network.width=16", "data.inputDimension=16", "data.samples=32", "training.steps=5"]

  @Test("--quiet leaves the result: no head lines, no files, no next commands")
  func quiet() throws {
    let scratch = try ScratchFolder()
    let usual = try CommandLineRun(["solve"] + Self.small + ["-o", "a"], in: scratch.url)
    let quiet = try CommandLineRun(["solve"] + Self.small + ["-o", "b", "--quiet"], in: scratch.url)
    #expect(usual.output.contains("cost:") && usual.output.contains("next:") && usual.output.contains("written:"))
    #expect(quiet.status == 0 && quiet.errors.isEmpty && quiet.output.hasPrefix("  step"))
    for word in ["cost:", "next:", "written:", "muP"] { #expect(!quiet.output.contains(word), "\(word)") }
    let lines = Set(usual.output.split(separator: "\n"))
    #expect(quiet.output.split(separator: "\n").allSatisfy(lines.contains))
    #expect(try !CommandLineRun(["init", "c.yaml", "--quiet"], in: scratch.url).output.contains("next:"))
  }

  @Test("next commands name the program, not its place")
  func next() throws {
    let run = try CommandLineRun(["solve"] + Self.small)
    let lines = run.output.split(separator: "\n").drop { !$0.hasPrefix("next:") }
    #expect(!lines.isEmpty && lines.allSatisfy { $0.dropFirst(7).hasPrefix("dmft ") }, "\(run.output)")
  }

  @Test("a file has every line at once, also of a process that is killed")
  func lines() throws {
    let scratch = try ScratchFolder()
    let script = """
      "$0" "$@" > out 2> err & run=$!
      for i in $(seq 200); do if [ -s out ]; then break; fi; sleep 0.1; done
      kill -KILL $run; cat out
      """
    // Thousands of networks: nothing ends before the kill.
    let run = try CommandLineRun(
      shell: script,
      ["sweep", "network.width=256,512", "simulation.replicas=100000", "--run", "simulation", "-o", "x"],
      in: scratch.url)
    #expect(run.output.hasPrefix("cost: "), "\(run.output)")
  }

  @Test("where nobody watches a line says now and then that it runs; none with --quiet")
  func heartbeat() throws {
    let words = ["simulate", "network.width=256", "data.inputDimension=256", "simulation.replicas=96"]
    let run = try CommandLineRun(shell: "DMFT_HEARTBEAT=0.2 exec \"$0\" \"$@\"", words)
    let lines = run.errors.split(separator: "\n")
    #expect(run.status == 0 && lines.count >= 2 && lines.allSatisfy { $0.hasPrefix("progress: ") }, "\(run.errors)")
    #expect(lines.contains { $0.contains(" % ") || $0.contains(" %, ") })
    #expect(try CommandLineRun(shell: "DMFT_HEARTBEAT=0.2 exec \"$0\" \"$@\"", words + ["--quiet"]).errors.isEmpty)
  }

  @Test("the log of a worker is not empty while it works")
  func worker() throws {
    let scratch = try ScratchFolder()
    let sweep = ["sweep", "network.width=8,16", "training.steps=3", "-o", "x", "--quiet"]
    #expect(try CommandLineRun(sweep, in: scratch.url).status == 0)
    let run = try CommandLineRun(["worker", "x", "--shard", "0/1"], in: scratch.url)
    #expect(run.output.hasPrefix("shard 0/1: 2 units, 0 to run\n"))
  }
}
