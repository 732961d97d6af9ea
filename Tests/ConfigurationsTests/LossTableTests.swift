import Fixtures
import Problems
import Testing

@testable import Configurations

/// Losses of two classes beside a table, equation (21.15).
@Suite("Losses of two classes on tables")
struct LossTableTests {
  let scratch: Scratch

  /// Twelve rows, classes of 8 and 4; the second spreads four times as far as the first along `a`.
  init() throws {
    scratch = try Scratch()
    let rows = [
      (-1.0, 1.0, "no"), (-1, -1, "no"), (1, 1, "no"), (1, -1, "no"), (-1, 2, "no"), (1, -2, "no"), (0.5, 0, "no"),
      (-0.5, 0, "no"), (6, 1, "yes"), (-2, -1, "yes"), (6, -1, "yes"), (-2, 1, "yes"),
    ]
    let lines = rows.enumerated().map { "\($1.0),\($1.1),\($1.2),\($0 % 3)" }
    try scratch.write((["a,b,kind,third"] + lines).joined(separator: "\n") + "\n", to: "t.csv")
  }

  private let words = [
    "data.file=t.csv", "data.target=kind", "data.columns=[a, b]", "training.loss=logistic", "network.width=8",
  ]

  private func load(_ words: [String]) throws -> Configuration {
    try Configuration.load(file: nil, overrides: words, workingDirectory: scratch.path)
  }

  @Test("two words become -1 and 1 in sorted order, and the labels are a mixture")
  func classes() throws {
    let found = try load(words)
    let rule = try #require(found.problem.lossRule)
    #expect(rule.classes?.names == ["no", "yes"])
    #expect(abs((rule.classes?.meanLabel ?? 0) + 1.0 / 3) <= 1e-15)
    guard case .mixture = rule.labels else { return #expect(Bool(false), "\(rule.labels)") }
    #expect(
      found.problem.data.outputCount == 1
        && found.table?.target == Array(repeating: -1, count: 8) + Array(repeating: 1, count: 4))
    #expect(found.notices.contains { $0.contains("the class yes has") && $0.contains("times the variance of no") })
  }

  @Test("what the configuration resolves to gives the same problem again")
  func again() throws {
    let found = try load(words)
    #expect(found.values.contains { $0.key == "data.labels" && $0.text == "mixture" })
    #expect(!found.values.contains { $0.key == "data.separation" })
    #expect(try load(words + ["data.labels=mixture"]).problem == found.problem)
  }

  @Test("numbers of a table stay numbers under losses that are not of classes")
  func numbers() throws {
    let found = try load(
      words.filter { !$0.hasPrefix("training.loss") } + ["training.loss=huber", "data.targets=numeric"])
    #expect(found.problem.lossRule == LossRule(.huber(1), labels: .linear))
  }

  @Test(
    "what a table has not is refused once, with what to do",
    arguments: [
      (["data.target=third"], "this one has 3: 0, 1, 2"), (["data.labels=sign"], "use data.labels=mixture"),
      (["data.labels=logistic"], "use data.labels=mixture"),
      (["data.labels=mixture", "data.separation=2"], "a table has its own"),
      (["data.labels=linear"], "is of labels -1 and 1, and data.labels is linear"),
    ])
  func refusals(_ more: [String], message: String) {
    let own = words.filter { word in !more.contains { $0.prefix { $0 != "=" } == word.prefix { $0 != "=" } } }
    let mistakes = scratch.problems(nil, own + more).map(\.description)
    #expect(mistakes.count == 1 && mistakes[0].contains(message), "\(mistakes)")
  }
}
