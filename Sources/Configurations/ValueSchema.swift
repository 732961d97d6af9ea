import JSON

/// What one value may be, as members of a JSON Schema.
enum ValueSchema {
  /// Kind, bounds, default and meaning of a key.
  static func described(_ key: Schema.Key) -> JSONValue {
    var members = members(key.kind)
    members["description"] = .text(key.meaning)
    members["default"] = key.defaultText.flatMap { json($0, key) }
    members["examples"] = key.example.flatMap { json($0, key) }.map { .list([$0]) }
    return .object(members)
  }

  private static func json(_ text: String, _ key: Schema.Key) -> JSONValue? {
    guard let node = try? YAMLText(text).root, let value = try? key.decode(node) else { return nil }
    return value.json
  }

  private static func members(_ kind: Schema.Kind) -> [String: JSONValue] {
    switch kind {
    case .integer(let bounds, let word, let isList):
      let whole = number("integer", bounds)
      guard word != nil || isList else { return whole }
      let list = JSONValue.object(["type": .text("array"), "items": .object(whole), "minItems": .integer(1)])
      return ["anyOf": .list([.object(whole)] + (isList ? [list] : []) + words(word.map { [$0] } ?? []))]
    case .number(let bounds): return number("number", bounds)
    case .flag: return ["type": .text("boolean")]
    case .word(let words): return ["anyOf": .list(self.words(words))]
    case .perLayer(let bounds), .perOutput(let bounds):
      var members = number("number", bounds)
      members["type"] = .list([.text("number"), .text("string"), .text("array")])
      members["items"] = .object(number("number", bounds))
      return members
    case .list(let bounds): return ["type": .text("array"), "items": .object(number("number", bounds))]
    case .text: return text
    case .texts:
      let list = JSONValue.object(["type": .text("array"), "items": .object(text), "minItems": .integer(1)])
      return ["anyOf": .list([.object(text), list])]
    case .matrix(let bounds):
      let row = JSONValue.object(["type": .text("array"), "items": .object(number("number", bounds))])
      return ["type": .text("array"), "items": row, "minItems": .integer(1)]
    }
  }

  /// A column may be called 3, which YAML takes for a number.
  private static let text: [String: JSONValue] = [
    "type": .list(["string", "number", "boolean"].map { .text($0) }), "minLength": .integer(1),
  ]

  /// A number within its bounds, or one such as 1e-3 that many a YAML reader takes for a text.
  private static func number(_ type: String, _ bounds: Bounds) -> [String: JSONValue] {
    let sign = bounds.lower < 0 ? "[-+]?" : "\\+?"
    let exponentSign = type == "integer" ? "\\+?" : "[-+]?"
    var members: [String: JSONValue] = [
      "type": .list([.text(type), .text("string")]),
      "pattern": .text("^\(sign)([0-9]+(\\.[0-9]*)?|\\.[0-9]+)[eE]\(exponentSign)[0-9]+$"),
    ]
    if bounds.lower.isFinite {
      members[bounds.includesLower ? "minimum" : "exclusiveMinimum"] = bound(bounds.lower)
    }
    if bounds.upper.isFinite {
      members[bounds.includesUpper ? "maximum" : "exclusiveMaximum"] = bound(bounds.upper)
    }
    return members
  }

  private static func bound(_ value: Double) -> JSONValue {
    Int(exactly: value).map { .integer($0) } ?? .number(value)
  }

  /// Words in whichever case; editors complete the spelling of the table.
  private static func words(_ words: [String]) -> [JSONValue] {
    let anyCase = words.map { word in
      word.map { $0.isLetter ? "[\($0.lowercased())\($0.uppercased())]" : String($0) }.joined()
    }
    return [
      .object(["enum": .list(words.map { .text($0) })]),
      .object(["type": .text("string"), "pattern": .text("^(\(anyCase.joined(separator: "|")))$")]),
    ]
  }
}
