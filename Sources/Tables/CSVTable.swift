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

  private let name: String
  private let numbers: [Double]
  private let badCells: [BadCell]

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
    notices = body.notices
    guard body.problems.isEmpty else {
      throw InvalidTable(problems: body.problems + cellProblems(target: nil))
    }
    guard rows >= leastRows else {
      throw InvalidTable(problems: [
        "\(name): only \(rows) rows below the header; at least \(leastRows) are needed"
      ])
    }
  }

  /// The first names of the header, for a message.
  package var columnsInWords: String {
    let more = header.count > 8 ? " and \(header.count - 8) more" : ""
    return header.prefix(8).joined(separator: ", ") + more
  }

  /// The numbers as inputs and a target.
  ///
  /// - Parameter target: name of the target column; all other columns are inputs.
  /// - Returns: the table, row by row as in the file.
  /// - Throws: an absent target, a table without inputs, every cell that is not a finite number.
  public func dataTable(target: String) throws(InvalidTable) -> DataTable {
    guard let column = header.firstIndex(of: target) else {
      let nearest = nearestName(to: target, among: header)
      let hint = nearest.map { "did you mean \($0)?" } ?? "it has \(columnsInWords)"
      throw InvalidTable(problems: ["\(name):1:1: no column \(target); \(hint)"])
    }
    var problems = cellProblems(target: column)
    if header.count < 2 {
      problems.append("\(name):1:1: no input columns besides the target \(target)")
    }
    guard problems.isEmpty else { throw InvalidTable(problems: problems) }
    var inputs: [Double] = []
    inputs.reserveCapacity(rows * (header.count - 1))
    var targets: [Double] = []
    targets.reserveCapacity(rows)
    for start in stride(from: 0, to: numbers.count, by: header.count) {
      inputs += numbers[start..<start + column]
      targets.append(numbers[start + column])
      inputs += numbers[start + column + 1..<start + header.count]
    }
    var names = header
    names.remove(at: column)
    return DataTable(inputNames: names, inputs: inputs, target: targets)
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
    let broken = end.allSatisfy { $0.kind == .notFinite } ? end.first?.row : nil
    let wrong = own.filter { $0.kind != .missing && $0.row < broken ?? rows }
    guard wrong.isEmpty else { throw InvalidTable(problems: problems(of: wrong)) }
    let entries = (0..<rows).map { row -> Double? in
      row >= broken ?? rows || missing.contains(row) ? nil : numbers[row * header.count + index]
    }
    return (entries, broken)
  }

  /// Columns without any number in one sentence; other bad cells in one for each kind.
  private func cellProblems(target: Int?) -> [String] {
    let counts = Dictionary(badCells.map { ($0.index, 1) }, uniquingKeysWith: +)
    let textual = Set(counts.filter { $0.value == rows }.keys)
    let first = Dictionary(badCells.map { ($0.index, $0) }) { first, _ in first }
    func sentence(_ columns: [Int], _ cure: String) -> [String] {
      guard let column = columns.first, let cell = first[column] else { return [] }
      let names = columns.dropFirst().prefix(8).map { header[$0] }.joined(separator: ", ")
      let more =
        columns.count == 1 ? "" : " (nor have \(names)\(columns.count > 9 ? " and \(columns.count - 9) more" : ""))"
      return [
        "\(name):\(cell.line):\(cell.column): column \(header[column]) has no number at all, its first cell is "
          + "'\(cell.text)'\(more); \(cure)"
      ]
    }
    return sentence(textual.subtracting([target ?? -1]).sorted(), "remove the column from the file")
      + sentence(textual.filter { $0 == target }, "choose another target")
      + problems(of: badCells.filter { !textual.contains($0.index) })
  }

  /// One sentence for each kind, in the order of their first cells.
  private func problems(of cells: [BadCell]) -> [String] {
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
