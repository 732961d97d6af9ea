import Fixtures
import Foundation
import Synchronization
import Testing

/// A command that writes into a run folder, and what has made that folder before.
struct WritingCommand: Sendable, CustomTestStringConvertible {
  let before: [String]
  let words: [String]

  var testDescription: String { words.joined(separator: " ") }

  private static let tiny = ["training.steps=6", "network.width=16", "data.inputDimension=16", "data.samples=32"]
  private static let sweep = ["sweep", "network.width=8,16", "training.steps=4", "-o", "run", "--quiet"]

  static let all =
    [
      ["solve"] + tiny + ["--arrays"],
      ["simulate"] + tiny + ["simulation.replicas=3", "--arrays"],
      ["validate"] + tiny + ["simulation.replicas=8", "validation.tolerance=0.9"],
      ["transfer", "training.steps=6", "network.width=16,32"],
      ["layers"] + tiny + ["simulation.replicas=2"],
      ["reduce", "reduce.size=20", "training.steps=20"],
    ].map { (words: [String]) -> Self in
      let command = words + ["--figures", "-o", "run", "--quiet"]
      return Self(before: command, words: command)
    } + [
      Self(before: sweep, words: sweep), Self(before: sweep, words: ["worker", "run", "--shard", "0/1", "--quiet"]),
      Self(before: sweep, words: ["merge", "run", "--curves"]), Self(before: sweep, words: ["plot", "run", "--png"]),
      Self(before: ["solve"] + tiny + ["-o", "run", "--quiet"], words: ["plot", "run", "--pdf"]),
    ]
}

@Suite("Links in a run folder", .slow(.processes))
struct LinkTests {
  enum Place: CaseIterable { case files, subfolders, temporaryNames }

  private let files = FileManager.default

  /// A file as it was: one that is replaced by another of the same bytes has another number.
  private struct Entry: Equatable {
    let contents: Data?
    let number: Int?
  }

  /// Everything in a folder by its path.
  private func snapshot(_ folder: URL) throws -> [String: Entry] {
    let entries = try files.subpathsOfDirectory(atPath: folder.path).map { name -> (String, Entry) in
      let path = folder.appendingPathComponent(name).path
      let number = try files.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
      return (name, Entry(contents: files.contents(atPath: path), number: number))
    }
    return Dictionary(uniqueKeysWithValues: entries)
  }

  private func moveOut(_ item: URL, to outside: URL) throws {
    let target = outside.appendingPathComponent(UUID().uuidString)
    try files.moveItem(at: item, to: target)
    try files.createSymbolicLink(at: item, withDestinationURL: target)
  }

  /// Puts links to what lies outside into every place of a kind.
  private func prepare(_ place: Place, _ run: URL, _ outside: URL) throws {
    let folders = ["", "units", "figures"].map(run.appendingPathComponent).filter {
      files.fileExists(atPath: $0.path)
    }
    let stranger = outside.appendingPathComponent("stranger")
    try files.createDirectory(at: stranger, withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: stranger.appendingPathComponent(".bashrc"))
    switch place {
    case .files:
      for folder in folders {
        for name in try files.contentsOfDirectory(atPath: folder.path) {
          let item = folder.appendingPathComponent(name)
          if !folders.contains(where: { $0.lastPathComponent == name }) { try moveOut(item, to: outside) }
        }
      }
    case .subfolders:
      for name in ["units", "figures", "slurm"] {
        let item = run.appendingPathComponent(name)
        // With files of the names that a run writes and that its manifest lists, but without the mark.
        let copy = outside.appendingPathComponent(name)
        if files.fileExists(atPath: item.path) { try files.moveItem(at: item, to: copy) }
        try files.createDirectory(at: copy, withIntermediateDirectories: true)
        try? files.removeItem(at: copy.appendingPathComponent("units.json"))
        try Data("mine".utf8).write(to: copy.appendingPathComponent(".bashrc"))
        try files.createSymbolicLink(at: item, withDestinationURL: copy)
      }
    case .temporaryNames:
      for folder in folders {
        for target in [stranger, stranger.appendingPathComponent(".bashrc")] {
          let name = ".dmft-writing-" + UUID().uuidString
          try files.createSymbolicLink(at: folder.appendingPathComponent(name), withDestinationURL: target)
        }
      }
    }
  }

  @Test(
    "no command that writes changes anything outside its folder", arguments: WritingCommand.all, Place.allCases)
  func walk(command: WritingCommand, place: Place) throws {
    let scratch = try ScratchFolder()
    let (run, outside) = (scratch.url.appendingPathComponent("run"), scratch.url.appendingPathComponent("outside"))
    let first = try CommandLineRun(command.before, in: scratch.url)
    // Of so few networks a validation may not be able to say.
    let ends: [Int32] = command.words[0] == "validate" ? [0, 3] : [0]
    #expect(ends.contains(first.status), "\(first.errors)")
    try files.createDirectory(at: outside, withIntermediateDirectories: true)
    try prepare(place, run, outside)
    let before = try snapshot(outside)
    #expect(before.count > 1)
    let again = try CommandLineRun(command.words, in: scratch.url)
    #expect(try snapshot(outside) == before)
    #expect(try scratch.names == ["outside", "run"])
    // Where a subfolder is needed that is a link, that is refused; everything else works.
    let isRefused = again.status == 74 && again.errors.contains("is a link")
    #expect(ends.contains(again.status) || place == .subfolders && isRefused, "\(again.status) \(again.errors)")
  }

  @Test("the folder itself may be a link, and a file that init is asked for may not")
  func itself() throws {
    let scratch = try ScratchFolder()
    try files.createDirectory(at: scratch.url.appendingPathComponent("disk"), withIntermediateDirectories: true)
    try files.createSymbolicLink(
      atPath: scratch.url.path + "/run", withDestinationPath: scratch.url.path + "/disk")
    let solve = ["solve", "training.steps=4", "--quiet", "-o"]
    #expect(try CommandLineRun(solve + ["run"], in: scratch.url).status == 0)
    #expect(try scratch.text("disk/manifest.json").contains("\"completed\""))
    try files.createSymbolicLink(atPath: scratch.url.path + "/new.yaml", withDestinationPath: "disk/new.yaml")
    #expect(try CommandLineRun(["init", "new.yaml"], in: scratch.url).status == 65)
    try files.createSymbolicLink(atPath: scratch.url.path + "/nowhere", withDestinationPath: "nothing")
    let nowhere = try CommandLineRun(solve + ["nowhere"], in: scratch.url)
    #expect(nowhere.status == 74 && nowhere.errors.contains("nowhere is a broken link"))
    #expect(try scratch.names == ["disk", "new.yaml", "nowhere", "run"])
    #expect(!files.fileExists(atPath: scratch.url.path + "/disk/new.yaml"))
  }

  @Test("a sweep continues through a link to its own units, moved to another disk")
  func movedUnits() throws {
    let scratch = try ScratchFolder()
    let sweep = ["sweep", "network.width=8,16,32", "training.steps=4", "-o", "run"]
    #expect(try CommandLineRun(sweep, in: scratch.url).status == 0)
    let before = try scratch.text("run/summary.csv")
    try files.moveItem(atPath: scratch.url.path + "/run/units", toPath: scratch.url.path + "/disk")
    try files.createSymbolicLink(atPath: scratch.url.path + "/run/units", withDestinationPath: "../disk")
    let folder = scratch.url.appendingPathComponent("run")
    var records = try UnitRecords(folder)
    try records.remove(0)
    let again = try CommandLineRun(sweep, in: scratch.url)
    #expect(again.status == 0 && again.errors.contains("2 done before, 1 to go"), "\(again.errors)")
    #expect(UnitRecords.count(folder) == 3)
    #expect(try files.contentsOfDirectory(atPath: scratch.url.path + "/disk").contains { $0.hasSuffix(".units") })
    #expect(try scratch.text("run/summary.csv") == before)
  }
}

@Suite("What a run leaves beside its folder, and what it prints", .slow(.processes))
struct TraceTests {
  private func temporaries(_ folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter {
      $0.hasPrefix(".dmft-writing-")
    }
  }

  @Test("killed while a new folder is written: nothing beside it, and nothing in it after the next run")
  func killed() throws {
    let scratch = try ScratchFolder()
    let run = scratch.url.appendingPathComponent("r")
    let solve = ["solve", "training.steps=400", "--arrays", "--quiet", "-o", "r"]
    _ = try CommandLineRun(
      solve, in: scratch.url,
      signal: (SIGKILL, { !temporaries(run).isEmpty || !temporaries(scratch.url).isEmpty }))
    #expect(temporaries(scratch.url) == [])
    #expect(try CommandLineRun(solve, in: scratch.url).status == 0)
    #expect(try scratch.names == ["r"] && temporaries(run) == [])
  }

  @Test("beyond a limit of file size: exit 74 with a sentence, and nothing left")
  func fileSize() throws {
    let scratch = try ScratchFolder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", "ulimit -f 8; exec \"$0\" solve training.steps=300 --quiet -o r", CommandLineRun.program.path,
    ]
    process.currentDirectoryURL = scratch.url
    let errors = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    let complained = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 74)
    #expect(complained.hasPrefix("error: r/") && complained.contains("can't be written: File too large"))
    #expect(try scratch.names == [])
  }

  @Test("sweeps that start at once in one new folder all run")
  func atOnce() throws {
    let scratch = try ScratchFolder()
    for round in 0..<5 {
      let ends = Mutex<[String]>([])
      let place = scratch.url
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        let run = try? CommandLineRun(
          ["sweep", "network.width=8,16", "training.steps=4", "--quiet", "-o", "r\(round)"], in: place)
        ends.withLock { $0.append("\(run?.status ?? -1) \(run?.errors ?? "")") }
      }
      #expect(ends.withLock { $0 } == Array(repeating: "0 ", count: 4))
    }
    #expect(try scratch.names == (0..<5).map { "r\($0)" })
  }

  @Test("control characters of a manifest are shown, on both streams, and JSON stays JSON")
  func escapes() throws {
    let scratch = try ScratchFolder()
    let solve = ["solve", "training.steps=4", "--quiet", "-o", "r"]
    #expect(try CommandLineRun(solve, in: scratch.url).status == 0)
    let manifest = try scratch.text("r/manifest.json")
    try scratch.write(
      manifest.replacingOccurrences(of: "\"0.2.0\"", with: "\"\\u001b]0;owned\\u0007\\u009b0.2.0\""),
      to: "r/manifest.json")
    let cite = try CommandLineRun(["cite", "r"], in: scratch.url)
    #expect(cite.status == 0 && cite.output.contains("\\u001b]0;owned\\u0007\\u009b0.2.0"))
    let json = try CommandLineRun(["cite", "r", "--json"], in: scratch.url)
    let parsed = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
    #expect("\(parsed)".contains("owned"))
    try scratch.write(
      manifest.replacingOccurrences(of: "\"command\" : \"solve\"", with: "\"command\" : \"\\u001b[2Jsolve\""),
      to: "r/manifest.json")
    let refused = try CommandLineRun(solve, in: scratch.url)
    #expect(refused.status == 65 && refused.errors.contains("a run of dmft \\u001b[2Jsolve"))
    for text in [cite.output, json.output, refused.errors] {
      #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" && $0 != "\t" })
    }
  }
}
