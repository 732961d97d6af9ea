/// What separates cells and how numbers are written, found in the first rows of a table.
struct CSVDialect: Hashable {
  /// The byte between two cells.
  var separator = UInt8(ascii: ",")
  /// Whether `0,5` is a number; then `0.5` is none.
  var hasDecimalComma = false
  /// Whether the first line is Excel's `sep=;`, which is no row.
  var hasDirective = false

  /// RFC 4180.
  static let standard = CSVDialect()

  /// Rows that are looked at.
  private static let sampleRows = 200

  private init() {}

  /// - Parameter bytes: a table in UTF-8, ended by a zero byte.
  init(of bytes: [UInt8]) {
    self = .standard
    let mark: Int = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let line = bytes[mark...].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") && $0 != 0 }
    if line.count == 5, line.starts(with: Array("sep=".utf8)), let last = line.last {
      (separator, hasDirective) = (last, true)
    } else {
      separator = Self.separator(of: bytes)
    }
    hasDecimalComma = Self.hasDecimalComma(CSVScanner.sample(bytes, self, rows: Self.sampleRows))
  }

  /// What a notice says of a table that is not plain RFC 4180; nil for one that is.
  var notice: String? {
    let names: [UInt8: String] = [UInt8(ascii: ";"): "semicolons", UInt8(ascii: "\t"): "tabs"]
    let parts =
      (separator == UInt8(ascii: ",") ? [] : ["cells separated by \(names[separator] ?? "a character of its own")"])
      + (hasDecimalComma ? ["numbers with decimal commas"] : [])
    return parts.isEmpty ? nil : "read with " + parts.joined(separator: ", ")
  }

  /// The comma if it cuts all rows into as many cells, at least two; otherwise a semicolon or tab that does; otherwise what
  /// the header has.
  private static func separator(of bytes: [UInt8]) -> UInt8 {
    let candidates = [",", ";", "\t"].map { UInt8(ascii: $0) }
    var headers: [UInt8: Int] = [:]
    for candidate in candidates {
      var dialect = standard
      dialect.separator = candidate
      let counts = CSVScanner.sample(bytes, dialect, rows: 20).map(\.count).filter { $0 > 0 }
      headers[candidate] = counts.first ?? 1
      if let first = counts.first, first > 1, counts.allSatisfy({ $0 == first }) { return candidate }
    }
    return candidates.first { headers[$0] ?? 1 > 1 } ?? candidates[0]
  }

  /// Whether cells have decimal commas, and cannot mean anything else: none has a decimal point, and not all of them might
  /// be thousands (`1,234`).
  private static func hasDecimalComma(_ rows: [[String]]) -> Bool {
    var isDecimal = false
    for cell in rows.dropFirst().joined() {
      switch CommaNumber(cell) {
      case .decimal: isDecimal = true
      case .maybeThousands, nil: if cell.contains("."), CommaNumber.isPlain(cell) { return false }
      }
    }
    return isDecimal
  }
}

/// A text that is a number once its comma is understood.
enum CommaNumber {
  /// Digits that no thousands separator would leave, such as `0,5`.
  case decimal
  /// `1,234`, which is 1.234 or 1234.
  case maybeThousands

  /// Whether a text is a decimal number as everybody writes it: no hexadecimal digits, no words.
  static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy(Array("0123456789+-.eE".utf8).contains) && Double(text) != nil
  }

  /// - Parameter text: of a cell; nil for any other text.
  init?(_ text: String) {
    let parts = text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !text.contains("."), Self.isPlain("\(parts[0]).\(parts[1])") else { return nil }
    let whole = parts[0].drop { $0 == "+" || $0 == "-" }
    let isGroup = parts[1].count == 3 && parts[1].allSatisfy(\.isNumber)
    self = isGroup && (1...3).contains(whole.count) && whole.first != "0" ? .maybeThousands : .decimal
  }
}
