import Foundation
import Testing

/// Notes and code keep together: every number that code cites is defined, every equation is cited by code.
@Suite("Equation numbers")
struct EquationTests {
  @Test("each numbered equation is defined once and cited by code, and code cites no other")
  func bothWays() throws {
    let defined = try definitions()
    #expect(defined.count > 40)
    #expect(Set(defined).count == defined.count, "defined twice: \(repeated(defined))")
    let cited = try citations()
    #expect(cited.subtracting(defined).sorted() == [], "cited but not defined")
    #expect(Set(defined).subtracting(cited).sorted() == [], "defined but not cited by code")
  }

  @Test("ranges cite everything between their ends")
  func ranges() {
    #expect(numbers(in: "/// equations (3.3)-(3.5) and table (1.6)") == ["3.3", "3.4", "3.5", "1.6"])
    #expect(numbers(in: "/// equations (11.1)-(11.2)") == ["11.1", "11.2"])
    #expect(numbers(in: "let size = ratio(2.5)") == [])
  }

  private func definitions() throws -> [String] {
    try Repository.files(below: "theory-notes", endingIn: ".md").flatMap { file in
      try Repository.text(file).matches(of: /\*\*\((\d+\.\d+)\)\*\*/).map { String($0.1) }
    }
  }

  private func citations() throws -> Set<String> {
    let lines = try Repository.files(below: "Sources", endingIn: ".swift").flatMap { file in
      try Repository.text(file).split(separator: "\n")
    }
    return lines.reduce(into: []) { $0.formUnion(numbers(in: String($1))) }
  }

  /// Numbers in the comment of a line; code such as `.ratio(2.5)` is no citation.
  private func numbers(in line: String) -> Set<String> {
    guard let comment = line.range(of: "//") else { return [] }
    let text = line[comment.upperBound...]
    var found: Set<String> = []
    for match in text.matches(of: /\((\d+)\.(\d+)\)(?:-\((\d+)\.(\d+)\))?/) {
      let first = Int(match.2) ?? 0
      let last = match.4.flatMap { Int($0) } ?? first
      for number in first...last { found.insert("\(match.1).\(number)") }
    }
    return found
  }

  private func repeated(_ list: [String]) -> [String] {
    Dictionary(grouping: list) { $0 }.filter { $1.count > 1 }.keys.sorted()
  }
}
