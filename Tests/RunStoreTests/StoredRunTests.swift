import Fixtures
import Foundation
import Problems
import Testing

@testable import Experiments
@testable import Files
@testable import JSON
@testable import RunStore

@Suite("Run folders that are read back")
struct StoredRunTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private let matrix = NamedArray(name: "H", shape: [2, 3, 3]) { (0..<18).map { Double($0) / 3 } }
  private let times = NamedArray(name: "time", shape: [3]) { [0, 0.1, 1e300] }

  /// A run with every kind of thing in its folder.
  private func write(_ name: String, status: String = "completed") throws -> StoredRun {
    let folder = try RunFolder(
      claiming: scratch.path + "/" + name, identity: scratch.load(nil, "network.width=3").identity(of: .problem),
      command: "solve")
    let record = RunRecord(
      version: "1.0", status: status, result: Data("{\"a\":1}".utf8),
      tables: [NamedText(path: "curves.csv", text: "step,test_loss\n0,1.0\n")], arrays: [times, matrix], seconds: 1,
      blas: BLASName(library: "OpenBLAS", core: "Haswell"),
      extra: ["phases": .object(["ReLU": .object(["end": .number(2.5)])])])
    try folder.write(record)
    return try StoredRun(scratch.path + "/" + name)
  }

  @Test("the result, the manifest and texts come back as they were written")
  func roundTrip() throws {
    let run = try write("a")
    #expect(run.command == "solve" && run.status == "completed" && !run.isUnfinished)
    #expect(run.manifest["configuration.network.width"]?.number == 3)
    #expect(run.manifest["phases.ReLU.end"]?.number == 2.5)
    #expect(run.result == Data("{\"a\":1}".utf8))
    #expect(run.text("config.yaml")?.contains("width: 3") == true && run.text("missing") == nil)
  }

  @Test("single entries of an array are read where they stand")
  func arrays() throws {
    let run = try write("a")
    let arrays = try #require(run.arrays)
    #expect(arrays.shape("H") == [2, 3, 3])
    // Row by row: entries 9 + 3 r + c of the whole.
    #expect(arrays.matrix("H", layer: 1, at: [0, 2]) == [9.0, 11, 15, 17].map { $0 / 3 })
    #expect(arrays.matrix("H", layer: 0, at: [1]) == [4.0 / 3])
    #expect(arrays.matrix("H", layer: 2, at: [0]) == nil && arrays.matrix("H", layer: 0, at: [3]) == nil)
    #expect(arrays.vector("time") == [0, 0.1, 1e300])
    #expect(arrays.shape("G") == nil && arrays.vector("H") == nil)
  }

  @Test("what is no run folder is recognised, with what to do")
  func refusals() throws {
    _ = try write("first")
    func problem(_ name: String) -> WritingProblem? {
      #expect(throws: WritingProblem.self) { _ = try StoredRun(scratch.path + "/" + name) }
    }
    #expect(problem("frist")?.reason.contains("no such folder; did you mean first?") == true)
    try scratch.write("x", to: "b/file")
    #expect(problem("b")?.reason.contains("holds no run") == true)
    try scratch.write("{", to: "c/manifest.json")
    try scratch.write("{\"command\": \"solve\"}", to: "d/manifest.json")
    for name in ["c", "d"] {
      #expect(problem(name)?.exitCode == 65 && problem(name)?.reason.contains("is not of a run") == true)
    }
  }

  @Test("added files are named in the manifest, once, and go when another run takes the folder")
  func adding() throws {
    let run = try write("a")
    let before = try scratch.text("a/curves.csv")
    try run.add([NamedFile(path: "figures/loss.svg", text: "one"), NamedFile(path: "report.html", text: "page")])
    try StoredRun(scratch.path + "/a").add([NamedFile(path: "figures/loss.svg", text: "two")])
    let files = try StoredRun(scratch.path + "/a").manifest["files"]?.elements.compactMap(\.text) ?? []
    #expect(files.suffix(3) == ["figures/loss.svg", "report.html", "manifest.json"])
    #expect(Set(files).count == files.count)
    #expect(try scratch.text("a/figures/loss.svg") == "two" && scratch.text("a/curves.csv") == before)
    #expect(try scratch.names == ["a"])
    let again = try RunFolder(
      claiming: scratch.path + "/a", identity: scratch.load(nil, "network.width=3").identity(of: .problem),
      command: "solve")
    let written = try again.write(
      RunRecord(
        version: "1.0", status: "completed", result: Data("{}".utf8), tables: [], seconds: 1,
        blas: BLASName(library: "OpenBLAS", core: "Haswell")))
    #expect(Set(written.removed).isSuperset(of: ["figures/loss.svg", "report.html", "curves.csv"]))
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/a/report.html"))
  }

  @Test("what others added stays named; figures of a run that has been replaced are refused")
  func meanwhile() throws {
    let (first, second) = (try write("a"), try StoredRun(scratch.path + "/a"))
    try first.add([NamedFile(path: "figures/loss.png", text: "1")])
    try second.add([NamedFile(path: "figures/loss.pdf", text: "2")])
    let files = try StoredRun(scratch.path + "/a").files
    #expect(Set(files).isSuperset(of: ["figures/loss.png", "figures/loss.pdf", "curves.csv"]))
    _ = try write("a", status: "diverged")
    let before = try scratch.text("a/manifest.json")
    let problem = #expect(throws: WritingProblem.self) {
      try second.add([NamedFile(path: "figures/loss.svg", text: "3")])
    }
    #expect(problem?.exitCode == 65 && problem?.reason.contains("has changed") == true)
    #expect(try scratch.text("a/manifest.json") == before)
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/a/figures/loss.svg"))
  }

  @Test("names of files that lead out of the folder, or are no names, are not listed")
  func hostileFiles() throws {
    let run = try write("a")
    var members = run.manifest.members
    members["files"] = .list(
      ["curves.csv", "/etc/passwd", "../x", "a/../../x", "javascript:alert(1)", "x\" y", "figures/loss.svg"].map {
        .text($0)
      })
    try scratch.write(JSONValue.object(members).text(), to: "a/manifest.json")
    #expect(try StoredRun(scratch.path + "/a").files == ["curves.csv", "figures/loss.svg"])
  }

  @Test("JSON comes back as it was: whole numbers, infinities, nothing")
  func json() {
    let value = JSONValue.object([
      "a": .integer(3), "b": .number(0.1), "c": .list([.flag(true), .null]), "d": .number(.infinity), "e": .text("x"),
    ])
    let back = JSONValue.parse(Data(value.text().utf8))
    #expect(back?["a"] == .integer(3) && back?["b"]?.number == 0.1 && back?["d"] == nil)
    #expect(back?["c"]?.elements == [.flag(true), .null] && back?["e"]?.number == nil && back?["a"]?.text == nil)
    #expect(back?["c"]?.elements.first?.isTrue == true && back?["x.y"] == nil)
    #expect(JSONValue.parse(Data("{".utf8)) == nil)
  }
}
