import Foundation

/// A JSON value, as the manifest and `--json` print it.
public enum JSONValue: Hashable, Sendable {
  case null
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  /// The value as text: keys sorted, numbers in their shortest form that reads back equal.
  ///
  /// JSON has no infinities and no NaN: a number that is not finite becomes `null`, "there is no such number here".
  ///
  /// - Parameter pretty: over several lines, or on one.
  /// - Returns: JSON without a newline at its end.
  public func text(pretty: Bool = true) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    // Nothing else in these cases can fail to encode; `null` keeps the text valid JSON.
    guard let data = try? encoder.encode(self) else { return "null" }
    return String(decoding: data, as: UTF8.self)
  }
}

extension JSONValue: Encodable {
  /// Encodes the bare value, without the name of its case.
  ///
  /// - Parameter encoder: where it goes.
  /// - Throws: whatever the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .flag(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try value.isFinite ? container.encode(value) : container.encodeNil()
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}

extension JSONValue {
  /// The value on one line, as `text(pretty: false)` but for the form of numbers, in a tenth of its time: for programs that ask often.
  ///
  /// - Returns: JSON without a newline.
  public func line() -> String {
    var line = ""
    append(to: &line)
    return line
  }

  private func append(to line: inout String) {
    switch self {
    case .null: line += "null"
    case .flag(let value): line += value ? "true" : "false"
    case .integer(let value): line += String(value)
    case .number(let value): line += value.isFinite ? value.description : "null"
    case .text(let value): Self.append(value, to: &line)
    case .list(let values):
      line += "["
      for (index, value) in values.enumerated() {
        if index > 0 { line += "," }
        value.append(to: &line)
      }
      line += "]"
    case .object(let members):
      line += "{"
      for (index, name) in members.keys.sorted().enumerated() {
        if index > 0 { line += "," }
        Self.append(name, to: &line)
        line += ":"
        members[name]?.append(to: &line)
      }
      line += "}"
    }
  }

  private static func append(_ text: String, to line: inout String) {
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    line += isPlain ? "\"" + text + "\"" : JSONValue.text(text).text(pretty: false)
  }
}

extension JSONValue {
  /// A list of numbers.
  ///
  /// - Parameter numbers: its elements.
  public init(_ numbers: [Double]) {
    self = .list(numbers.map { .number($0) })
  }
}
