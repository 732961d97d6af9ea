import Files

/// The rows of a CSV file as they are read: numbers, and everything that is wrong.
struct CSVBody {
  private let name: String
  private(set) var header: [String] = []
  /// The first number of a column of row numbers that was left out, 0 or 1; nil without one.
  private(set) var firstRowNumber: Int?
  /// Row by row, NaN for bad cells.
  private(set) var numbers: [Double] = []
  private(set) var rows = 0
  private(set) var badCells: [BadCell] = []
  /// What is wrong with the shape, one sentence for each kind.
  private(set) var problems: [String] = []
  /// How the file was read where that is not plain, a sentence each.
  private(set) var notices: [String] = []

  private var places: [CSVScanner.Cell] = []
  private var blanks = Repeated()
  private var ragged = Repeated()
  /// Whether all ragged rows have one cell more than the header.
  private var hasRowNames = true

  /// More cells than this are more than any computation here could use.
  private static let mostCells = 100_000_000

  /// A flaw of many rows, of which the first is shown.
  private struct Repeated {
    var first: String?
    var count = 0

    mutating func note(_ sentence: @autoclosure () -> String) {
      if first == nil { first = sentence() }
      count += 1
    }

    func sentence(_ cure: String, of what: String = "line") -> [String] {
      guard let first else { return [] }
      let more = count == 1 ? "" : " (and \(count - 1) more \(what)\(count == 2 ? "" : "s") like it)"
      return [first + more + "; " + cure]
    }
  }

  /// - Parameters:
  ///   - contents: the bytes of the file.
  ///   - name: its name in messages.
  init(_ contents: [UInt8], name: String) {
    self.name = name
    do throws(CSVScanner.Flaw) {
      let text = try TableText(contents)
      let dialect = CSVDialect(of: text.bytes)
      notices = (text.notices + [dialect.notice].compactMap(\.self)).map { "\(name): \($0)" }
      try readRows(CSVScanner(text.bytes, dialect), length: contents.count)
    } catch {
      problems.append("\(name):\(error.line):\(error.column): \(error.reason)")
    }
    problems += blanks.sentence("remove it")
    problems += ragged.sentence(
      hasRowNames && ragged.count == rows
        ? "give the names of the rows a heading, or leave them out (row.names=FALSE)"
        : "give every row as many cells, and quote those with the separator in them")
    if ragged.count == 0, !header.isEmpty { finishHeader() }
  }

  private mutating func readRows(_ scanner: CSVScanner, length: Int) throws(CSVScanner.Flaw) {
    var scanner = scanner
    var cells: [CSVScanner.Cell] = []
    var pending: [Int] = []
    guard try scanner.row(&cells) else {
      throw CSVScanner.Flaw(reason: "the file is empty; it needs a header", line: 1, column: 1)
    }
    header = cells.map(scanner.text)
    places = cells
    numbers.reserveCapacity(length / 4)
    while try scanner.row(&cells) {
      if cells.count == 1, cells[0].range.isEmpty, header.count > 1 {
        pending.append(cells[0].line)
        continue
      }
      // Blank lines at the very end are harmless, others hide a lost row.
      for line in pending { blanks.note("\(name):\(line):1: a blank line") }
      pending = []
      take(cells, scanner)
      guard numbers.count <= Self.mostCells else {
        throw CSVScanner.Flaw(
          reason: "more than \(Self.mostCells) cells, the most that are taken; leave out rows or columns",
          line: cells[0].line, column: 1)
      }
    }
  }

  private mutating func take(_ cells: [CSVScanner.Cell], _ scanner: CSVScanner) {
    rows += 1
    guard cells.count == header.count else {
      ragged.note("\(name):\(cells[0].line):1: \(cells.count) cells, but the header has \(header.count)")
      hasRowNames = hasRowNames && cells.count == header.count + 1
      return
    }
    for (index, cell) in cells.enumerated() {
      let value = scanner.number(cell)
      numbers.append(value ?? .nan)
      guard value?.isFinite != true else { continue }
      badCells.append(BadCell(cell, row: rows - 1, index: index, text: scanner.text(cell), number: value))
    }
  }
}

// What the header says, once the columns below it are known.
extension CSVBody {
  private mutating func finishHeader() {
    refuseMissingHeader()
    dropEmptyColumns()
    dropIndex()
    nameFlaws()
  }

  /// Columns named by their numbers are common; a first row of data is not a header.
  private mutating func refuseMissingHeader() {
    let isCounted = header.indices.allSatisfy { ["\($0)", "\($0 + 1)"].contains(header[$0]) }
    let areNumbers = header.allSatisfy { Double($0) != nil || CommaNumber($0) != nil }
    if areNumbers, !isCounted {
      problems.append("\(name):1:1: the first line has only numbers; a header is needed")
    } else if header.count == 1, rows > 0, badCells.count == rows,
      badCells.allSatisfy({ $0.text.split(separator: " ").count > 1 })
    {
      problems.append("\(name):1:1: cells are separated by spaces; separate them by commas")
      // They are no cells at all.
      badCells = []
    }
  }

  /// Spreadsheets leave separators behind the last column.
  private mutating func dropEmptyColumns() {
    guard header.contains(where: \.isEmpty) else { return }
    var empty: [Int: Int] = [:]
    for cell in badCells where cell.text.isEmpty && header[cell.index].isEmpty { empty[cell.index, default: 0] += 1 }
    let dropped = Set(empty.filter { $0.value == rows }.keys)
    guard !dropped.isEmpty else { return }
    notices.append("\(name): \(dropped.count) column\(dropped.count == 1 ? "" : "s") without name and content left out")
    drop(dropped)
  }

  /// pandas writes the numbers of the rows as a first column without a name, and calls it so when it reads it back.
  private mutating func dropIndex() {
    guard header.count > 1, rows > 1, ["", "Unnamed: 0"].contains(header[0]) else { return }
    let first = numbers[0]
    guard first == 0 || first == 1, (0..<rows).allSatisfy({ numbers[$0 * header.count] == first + Double($0) }) else {
      return
    }
    notices.append(
      "\(name): the first column has no name and counts the rows (an index of pandas): it is left out, not an input")
    firstRowNumber = Int(first)
    drop([0])
  }

  private mutating func drop(_ columns: Set<Int>) {
    let kept = header.indices.filter { !columns.contains($0) }
    let width = header.count
    numbers = (0..<rows).flatMap { row in kept.map { numbers[row * width + $0] } }
    let position = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
    badCells = badCells.compactMap { cell in
      position[cell.index].map {
        var moved = cell
        moved.index = $0
        return moved
      }
    }
    header = kept.map { header[$0] }
    places = kept.map { places[$0] }
  }

  private mutating func nameFlaws() {
    var first: [String: Int] = [:]
    var (unnamed, doubled) = (Repeated(), Repeated())
    for (index, title) in header.enumerated() {
      let place = "\(name):\(places[index].line):\(places[index].column)"
      if title.isEmpty {
        unnamed.note("\(place): column \(index + 1) has no name")
      } else if let earlier = first[title] {
        doubled.note("\(place): column \(index + 1) has the name of column \(earlier + 1), \(title)")
      } else {
        first[title] = index
      }
    }
    problems += unnamed.sentence("name it, or leave it out (pandas: to_csv(..., index=False))", of: "column")
    problems += doubled.sentence("rename one of them", of: "column")
  }
}
