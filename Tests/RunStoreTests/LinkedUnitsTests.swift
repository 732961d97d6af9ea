import Fixtures
import Foundation
import Synchronization
import Testing

@testable import Experiments
@testable import Files
@testable import RunStore

@Suite("Units on another disk, and runs that begin at once")
struct LinkedUnitsTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func folder(_ name: String, width: Int = 3) throws -> RunFolder {
    try RunFolder(
      claiming: scratch.path + "/" + name, identity: scratch.load(nil, "network.width=\(width)").identity(of: .problem),
      command: "simulate")
  }

  private static let record = RunRecord(
    version: "1.0", status: "completed", result: Data("{}".utf8), tables: [], seconds: 1,
    blas: BLASName(library: "OpenBLAS", core: "Haswell"))

  private func moveUnits(of run: String, to place: String) throws {
    try FileManager.default.moveItem(atPath: scratch.path + "/\(run)/units", toPath: scratch.path + "/" + place)
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/\(run)/units", withDestinationPath: scratch.path + "/" + place)
  }

  private func names(_ name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/" + name).sorted()
  }

  @Test("units that were moved are taken up through their link; only what proves to be a unit goes at the end")
  func moved() throws {
    try folder("run").begin(version: "1.0").write("one", [1])
    try moveUnits(of: "run", to: "disk")
    try scratch.write("mine", to: "disk/.bashrc")
    try scratch.write("mine", to: "disk/notes.txt")
    try scratch.write("half", to: "disk/.dmft-writing-dead")
    do {
      let store = try folder("run").begin(version: "1.0")
      #expect(store.read("one") == [1])
      try store.write("two", [2])
    }
    #expect(try names("disk").contains("two"))
    try folder("run").write(Self.record)
    #expect(try names("disk") == [".bashrc", "notes.txt", "units.json"])
    #expect(try names("run") == ["config.yaml", "manifest.json", "result.json", "units"])
  }

  @Test("a link to any other folder, or to that of another run, is refused and not touched")
  func foreign() throws {
    try folder("other", width: 4).begin(version: "1.0").write("one", [4])
    try folder("run").begin(version: "1.0").write("one", [1])
    try FileManager.default.removeItem(atPath: scratch.path + "/run/units")
    try scratch.write("x", to: "home/.bashrc")
    for target in ["home", "other/units", "nothing"] {
      let link = scratch.path + "/run/units"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: scratch.path + "/" + target)
      let problem = #expect(throws: WritingProblem.self) { try folder("run").begin(version: "1.0") }
      #expect(problem?.exitCode == 74 && problem?.reason.contains("units is a link to a place") == true)
      // Results that need no units are written, and leave the link alone.
      try folder("run").write(Self.record)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == scratch.path + "/" + target)
      try FileManager.default.removeItem(atPath: link)
    }
    #expect(try names("home") == [".bashrc"] && names("other/units") == ["one", "units.json"])
  }

  @Test("units in a folder without a mark are taken up, and it gets one")
  func unmarked() throws {
    try folder("run").begin(version: "1.0").write("one", [1])
    try FileManager.default.removeItem(atPath: scratch.path + "/run/units/units.json")
    #expect(try folder("run").begin(version: "1.0").read("one") == [1])
    #expect(try names("run/units") == ["one", "units.json"])
  }

  @Test("a link in place of a subfolder that will be written is found before anything is computed")
  func claimed() throws {
    let identity = try scratch.load(nil, "network.width=3").identity(of: .problem)
    func claim(_ subfolders: [String]) throws {
      _ = try RunFolder(
        claiming: scratch.path + "/run", identity: identity, command: "simulate", subfolders: subfolders)
    }
    try scratch.write("x", to: "outside/loss.svg")
    try folder("run").write(Self.record)
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/run/figures", withDestinationPath: "../outside")
    try claim([])
    #expect(throws: WritingProblem.self) { try claim(["figures"]) }
    // What the manifest lists is replaced or removed.
    let manifest = try scratch.text("run/manifest.json")
    try scratch.write(
      manifest.replacingOccurrences(of: "\"config.yaml\"", with: "\"config.yaml\", \"figures/loss.svg\""),
      to: "run/manifest.json")
    let problem = #expect(throws: WritingProblem.self) { try claim([]) }
    #expect(problem?.exitCode == 74 && problem?.reason.contains("run/figures is a link") == true)
    #expect(try names("outside") == ["loss.svg"])
  }

  @Test("of eight processes that begin in one new folder all run, and of two problems one is refused")
  func atOnce() throws {
    for round in 0..<20 {
      let failures = Mutex<[String]>([])
      let (folders, other) = (try (0..<8).map { _ in try folder("run\(round)") }, try folder("run\(round)", width: 4))
      DispatchQueue.concurrentPerform(iterations: 8) { index in
        do {
          _ = try folders[index].beginShared(version: "1.0", tidies: true)
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
      #expect(failures.withLock { $0 } == [])
      let problem = #expect(throws: WritingProblem.self) { try other.beginShared(version: "1.0", tidies: true) }
      #expect(problem?.exitCode == 65)
      #expect(try names("run\(round)") == ["config.yaml", "manifest.json", "units"])
      #expect(try names("run\(round)/units") == ["units.json"])
    }
  }
}
