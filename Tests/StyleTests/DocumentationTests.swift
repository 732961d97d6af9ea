import Foundation
import Testing

/// Pages keep to the code: landing pages to public types, articles to snippets, files and equations.
@Suite("Documentation")
struct DocumentationTests {
  static let snippets = Repository.files(below: "Snippets", endingIn: ".swift")
  static let articles = Repository.files(below: "Sources/Guide/Guide.docc", endingIn: ".md")
  /// Texts for people that name files and equations.
  static let pages = articles + libraries.map(landingPage) + ["CONTRIBUTING.md", "CHANGELOG.md"]

  static let libraries: [String] = {
    let manifest = (try? Repository.text("Package.swift")) ?? ""
    return manifest.matches(of: /\.library\(name: "(\w+)"/).map { String($0.1) }
  }()

  static func landingPage(_ library: String) -> String { "Sources/\(library)/\(library).docc/\(library).md" }

  @Test("the landing page of a library names each of its public types, and nothing else", arguments: libraries)
  func landingPages(library: String) throws {
    let declared = try Repository.files(below: "Sources/\(library)", endingIn: ".swift").flatMap { file in
      try Repository.text(file).matches(of: /(?m)^public (?:struct|enum|final class|protocol|typealias|func) (\w+)/)
        .map { String($0.1) }
    }
    let topics = try #require(try Repository.text(Self.landingPage(library)).split(separator: "## Topics").last)
    let listed = topics.matches(of: /(?m)^- ``(\w+)/).map { String($0.1) }
    #expect(listed.sorted() == declared.sorted())
    #expect(!listed.isEmpty)
  }

  @Test("every part of every snippet stands in an article")
  func shown() throws {
    let wanted = try Set(
      Self.snippets.flatMap { file in
        try Repository.text(file).matches(of: /\/\/ snippet\.(\w+)/).map { part in
          "\(file.dropLast(".swift".count)) \(part.1)"
        }
      }.filter { !$0.hasSuffix(" end") })
    let shown = try Set(
      Self.articles.flatMap { article in
        try Repository.text(article).matches(of: /@Snippet\(path: "dmft\/([\w\/]+)", slice: "(\w+)"\)/)
          .map { "\($0.1) \($0.2)" }
      })
    #expect(!wanted.isEmpty)
    #expect(shown == wanted)
  }

  /// Built beside the tests, like every executable of the package.
  @Test("a snippet runs, and what an article says that it prints it prints", arguments: snippets)
  func runs(snippet: String) throws {
    let name = try #require(snippet.split(separator: "/").last).dropLast(".swift".count)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
      .deletingLastPathComponent().appendingPathComponent(String(name))
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let lines = String(decoding: printed, as: UTF8.self).split(separator: "\n").map(String.init)
    let article = try #require(
      try Self.articles.first { try Repository.text($0).contains("dmft/Snippets/\(name)\"") })
    let quoted = try quotedLines(article)
    for line in lines where quoted.contains(where: { Self.words($0) == Self.words(line) }) {
      #expect(quoted.contains { Self.agree($0, line) }, "\(article) quotes other numbers than: \(line)")
    }
    let known = Set(lines.map(Self.words))
    for line in quoted where !line.contains("dmft ") && !line.hasPrefix("simulation.") && !line.hasPrefix("data.") {
      #expect(known.contains(Self.words(line)), "\(article): nothing prints \(line)")
    }
  }

  @Test("files that are named exist, and equations too", arguments: pages)
  func names(page: String) throws {
    let text = try Repository.text(page)
    let paths = text.matches(
      of: /`((?:Sources|Tests|Snippets|scripts|configs|theory-notes)\/[\w\/.+-]*\w\/?)`/
    ).map { String($0.1) }
    for path in paths where !path.contains("Your") {
      #expect(
        FileManager.default.fileExists(atPath: Repository.root.appendingPathComponent(path).path), "\(page): \(path)")
    }
    let defined = try Set(
      Repository.files(below: "theory-notes", endingIn: ".md").flatMap { file in
        try Repository.text(file).matches(of: /\*\*\((\d+\.\d+)\)\*\*/).map { String($0.1) }
      })
    let cited = Set(text.matches(of: /[^*]\((\d+\.\d+)\)/).map { String($0.1) })
    #expect(cited.subtracting(defined).sorted() == [])
  }

  /// Lines that an article shows as output: those that are indented.
  private func quotedLines(_ article: String) throws -> [String] {
    try Repository.text(article).split(separator: "\n").filter { $0.hasPrefix("    ") }
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// A line without its numbers.
  private static func words(_ line: String) -> String {
    line.replacing(/-?\d+(?:\.\d+)?(?:e-?\d+)?/, with: "#").trimmingCharacters(in: .whitespaces)
  }

  /// Whether two lines of the same words have the same numbers, to a part in a million; those of rounding need not agree.
  private static func agree(_ one: String, _ other: String) -> Bool {
    guard words(one) == words(other) else { return false }
    return zip(numbers(one), numbers(other)).allSatisfy { abs($0 - $1) <= 1e-6 * abs($0) + 1e-12 }
  }

  private static func numbers(_ line: String) -> [Double] {
    line.matches(of: /-?\d+(?:\.\d+)?(?:e-?\d+)?/).compactMap { Double(String($0.0)) }
  }
}
