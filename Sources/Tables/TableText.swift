import Foundation

/// The bytes of a table as UTF-8, whatever encoding they were written in.
struct TableText {
  /// UTF-8, ended by one zero byte as `CSVScanner` wants it.
  let bytes: [UInt8]
  /// What was decided on the way, in words that follow the name of the file.
  let notices: [String]

  /// - Parameter contents: a whole file.
  /// - Throws: one sentence for what is no text, with its cure.
  init(_ contents: [UInt8]) throws(CSVScanner.Flaw) {
    var notices: [String] = []
    if let kind = Self.foreignKind(contents) { throw Self.flaw("is \(kind), not CSV; export it as CSV") }
    if contents.starts(with: [0xFF, 0xFE, 0, 0]) || contents.starts(with: [0, 0, 0xFE, 0xFF]) {
      throw Self.flaw("is UTF-32; save it as UTF-8")
    }
    if let isBig = Self.isUTF16BigEndian(contents) {
      bytes = try Self.decoded(contents, isBigEndian: isBig) + [0]
    } else if let zero = contents.firstIndex(of: 0) {
      throw Self.flaw("is no text: byte \(zero + 1) is zero; export it as CSV")
    } else if contents.contains(where: { $0 >= 0x80 }), String(validating: contents, as: UTF8.self) == nil {
      let data = Data(contents)
      guard let text = String(data: data, encoding: .windowsCP1252) ?? String(data: data, encoding: .isoLatin1) else {
        throw Self.flaw("is neither UTF-8 nor Latin-1; save it as UTF-8")
      }
      notices.append("is not UTF-8, read as Latin-1 (Windows-1252)")
      bytes = Array(text.utf8) + [0]
    } else {
      bytes = contents + [0]
    }
    self.notices = notices
  }

  private static func flaw(_ reason: String) -> CSVScanner.Flaw {
    CSVScanner.Flaw(reason: reason, line: 1, column: 1)
  }

  /// Files that people take for tables.
  private static func foreignKind(_ contents: [UInt8]) -> String? {
    let kinds: [([UInt8], String)] = [
      ([0x50, 0x4B, 3, 4], "a spreadsheet or another zip archive"), ([0xD0, 0xCF, 0x11, 0xE0], "a spreadsheet"),
      ([0x1F, 0x8B], "compressed (gzip)"), (Array("PAR1".utf8), "a Parquet file"),
      ([0x93] + Array("NUMPY".utf8), "an array of NumPy"),
    ]
    return kinds.first { contents.starts(with: $0.0) }?.1
  }

  /// Whether a text in UTF-16 has its high bytes first; nil for what is no UTF-16. Without a mark, headers are known by
  /// their letters, every other byte of which is zero.
  private static func isUTF16BigEndian(_ contents: [UInt8]) -> Bool? {
    if contents.starts(with: [0xFF, 0xFE]) { return false }
    if contents.starts(with: [0xFE, 0xFF]) { return true }
    let start = contents.prefix(contents.count < 8 ? 0 : min(32, contents.count) / 2 * 2)
    guard !start.isEmpty else { return nil }
    let isZero = start.map { $0 == 0 }
    let even = stride(from: 0, to: start.count, by: 2).map { isZero[$0] }
    let odd = stride(from: 1, to: start.count, by: 2).map { isZero[$0] }
    if odd.allSatisfy(\.self), !even.contains(true) { return false }
    if even.allSatisfy(\.self), !odd.contains(true) { return true }
    return nil
  }

  private static func decoded(_ contents: [UInt8], isBigEndian: Bool) throws(CSVScanner.Flaw) -> [UInt8] {
    guard contents.count % 2 == 0 else { throw flaw("is UTF-16 that ends within a character; save it as UTF-8") }
    var units = stride(from: 0, to: contents.count, by: 2).map { index -> UInt16 in
      let (first, second) = (UInt16(contents[index]), UInt16(contents[index + 1]))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
    if units.first == 0xFEFF { units.removeFirst() }
    guard let text = String(validating: units, as: UTF16.self), !text.utf8.contains(0) else {
      throw flaw("is broken UTF-16; save it as UTF-8")
    }
    return Array(text.utf8)
  }
}
