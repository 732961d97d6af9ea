import JSON

/// One column of a table: declared once, and rendered from here as CSV, JSON, HTML and text.
public struct Column: Hashable, Sendable {
  /// The cells, from the first row to the last; nil is an empty cell.
  public enum Values: Hashable, Sendable {
    case integers([Int?])
    case numbers([Double?])
    case texts([String?])
  }

  /// Name in CSV and JSON.
  public let name: String
  /// Text above it.
  public let heading: String
  /// Meaning and unit; empty where the name says it.
  public let meaning: String
  /// The cells.
  public let values: Values
  /// Whether it is shown in the printed tables; files have every column.
  public let isShown: Bool

  /// Numbers; what is not finite becomes an empty cell, so that none leaves the program.
  ///
  /// - Parameters:
  ///   - name: name in CSV and JSON.
  ///   - meaning: what it is and in which unit.
  ///   - heading: text above it; nil for the name.
  ///   - isShown: whether it is shown in the printed tables.
  ///   - numbers: one for each row.
  public init(
    _ name: String, _ meaning: String = "", heading: String? = nil, isShown: Bool = true, _ numbers: [Double?]
  ) {
    self.init(
      name, meaning, heading, isShown, .numbers(numbers.map { $0.flatMap { $0.isFinite ? $0 : nil } }))
  }

  /// Whole numbers.
  ///
  /// - Parameters:
  ///   - name: name in CSV and JSON.
  ///   - meaning: what it is and in which unit.
  ///   - heading: text above it; nil for the name.
  ///   - isShown: whether it is shown in the printed tables.
  ///   - integers: one for each row.
  public init(
    _ name: String, _ meaning: String = "", heading: String? = nil, isShown: Bool = true, integers: [Int?]
  ) {
    self.init(name, meaning, heading, isShown, .integers(integers))
  }

  /// Texts.
  ///
  /// - Parameters:
  ///   - name: name in CSV and JSON.
  ///   - meaning: what it is.
  ///   - heading: text above it; nil for the name.
  ///   - isShown: whether it is shown in the printed tables.
  ///   - texts: one for each row.
  public init(
    _ name: String, _ meaning: String = "", heading: String? = nil, isShown: Bool = true, texts: [String?]
  ) {
    self.init(name, meaning, heading, isShown, .texts(texts))
  }

  private init(_ name: String, _ meaning: String, _ heading: String?, _ isShown: Bool, _ values: Values) {
    self.name = name
    self.meaning = meaning
    self.heading = heading ?? name
    self.isShown = isShown
    self.values = values
  }

  /// Number of rows.
  public var count: Int {
    switch values {
    case .integers(let values): values.count
    case .numbers(let values): values.count
    case .texts(let values): values.count
    }
  }

  /// Whether every cell is empty.
  var isEmpty: Bool {
    switch values {
    case .integers(let values): values.allSatisfy { $0 == nil }
    case .numbers(let values): values.allSatisfy { $0 == nil }
    case .texts(let values): values.allSatisfy { $0?.isEmpty ?? true }
    }
  }

  /// Whether its cells are set to the right.
  var isNumeric: Bool {
    if case .texts = values { false } else { true }
  }

  /// A cell of a CSV file: numbers in their shortest form that reads back equal.
  func csv(_ row: Int) -> String {
    switch values {
    case .integers(let values): values[row].map(String.init) ?? ""
    case .numbers(let values): values[row]?.description ?? ""
    case .texts(let values): values[row] ?? ""
    }
  }

  /// A cell as printed: a dash where it is empty.
  func text(_ row: Int) -> String {
    switch values {
    case .integers(let values): values[row].map(String.init) ?? "-"
    case .numbers(let values): values[row].map(NumberText.short) ?? "-"
    case .texts(let values): values[row].flatMap { $0.isEmpty ? nil : $0 } ?? "-"
    }
  }

  /// The whole column; null for empty cells.
  var json: JSONValue {
    switch values {
    case .integers(let values): .list(values.map { $0.map { .integer($0) } ?? .null })
    case .numbers(let values): .list(values.map { $0.map { .number($0) } ?? .null })
    case .texts(let values): .list(values.map { $0.map { .text($0) } ?? .null })
    }
  }
}
