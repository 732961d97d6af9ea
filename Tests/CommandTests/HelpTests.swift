import Fixtures
import Foundation
import Testing

/// Help that can be pasted.
@Suite("Help", .slow(.processes))
struct HelpTests {
  @Test("every command has an example, and examples name commands and flags that there are", arguments: commands)
  func examples(command: String) throws {
    let help = try CommandLineRun([command, "--help"])
    #expect(help.status == 0)
    let examples = Self.examples(in: help.output)
    #expect(examples.contains { $0.hasPrefix("dmft \(command)") }, "\(command) has no example of itself")
    for example in examples { try Self.check(example) }
  }

  @Test("lines fit 80 columns, and an example that does not fit goes on behind a backslash", arguments: commands)
  func width(command: String) throws {
    let lines = try CommandLineRun([command, "--help"]).output.split(
      separator: "\n", omittingEmptySubsequences: false)
    for line in lines { #expect(line.count <= 80, "\(line)") }
    guard let start = lines.firstIndex(where: { $0.hasPrefix("Example") }) else { return }
    let examples = lines[(start + 1)...].prefix { $0.hasPrefix("  ") }
    for (line, next) in zip(examples, examples.dropFirst()) where next.hasPrefix("    ") {
      #expect(line.hasSuffix(" \\"), "\(line)")
    }
    let rest = lines[(start + 1)...].dropFirst(examples.count).first ?? ""
    #expect(rest.isEmpty || rest.first?.isUppercase == true, "an example was wrapped: \(rest)")
  }

  @Test("so do the lines to paste on the first screen")
  func firstScreen() throws {
    let help = try CommandLineRun(["--help"]).output
    let lines = help.split(separator: "\n").filter { $0.hasPrefix("  dmft ") }.map {
      Self.withoutRemark($0.dropFirst(2))
    }
    #expect(lines.count == 3)
    for line in lines { for part in Self.commandLines(line) { try Self.check(part) } }
  }

  /// Subcommands, from the program itself.
  static let commands: [String] = {
    let dumped = try? CommandLineRun(["--experimental-dump-help"]).output
    let parsed = try? JSONSerialization.jsonObject(with: Data((dumped ?? "").utf8)) as? [String: Any]
    let all = (parsed?["command"] as? [String: Any])?["subcommands"] as? [[String: Any]] ?? []
    return all.compactMap { $0["commandName"] as? String }.filter { $0 != "help" }
  }()

  @Test("there are commands to look at")
  func present() {
    #expect(Self.commands.count >= 13 && Self.commands.contains("solve"))
  }

  private static func check(_ example: String) throws {
    let words = example.split(separator: " ").map(String.init)
    let command = try #require(words.dropFirst().first)
    #expect(commands.contains(command), "\(example)")
    // Behind the head of the list, or an example would vouch for itself.
    let help = try CommandLineRun([command, "--help"]).output
    let options = try #require(help.firstRange(of: "\nOPTIONS:"))
    let known = Set(help[options.upperBound...].split { " ,\n".contains($0) })
    for word in words where word.hasPrefix("-") { #expect(known.contains(word.prefix { $0 != "=" }), "\(example)") }
  }

  /// Command lines of dmft below the word Example or Examples.
  private static func examples(in help: String) -> [String] {
    let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(where: { $0.hasPrefix("Example") }) else { return [] }
    let whole = lines[(start + 1)...].prefix { $0.hasPrefix("  ") }.joined(separator: "\n")
      .replacing(#/ \\\n +/#, with: " ")
    return whole.split(separator: "\n").flatMap { commandLines(withoutRemark($0)) }
  }

  /// An example may have a remark in parentheses or words behind several spaces.
  private static func withoutRemark(_ line: Substring) -> String {
    String(line.drop { $0 == " " }).replacing(/[ ]{2,}.*$/, with: "")
  }

  /// The commands of dmft in a line of the shell, each from its own name on.
  private static func commandLines(_ line: String) -> [String] {
    line.split(separator: /&&|;|:::|\|/).compactMap { part in
      part.firstRange(of: "dmft ").map { part[$0.lowerBound...].trimmingCharacters(in: .whitespaces) }
    }
  }
}
