import Fixtures
import Foundation
import Problems
import Testing

@testable import RunStore

@Suite struct RunFolderTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  struct Broken: Error {}

  func record(arrays: [NamedArray] = [], loss: Double = 0.1) -> RunRecord {
    RunRecord(
      version: "1.0", status: "completed",
      curve: LearningCurve(
        steps: [0, 1], times: [0, 0.05], testLoss: [1, loss], trainLoss: [1e-7, 1.0 / 3]),
      layers: LayerTable(rows: [
        .init(step: 0, layer: "0", forward: 1, backward: nil),
        .init(step: 0, layer: "1", forward: 0.5, backward: 2),
      ]), arrays: arrays, timings: ["solve": 0.25], residual: 1e-15,
      blas: BLASName(library: "OpenBLAS 0.3", core: "Haswell"), extra: ["note": .text("a/b")])
  }

  func problem(_ body: () throws -> Void) -> WritingProblem? {
    do {
      try body()
      return nil
    } catch {
      return error as? WritingProblem
    }
  }

  func folder(_ name: String, _ overrides: String = "network.width=3", command: String = "solve")
    throws -> RunFolder
  {
    try RunFolder(
      claiming: scratch.path + "/" + name, identity: scratch.load(nil, overrides).identity,
      command: command)
  }

  @Test func filesAreThoseOfTheInterface() throws {
    let files = try folder("a/b").write(record()).names
    #expect(files == ["config.yaml", "curves.csv", "layers.csv", "manifest.json"])
    #expect(try scratch.names == ["a"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/a") == ["b"])
    #expect(
      try scratch.text("a/b/curves.csv")
        == "step,time,test_loss,train_loss\n0,0.0,1.0,1e-07\n1,0.05,0.1,0.3333333333333333\n")
    #expect(
      try scratch.text("a/b/layers.csv")
        == "step,layer,forward,backward\n0,0,1.0,\n0,1,0.5,2.0\n")
    let configuration = try scratch.load(nil, "network.width=3")
    #expect(try scratch.load("a/b/config.yaml").hash() == configuration.hash())
    let object = try JSONSerialization.jsonObject(with: scratch.bytes("a/b/manifest.json"))
    let manifest = try #require(object as? [String: Any])
    #expect(manifest["hash"] as? String == configuration.hash())
    #expect(manifest["command"] as? String == "solve" && manifest["version"] as? String == "1.0")
    #expect(manifest["status"] as? String == "completed" && manifest["seed"] as? Int == 1)
    #expect((manifest["blas"] as? [String: String])?["core"] == "Haswell")
    #expect((manifest["timings"] as? [String: Double])?["solve"] == 0.25)
    #expect(manifest["residual"] as? Double == 1e-15)
    #expect(manifest["note"] as? String == "a/b")
    let network = (manifest["configuration"] as? [String: Any])?["network"] as? [String: Any]
    #expect(network?["width"] as? Int == 3)
    let text = try scratch.text("a/b/manifest.json")
    #expect(text.hasSuffix("}\n") && text.contains("\"residual\" : 1e-15"))
  }

  @Test func claimingLeavesNothingBehind() throws {
    _ = try folder("new/deep")
    #expect(try scratch.names == [])
  }

  @Test func emptyFoldersAndEarlierRunsAreTaken() throws {
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/a", withIntermediateDirectories: true)
    // What a killed run left behind is no foreign file.
    try scratch.write("half", to: "a/.dmft-writing-1/curves.csv")
    try folder("a").write(record(arrays: [array("x")]))
    #expect(try scratch.bytes("a/arrays.npz").isEmpty == false)
    try scratch.write("keep", to: "a/figures/mine.svg")
    try folder("a/").write(record(loss: 0.2))
    #expect(try scratch.text("a/curves.csv").contains("0.2"))
    #expect(try scratch.text("a/figures/mine.svg") == "keep")
    // The second run has no arrays, so those of the first would be stale.
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/a/arrays.npz"))
    #expect(try scratch.names == ["a"])
  }

  @Test func foreignFoldersAreRefusedUntouched() throws {
    try folder("a").write(record())
    let before = try scratch.bytes("a/manifest.json")
    #expect(problem { _ = try folder("a", "network.width=4") }?.exitCode == 65)
    #expect(problem { _ = try folder("a", command: "simulate") }?.exitCode == 65)
    try scratch.write("x", to: "b/file")
    #expect(problem { _ = try folder("b") }?.exitCode == 65)
    try scratch.write("{}", to: "c/manifest.json")
    #expect(problem { _ = try folder("c") }?.exitCode == 65)
    #expect(try scratch.bytes("a/manifest.json") == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/b") == ["file"])
    #expect(try scratch.names == ["a", "b", "c"])
  }

  @Test func placesThatTakeNoFilesAreRefusedBeforehand() throws {
    try scratch.write("x", to: "file")
    #expect(problem { _ = try folder("file") }?.exitCode == 74)
    #expect(problem { _ = try folder("file/run") }?.exitCode == 74)
    let configuration = try scratch.load()
    let refused = problem {
      _ = try RunFolder(
        claiming: "/proc/nowhere/run", identity: configuration.identity, command: "solve")
    }
    #expect(refused?.exitCode == 74)
    #expect(refused?.reason.contains("/proc") == true)
  }

  @Test func aFailureLeavesNothingHalfWritten() throws {
    let broken = NamedArray(name: "late", shape: [1]) { throw Broken() }
    let short = NamedArray(name: "short", shape: [2]) { [1] }
    for bad in [broken, short] {
      let fresh = try folder("fresh")
      #expect(problem { try fresh.write(record(arrays: [array("x"), bad])) }?.exitCode == 74)
      #expect(try scratch.names == [])
    }
    try folder("old").write(record())
    let before = try scratch.bytes("old/curves.csv")
    let again = try folder("old")
    #expect(problem { try again.write(record(arrays: [broken], loss: 0.3)) }?.exitCode == 74)
    #expect(try scratch.bytes("old/curves.csv") == before)
    #expect(try scratch.names == ["old"])
  }

  @Test func aFolderThatBecameAnothersIsNotTouched() throws {
    let claimed = try folder("a")
    try scratch.write("x", to: "a/file")
    #expect(problem { try claimed.write(record()) }?.exitCode == 65)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/a") == ["file"])
  }

  @Test func theSameRunGivesTheSameBytes() throws {
    try folder("a").write(record(arrays: [array("x"), array("y")]))
    try folder("b").write(record(arrays: [array("x"), array("y")]))
    for file in ["config.yaml", "curves.csv", "layers.csv", "arrays.npz", "manifest.json"] {
      #expect(try scratch.bytes("a/" + file) == scratch.bytes("b/" + file), "\(file)")
    }
  }

  @Test func curvesTakeFurtherColumns() throws {
    var more = record()
    more.curveColumns = [NamedColumn(name: "test_loss_se", values: [0.5, 0.25])]
    #expect(
      more.tables[0].text.hasPrefix("step,time,test_loss,train_loss,test_loss_se\n0,0.0,1.0,1e-07,0.5\n")
    )
  }

  @Test func whatIsNoFiniteNumberIsAnEmptyCellOrNull() throws {
    var broken = record(loss: .infinity)
    broken.curveColumns = [NamedColumn(name: "test_loss_z", values: [.infinity, .nan])]
    broken.layers = LayerTable(rows: [.init(step: 0, layer: "0", forward: .nan, backward: -.infinity)])
    broken.residual = .nan
    broken.extra = ["bias": .number(.infinity)]
    #expect(broken.tables[0].text.hasSuffix("\n0,0.0,1.0,1e-07,\n1,0.05,,0.3333333333333333,\n"))
    #expect(broken.tables[1].text.hasSuffix("\n0,0,,\n"))
    try folder("a").write(broken)
    let manifest = try JSONSerialization.jsonObject(with: scratch.bytes("a/manifest.json")) as? [String: Any]
    #expect(manifest?["bias"] is NSNull && manifest?["residual"] is NSNull)
  }

  func array(_ name: String) -> NamedArray {
    NamedArray(name: name, shape: [2, 3]) { [1, 2, 3, 4, 5, 6.5] }
  }
}
