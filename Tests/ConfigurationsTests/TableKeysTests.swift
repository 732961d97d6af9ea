import Fixtures
import Foundation
import Problems
import Tables
import Testing

@testable import Configurations

/// Keys that choose targets, inputs and rows of a table.
@Suite("Keys of a table")
struct TableKeysTests {
  let scratch: Scratch
  private static let table =
    "a,b,city,y,z,kind\n"
    + (0..<30).map { row in
      let (a, b) = (sin(Double(row)), cos(Double(row * row)))
      let kind = ["cat", "dog", "eel"][row % 3]
      return "\(a),\(b),\(["Rome", "Oslo"][row % 2]),\(2 * a + b + sin(Double(5 * row))),\(b - a),\(kind)\n"
    }.joined()

  init() throws {
    scratch = try Scratch()
    try scratch.write(Self.table, to: "t.csv")
    try scratch.write(Self.table + "1,,Rome,2,3,cat\n", to: "gap.csv")
  }

  private func load(_ words: String...) throws -> Configuration {
    try Configuration.load(
      file: nil, overrides: ["data.file=t.csv"] + words, workingDirectory: scratch.path)
  }

  @Test("a list of targets on the command line and in a file, with their covariance in the problem")
  func severalTargets() throws {
    let listed = try load("data.target=[y, z]")
    let outputs = try #require(listed.problem.data.outputs)
    #expect(outputs.count == 2 && outputs.targetCovariance.isEmpty && outputs.coupling == .auto)
    guard case .measured(let measured) = listed.problem.data.spectrum else { Issue.record("no spectrum"); return }
    #expect(measured.outputs?.names == ["y", "z"] && outputs.noiseCovariance == measured.outputs?.residualCovariance)
    #expect(abs(listed.problem.data.noise - measured.residualVariance.squareRoot()) < 1e-15)
    try scratch.write("data:\n  file: t.csv\n  target: [y, z]\n", to: "x.yaml")
    let file = try scratch.load("x.yaml")
    #expect(file.hash() == listed.hash() && file.problem == listed.problem)
    #expect(try load("data.target=[y]").hash() == load("data.target=y").hash())
    #expect(try load("data.target=y").problem.data.outputs == nil)
  }

  @Test("one target of numbers is known by the keys it always had")
  func identity() throws {
    let resolved = try load("data.target=y", "data.targets=auto", "data.missing=drop", "data.fitCorrection=false")
      .yaml()
    for key in ["targets", "columns", "exclude", "categorical", "missing", "fitCorrection"] {
      #expect(!resolved.contains("  \(key):"), "\(key)")
    }
    #expect(resolved.contains("  target: y\n"))
  }

  @Test(
    "what is chosen is part of the resolved configuration, which reads back equal",
    arguments: [
      ["data.target=[y, z]"], ["data.target=kind"], ["data.target=kind", "data.exclude=[city, z]"],
      ["data.target=y", "data.columns=[b, a]"], ["data.target=y", "data.categorical=city", "data.exclude=kind"],
      ["data.file=gap.csv", "data.target=y", "data.missing=drop"], ["data.target=y", "data.fitCorrection=true"],
      ["data.target=city", "data.targets=numeric"], ["data.target=kind", "data.fitCorrection=true"],
    ])
  func roundTrip(words: [String]) throws {
    let first = try Configuration.load(
      file: nil, overrides: (words[0].hasPrefix("data.file") ? [] : ["data.file=t.csv"]) + words,
      workingDirectory: scratch.path)
    try scratch.write(first.yaml(), to: "again.yaml")
    let second = try scratch.load("again.yaml")
    #expect(second.problem == first.problem && second.hash() == first.hash() && second.yaml() == first.yaml())
    try scratch.write(first.json().text(), to: "again.json")
    #expect(try scratch.load("again.json").problem == first.problem)
  }

  @Test("choices are different problems")
  func different() throws {
    let hashes = try [
      load("data.target=y").hash(), load("data.target=[y, z]").hash(), load("data.target=[z, y]").hash(),
      load("data.target=y", "data.exclude=z").hash(), load("data.target=y", "data.columns=[a, b]").hash(),
      load("data.target=y", "data.categorical=city").hash(), load("data.target=y", "data.fitCorrection=true").hash(),
    ]
    #expect(Set(hashes).count == hashes.count)
  }

  @Test("mistakes are reported where they stand")
  func mistakes() throws {
    func mistakes(_ text: String) throws -> [String] { try scratch.mistakes("data:\n  file: t.csv\n" + text) }
    #expect(
      try mistakes("  target: [y, w]\n  exclude: [cty]\n") == [
        "x.yaml:3:11: t.csv has no column w; it has a, b, city, y, z, kind",
        "x.yaml:4:12: t.csv has no column cty; did you mean city?",
      ])
    #expect(
      try mistakes("  target: y,z\n") == [
        "x.yaml:3:11: t.csv has no column y,z; did you mean the list data.target=[y, z]?"
      ])
    #expect(try mistakes("  target: []\n") == ["x.yaml:3:11: data.target is an empty list; remove the key"])
    #expect(try mistakes("  target: [y, y]\n") == ["data.target names column y twice; keep one"])
    #expect(
      try scratch.mistakes("data:\n  columns: [a]\n") == [
        "x.yaml:2:12: data.columns applies to a data.file only, and none is given"
      ])
    #expect(
      try mistakes("  target: y\n  fitCorrection: true\ntraining:\n  mode: population\n")[0].hasPrefix(
        "x.yaml:4:18: data.fitCorrection is for training on some rows"))
  }
}
