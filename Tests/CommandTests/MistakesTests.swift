import Foundation
import Testing

@Suite("Mistakes on the command line")
struct MistakesTests {
  @Test("a misspelt command: exit 64 and the nearest one")
  func command() throws {
    let run = try CommandLineRun(["slove"])
    #expect(run.status == 64 && run.errors.contains("no command slove; did you mean solve?"))
  }

  @Test("unknown flags and malformed settings: exit 64")
  func usage() throws {
    #expect(try CommandLineRun(["solve", "--frobnicate"]).status == 64)
    #expect(try CommandLineRun(["solve", "=5"]).status == 64)
    let two = try CommandLineRun(["solve", "configs/digits.yaml", "configs/diabetes.yaml"])
    #expect(two.status == 64 && two.errors.contains("configs/diabetes.yaml"))
  }

  @Test("wrong keys and values, all at once, with places: exit 65")
  func values() throws {
    let scratch = try ScratchFolder()
    try scratch.write("network:\n  widht: 64\n  hiddenLayers: 0\ntraining:\n  learningRate: -1\n", to: "x.yaml")
    let run = try CommandLineRun(["solve", "x.yaml", "data.noise=nan"], in: scratch.url)
    #expect(run.status == 65 && run.output.isEmpty)
    #expect(run.errors.contains("x.yaml:2:3: unknown key network.widht; did you mean network.width?"))
    #expect(run.errors.contains("x.yaml:3:"))
    #expect(run.errors.contains("at least 1, got 0"))
    #expect(run.errors.contains("x.yaml:5:"))
    #expect(run.errors.contains("data.noise"))
  }

  @Test(
    "what compressed steps can't do is refused with the nearest thing that works",
    arguments: [["training.momentum=0.9"], ["training.mode=onePass"], ["training.schedule.decay=cosine"]])
  func refusals(settings: [String]) throws {
    let run = try CommandLineRun(["solve", "training.time=panels"] + settings)
    #expect(run.status == 65 && run.errors.contains("compressed steps"))
    #expect(run.errors.contains("use training.time=discrete"))
  }

  @Test("an empty name is shown", arguments: [["solve", ""], ["merge", ""]])
  func emptyNames(words: [String]) throws {
    let run = try CommandLineRun(words)
    #expect(run.status == 65 && run.errors.hasPrefix("error: '': "), "\(run.errors)")
  }

  @Test("bad tables: a cell, a column, a target; every place named")
  func tables() throws {
    let scratch = try ScratchFolder()
    try scratch.write("a,b,y\n1,2,3\n1,oops,4\n3,,1\n2,2,nan\n", to: "t.csv")
    let run = try CommandLineRun(["solve", "data.file=t.csv", "data.target=y"], in: scratch.url)
    #expect(run.status == 65)
    for place in ["t.csv:3:3", "t.csv:4:3", "also 5:5"] { #expect(run.errors.contains(place), "\(place)") }
    let absent = try CommandLineRun(["solve", "data.file=t.csv", "data.target=z"], in: scratch.url)
    #expect(absent.status == 65 && absent.errors.contains("z"))
    try scratch.write("a,b,y\n1,2,3\n1,5,4\n1,7,1\n1,1,6\n1,0,2\n", to: "c.csv")
    let constant = try CommandLineRun(
      ["solve", "data.file=c.csv", "data.target=y", "data.standardize=zscore"], in: scratch.url)
    #expect(constant.status == 65 && constant.errors.contains("column a is constant"))
  }

  @Test("a table or a bare key where the configuration belongs; shape and cells of a table in one round")
  func misplaced() throws {
    let scratch = try ScratchFolder()
    try scratch.write("a,b,y\n1,2,3\n1,oops,4\n3,1\n2,2,nan\n1,5,6\n", to: "t.csv")
    let table = try CommandLineRun(["solve", "t.csv"], in: scratch.url)
    #expect(table.status == 65 && table.errors.contains("data.file=t.csv"))
    #expect(try CommandLineRun(["solve", "network.width"]).status == 64)
    #expect(try CommandLineRun(["solve", "-o", ""]).status == 64)
    let bad = try CommandLineRun(["solve", "data.file=t.csv", "data.target=y"], in: scratch.url)
    for place in ["t.csv:3:3", "t.csv:4:1", "t.csv:5:5"] { #expect(bad.errors.contains(place), "\(place)") }
    try scratch.write("\u{FEFF}training:\n  steps: 3\n", to: "bom.yaml")
    #expect(try CommandLineRun(["solve", "bom.yaml"], in: scratch.url).status == 0)
  }

  @Test(
    "a result that can't be printed is no success", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func full() throws {
    let process = Process()
    process.executableURL = CommandLineRun.program
    process.arguments = ["solve", "training.steps=3"]
    process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 74)
  }

  @Test("an interrupt in the middle keeps nothing, says so, and leaves with 75")
  func interrupt() throws {
    let process = Process()
    process.executableURL = CommandLineRun.program
    process.arguments = ["solve", "network.hiddenLayers=6", "training.steps=1500"]
    let errors = Pipe()
    let output = Pipe()
    process.standardError = errors
    process.standardOutput = output
    try process.run()
    // The headline is printed just before the march runs.
    _ = output.fileHandleForReading.availableData
    process.interrupt()
    let words = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 75)
    #expect(words.contains("nothing was kept"))
  }
}
