/// Reads a matrix from CSV: numbers alone, or below a header; an empty cell is an entry that is not observed.
package enum MatrixCSV {
  /// Reads all rows.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - name: its name in messages.
  /// - Returns: the numbers.
  /// - Throws: every flaw with its line and column.
  package static func read(_ bytes: [UInt8], named name: String) throws(InvalidMatrix) -> MatrixNumbers {
    var reading = Reading(name: name)
    do throws(CSVScanner.Flaw) {
      let text = try TableText(bytes)
      try reading.rows(of: CSVScanner(text.bytes, CSVDialect(of: text.bytes)))
    } catch {
      reading.problems.append("\(name):\(error.line):\(error.column): \(error.reason)")
    }
    guard reading.problems.isEmpty else { throw InvalidMatrix(capped: reading.problems, "flaws") }
    guard let width = reading.width, reading.count > 0 else {
      throw InvalidMatrix(["\(name): no numbers in it"])
    }
    return MatrixNumbers(rows: reading.count, columns: width, entries: reading.entries)
  }

  /// The rows as they come.
  private struct Reading {
    let name: String
    var problems: [String] = []
    var entries: [Double] = []
    var count = 0
    /// Number of cells of the first row, header or not.
    var width: Int?
    private var blanks: [Int] = []

    init(name: String) { self.name = name }

    mutating func rows(of scanner: CSVScanner) throws(CSVScanner.Flaw) {
      var scanner = scanner
      var cells: [CSVScanner.Cell] = []
      while try scanner.row(&cells) {
        if cells.count == 1, cells[0].range.isEmpty, width != 1 {
          blanks.append(cells[0].line)
          continue
        }
        // Blank lines at the very end are harmless, others hide a lost row.
        problems += blanks.map { "\(name):\($0):1: a blank line; remove it" }
        blanks = []
        if width == nil, isHeader(cells, scanner) {
          width = cells.count
        } else {
          take(cells, scanner)
        }
      }
    }

    /// A first line of which no cell is a number.
    private func isHeader(_ cells: [CSVScanner.Cell], _ scanner: CSVScanner) -> Bool {
      cells.allSatisfy { !$0.range.isEmpty && scanner.number($0) == nil }
    }

    private mutating func take(_ cells: [CSVScanner.Cell], _ scanner: CSVScanner) {
      let expected = width ?? cells.count
      width = expected
      count += 1
      if cells.count != expected {
        problems.append("\(name):\(cells[0].line):1: \(cells.count) cells, but the first line has \(expected)")
      }
      for cell in cells {
        let value = scanner.number(cell) ?? .nan
        if value.isInfinite || value.isNaN && !isGap(cell, scanner) {
          let reason = value.isInfinite ? "is not a finite number" : "is not a number"
          problems.append("\(name):\(cell.line):\(cell.column): '\(scanner.text(cell).prefix(40))' \(reason)")
        }
        entries.append(value)
      }
    }

    private func isGap(_ cell: CSVScanner.Cell, _ scanner: CSVScanner) -> Bool {
      cell.range.isEmpty || scanner.number(cell)?.isNaN == true
    }
  }
}
