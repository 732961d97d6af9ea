import Foundation

extension JSONValue {
  /// Reads JSON.
  ///
  /// - Parameter data: its text in UTF-8.
  /// - Returns: nil for what is no JSON.
  public static func parse(_ data: Data) -> JSONValue? {
    try? JSONDecoder().decode(JSONValue.self, from: data)
  }

  /// A member of an object by its dotted path, such as `configuration.network.width`.
  ///
  /// - Parameter path: names joined by dots.
  /// - Returns: nil where there is none, or where it is `null`.
  public subscript(path: String) -> JSONValue? {
    var place = self
    for name in path.split(separator: ".") {
      guard case .object(let members) = place, let next = members[String(name)] else { return nil }
      place = next
    }
    return place == .null ? nil : place
  }

  /// The text, if it is one.
  public var text: String? {
    if case .text(let value) = self { return value }
    return nil
  }

  /// The number, if it is one; nil also for a `null` that stands for a number that was not finite.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// Whether it is the value `true`.
  public var isTrue: Bool { self == .flag(true) }

  /// The elements, if it is a list; otherwise none.
  public var elements: [JSONValue] {
    if case .list(let values) = self { return values }
    return []
  }

  /// The members, if it is an object; otherwise none.
  public var members: [String: JSONValue] {
    if case .object(let values) = self { return values }
    return [:]
  }
}

extension JSONValue: Decodable {
  /// Decodes a bare value.
  ///
  /// - Parameter decoder: where it comes from.
  /// - Throws: `DecodingError` for what is no JSON value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }
}
