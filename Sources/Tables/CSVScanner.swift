import Foundation

/// Cuts the bytes of a CSV file into cells, by RFC 4180.
///
/// Works on bytes and ranges, so that a number is read where it stands and a cell becomes a
/// `String` only to be shown.
struct CSVScanner {
  /// One cell: where its text lies (without quotes and surrounding spaces), and its place.
  struct Cell {
    var range: Range<Int>
    let line: Int
    /// Character column in its line, from 1.
    let column: Int
    /// Whether doubled quotes within must be halved.
    var hasEscapes = false
  }

  /// What breaks the rules of quoting, and where.
  struct Flaw: Error {
    let reason: String
    let line: Int
    let column: Int
  }

  private let bytes: [UInt8]
  private let separator: UInt8
  private let hasDecimalComma: Bool
  private var position = 0
  private var line = 1
  /// Offset of the first byte of the line, and continuation bytes passed since: a character of
  /// several bytes counts as one column.
  private var lineStart = 0
  private var continuations = 0

  /// - Parameters:
  ///   - bytes: the file, ended by one zero byte.
  ///   - dialect: what separates cells, and how numbers are written.
  init(_ bytes: [UInt8], _ dialect: CSVDialect) {
    self.bytes = bytes
    separator = dialect.separator
    hasDecimalComma = dialect.hasDecimalComma
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { (position, lineStart) = (3, 3) }
    guard dialect.hasDirective else { return }
    while position < end, bytes[position] != UInt8(ascii: "\n"), bytes[position] != UInt8(ascii: "\r") { position += 1 }
    skipLineEnd()
  }

  /// The texts of the first rows, up to a broken quote.
  static func sample(_ bytes: [UInt8], _ dialect: CSVDialect, rows: Int) -> [[String]] {
    var scanner = CSVScanner(bytes, dialect)
    var cells: [Cell] = []
    var sample: [[String]] = []
    while sample.count < rows, (try? scanner.row(&cells)) == true {
      if cells.count > 1 || !cells[0].range.isEmpty { sample.append(cells.map(scanner.text)) }
    }
    return sample
  }

  private var end: Int { bytes.count - 1 }
  private var column: Int { position - lineStart - continuations + 1 }

  /// The cells of the next row; nil at the end of the file.
  mutating func row(_ cells: inout [Cell]) throws(Flaw) -> Bool {
    cells.removeAll(keepingCapacity: true)
    guard position < end else { return false }
    while true {
      var start = position
      while isBlank(bytes[start]) { start += 1 }
      if bytes[start] == UInt8(ascii: "\"") {
        position = start
        cells.append(try quoted())
      } else {
        cells.append(try plain())
      }
      if position < end, bytes[position] == separator {
        position += 1
        continue
      }
      skipLineEnd()
      return true
    }
  }

  /// Spaces around quotes and numbers mean nothing.
  private func isBlank(_ byte: UInt8) -> Bool { (byte == 0x20 || byte == 0x09) && byte != separator }

  private mutating func plain() throws(Flaw) -> Cell {
    var cell = Cell(range: position..<position, line: line, column: column)
    let start = position
    while position < end {
      let byte = bytes[position]
      if byte == separator || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        break
      }
      if byte == UInt8(ascii: "\"") {
        throw Flaw(
          reason: "a quote within an unquoted cell; quote the whole cell and double the quote",
          line: line, column: column)
      }
      if byte & 0xC0 == 0x80 { continuations += 1 }
      position += 1
    }
    cell.range = trimmed(start..<position)
    return cell
  }

  private mutating func quoted() throws(Flaw) -> Cell {
    var cell = Cell(range: position..<position, line: line, column: column)
    position += 1
    let start = position
    while true {
      guard position < end else {
        throw Flaw(reason: "a quote that is never closed", line: cell.line, column: cell.column)
      }
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\n") {
        startLine()
      } else if byte & 0xC0 == 0x80 {
        continuations += 1
      } else if byte == UInt8(ascii: "\"") {
        guard position < end, bytes[position] == byte else { break }
        position += 1
        cell.hasEscapes = true
      }
    }
    cell.range = start..<position - 1
    while isBlank(bytes[position]) { position += 1 }
    let following = bytes[position]
    guard position == end || [separator, 0x0A, 0x0D].contains(following) else {
      throw Flaw(reason: "text after a closing quote", line: line, column: column)
    }
    return cell
  }

  private mutating func skipLineEnd() {
    if position < end, bytes[position] == UInt8(ascii: "\r") { position += 1 }
    if position < end, bytes[position] == UInt8(ascii: "\n") {
      position += 1
    } else if position >= end {
      return
    }
    startLine()
  }

  private mutating func startLine() {
    line += 1
    lineStart = position
    continuations = 0
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, isBlank(bytes[start]) { start += 1 }
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    return start..<end
  }

  /// The text of a cell.
  func text(_ cell: Cell) -> String {
    let text = String(decoding: bytes[cell.range], as: UTF8.self)
    return cell.hasEscapes ? text.replacingOccurrences(of: "\"\"", with: "\"") : text
  }

  /// The number of a cell; nil if it is none, NaN or infinite if it says so.
  func number(_ cell: Cell) -> Double? {
    guard !cell.range.isEmpty else { return nil }
    if hasDecimalComma { return decimalCommaNumber(cell) }
    for index in cell.range {
      switch bytes[index] {
      case 0x30...0x39, 0x2B, 0x2D, 0x2E, 0x45, 0x65: continue
      default: return special(cell)
      }
    }
    return bytes.withUnsafeBufferPointer { buffer -> Double? in
      guard let base = buffer.baseAddress else { return nil }
      return (base + cell.range.lowerBound).withMemoryRebound(
        to: CChar.self, capacity: cell.range.count + 1
      ) { start in
        var stop: UnsafeMutablePointer<CChar>?
        let value = strtod(start, &stop)
        // strtod must have taken the whole cell: `1-2` and `e` are no numbers.
        return stop.map { UnsafePointer($0) - start } == cell.range.count ? value : nil
      }
    }
  }

  private func decimalCommaNumber(_ cell: Cell) -> Double? {
    let text = text(cell)
    if CommaNumber(text) != nil { return Double(text.replacingOccurrences(of: ",", with: ".")) }
    let isWhole = text.utf8.allSatisfy { (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x45, 0x65].contains($0) }
    return isWhole ? Double(text) : special(cell)
  }

  private func special(_ cell: Cell) -> Double? {
    let word = text(cell).lowercased().drop { $0 == "+" || $0 == "-" }
    switch word {
    case "nan": return .nan
    case "inf", "infinity": return .infinity
    default: return nil
    }
  }
}
