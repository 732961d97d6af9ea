import Files
import Problems

/// A table read from CSV: strict RFC 4180 with a header, every cell checked.
///
/// A reader of its own, because SwiftCSV reports no line and column, silently accepts ragged rows
/// and turns every cell into a `String` (1800 x 65 cells then take longer than the theory).
public struct CSVTable: Sendable {
  /// Names of the columns.
  public let header: [String]
  /// Number of rows below the header.
  public let rows: Int

  private let name: String
  private let numbers: [Double]
  private let badCells: [CSVBody.BadCell]

  /// How many flaws of one kind are listed individually.
  package static let mostListed = 20

  /// Reads a table; cells that are no numbers are remembered, as they may be whole text columns.
  ///
  /// - Parameters:
  ///   - contents: the bytes of the file, UTF-8.
  ///   - name: the name of the file in messages.
  ///   - leastRows: fewer rows than this are a mistake.
  /// - Throws: everything wrong with the shape (quoting, header, ragged rows, too few rows), and then the bad cells too.
  public init(contents: [UInt8], name: String, leastRows: Int = 3) throws(InvalidTable) {
    var body = CSVBody(name: name)
    body.read(contents)
    if body.problems.isEmpty, body.rows < leastRows {
      body.problems.append(
        "\(name): only \(body.rows) rows below the header; at least \(leastRows) are needed")
    }
    self.name = name
    header = body.header
    rows = body.rows
    numbers = body.numbers
    badCells = body.badCells
    guard body.problems.isEmpty else {
      throw InvalidTable(problems: Self.capped(body.problems, "problems") + cellProblems(target: nil))
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

  /// One column, with nil for cells that are empty.
  ///
  /// - Parameter index: number of the column, from 0.
  /// - Returns: one entry a row.
  /// - Throws: every other cell that is not a finite number.
  package func column(_ index: Int) throws(InvalidTable) -> [Double?] {
    try column(index, before: rows)
  }

  /// One column as far as it is finite, with nil for cells that are empty: what follows the last number, if it begins with nan or an
  /// infinity, is the end of a run that diverged.
  ///
  /// - Parameter index: number of the column, from 0.
  /// - Returns: one entry for each row before the end, and its row; nil without one.
  /// - Throws: every other cell that is not a finite number.
  package func finitePart(_ index: Int) throws(InvalidTable) -> (values: [Double?], end: Int?) {
    let last = (0..<rows).last { numbers[$0 * header.count + index].isFinite } ?? -1
    let rest = badCells.filter { $0.index == index && $0.row > last && !$0.isEmpty }
    guard let first = rest.first, rest.allSatisfy(\.isNotFinite) else { return (try column(index), nil) }
    return (try column(index, before: first.row), first.row)
  }

  private func column(_ index: Int, before end: Int) throws(InvalidTable) -> [Double?] {
    let own = badCells.filter { $0.index == index && $0.row < end }
    let wrong = own.filter { !$0.isEmpty }.map { cell in
      "\(name):\(cell.line):\(cell.column): column \(header[index]): \(cell.reason)"
    }
    guard wrong.isEmpty else { throw InvalidTable(problems: Self.capped(wrong, "cells")) }
    return (0..<end).map { row in
      let number = numbers[row * header.count + index]
      return number.isNaN ? nil : number
    }
  }

  /// Columns without any number are reported once; other bad cells individually, up to a limit.
  private func cellProblems(target: Int?) -> [String] {
    let counts = Dictionary(badCells.map { ($0.index, 1) }, uniquingKeysWith: +)
    let textual = counts.filter { $0.value == rows }.keys.sorted()
    var problems = textual.map { index in
      let sample = badCells.first { $0.index == index }
      let place = sample.map { "\(name):\($0.line):\($0.column)" } ?? name
      let hint = index == target ? "choose another target" : "remove the column from the file"
      return "\(place): column \(header[index]) has no number at all; \(hint)"
    }
    let cells = badCells.filter { !textual.contains($0.index) }.map { cell in
      "\(name):\(cell.line):\(cell.column): column \(header[cell.index]): \(cell.reason)"
    }
    problems += Self.capped(cells, "cells")
    return problems
  }

  private static func capped(_ problems: [String], _ what: String) -> [String] {
    guard problems.count > mostListed else { return problems }
    return problems.prefix(mostListed)
      + ["and \(problems.count - mostListed) more \(what) like these"]
  }
}
