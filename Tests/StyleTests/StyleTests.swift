import Foundation
import Testing

/// Style rules that can be checked automatically and that `swift format lint` does not ask for.
@Suite("Style")
struct StyleTests {
  private let files = ["Sources", "Tests"].flatMap { Repository.files(below: $0, endingIn: ".swift") }

  /// `swift format lint` holds code to 120 characters, and leaves comments and texts alone: some 190 lines go beyond.
  @Test("comments and texts, which the formatter does not break, end before 160 characters")
  func lineLength() throws {
    for file in files {
      let lines = try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false)
      for (number, line) in lines.enumerated() where line.count > 160 {
        Issue.record("\(file):\(number + 1) has \(line.count) characters")
      }
    }
  }

  /// About 40 is the aim; 50 allows for a list of named values, and nothing today is longer.
  @Test("functions have at most 50 lines, those of tests 60")
  func functionLength() throws {
    var found = 0
    for file in files {
      let most = file.hasPrefix("Sources/") ? 50 : 60
      for function in try functions(in: Repository.text(file)) {
        found += 1
        #expect(function.lines <= most, "\(file):\(function.start) \(function.head) has \(function.lines) lines")
      }
    }
    #expect(found > 1000)
  }

  @Test("nothing ends the process, is put off, or is called temp1")
  func words() throws {
    let refused: [(Regex<Substring>, String)] = [
      (/\bfatalError\(/, "an error says what to do; a crash does not"),
      (/\btry!/, "an error that can't happen is still one that somebody will meet"),
      (/\b(?:TODO|FIXME)\b/, "what is missing stands in docs/accuracy.md, not in the code"),
      (/\b(?:tmp|temp|aux)\d*\b(?=\s*[:=])/, "a name says what a value is"),
    ]
    for file in files where !file.hasSuffix("StyleTests.swift") {
      let text = try Repository.text(file)
      for (pattern, why) in refused {
        guard let match = text.firstMatch(of: pattern) else { continue }
        let line = text[..<match.range.lowerBound].count { $0 == "\n" } + 1
        Issue.record("\(file):\(line) has \(match.output): \(why)")
      }
    }
  }

  @Test("lengths are counted from the head of a function to the brace below it")
  func counting() {
    let text =
      "struct A {\n  func b(\n    c: Int\n  ) {\n    if c > 0 {\n    }\n  }\n  init() {}\n  var d: Int { 1 }\n}\n"
    #expect(functions(in: text).map(\.lines) == [6])
  }

  private struct Function {
    let head: String
    let start: Int
    let lines: Int
  }

  /// Functions and initialisers whose body has lines of its own; the formatter puts its brace below their head.
  private func functions(in text: String) -> [Function] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let heads = ["func ", "init", "subscript"].map { Array($0.utf8) }
    return lines.indices.compactMap { start in
      // The pattern alone would take ten times as long.
      let bytes = lines[start].utf8
      guard heads.contains(where: { bytes.firstRange(of: $0) != nil }) else { return nil }
      guard let match = lines[start].prefixMatch(of: /(\s*)(?:[@\w()]+ )*(?:func |init[?(<]|subscript)/) else {
        return nil
      }
      let indentation = match.1
      guard !lines[start].hasSuffix("}") else { return nil }
      let rest = lines[(start + 1)...]
      guard let end = rest.firstIndex(where: { isAtMost(indentation, $0) && !$0.hasPrefix(indentation + ")") }),
        lines[end] == indentation + "}"
      else { return nil }
      return Function(
        head: lines[start].trimmingCharacters(in: .whitespaces), start: start + 1, lines: end - start + 1)
    }
  }

  /// Whether a line is indented no further.
  private func isAtMost(_ indentation: Substring, _ line: Substring) -> Bool {
    !line.isEmpty && line.prefix { $0 == " " }.count <= indentation.count
  }
}
