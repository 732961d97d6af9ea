import Fixtures
import Foundation
import Problems
import Testing

@testable import Configurations
@testable import Files

@Suite struct DataFileTests {
  let scratch: Scratch
  let table = "a,b,y\n1,2,3\n4,5,6\n7,8,9\n1,1,1\n2,2,2\n3,3,4\n5,5,5\n"

  init() throws { scratch = try Scratch() }

  @Test func fileBringsSpectrumNoiseAndSamples() throws {
    try scratch.write(table, to: "sub/t.csv")
    try scratch.write("data:\n  file: t.csv\n  target: y\n", to: "sub/x.yaml")
    let configuration = try scratch.load("sub/x.yaml")
    let data = configuration.problem.data
    #expect(data.inputDimension == 2 && abs(data.noise - 0.13120951580910137) < 1e-14)
    #expect(data.sampling == .batch(.count(4)))
    guard case .measured(let measured) = data.spectrum else { Issue.record("no spectrum"); return }
    #expect(measured.rows == 7 && measured.columns == 2)
    #expect(configuration.table?.inputNames == ["a", "b"])
    let file = try #require(configuration.dataFile)
    #expect(file.path == scratch.path + "/sub/t.csv")
    #expect(file.standardize == .center && file.target == "y")
    #expect(file.sha256 == sha256(table.utf8))
    let samples = configuration.values.first { $0.key == "data.samples" }
    #expect(configuration.values.first { $0.key == "data.sha256" }?.origin == .derived("of data.file"))
    #expect(samples?.origin == .derived("two thirds of 7 rows") && samples?.text == "4")
    #expect(!configuration.values.contains { $0.key == "data.noise" })
  }

  @Test func pathsAreRelativeToWhereTheyStand() throws {
    try scratch.write(table, to: "sub/t.csv")
    try scratch.write("network: {width: 3}\n", to: "sub/x.yaml")
    let given = try scratch.load("sub/x.yaml", "data.file=sub/t.csv", "data.target=y")
    #expect(given.dataFile?.path == scratch.path + "/sub/t.csv")
    #expect(throws: InvalidConfiguration.self) {
      try scratch.load("sub/x.yaml", "data.file=t.csv", "data.target=y")
    }
  }

  @Test func hashFollowsContentsAndNotPlace() throws {
    try scratch.write(table, to: "a/t.csv")
    try scratch.write(table, to: "b/other.csv")
    try scratch.write(table + "6,6,6\n", to: "c/t.csv")
    func hash(_ path: String, _ more: String = "data.target=y") throws -> String {
      try scratch.load(nil, "data.file=\(path)", more, "data.samples=3").hash()
    }
    #expect(try hash("a/t.csv") == hash("b/other.csv"))
    #expect(try hash("a/t.csv") != hash("c/t.csv"))
    #expect(try hash("a/t.csv") != hash("a/t.csv", "data.target=b"))
  }

  @Test func resolvedTextFindsTheFileFromElsewhere() throws {
    try scratch.write(table, to: "sub/t t.csv")
    let first = try scratch.load(
      nil, "data.file=sub/t t.csv", "data.target=y", "data.standardize=None")
    try scratch.write(first.yaml(), to: "runs/one/config.yaml")
    let second = try scratch.load("runs/one/config.yaml")
    #expect(second.problem == first.problem)
    #expect(second.hash() == first.hash())
  }

  @Test func mistakesBesideAFile() throws {
    try scratch.write(table, to: "t.csv")
    #expect(
      try scratch.mistakes(
        """
        data:
          file: t.csv
          target: z
          noise: 1
          inputDimension: 3
          spectrum: isotropic
        """
      ).map { $0.prefix(40) } == [
        "x.yaml:3:11: t.csv has no column z; it h",
        "x.yaml:4:10: data.noise is given togethe",
        "x.yaml:5:19: data.inputDimension is give",
        "x.yaml:6:13: data.spectrum is given toge",
      ])
    #expect(
      try scratch.mistakes("data:\n  file: t.csv\n") == [
        "x.yaml:2:9: data.target is missing; name the column to predict: a, b, y"
      ])
    #expect(
      try scratch.mistakes("data:\n  file: s.csv\n  target: y\n") == [
        "x.yaml:2:9: data.file s.csv: no such file (looked in \(scratch.path)); did you mean t.csv?"
      ])
    #expect(try scratch.mistakes("data:\n  file: t.csv\n  target: y\n") == [])
  }

  @Test("networks need rows to be tested on, the theory does not")
  func samplesBeyondTheRows() throws {
    try scratch.write(table, to: "t.csv")
    func load(_ more: String, _ mode: String = "batch") throws -> Configuration {
      try scratch.load(nil, "data.file=t.csv", "data.target=y", more, "training.mode=\(mode)")
    }
    for (word, size) in [("samples=7", 7), ("samples=100000", 100_000), ("sampleRatio=3.5", 7)] {
      let problem = try load("data." + word).problem
      #expect(problem.samplesOfTable == Double(size))
      let refusal = try #require(Refusal.ofTooFewRows(problem))
      #expect(refusal.key == "data." + word.prefix { $0 != "=" } && refusal.reason.contains("7 rows"))
    }
    for word in ["samples=6", "sampleRatio=3"] {
      #expect(try Refusal.ofTooFewRows(load("data." + word).problem) == nil)
    }
    #expect(try Refusal.ofTooFewRows(load("data.samples=7", "onePass").problem) == nil)
  }

  @Test func badCellsAreReportedWithOtherMistakes() throws {
    try scratch.write("a,y\n1,2\nx,3\n2,\n", to: "t.csv")
    #expect(
      try scratch.mistakes("data:\n  file: t.csv\n  target: y\n  foo: 1\n").map { $0.prefix(30) }
        == [
          "x.yaml:4:3: unknown key data.f", "t.csv:3:1: column a: 'x' is no",
          "t.csv:4:3: column y: the cell ",
        ])
  }
}
