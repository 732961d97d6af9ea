import Files
import Problems

/// A table read from CSV: RFC 4180 with a header, every cell checked. Other separators, decimal commas and encodings are read
/// where they can mean one thing only, and said in `notices`.
///
/// A reader of its own, because SwiftCSV reports no line and column, silently accepts ragged rows
/// and turns every cell into a `String` (1800 x 65 cells then take longer than the theory).
public struct CSVTable: Sendable {
  /// Names of the columns.
  public let header: [String]
  /// Number of rows below the header.
  public let rows: Int

  /// How the file was read where that is not plain, and columns to look at; a sentence each.
  public let notices: [String]
  /// The first number of a column of row numbers that was left out, 0 or 1; nil without one.
  package let firstRowNumber: Int?

  /// The name of the file in messages.
  let name: String
  /// Row by row, NaN for bad cells.
  let numbers: [Double]
  let badCells: [BadCell]
  private let kinds: [ColumnKind]

  /// Reads a table; cells that are no numbers are remembered, as they may be whole text columns.
  ///
  /// - Parameters:
  ///   - contents: the bytes of the file.
  ///   - name: the name of the file in messages.
  ///   - leastRows: fewer rows than this are a mistake.
  /// - Throws: everything wrong with the shape (quoting, header, ragged rows, too few rows), one sentence for each kind; and
  ///   then the bad cells too.
  public init(contents: [UInt8], name: String, leastRows: Int = 3) throws(InvalidTable) {
    let body = CSVBody(contents, name: name)
    self.name = name
    header = body.header
    rows = body.rows
    numbers = body.numbers
    badCells = body.badCells
    kinds = Self.kinds(body.badCells, rows: body.rows, columns: body.header.count)
    notices = body.notices
    firstRowNumber = body.firstRowNumber
    guard body.problems.isEmpty else {
      throw InvalidTable(problems: body.problems + problems(of: badCells.filter { kind(of: $0.index) == .numbers }))
    }
    guard rows >= leastRows else {
      throw InvalidTable(problems: [
        "\(name): only \(rows) rows below the header; at least \(leastRows) are needed"
      ])
    }
  }

  /// The rows of one file and then those of another, on the columns that both have.
  init(joining first: CSVTable, _ second: CSVTable) {
    name = "\(first.name) and \(second.name)"
    header = first.header.filter(second.header.contains)
    rows = first.rows + second.rows
    notices = []
    firstRowNumber = nil
    var (numbers, cells): ([Double], [BadCell]) = ([], [])
    for (file, start) in [(first, 0), (second, first.rows)] {
      let places = header.compactMap(file.header.firstIndex)
      for row in 0..<file.rows { numbers += places.map { file.numbers[row * file.header.count + $0] } }
      for var cell in file.badCells {
        guard let index = places.firstIndex(of: cell.index) else { continue }
        (cell.index, cell.row) = (index, cell.row + start)
        cells.append(cell)
      }
    }
    self.numbers = numbers
    badCells = cells
    kinds = Self.kinds(cells, rows: rows, columns: header.count)
  }

  /// Names of the header, for a message: of many the first and the last, which often is the one to predict.
  package var columnsInWords: String {
    guard header.count > 8, let last = header.last else { return header.joined(separator: ", ") }
    return header.prefix(7).joined(separator: ", ") + ", (\(header.count - 8) more), " + last
  }

  /// The numbers as inputs and a target.
  ///
  /// - Parameter target: name of the target column; all other columns of numbers are inputs.
  /// - Returns: the table, row by row as in the file.
  /// - Throws: an absent target, a table without inputs, every cell that is not a finite number.
  public func dataTable(target: String) throws(InvalidTable) -> DataTable {
    try dataTable(TableChoice(targets: [target])).table
  }

  /// The numbers as inputs and targets.
  ///
  /// - Parameter choice: which columns are targets and inputs, and what is done about missing cells.
  /// - Returns: the table, its rows in the order of the file, and what was decided on the way, a sentence each.
  /// - Throws: absent or contradictory columns, a table without inputs, words where numbers are needed, missing cells unless
  ///   their rows are dropped, more classes than `TableChoice.mostOutputs`.
  public func dataTable(_ choice: TableChoice) throws(InvalidTable) -> (table: DataTable, notices: [String]) {
    var columns = ChosenColumns(self, choice)
    return try columns.read()
  }

  /// One column, with nil for cells that are empty, and for all of an end in nan or infinity, which a run that diverged leaves.
  ///
  /// - Parameter index: number of the column, from 0.
  /// - Returns: one entry a row, and the first row of such an end; nil without one.
  /// - Throws: cells that are no number at all, and nan or infinity with a number below.
  package func column(_ index: Int) throws(InvalidTable) -> (entries: [Double?], broken: Int?) {
    let own = badCells.filter { $0.index == index }
    let missing = Set(own.filter { $0.kind == .missing }.map(\.row))
    let last = (0..<rows).last { numbers[$0 * header.count + index].isFinite } ?? -1
    let end = own.filter { $0.row > last && $0.kind != .missing }
    let broken = end.allSatisfy { $0.kind == .notFinite || $0.kind == .notNumber } ? end.first?.row : nil
    let wrong = own.filter { $0.kind != .missing && $0.row < broken ?? rows }
    guard wrong.isEmpty else { throw InvalidTable(problems: problems(of: wrong)) }
    let entries = (0..<rows).map { row -> Double? in
      row >= broken ?? rows || missing.contains(row) ? nil : numbers[row * header.count + index]
    }
    return (entries, broken)
  }

  /// What a column holds.
  enum ColumnKind: Hashable {
    /// Numbers; cells that are none are mistakes.
    case numbers
    /// Words, and cells that are missing.
    case words
    /// Cells that look like numbers and are none, throughout.
    case unreadable
    /// Missing cells only.
    case nothing
  }

  /// What a column holds.
  func kind(of column: Int) -> ColumnKind { kinds[column] }

  private static func kinds(_ badCells: [BadCell], rows: Int, columns: Int) -> [ColumnKind] {
    var counts = [(bad: Int, missing: Int, words: Int)](repeating: (0, 0, 0), count: columns)
    for cell in badCells {
      counts[cell.index].bad += 1
      if cell.isMissing { counts[cell.index].missing += 1 }
      if cell.kind == .text { counts[cell.index].words += 1 }
    }
    return counts.map { count in
      if count.bad < rows || rows == 0 { return .numbers }
      if count.missing == rows { return .nothing }
      return count.missing + count.words == rows ? .words : .unreadable
    }
  }

  /// One sentence for each kind, in the order of their first cells.
  func problems(of cells: [BadCell]) -> [String] {
    var groups: [BadCell.Kind: (first: BadCell, count: Int)] = [:]
    var order: [BadCell.Kind] = []
    for cell in cells {
      if groups[cell.kind] == nil { order.append(cell.kind) }
      groups[cell.kind, default: (cell, 0)].count += 1
    }
    return order.compactMap { groups[$0] }.map { cell, count in
      let more = count == 1 ? "" : " (and \(count - 1) more cell\(count == 2 ? "" : "s") like it)"
      return "\(name):\(cell.line):\(cell.column): column \(header[cell.index]): \(cell.reason)\(more); "
        + BadCell.cure(cell.kind)
    }
  }
}
