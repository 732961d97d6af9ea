/// A CSV table of a run folder as it is read back: a header, and cells of which some are empty.
public struct StoredTable: Hashable, Sendable {
  /// Names of the columns.
  public let header: [String]
  /// Row by row, as many cells in each as names in the header.
  public let rows: [[String]]

  /// - Parameters:
  ///   - header: names of the columns.
  ///   - rows: row by row, as many cells in each as names in the header.
  public init(header: [String], rows: [[String]]) {
    precondition(rows.allSatisfy { $0.count == header.count })
    self.header = header
    self.rows = rows
  }

  /// Reads a table; nil for what is none: without a header, with broken quotes, with rows of another length.
  ///
  /// - Parameter contents: bytes of the file.
  init?(contents: [UInt8]) {
    var scanner = CSVScanner(contents + [0])
    var cells: [CSVScanner.Cell] = []
    var lines: [[String]] = []
    do {
      while try scanner.row(&cells) { lines.append(cells.map(scanner.text)) }
    } catch {
      return nil
    }
    guard let header = lines.first, lines.allSatisfy({ $0.count == header.count }) else { return nil }
    self.init(header: header, rows: Array(lines.dropFirst()))
  }

  /// Texts of a column.
  ///
  /// - Parameter name: as in the header.
  /// - Returns: a text for each row; none where there is no such column.
  public func texts(_ name: String) -> [String] {
    guard let index = header.firstIndex(of: name) else { return [] }
    return rows.map { $0[index] }
  }

  /// Numbers of a column.
  ///
  /// - Parameter name: as in the header.
  /// - Returns: a number for each row, NaN for an empty cell; none where there is no such column.
  public func numbers(_ name: String) -> [Double] {
    texts(name).map { Double($0) ?? .nan }
  }

  /// Whether there is a column with a number in it.
  ///
  /// - Parameter name: as in the header.
  /// - Returns: whether any of its cells holds a number.
  public func hasNumbers(_ name: String) -> Bool {
    numbers(name).contains { !$0.isNaN }
  }

  /// The rows that hold a text in a column.
  ///
  /// - Parameters:
  ///   - name: as in the header.
  ///   - text: what stands in it.
  /// - Returns: a table of these rows with all columns.
  public func rows(where name: String, is text: String) -> StoredTable {
    guard let index = header.firstIndex(of: name) else { return StoredTable(header: header, rows: []) }
    return StoredTable(header: header, rows: rows.filter { $0[index] == text })
  }

  /// The different texts of a column in the order in which they first come.
  ///
  /// - Parameter name: as in the header.
  /// - Returns: each text once.
  public func distinct(_ name: String) -> [String] {
    var seen: Set<String> = []
    return texts(name).filter { seen.insert($0).inserted }
  }
}
