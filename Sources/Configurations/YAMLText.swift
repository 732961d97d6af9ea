import Yams

/// A YAML text as a tree of nodes with their places.
struct YAMLText {
  /// What is wrong with a text, and where.
  struct Flaw: Error {
    let reason: String
    let line: Int
    let column: Int
  }

  /// The top of the tree; nil for a text without content.
  let root: Node?
  /// Keys given again further on in their section: placeholder names and the names they replace.
  let repeated: [String: String]

  /// Reads one document.
  ///
  /// Yams stops at the first repeated key, which would hide every other mistake. So each
  /// repetition it finds is overwritten by a placeholder of the same length (places stay as they
  /// are), remembered, and the text read again.
  ///
  /// - Parameters:
  ///   - text: the YAML.
  ///   - parse: what reads a text once; by default Yams.
  /// - Throws: a syntax error with its place.
  init(_ text: String, parse: (String) throws -> Node? = YAMLText.parse) throws(Flaw) {
    // Some editors put a byte order mark first; Yams takes it for content.
    var text = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    if let place = AliasExpansion.excess(in: text) {
      throw Flaw(
        reason:
          "aliases stand for more than \(Int(AliasExpansion.limit)) characters; write out the values that are meant",
        line: place.line, column: place.column)
    }
    var repeated: [String: String] = [:]
    while true {
      do {
        root = try parse(text)
        self.repeated = repeated
        return
      } catch YamlError.duplicatedKeysInMapping(let names, let context) {
        let first = names.sorted()[0]
        guard repeated.count < Self.mostRepeated else {
          throw Flaw(
            reason: "key \(first) is given twice, and \(repeated.count) keys before it; nothing further is read",
            line: context.mark.line, column: context.mark.column)
        }
        let standIn = Self.standIn(for: first, number: repeated.count)
        guard let changed = Self.replace(first, by: standIn, in: text, at: context.mark) else {
          throw Flaw(
            reason: "key \(first) is given twice", line: context.mark.line,
            column: context.mark.column)
        }
        text = changed
        repeated[standIn] = first
      } catch {
        throw Self.flaw(of: error, in: text)
      }
    }
  }

  /// One reading by Yams, which stops at a repeated key.
  ///
  /// The encoding is named because Yams would look for it in a variable of the environment, and print that it did.
  static func parse(_ text: String) throws -> Node? { try Yams.compose(yaml: text, .default, .default, .utf8) }

  /// Each repetition takes another reading, so that there is an end to them.
  static let mostRepeated = 20

  /// As many private-use characters as the name has: no key of ours contains them.
  private static func standIn(for name: String, number: Int) -> String {
    let scalar = Unicode.Scalar(UInt32(0xE000 + number % 6000)) ?? "?"
    return String(repeating: Character(scalar), count: max(1, name.unicodeScalars.count))
  }

  /// The text with the name standing at the mark (maybe after a quote) replaced.
  private static func replace(
    _ name: String, by standIn: String, in text: String, at mark: Mark
  ) -> String? {
    var scalars = Array(text.unicodeScalars)
    var (line, start) = (1, 0)
    while line < mark.line, start < scalars.count {
      if scalars[start] == "\n" { line += 1 }
      start += 1
    }
    start += mark.column - 1
    if start < scalars.count, scalars[start] == "\"" || scalars[start] == "'" { start += 1 }
    let old = Array(name.unicodeScalars)
    guard !old.isEmpty, start >= 0, start + old.count <= scalars.count,
      Array(scalars[start..<start + old.count]) == old
    else { return nil }
    scalars.replaceSubrange(start..<start + old.count, with: standIn.unicodeScalars)
    var result = ""
    result.unicodeScalars.append(contentsOf: scalars)
    return result
  }

  private static func flaw(of error: any Error, in text: String) -> Flaw {
    switch error {
    case YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _),
      YamlError.composer(let context, let problem, let mark, _):
      var whole = [problem, context?.text].compactMap { $0 }.joined(separator: " ")
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      if lines.indices.contains(mark.line - 1), lines[mark.line - 1].hasPrefix("\t") {
        whole = "a tab can't indent a line; use spaces"
      }
      return Flaw(reason: "not YAML: \(whole)", line: mark.line, column: mark.column)
    case YamlError.reader(let problem, let offset, _, _):
      let before = text.unicodeScalars.prefix(offset ?? 0)
      let line = before.count { $0 == "\n" } + 1
      let column = before.reversed().prefix { $0 != "\n" }.count + 1
      return Flaw(reason: "not YAML: \(problem)", line: line, column: column)
    default:
      return Flaw(reason: "not YAML: \(error)", line: 1, column: 1)
    }
  }
}
