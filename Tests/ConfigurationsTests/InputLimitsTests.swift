import Fixtures
import Foundation
import Testing

@testable import Configurations

/// Every size has a bound, and what somebody else wrote is parsed a bounded number of times.
@Suite struct InputLimitsTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test(arguments: [
    ("training.steps=9223372036854775807", "training.steps must be at most 1e+12, got 9223372036854775807"),
    ("training.steps=1e15", "training.steps must be at most 1e+12, got 1e15"),
    ("simulation.replicas=1000000000", "simulation.replicas must be at most 1000000, got 1000000000"),
    ("network.width=9223372036854775807", "network.width must be at most 1e+15, got 9223372036854775807"),
    ("data.samples=9223372036854775807", "data.samples must be at most 1e+15, got 9223372036854775807"),
    ("data.sampleRatio=1e300", "data.sampleRatio must be at most 1e+15, got 1e300"),
    ("network.widthRatio=1e-300", "network.widthRatio must be at least 1e-15, got 1e-300"),
    ("data.noise=1e160", "data.noise must be at most 1e+50, got 1e160"),
    ("network.initScale=1e200", "network.initScale must be at most 1e+50, got 1e200"),
    ("training.learningRate=1e300", "training.learningRate must be at most 1e+50, got 1e300"),
    ("simulation.seed=9223372036854775807", "simulation.seed must be at most 9e+18, got 9223372036854775807"),
  ])
  func sizesAreBounded(word: String, expected: String) throws {
    #expect(try scratch.mistakes(nil, word) == ["command line: \(word): \(expected)"])
  }

  @Test("no key that is a number is without a bound")
  func everyNumberHasABound() {
    for key in Schema.keys {
      switch key.kind {
      case .integer(let bounds, _, _), .number(let bounds), .perLayer(let bounds), .perOutput(let bounds),
        .list(let bounds),
        .matrix(let bounds):
        #expect(bounds.lower.isFinite && bounds.upper.isFinite, "\(key.path)")
      case .flag, .word, .text, .texts: break
      }
    }
  }

  @Test(
    "aliases that stand for a billion values are refused before anything is parsed",
    arguments: ["? *j\n: 1\n? *j\n: 2\n", "axes: *j\n"])
  func aliasBomb(end: String) throws {
    var text = "a: &a [x,x,x,x,x,x,x,x,x]\n"
    for (old, new) in zip("abcdefghi", "bcdefghij") {
      text += "\(new): &\(new) [" + Array(repeating: "*\(old)", count: 9).joined(separator: ",") + "]\n"
    }
    var parsed = 0
    #expect(throws: YAMLText.Flaw.self) {
      try YAMLText(text + end) { _ in
        parsed += 1
        return nil
      }
    }
    #expect(parsed == 0)
    let mistakes = try scratch.mistakes(text + end)
    #expect(
      mistakes.count == 1 && mistakes[0].contains("aliases stand for more than 10000000 characters"), "\(mistakes)")
    #expect(mistakes[0].hasPrefix("x.yaml:"))
  }

  @Test("aliases of a reasonable size are read")
  func fewAliases() throws {
    let text = "network:\n  initScale: &s [1, 2, 1]\n  layerRates: *s\ndata:\n  noise: 0.5 # a *note* & more\n"
    #expect(try scratch.mistakes(text) == [])
  }

  @Test("however many keys are repeated, the text is parsed a bounded number of times, and the list is short")
  func repeatedKeys() throws {
    let text = "network:\n" + String(repeating: "  width: 3\n", count: 2000)
    var parsed = 0
    #expect(throws: YAMLText.Flaw.self) {
      try YAMLText(text) {
        parsed += 1
        return try YAMLText.parse($0)
      }
    }
    #expect(parsed == YAMLText.mostRepeated + 1)
    let mistakes = try scratch.mistakes(text)
    #expect(!mistakes.isEmpty && mistakes.count <= YAMLText.mostRepeated + 1)
    #expect(mistakes.contains { $0.contains("width is given twice") }, "\(mistakes)")
  }

  @Test("twenty thousand unknown keys: twenty are listed, the others counted")
  func unknownKeys() throws {
    let text = "network:\n" + (0..<20_000).map { "  key\($0): 3\n" }.joined()
    try scratch.write(text, to: "x.yaml")
    do throws(InvalidConfiguration) {
      _ = try scratch.load("x.yaml")
      Issue.record("accepted")
    } catch {
      #expect(error.mistakes.count == 20 && error.further == 19_980)
      #expect(error.lines.count == 21 && error.lines[20] == "and 19980 more mistakes")
      #expect(error.exitCode == 65)
    }
  }

  @Test(arguments: [
    ("lr=0.1", "training.learningRate"), ("training.batchSize=32", "training.samplesPerStep"),
    ("epochs=3", "training.steps"), ("optimizer=adam", "muon, normalized or lars"),
    ("training.learning_rates=1", "training.learningRate"), ("nonlinearity=relu", "network.activation"),
    ("training.loss=mse", "training.loss=squared"),
  ])
  func keysOfOtherPrograms(word: String, expected: String) throws {
    let said = try scratch.mistakes(nil, word)
    #expect(said.count == 1 && said[0].contains(expected), "\(said)")
  }

  @Test("a file without an end is not read to its end")
  func endless() throws {
    let said = scratch.problems("/dev/zero", []).map(\.description)
    #expect(said == ["/dev/zero: has more than 64 MiB, the most that is read"])
  }
}
