import JSON

/// A table of a report: a CSV file of the run folder, a part of the JSON, or a printed view; mostly all three.
public struct Table: Hashable, Sendable {
  /// Which rows are printed; files have every row.
  public enum Rows: Hashable, Sendable {
    case all
    /// Rows 0, 1, 2, 5, 10, … and the last.
    case spread
    case first(Int)
    case some([Int])
  }

  /// Name of its CSV file without the ending, and of its member in the JSON; nil for a view that is only printed.
  public let name: String?
  /// Text above it; empty for nothing.
  public let title: String
  /// Text below it; empty for nothing.
  public let note: String
  /// Columns of equal length.
  public let columns: [Column]
  /// Which rows are printed; nil for a table that is only a file.
  public let shown: Rows?

  /// - Parameters:
  ///   - name: name of its CSV file without the ending; nil for a view that is only printed.
  ///   - title: text above it.
  ///   - note: text below it.
  ///   - shown: which rows are printed; nil for a table that is only a file.
  ///   - columns: columns of equal length; nil entries are left out.
  public init(
    _ name: String?, title: String = "", note: String = "", shown: Rows? = .spread, _ columns: [Column?]
  ) {
    self.name = name
    self.title = title
    self.note = note
    self.shown = shown
    self.columns = columns.compactMap { $0 }
    precondition(self.columns.allSatisfy { [count = self.columns.first?.count] in $0.count == count })
  }

  /// Number of rows.
  public var rowCount: Int { columns.first?.count ?? 0 }

  /// Name of its file.
  public var fileName: String? { name.map { $0 + ".csv" } }

  /// The whole table as CSV.
  public var csv: String {
    (0..<rowCount).reduce(into: CSVLine.text(columns.map(\.name))) { text, row in
      text += CSVLine.text(columns.map { $0.csv(row) })
    }
  }

  /// The whole table as JSON: a list for each column.
  public var json: [String: JSONValue] {
    Dictionary(columns.map { ($0.name, $0.json) }) { first, _ in first }
  }

  /// The whole table as JSON: an object for each row.
  public var rows: JSONValue {
    .list(
      (0..<rowCount).map { row in
        .object(Dictionary(columns.map { ($0.name, $0.json.elements[row]) }) { first, _ in first })
      })
  }

  /// Header and rows as printed, without columns that are empty; nil where there is nothing to see.
  var view: (columns: [Column], rows: [Int])? {
    guard let shown else { return nil }
    let columns = columns.filter { $0.isShown && !$0.isEmpty }
    let rows =
      switch shown {
      case .all: Array(0..<rowCount)
      case .spread: Self.spread(rowCount)
      case .first(let most): Array(0..<min(most, rowCount))
      case .some(let rows): rows
      }
    return columns.isEmpty || rows.isEmpty ? nil : (columns, rows)
  }

  /// Rows 0, 1, 2, 5, 10, … and the last.
  ///
  /// - Parameter count: number of rows.
  /// - Returns: about a dozen of them.
  public static func spread(_ count: Int) -> [Int] {
    guard count > 0 else { return [] }
    var rows = [0]
    var decade = 1
    while decade < count {
      rows += [decade, 2 * decade, 5 * decade].filter { $0 < count - 1 }
      decade *= 10
    }
    return count > 1 ? rows + [count - 1] : rows
  }

  /// The table as lines of text in columns.
  var lines: [String] {
    guard let (columns, rows) = view else { return [] }
    let cells = [columns.map(\.heading)] + rows.map { row in columns.map { $0.text(row) } }
    let widths = columns.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    let body = cells.map { row in
      let padded = row.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        return columns[column].isNumeric ? space + row[column] : row[column] + space
      }
      let line = "  " + padded.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
    return (title.isEmpty ? [] : [title]) + body + (note.isEmpty ? [] : [note])
  }
}
