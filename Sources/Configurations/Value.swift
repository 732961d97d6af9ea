import JSON

/// A decoded configuration value.
enum Value: Hashable, Sendable {
  case integer(Int)
  case number(Double)
  case flag(Bool)
  case word(String)
  case text(String)
  case texts([String])
  case numbers([Double])
  case integers([Int])
  case matrix([[Double]])

  /// A text alone where there is one.
  static func list(_ texts: [String]) -> Value { texts.count == 1 ? .text(texts[0]) : .texts(texts) }

  /// One number where all layers have the same.
  static func perLayer(_ numbers: [Double]) -> Value {
    guard let first = numbers.first, numbers.allSatisfy({ $0 == first }) else { return .numbers(numbers) }
    return .number(first)
  }

  /// The value as YAML, which reads back equal.
  var yaml: String {
    switch self {
    case .integer(let value): String(value)
    case .number(let value): Self.yaml(value)
    case .flag(let value): String(value)
    case .word(let value): value
    case .text(let value): Self.quoted(value)
    case .texts(let values): "[" + values.map(Self.quoted).joined(separator: ", ") + "]"
    case .numbers(let values): Self.yaml(values)
    case .integers(let values): "[" + values.map(String.init).joined(separator: ", ") + "]"
    case .matrix(let rows): "[" + rows.map(Self.yaml).joined(separator: ", ") + "]"
    }
  }

  /// The value as JSON.
  var json: JSONValue {
    switch self {
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .flag(let value): .flag(value)
    case .word(let value), .text(let value): .text(value)
    case .texts(let values): .list(values.map { .text($0) })
    case .numbers(let values): .list(values.map { .number($0) })
    case .integers(let values): .list(values.map { .integer($0) })
    case .matrix(let rows): .list(rows.map { .list($0.map { .number($0) }) })
    }
  }

  private static func yaml(_ numbers: [Double]) -> String { "[" + numbers.map(yaml).joined(separator: ", ") + "]" }

  /// `1.0e-06` rather than `1e-06`, which other YAML readers take for a text.
  private static func yaml(_ number: Double) -> String {
    let text = number.description
    guard !text.contains("."), let exponent = text.firstIndex(of: "e") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  /// Double quotes with YAML's escapes, unless the text is a plain word or path.
  private static func quoted(_ text: String) -> String {
    let plain = text.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || "0123456789/._-".unicodeScalars.contains(scalar)
    }
    // A plain text must not read back as a number, a flag or nothing.
    let first = text.unicodeScalars.first
    let isSafe = first.map { $0 == "/" || $0.properties.isAlphabetic } ?? false
    let reserved = ["true", "false", "null", "yes", "no", "on", "off"]
    if plain, isSafe, !reserved.contains(text.lowercased()) { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F {
          let digits = String(scalar.value, radix: 16)
          result += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
