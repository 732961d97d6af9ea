import Fixtures
import Foundation
import Problems
import Testing

@testable import Experiments
@testable import Files
@testable import RunStore

@Suite("Units of an unfinished run")
struct UnitStoreTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func folder(_ name: String, command: String = "simulate", options: [String] = []) throws -> RunFolder {
    try RunFolder(
      claiming: scratch.path + "/" + name, identity: scratch.load(nil, "network.width=3").identity(of: .problem),
      command: command,
      options: options)
  }

  private func record() -> RunRecord {
    RunRecord(
      version: "1.0", status: "completed", result: Data("{}".utf8),
      tables: [NamedText(path: "further.csv", text: "a\n1\n")], seconds: 1,
      blas: BLASName(library: "OpenBLAS", core: "Haswell"))
  }

  @Test("numbers come back bit by bit, infinite ones too")
  func roundTrip() throws {
    let store = UnitStore(folder: try scratch.directory, version: "1.0")
    let numbers = [0.1, -0.0, .infinity, 1e-320, .nan]
    try store.write("one", numbers)
    #expect(store.read("one")?.map(\.bitPattern) == numbers.map(\.bitPattern))
    try store.write("none", [])
    #expect(store.read("none") == [])
    #expect(store.read("absent") == nil)
    #expect(try scratch.names == ["none", "one"])
  }

  @Test("a flipped bit, a cut end or another's name make a unit absent")
  func damage() throws {
    let store = UnitStore(folder: try scratch.directory, version: "1.0")
    try store.write("one", [1, 2, 3])
    let bytes = try scratch.bytes("one")
    for index in [0, 12, 23, 24, bytes.count - 1] {
      var damaged = bytes
      damaged[index] ^= 1
      try damaged.write(to: URL(fileURLWithPath: scratch.path + "/one"))
      #expect(store.read("one") == nil, "byte \(index)")
    }
    for count in [0, 8, 64, bytes.count - 8, bytes.count - 1] {
      try bytes.prefix(count).write(to: URL(fileURLWithPath: scratch.path + "/one"))
      #expect(store.read("one") == nil, "\(count) bytes")
    }
    try bytes.write(to: URL(fileURLWithPath: scratch.path + "/two"))
    #expect(store.read("two") == nil)
    try bytes.write(to: URL(fileURLWithPath: scratch.path + "/one"))
    #expect(store.read("one") == [1, 2, 3])
    #expect(UnitStore(folder: try scratch.directory, version: "1.1").read("one") == nil, "another version")
  }

  @Test(
    "units that are appended come back to every process; a torn end, a flipped bit or another version make them absent")
  func appended() throws {
    let directory = try scratch.directory
    do {
      let (one, other) = (UnitStore(folder: directory, version: "1"), UnitStore(folder: directory, version: "1"))
      try one.append("a", [1, .infinity])
      try other.append("b", [2])
      try one.append("c", [])
      try one.appendNote("d", "no memory")
      try other.appendNote("a", "too late")
      #expect(one.appended("a") == [1, .infinity] && one.appended("c") == [] && one.appended("b") == nil)
      one.refresh()
      #expect(one.appended("b") == [2] && one.note("d") == "no memory" && one.note("b") == nil)
      try other.append("a", [3])
      one.refresh()
      #expect(one.appended("a") == [3], "the later record counts")
    }
    // Each had a file of its own; the next process takes the first one up.
    let names = try scratch.names
    #expect(names.count == 2 && names.allSatisfy { $0.hasSuffix(".units") })
    let whole = try scratch.bytes(names[0])
    try whole.dropLast(10).write(to: URL(fileURLWithPath: scratch.path + "/" + names[0]))
    let store = UnitStore(folder: directory, version: "1")
    #expect(store.note("d") == nil && store.appended("c") == [])
    try store.append("e", [5])
    #expect(UnitStore(folder: directory, version: "1").appended("e") == [5])
    #expect(UnitStore(folder: directory, version: "2").appended("e") == nil)
    var damaged = try scratch.bytes(names[0])
    damaged[50] ^= 1
    try damaged.write(to: URL(fileURLWithPath: scratch.path + "/" + names[0]))
    let again = UnitStore(folder: directory, version: "1")
    #expect(again.appended("c") == [] && again.appended("e") == [5] && again.appended("b") == [2])
    again.removeAll()
    #expect(try scratch.names.isEmpty)
  }

  @Test("a file of another's with the name of a file of units, or a link, stays as it is")
  func foreignFiles() throws {
    let directory = try scratch.directory
    try UnitStore(folder: directory, version: "1").append("a", [1])
    let name = try scratch.names[0]
    try scratch.write("my notes", to: name)
    try UnitStore(folder: directory, version: "1").append("b", [2])
    #expect(try scratch.text(name) == "my notes" && scratch.names.count == 2)
    let store = UnitStore(folder: directory, version: "1")
    #expect(store.appended("b") == [2])
    store.removeAll()
    #expect(try scratch.names == [name])
    try scratch.write("mine", to: "outside/x")
    try FileManager.default.removeItem(atPath: scratch.path + "/" + name)
    try FileManager.default.createSymbolicLink(atPath: scratch.path + "/" + name, withDestinationPath: "outside/x")
    try UnitStore(folder: directory, version: "1").append("c", [3])
    #expect(try scratch.text("outside/x") == "mine")
  }

  @Test("a network's curve comes back, and only to a network of as many layers")
  func replicas() throws {
    let store = UnitStore(folder: try scratch.directory, version: "1.0")
    let curve = ReplicaCurve(
      testLoss: [1, 2], trainLoss: [3, 4], forward: [[5, 6], [7, 8], [9, 10]], backward: [[11, 12], [13, 14]])
    try store.write(curve, group: "a-", replica: 4)
    #expect(store.replica(4, group: "a-", hiddenLayers: 2) == curve)
    #expect(store.replica(4, group: "", hiddenLayers: 2) == nil)
    #expect(store.replica(4, group: "a-", hiddenLayers: 3) == nil)
  }

  @Test("curves of several outputs come back, with accuracies where there are classes")
  func outputs() throws {
    let store = UnitStore(folder: try scratch.directory, version: "1.0")
    var curve = ReplicaCurve(
      testLoss: [1, 2], trainLoss: [3, 4], forward: [[5, 6], [7, 8]], backward: [[11, 12]],
      outputs: OutputCurves(testLoss: [[0.4, 0.5], [0.6, 1.5]], trainLoss: [[1, 1], [2, 3]]))
    try store.write(curve, group: "", replica: 0)
    #expect(store.replica(0, group: "", hiddenLayers: 1, outputs: 2) == curve)
    #expect(store.replica(0, group: "", hiddenLayers: 1) == nil)
    curve.outputs?.testAccuracy = [0.1, 0.2]
    curve.outputs?.trainAccuracy = [0.3, 0.4]
    try store.write(curve, group: "", replica: 1)
    #expect(store.replica(1, group: "", hiddenLayers: 1, outputs: 2, hasClasses: true) == curve)
    #expect(store.replica(1, group: "", hiddenLayers: 1, outputs: 2) == nil)
  }

  @Test("an unfinished run says so, belongs to its problem, and its units go when it is written")
  func life() throws {
    do {
      let store = try folder("run").begin(version: "1.0")
      try store.write("one", [1])
      #expect(try scratch.text("run/manifest.json").contains("\"unfinished\""))
      #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/run").count == 3)
      let second = #expect(throws: WritingProblem.self) { try folder("run").begin(version: "1.0") }
      #expect(second?.exitCode == 74 && second?.reason.contains("another dmft process is using") == true)
      #expect(store.read("one") == [1])
    }
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/run/.dmft-writing-killed", withIntermediateDirectories: true)
    #expect(try folder("run").begin(version: "1.0").read("one") == [1])
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/run/.dmft-writing-killed"))
    #expect(throws: WritingProblem.self) { try folder("run", command: "validate") }
    let problem = #expect(throws: WritingProblem.self) { try folder("run", options: ["--theory data.noise=1"]) }
    #expect(problem?.exitCode == 65 && problem?.reason.contains("without options") == true)
    let written = try folder("run").write(record()) { files, earlier in
      guard files == ["config.yaml", "result.json", "further.csv"], earlier == ["config.yaml"] else { return [] }
      return [NamedFile(path: "figures/loss.svg", text: "<svg/>")]
    }
    #expect(written.names.suffix(3) == ["further.csv", "figures/loss.svg", "manifest.json"])
    #expect(written.removed == [])
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/run").sorted()
    #expect(names == ["config.yaml", "figures", "further.csv", "manifest.json", "result.json"])
  }

  @Test("beginning beside a finished run leaves that run whole")
  func again() throws {
    try folder("run").write(record())
    let before = try scratch.text("run/manifest.json")
    let store = try folder("run").begin(version: "1.0")
    try store.write("one", [1])
    #expect(try scratch.text("run/manifest.json") == before)
  }
}
