import Fixtures
import Foundation
import Testing

/// A sweep through a real Slurm of one node, which `scripts/slurm-node` starts and stops.
@Suite("dmft sweep --slurm", .slow(.processes), .serialized)
struct SlurmNodeTests {
  /// Under CI as root there is no excuse.
  static let isRequired = ProcessInfo.processInfo.environment["CI"] == "true" && getuid() == 0
  static let isPossible =
    getuid() == 0
    && ["slurmctld", "slurmd", "munged"].allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/sbin/\($0)") }

  /// A node of its own for as long as the test runs.
  final class Node {
    let folder: URL

    init(below place: URL) throws {
      folder = place.appendingPathComponent("node")
      let status = try Self.script("start", folder)
      guard status == 0 else { throw CocoaError(.executableLoad) }
      setenv("SLURM_CONF", folder.path + "/etc/slurm.conf", 1)
    }

    deinit { _ = try? Self.script("stop", folder) }

    private static func script(_ verb: String, _ folder: URL) throws -> Int32 {
      let process = Process()
      process.executableURL = CommandLineRun.root.appendingPathComponent("scripts/slurm-node")
      process.arguments = [verb, folder.path]
      // The daemons inherit no pipe of ours, or its reader would wait for them.
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }

    /// Output of one of Slurm's own commands.
    func ask(_ words: [String]) throws -> String {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = words
      let answers = Pipe()
      process.standardOutput = answers
      try process.run()
      let text = String(decoding: answers.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      return text
    }

    /// Waits until no job is left, at most two minutes. Slurm lets a job that was queued up again rest for a minute; here
    /// nobody needs that.
    func finish() throws -> Bool {
      for _ in 0..<600 {
        let jobs = try ask(["squeue", "-h", "-r", "-o", "%i %r"]).split(separator: "\n").map {
          $0.split(separator: " ")
        }
        if jobs.isEmpty { return true }
        for job in jobs where job.last == "BeginTime" {
          _ = try ask(["scontrol", "update", "JobId=\(job[0])", "StartTime=now"])
        }
        usleep(200_000)
      }
      return false
    }
  }

  private func job(_ output: String) throws -> Int {
    try #require(output.firstMatch(of: /submitted array (\d+) \[/).flatMap { Int($0.1) })
  }

  private func wait(_ condition: () -> Bool) -> Bool {
    for _ in 0..<6000 {
      if condition() { return true }
      usleep(5000)
    }
    return false
  }

  @Test(
    "200 units in 4 shards, one killed in the middle and one warned: the same bytes as on one computer",
    .enabled(if: isPossible || isRequired, "needs root and the packages of scripts/slurm-node install"))
  func array() throws {
    let scratch = try ScratchFolder()
    // Longer units, so that elements are still running when they are found.
    let words = SweepWords.twoHundred.map { $0 == "training.steps=100" ? "training.steps=250" : $0 }
    let command = ["sweep"] + words + ["--run", "both", "-o"]
    #expect(try CommandLineRun(command + ["whole", "--quiet"], in: scratch.url).status == 0)
    let node = try Node(below: scratch.url)
    let slurm = ["--slurm", "partition=main", "time=5", "--shards", "4"]

    let first = try CommandLineRun(command + ["x"] + slurm, in: scratch.url)
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output.contains("200 units in 4 packs") && first.output.contains("[0-3], merge "))
    let number = try job(first.output)
    let folder = scratch.url.appendingPathComponent("x")
    let running = ["squeue", "-h", "-r", "-t", "RUNNING", "-o", "%i"]
    #expect(
      wait {
        let elements = (try? node.ask(running))?.split(separator: "\n") ?? []
        return elements.contains("\(number)_0") && elements.contains("\(number)_1") && SweepWords.units(folder) >= 10
      })
    // One element dies without a word; another gets the warning that comes before a time limit.
    _ = try node.ask(["scancel", "--signal=KILL", "--full", "\(number)_0"])
    _ = try node.ask(["scancel", "--signal=USR1", "--batch", "\(number)_1"])
    let status = try CommandLineRun(["status", "x"], in: scratch.url)
    #expect(status.status == 0 && status.output.contains("failed 0, to go "))
    let partial = try CommandLineRun(["merge", "x"], in: scratch.url)
    #expect(partial.status == 75 || partial.status == 0)
    #expect(try node.finish())

    // The killed element left units; the same command submits what is left of them and nothing else.
    let left = try CommandLineRun(["status", "x"], in: scratch.url).output
    if !left.contains("to go 0") {
      let second = try CommandLineRun(command + ["x"] + slurm, in: scratch.url)
      #expect(second.output.contains("[0], merge "), "\(second.output)")
      #expect(try node.finish())
    }
    #expect(
      try CommandLineRun(["status", "x"], in: scratch.url).output.hasPrefix("done 200, diverged 0, failed 0, to go 0"))
    // The merge behind the array has made the table already.
    #expect(try SweepWords.summary(folder) == SweepWords.summary(scratch.url.appendingPathComponent("whole")))
    let third = try CommandLineRun(command + ["x"] + slurm, in: scratch.url)
    #expect(third.status == 0 && third.output.contains("nothing to submit"))
    // What the jobs said: element 1 stopped at the warning, queued up again and went on.
    let said = try String(contentsOf: folder.appendingPathComponent("slurm/\(number)_1.out"), encoding: .utf8)
    #expect(said.contains("stopped: ") && said.contains("done before, ") && said.contains("shard 1/4: 50 units done"))
  }

  @Test("without Slurm the error says so: exit 74, and the alternatives")
  func missing() throws {
    let scratch = try ScratchFolder()
    let run = try CommandLineRun(
      ["sweep", "network.width=8,16", "-o", "x", "--slurm", "partition=main"], in: scratch.url, path: "/nowhere")
    #expect(run.status == 74 && run.errors.contains("Slurm"))
  }
}
