import Foundation
import Testing

/// Sweeps and a scheduler that answers as a script says.
@Suite("Answers of a scheduler")
struct SchedulerTests {
  private let scratch: ScratchFolder
  private static let sweep = ["sweep", "network.width=8,16", "training.steps=3", "-o", "x"]

  init() throws {
    scratch = try ScratchFolder()
    try command("scontrol", "echo 'MaxArraySize = 1001'")
    try command("squeue", "exit 0")
  }

  private func command(_ name: String, _ script: String) throws {
    try scratch.write("#!/bin/sh\n\(script)\n", to: name)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: scratch.url.appendingPathComponent(name).path)
  }

  private func run(_ arguments: [String]) throws -> CommandLineRun {
    try CommandLineRun(arguments, in: scratch.url, path: scratch.url.path + ":/usr/bin:/bin")
  }

  private func version() throws -> String {
    let manifest = try JSONSerialization.jsonObject(with: Data(scratch.text("x/manifest.json").utf8))
    return try #require((manifest as? [String: Any])?["version"] as? String)
  }

  @Test("a refused submission shows all that sbatch said, and leaves no folder")
  func refused() throws {
    try command("sbatch", "echo 'sbatch: error: first reason' >&2; echo 'sbatch: error: second line' >&2; exit 1")
    let refused = try run(Self.sweep + ["--slurm", "partition=none"])
    #expect(refused.status == 65 && refused.errors.contains("first reason") && refused.errors.contains("second line"))
    #expect(try scratch.names == ["sbatch", "scontrol", "squeue"])
  }

  @Test("a folder with results stays where a further submission is refused")
  func kept() throws {
    try command("sbatch", "exit 1")
    #expect(try run(["sweep", "network.width=8,16", "training.steps=3", "-o", "x"]).status == 0)
    try FileManager.default.removeItem(at: scratch.url.appendingPathComponent("x/summary.csv"))
    var records = try UnitRecords(scratch.url.appendingPathComponent("x"))
    try records.remove(0)
    #expect(try run(Self.sweep + ["--slurm", "time=5"]).status == 65)
    #expect(FileManager.default.fileExists(atPath: scratch.url.path + "/x/manifest.json"))
  }

  @Test("status: per cent, the rate, the time left, states of the jobs; diverged units are not done")
  func status() throws {
    try command("sbatch", "echo 17")
    try command("squeue", "case \"$*\" in *%T*) printf 'RUNNING\\nPENDING\\nPENDING\\n';; esac")
    let sweep = [
      "sweep", "training.learningRate=0.01,0.02,0.03,50", "network.width=16", "training.steps=20", "-o", "x",
    ]
    #expect(try run(sweep + ["--slurm", "time=5"]).status == 0)
    let none = try run(["status", "x"])
    #expect(none.output.contains("0 % of the units have a result\njobs: 2 PENDING, 1 RUNNING\n"), "\(none.output)")
    #expect(try run(["worker", "x", "--shard", "0/2"]).status == 0)
    #expect(try run(["worker", "x", "--shard", "1/2"]).status == 0)
    // One unit is yet to be run, and the others ended a second apart.
    var records = try UnitRecords(scratch.url.appendingPathComponent("x"))
    #expect(records.records.count == 4)
    let now = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))
    try records.date((0..<4).map { now.addingTimeInterval(Double($0 - 4)) }, version: version())
    let all = try run(["status", "x"]).output
    #expect(all.hasPrefix("done 3, diverged 1, failed 0, to go 0\n100 % of the units have a result, 1 units/s, "))
    try records.remove(0)
    let some = try run(["status", "x"]).output
    #expect(some.contains("to go 1\n75 % of the units have a result, 1 units/s, "), "\(some)")
    #expect(some.contains(" left at this rate, the last "))
    let json = try run(["status", "x", "--json"]).output
    #expect(
      json.contains("\"percent\" : 75") && json.contains("\"RUNNING\" : 1") && json.contains("\"seconds_left\" : 1"))
  }
}
