import Fixtures
import Foundation
import Testing

/// The words of small sweeps, and what is asked of their folders.
enum SweepWords {
  /// 200 units of some ten milliseconds: 100 points by theory and by two small networks.
  static let twoHundred = [
    "network.hiddenLayers=3", "network.width=24,32,40,48,56", "data.inputDimension=24", "data.samples=48",
    "data.noise=0.2",
    "training.learningRate=logspace(2e-3,0.05,20)", "training.steps=100", "simulation.replicas=2",
  ]

  static func units(_ folder: URL) -> Int { UnitRecords.count(folder) }

  static func summary(_ folder: URL) throws -> Data {
    try Data(contentsOf: folder.appendingPathComponent("summary.csv"))
  }
}

@Suite("dmft sweep", .slow(.processes), .serialized)
struct SweepCommandTests {
  @Test("a plan prints units, packs, hours and bytes, and runs nothing")
  func plan() throws {
    let scratch = try ScratchFolder()
    let run = try CommandLineRun(
      ["sweep"] + SweepWords.twoHundred + ["--run", "both", "--plan", "-o", "x"], in: scratch.url)
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.output.hasPrefix("cost: ") && run.output.contains("(200 units in 1 pack, "))
    #expect(run.output.contains("  training.learningRate     20  0.002, "))
    #expect(try scratch.names.isEmpty)
  }

  @Test("200 units killed ten times at random and resumed: the same summary, byte for byte")
  func killed() throws {
    let scratch = try ScratchFolder()
    let command = ["sweep"] + SweepWords.twoHundred + ["--run", "both", "--quiet", "-o"]
    #expect(try CommandLineRun(command + ["whole"], in: scratch.url).status == 0)
    let broken = scratch.url.appendingPathComponent("broken")
    var generator = SystemRandomNumberGenerator()
    for least in (0..<10).map({ _ in Int.random(in: 1...190, using: &generator) }).sorted() {
      let run = try CommandLineRun(
        command + ["broken"], in: scratch.url, signal: (SIGKILL, { SweepWords.units(broken) >= least }))
      #expect(run.status == SIGKILL || run.status == 0, "\(run.errors)")
    }
    let last = try CommandLineRun(command + ["broken"], in: scratch.url)
    #expect(last.status == 0 && last.output.contains("done 200, diverged 0, failed 0, to go 0"))
    #expect(try SweepWords.summary(broken) == SweepWords.summary(scratch.url.appendingPathComponent("whole")))
    let leftovers = try FileManager.default.contentsOfDirectory(atPath: broken.path + "/units").filter {
      $0.hasPrefix(".")
    }
    #expect(leftovers.isEmpty)
    // The file in the folder is the sweep again.
    let again = ["sweep", "broken/config.yaml", "--run", "both", "--quiet", "-o", "again"]
    #expect(try CommandLineRun(again, in: scratch.url).status == 0)
    #expect(try SweepWords.summary(scratch.url.appendingPathComponent("again")) == SweepWords.summary(broken))
  }

  @Test("a unit that can't be run is listed and tried again, and the others are done: exit 2")
  func failed() throws {
    let scratch = try ScratchFolder()
    let command = ["sweep", "training.steps=10,9000000,20", "-o", "x"]
    for _ in 0..<2 {
      let run = try CommandLineRun(command, in: scratch.url)
      #expect(run.status == 2)
      #expect(run.output.contains("done 2, diverged 0, failed 1, to go 0"))
      #expect(run.output.contains("failed: unit 1 (theory 9000000): "))
    }
    #expect(try scratch.text("x/summary.csv").contains("\n1,theory,9000000,failed,,"))
    let status = try CommandLineRun(["status", "x"], in: scratch.url)
    #expect(status.status == 0 && status.output.hasPrefix("done 2, diverged 0, failed 1, to go 0\n"))
  }

  @Test("a folder of another sweep, or by other methods, is refused untouched; damaged units are run again")
  func folders() throws {
    let scratch = try ScratchFolder()
    let command = ["sweep", "network.width=8,16", "training.steps=5", "--quiet", "-o", "x"]
    #expect(try CommandLineRun(command, in: scratch.url).status == 0)
    let before = try scratch.text("x/summary.csv")
    for other in [
      ["sweep", "network.width=8,32", "training.steps=5", "-o", "x"],
      Array(command.dropLast(2)) + ["--run", "both", "-o", "x"],
    ] {
      let run = try CommandLineRun(other, in: scratch.url)
      #expect(run.status == 65 && run.errors.contains("choose another folder"))
    }
    let solve = try CommandLineRun(["solve", "-o", "x"], in: scratch.url)
    #expect(solve.status == 65)
    #expect(try scratch.text("x/summary.csv") == before)
    var records = try UnitRecords(scratch.url.appendingPathComponent("x"))
    try records.damage(0)
    let status = try CommandLineRun(["status", "x"], in: scratch.url)
    #expect(status.output.hasPrefix("done 1, diverged 0, failed 0, to go 1"))
    let partial = try CommandLineRun(["merge", "x"], in: scratch.url)
    #expect(partial.status == 75)
    #expect(try scratch.text("x/summary.csv").split(separator: "\n").count == 2)
    #expect(try CommandLineRun(command, in: scratch.url).status == 0)
    #expect(try scratch.text("x/summary.csv") == before)
  }

  @Test("shards by several workers at once, one of them twice, give the same bytes")
  func workers() throws {
    let scratch = try ScratchFolder()
    let words = SweepWords.twoHundred
    #expect(try CommandLineRun(["sweep"] + words + ["-o", "whole", "--quiet"], in: scratch.url).status == 0)
    // Begun and stopped at once: the folder knows the sweep, and its workers do the rest.
    let folder = scratch.url.appendingPathComponent("parts")
    _ = try CommandLineRun(
      ["sweep"] + words + ["-o", "parts", "--workers", "1", "--quiet"], in: scratch.url,
      signal: (SIGTERM, { SweepWords.units(folder) >= 1 }))
    let path = scratch.url
    let statuses = try Self.atOnce(["0/3", "1/3", "2/3", "2/3"]) { shard in
      try CommandLineRun(["worker", "parts", "--shard", shard, "--workers", "1", "--quiet"], in: path).status
    }
    #expect(statuses == [0, 0, 0, 0])
    let merge = try CommandLineRun(["merge", "parts", "--json"], in: scratch.url)
    #expect(merge.status == 0 && merge.output.contains("\"missing\" : 0"))
    #expect(merge.output.contains("\"command\" : \"sweep\"") && merge.output.contains("\"summary\" : {"))
    #expect(try SweepWords.summary(folder) == SweepWords.summary(scratch.url.appendingPathComponent("whole")))
  }

  /// Runs several things at the same time.
  private static func atOnce(_ shards: [String], _ body: @escaping @Sendable (String) throws -> Int32) throws -> [Int32]
  {
    let group = DispatchGroup()
    let lock = NSLock()
    nonisolated(unsafe) var statuses: [Int: Int32] = [:]
    for (index, shard) in shards.enumerated() {
      DispatchQueue.global().async(group: group) {
        let status = (try? body(shard)) ?? -1
        lock.withLock { statuses[index] = status }
      }
    }
    group.wait()
    return shards.indices.map { statuses[$0] ?? -1 }
  }

  @Test("signals: finished units are kept, exit 75, the same command continues", arguments: [SIGINT, SIGTERM, SIGUSR1])
  func signals(_ number: Int32) throws {
    let scratch = try ScratchFolder()
    let command = ["sweep"] + SweepWords.twoHundred + ["-o", "x", "--workers", "1"]
    let folder = scratch.url.appendingPathComponent("x")
    let run = try CommandLineRun(command, in: scratch.url, signal: (number, { SweepWords.units(folder) >= 3 }))
    #expect(run.status == 75)
    let kept = SweepWords.units(folder)
    #expect(run.errors.contains("stopped: \(kept) of 100 units kept; repeat the command to continue"))
    let again = try CommandLineRun(command, in: scratch.url)
    #expect(again.status == 0 && again.errors.contains("\(kept) done before, \(100 - kept) to go"))
  }

  @Test("mistakes: no folder, another method, a bad shard, a folder without a sweep")
  func mistakes() throws {
    let scratch = try ScratchFolder()
    #expect(try CommandLineRun(["sweep", "network.width=8,16"], in: scratch.url).status == 64)
    #expect(
      try CommandLineRun(["sweep", "network.width=8,16", "--run", "neither", "-o", "x"], in: scratch.url).status == 64)
    #expect(try CommandLineRun(["sweep", "network.width=0,16", "-o", "x"], in: scratch.url).status == 65)
    let mixed = try CommandLineRun(
      ["sweep", "network.width=16,infinite", "network.parameterization=muP,NTK", "-o", "x"], in: scratch.url)
    #expect(mixed.status == 65 && mixed.errors.contains("no limit that learns features with NTK"))
    #expect(try scratch.names.isEmpty)
    #expect(
      try CommandLineRun(["sweep", "network.width=8,16", "training.steps=2", "-o", "x", "--quiet"], in: scratch.url)
        .status == 0)
    for shard in ["2/2", "-1/2", "a", "0/0"] {
      #expect(try CommandLineRun(["worker", "x", "--shard", shard], in: scratch.url).status == 64)
    }
    #expect(try CommandLineRun(["status", "nowhere"], in: scratch.url).status == 65)
    #expect(try CommandLineRun(["solve", "-o", "s", "--quiet"], in: scratch.url).status == 0)
    #expect(try CommandLineRun(["merge", "s"], in: scratch.url).errors.contains("a run of dmft solve"))
    try scratch.write("axes: {network.width: [8, 32]}\ntraining: {steps: 2}\n", to: "x/config.yaml")
    let changed = try CommandLineRun(["merge", "x"], in: scratch.url)
    #expect(changed.status == 65 && changed.errors.contains("no longer gives the problems"))
  }
}
