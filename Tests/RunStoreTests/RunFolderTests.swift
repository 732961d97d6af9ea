import Fixtures
import Foundation
import Problems
import Testing

@testable import Experiments
@testable import Files
@testable import JSON
@testable import RunStore

@Suite struct RunFolderTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  struct Broken: Error {}

  func record(arrays: [NamedArray] = [], loss: Double = 0.1) -> RunRecord {
    RunRecord(
      version: "1.0", status: "completed", result: Data("{\"loss\":\(loss)}".utf8),
      tables: [
        NamedText(path: "curves.csv", text: "step,test_loss\n0,1.0\n1,\(loss)\n"),
        NamedText(path: "layers.csv", text: "step,layer\n0,0\n"),
      ], arrays: arrays, seconds: 0.25, blas: BLASName(library: "OpenBLAS 0.3", core: "Haswell"),
      extra: ["note": .text("a/b"), "residual": .number(1e-15), "bias": .number(.infinity)])
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
      claiming: scratch.path + "/" + name, identity: scratch.load(nil, overrides).identity(of: .problem),
      command: command)
  }

  @Test func filesAreThoseOfTheInterface() throws {
    let files = try folder("a/b").write(record()).names
    #expect(files == ["config.yaml", "result.json", "curves.csv", "layers.csv", "manifest.json"])
    #expect(try scratch.names == ["a"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/a") == ["b"])
    #expect(try scratch.text("a/b/curves.csv") == "step,test_loss\n0,1.0\n1,0.1\n")
    #expect(try scratch.text("a/b/result.json") == "{\"loss\":0.1}")
    let configuration = try scratch.load(nil, "network.width=3")
    #expect(
      try scratch.load("a/b/config.yaml").identity(of: .problem).hash == configuration.identity(of: .problem).hash)
    let object = try JSONSerialization.jsonObject(with: scratch.bytes("a/b/manifest.json"))
    let manifest = try #require(object as? [String: Any])
    #expect(manifest["hash"] as? String == configuration.identity(of: .problem).hash)
    #expect(manifest["command"] as? String == "solve" && manifest["version"] as? String == "1.0")
    #expect(manifest["status"] as? String == "completed" && manifest["seed"] as? Int == 1)
    #expect((manifest["blas"] as? [String: String])?["core"] == "Haswell")
    #expect(manifest["seconds"] as? Double == 0.25 && manifest["bias"] is NSNull)
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
        claiming: "/proc/nowhere/run", identity: configuration.identity(of: .problem), command: "solve")
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

  @Test("keys that are not used change no run, others are named with both values; --overwrite replaces the run")
  func differences() throws {
    try folder("a").write(record(arrays: [array("x")]))
    let unused = try scratch.load(nil, "network.width=3", "transfer.tolerance=0.02").identity(of: .problem)
    #expect(throws: Never.self) {
      try RunFolder(claiming: scratch.path + "/a", identity: unused, command: "solve")
    }
    let other = try scratch.load(nil, "network.width=4", "data.noise=0.5").identity(of: .problem)
    let refused = problem {
      _ = try RunFolder(claiming: scratch.path + "/a", identity: other, command: "solve")
    }
    #expect(refused?.exitCode == 65)
    #expect(
      refused?.reason.contains("data.noise 0 there, 0.5 here, network.width 3 there, 4 here") == true,
      "\(refused?.reason ?? "")")
    let replacing = try RunFolder(
      claiming: scratch.path + "/a", identity: other, command: "solve", overwrites: true)
    try replacing.write(record())
    #expect(try scratch.text("a/config.yaml").contains("width: 4"))
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/a/arrays.npz"))
  }

  @Test("units of a run that is replaced are not taken for this run's")
  func replacedUnits() throws {
    do { try folder("a").begin(version: "1.0").write("replica-0", [1]) }
    let other = try scratch.load(nil, "network.width=4").identity(of: .problem)
    let replacing = try RunFolder(
      claiming: scratch.path + "/a", identity: other, command: "solve", overwrites: true)
    #expect(try replacing.begin(version: "1.0").read("replica-0") == nil)
  }

  @Test(
    "config.yaml names a table relative to the folder, which is found again when both move; --copy-data keeps a copy")
  func tables() throws {
    try scratch.write("x,y\n1,2\n2,1\n4,7\n3,3\n", to: "all/t.csv")
    var identity = try scratch.load(nil, "data.file=all/t.csv", "data.target=y", "data.samples=2")
      .identity(of: .problem)
    try RunFolder(claiming: scratch.path + "/all/run", identity: identity, command: "solve").write(record())
    #expect(try scratch.text("all/run/config.yaml").contains("file: \"../t.csv\""))
    #expect(try !scratch.text("all/run/manifest.json").contains(scratch.path))
    try FileManager.default.moveItem(atPath: scratch.path + "/all", toPath: scratch.path + "/moved")
    #expect(try scratch.load("moved/run/config.yaml").identity(of: .problem).hash == identity.hash)
    try FileManager.default.moveItem(atPath: scratch.path + "/moved", toPath: scratch.path + "/all")
    identity.copiesFiles = true
    try RunFolder(claiming: scratch.path + "/whole", identity: identity, command: "solve").write(record())
    try FileManager.default.removeItem(atPath: scratch.path + "/all")
    #expect(try scratch.load("whole/config.yaml").identity(of: .problem).hash == identity.hash)
    try scratch.write("x,y\n1,2\n2,1\n4,7\n3,4\n", to: "whole/data/t.csv")
    #expect(throws: (any Error).self) { try scratch.load("whole/config.yaml") }
  }

  func array(_ name: String) -> NamedArray {
    NamedArray(name: name, shape: [2, 3]) { [1, 2, 3, 4, 5, 6.5] }
  }
}
