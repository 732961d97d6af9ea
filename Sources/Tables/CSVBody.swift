import Files

/// The rows of a CSV file as they are read: numbers, and everything that is wrong.
struct CSVBody {
  /// A cell that is not a finite number.
  struct BadCell {
    /// Its row, from 0.
    let row: Int
    let line: Int
    let column: Int
    /// Number of its column, from 0.
    let index: Int
    let isEmpty: Bool
    /// Whether it is a number that is infinite or nan.
    let isNotFinite: Bool
    let reason: String
  }

  private let name: String
  private(set) var header: [String] = []
  /// Row by row, NaN for bad cells.
  private(set) var numbers: [Double] = []
  private(set) var rows = 0
  private(set) var badCells: [BadCell] = []
  /// What is wrong with the shape, one sentence each.
  var problems: [String] = []

  /// - Parameter name: the name of the file in messages.
  init(name: String) {
    self.name = name
  }

  /// Reads everything up to the first broken quote.
  mutating func read(_ contents: [UInt8]) {
    do throws(CSVScanner.Flaw) {
      try readRows(contents)
    } catch {
      problems.append("\(name):\(error.line):\(error.column): \(error.reason)")
    }
  }

  private mutating func readRows(_ contents: [UInt8]) throws(CSVScanner.Flaw) {
    var scanner = CSVScanner(contents + [0])
    var cells: [CSVScanner.Cell] = []
    var blanks: [Int] = []
    guard try scanner.row(&cells) else {
      throw CSVScanner.Flaw(reason: "the file is empty; it needs a header", line: 1, column: 1)
    }
    header = cells.map(scanner.text)
    checkHeader(cells)
    numbers.reserveCapacity(contents.count / 4)
    while try scanner.row(&cells) {
      if cells.count == 1, cells[0].range.isEmpty, header.count > 1 {
        blanks.append(cells[0].line)
        continue
      }
      // Blank lines at the very end are harmless, others hide a lost row.
      problems += blanks.map { "\(name):\($0):1: a blank line; remove it" }
      blanks = []
      take(cells, scanner)
    }
  }

  private mutating func take(_ cells: [CSVScanner.Cell], _ scanner: CSVScanner) {
    rows += 1
    guard cells.count == header.count else {
      problems.append(
        "\(name):\(cells[0].line):1: \(cells.count) cells, but the header has \(header.count)")
      return
    }
    for (index, cell) in cells.enumerated() {
      let value = scanner.number(cell)
      numbers.append(value ?? .nan)
      guard value?.isFinite != true else { continue }
      let text = scanner.text(cell)
      let reason =
        value != nil
        ? "'\(text)' is not a finite number"
        : text.isEmpty ? "the cell is empty" : "'\(text.prefix(40))' is not a number"
      badCells.append(
        BadCell(
          row: rows - 1, line: cell.line, column: cell.column, index: index, isEmpty: text.isEmpty,
          isNotFinite: value != nil,
          reason: reason))
    }
  }

  private mutating func checkHeader(_ cells: [CSVScanner.Cell]) {
    for separator in [";", "\t"] where header.count == 1 && header[0].contains(separator) {
      let name = separator == ";" ? "semicolons" : "tabs"
      problems.append("\(self.name):1:1: cells are separated by \(name); separate them by commas")
      return
    }
    var first: [String: Int] = [:]
    for (index, title) in header.enumerated() {
      let place = "\(name):\(cells[index].line):\(cells[index].column)"
      if title.isEmpty {
        problems.append("\(place): column \(index + 1) has no name")
      } else if let earlier = first[title] {
        problems.append(
          "\(place): column \(index + 1) has the name of column \(earlier + 1), \(title)")
      } else {
        first[title] = index
      }
    }
    // Columns named by their numbers are common; a first row of data is not a header.
    let isCounted = header.indices.allSatisfy { ["\($0)", "\($0 + 1)"].contains(header[$0]) }
    if header.allSatisfy({ Double($0) != nil }), !isCounted {
      problems.append("\(name):1:1: the first line has only numbers; a header is needed")
    }
  }
}
