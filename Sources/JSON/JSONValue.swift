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
  /// A list of numbers.
  ///
  /// - Parameter numbers: its elements.
  public init(_ numbers: [Double]) {
    self = .list(numbers.map { .number($0) })
  }
}
