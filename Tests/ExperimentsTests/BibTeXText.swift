/// Reads BibTeX as strictly as BibTeX does: entries with balanced braces, each field once.
struct BibTeXText {
  /// An entry: kind, key, and fields by name.
  struct Entry {
    let kind: String
    let key: String
    let fields: [String: String]
  }

  /// What is wrong, and about where.
  struct Wrong: Error {
    let reason: String
  }

  let entries: [Entry]

  /// - Parameter text: entries, and lines beginning with `%` between them.
  /// - Throws: `Wrong` for what no BibTeX would read.
  init(_ text: String) throws {
    var rest = text.split(separator: "\n").filter { !$0.hasPrefix("%") }.joined(separator: "\n")[...]
    var entries: [Entry] = []
    while let head = rest.firstMatch(of: /\s*@(\w+)\{([^\s,{}]+),/), head.range.lowerBound == rest.startIndex {
      rest = rest[head.range.upperBound...]
      var fields: [String: String] = [:]
      while let name = rest.firstMatch(of: /\s*(\w+)\s*=\s*\{/), name.range.lowerBound == rest.startIndex {
        rest = rest[name.range.upperBound...]
        let value = try Self.value(&rest)
        guard fields.updateValue(value, forKey: String(name.1)) == nil else { throw Wrong(reason: "twice \(name.1)") }
        guard rest.popFirst() == "," else { throw Wrong(reason: "no comma after \(value)") }
      }
      guard let end = rest.firstMatch(of: /\s*\}/), end.range.lowerBound == rest.startIndex else {
        throw Wrong(reason: "\(head.2) does not end: \(rest.prefix(40))")
      }
      rest = rest[end.range.upperBound...]
      entries.append(Entry(kind: String(head.1), key: String(head.2), fields: fields))
    }
    guard rest.allSatisfy(\.isWhitespace) else { throw Wrong(reason: "not an entry: \(rest.prefix(40))") }
    self.entries = entries
  }

  /// Up to the brace that closes the one before.
  private static func value(_ rest: inout Substring) throws -> String {
    var value = ""
    var depth = 1
    while let character = rest.popFirst() {
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      if depth == 0 { return value }
      value.append(character)
    }
    throw Wrong(reason: "a brace is never closed: \(value.prefix(40))")
  }
}
