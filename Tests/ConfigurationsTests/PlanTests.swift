import Fixtures
import Foundation
import Problems
import Testing

@testable import Configurations

@Suite("Axes of a sweep")
struct PlanTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  static let expressions: [(String, [String])] = [
    ("64,128,256", ["64", "128", "256"]),
    ("pow2(6..9)", ["64", "128", "256", "512"]),
    ("pow2(-2..1)", ["0.25", "0.5", "1", "2"]),
    ("range(1,2,0.25)", ["1", "1.25", "1.5", "1.75", "2"]),
    ("range(0.1,0.5,0.1)", ["0.1", "0.2", "0.3", "0.4", "0.5"]),
    ("range(5,1,-2)", ["5", "3", "1"]),
    ("range(1,6,2)", ["1", "3", "5"]),
    ("logspace(1e-3,1,4)", ["0.001", "0.01", "0.1", "1"]),
    ("range(1000000000000,1000000000002,1)", ["1000000000000", "1000000000001", "1000000000002"]),
    ("8,pow2(4..5), range(40,41,1)", ["8", "16", "32", "40", "41"]),
    ("[1,2],[3,4]", ["[1,2]", "[3,4]"]),
    ("'a,b',\"c,d\"", ["'a,b'", "\"c,d\""]),
    ("{a: 1, b: 2},constant", ["{a: 1, b: 2}", "constant"]),
  ]

  @Test("expressions give their values", arguments: expressions.indices)
  func expression(_ index: Int) throws {
    let (text, values) = Self.expressions[index]
    #expect(AxisExpression.isAxis(text))
    #expect(try AxisExpression.values(text) == values)
  }

  @Test(
    "what has no comma outside brackets and calls nothing is one value",
    arguments: ["64", "[1,2]", "{a: 1, b: 2}", "'a,b'", "1e-3"])
  func single(_ text: String) { #expect(!AxisExpression.isAxis(text)) }

  @Test("where a whole axis is wrong, a thousand points are checked and not all")
  func wrongAxis() throws {
    do throws(InvalidConfiguration) {
      _ = try scratch.plan(nil, ["training.learningRate=range(-1,-0.0001,0.00001111)"])
      Issue.record("accepted")
    } catch {
      #expect(error.lines.first?.contains("so many points are wrong that not all were checked") == true)
      #expect(error.mistakes.count + error.further == 1001)
    }
  }

  @Test("all combinations come in order, the last axis fastest, and the command line goes before the file")
  func order() throws {
    try scratch.write(
      """
      network: {width: 7}
      axes:
        network.hiddenLayers: [1, 2]
        data: {noise: 'range(0,0.2,0.1)'}
      """, to: "a.yaml")
    let plan = try scratch.plan("a.yaml", ["data.noise=0.5,0.6", "network.width=8,9"])
    #expect(plan.columns == ["network.hiddenLayers", "data.noise", "network.width"])
    #expect(
      plan.points.map { $0.labels.joined(separator: " ") }.prefix(4) == ["1 0.5 8", "1 0.5 9", "1 0.6 8", "1 0.6 9"])
    #expect(plan.points.count == 8)
    let problem = plan.points[5].configuration.problem
    #expect(
      problem.architecture.hiddenLayers == 2 && problem.data.noise == 0.5 && problem.architecture.width == .units(9))
    // One value on the command line takes the place of a whole axis of the file.
    let fixed = try scratch.plan("a.yaml", ["network.hiddenLayers=3"])
    #expect(
      fixed.columns == ["data.noise"]
        && fixed.points.allSatisfy { $0.configuration.problem.architecture.hiddenLayers == 3 })
    // So does a key that says the same in another way: a ratio in the place of the file's width.
    let ratio = try scratch.plan("a.yaml", ["network.widthRatio=1,2"])
    #expect(ratio.points[1].configuration.problem.architecture.width == .ratio(2))
  }

  @Test("a bracketed list is one value, and keys of a zip move together")
  func listsAndZips() throws {
    let plan = try scratch.plan(
      nil, ["zip(network.width=pow2(5..6),data.inputDimension=32,64)", "network.initScale=[1,1,2],[1,2,1]"])
    #expect(plan.columns == ["network.width", "data.inputDimension", "network.initScale"])
    #expect(
      plan.points.map(\.labels) == [
        ["32", "32", "[1.0, 1.0, 2.0]"], ["32", "32", "[1.0, 2.0, 1.0]"], ["64", "64", "[1.0, 1.0, 2.0]"],
        ["64", "64", "[1.0, 2.0, 1.0]"],
      ])
    let single = try scratch.plan(nil, ["network.initScale=[1,1,2]"])
    #expect(single.columns.isEmpty && single.points.count == 1)
  }

  @Test("repeats have a seed each, and the theory ignores them")
  func repeats() throws {
    let plan = try scratch.plan(nil, ["repeat=3", "simulation.seed=5", "network.width=8,9"])
    #expect(plan.points.map(\.configuration.simulation.seed) == [5, 6, 7, 5, 6, 7])
    let theory = plan.points.prefix(3).map { $0.configuration.hash { !$0.hasPrefix("simulation.") } }
    #expect(Set(theory).count == 1)
    #expect(Set(plan.points.map { $0.configuration.hash() }).count == 6)
  }

  @Test(
    "a family written down is read back as the same family",
    arguments: [
      ["network.width=8,9", "training.learningRate=logspace(1e-3,1,3)"],
      ["zip(network.width=8,9,data.inputDimension=8,9)", "network.parameterization=ntk,mup", "repeat=2"],
      ["data.file=t.csv", "data.target=y", "data.samples=2,3"], ["data.noise=0.25"],
      ["data.file=t.csv,u.csv", "data.target=y,\"c,d\"", "data.samples=2"],
    ])
  func roundTrip(_ words: [String]) throws {
    try scratch.write("x,y,\"c,d\"\n1,2,1\n3,4,0\n5,7,2\n6,1,1\n", to: "t.csv")
    try scratch.write("x,y,\"c,d\"\n1,2,3\n3,1,2\n5,7,2\n6,1,1\n", to: "u.csv")
    try scratch.write("network: {richness: 2}\n", to: "base.yaml")
    let plan = try scratch.plan("base.yaml", words)
    try scratch.write(plan.yaml(), to: "elsewhere/again.yaml")
    let again = try scratch.plan("elsewhere/again.yaml", [])
    #expect(again.hash() == plan.hash())
    #expect(again.columns == plan.columns && again.points.map(\.labels) == plan.points.map(\.labels))
    #expect(again.yaml() == plan.yaml())
    #expect(plan.hash() != (try scratch.plan("base.yaml", words + ["training.steps=3"])).hash())
  }

  @Test("further arguments apply only to keys that are not given")
  func further() throws {
    let filled = try scratch.plan(nil, ["network.widthRatio=1,2"], further: ["network.width=8,9", "data.noise=0,1"])
    #expect(filled.columns == ["network.widthRatio", "data.noise"])
  }

  @Test("every mistake is reported with its place, once, before anything runs")
  func mistakes() throws {
    #expect(
      try scratch.planMistakes(nil, "network.width=8,0,8,-1", "data.noise=0,1") == [
        "command line: network.width=8,0,8,-1: network.width must be at least 1, got 0",
        "command line: network.width=8,0,8,-1: network.width must be at least 1, got -1",
      ])
    #expect(
      try scratch.planMistakes(
        """
        network: {widht: 3}
        axes:
          network.width: [8, x]
          netwrok.width: [1]
          data.noise: 'rang(1,2,3)'
          zip: {network.richness: [1, 2], data.samples: [1]}
        """) == [
          "x.yaml:1:11: unknown key network.widht; did you mean network.width?",
          "x.yaml:4:3: unknown key netwrok.width; did you mean network.width?",
          "x.yaml:5:15: there is no function rang; did you mean range?",
          "x.yaml:6:8: keys that move together need as many values each: network.richness has 2, data.samples has 1",
        ])
    #expect(
      try scratch.planMistakes("axes: {network.width: [8, x]}") == [
        "x.yaml:1:27: network.width must be a whole number or infinite, got x"
      ])
    #expect(
      try scratch.planMistakes(nil, "network.width=8,9", "network.width=8") == [
        "command line: network.width=8: network.width is an axis too; keep one"
      ])
    #expect(
      try scratch.planMistakes(nil, "network.width=8,9", "network.width=3,4") == [
        "command line: network.width=3,4: network.width is an axis already"
      ])
    #expect(
      try scratch.planMistakes(nil, "network.width=8,9", "network.widthRatio=1,2").first?.hasSuffix(
        "network.widthRatio says the same as the axis network.width") == true)
    #expect(try scratch.planMistakes(nil, "zip(network.width=8,9,network.widthRatio=1,2)").count == 1)
    #expect(
      try scratch.planMistakes(nil, "data.sampleRatio=1", "data.samples=8,9").first?.contains(
        "together with the axis data.samples") == true)
    #expect(
      try scratch.planMistakes(nil, "repeat=2", "simulation.seed=1,2").first?.contains("a seed of its own") == true)
    #expect(try scratch.planMistakes(nil, "network.width=pow2(6..13").first?.contains("closing parenthesis") == true)
    #expect(try scratch.planMistakes(nil, "network.width=8,,9").count == 1)
    #expect(try scratch.planMistakes(nil, "repeat=0", "zip(8,9)").count == 2)
    #expect(
      try scratch.planMistakes(nil, "training.learningRate=range(1,0,1)").first?.contains("never gets from 1 to 0")
        == true)
    #expect(
      try scratch.planMistakes(nil, "data.noise=range(0,999,1)", "network.width=range(1,999,1)").first?
        .contains("combinations") == true)
  }

  @Test("axes are refused where one problem is required")
  func oneProblem() throws {
    let mistakes = try scratch.mistakes("axes: {network.width: [8, 9]}")
    #expect(mistakes == ["x.yaml:1:1: axes are for dmft sweep and dmft transfer; remove the section"])
  }
}
