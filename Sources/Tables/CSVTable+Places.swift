import Files

extension CSVTable {
  /// What to do about an absent column.
  func hint(for name: String) -> String {
    nearestName(to: name, among: header).map { "did you mean \($0)?" } ?? "it has \(columnsInWords)"
  }

  /// Where a column has its first bad cell.
  func place(of column: Int) -> String {
    let cell = badCells.first { $0.index == column }
    return "\(name):\(cell?.line ?? 1):\(cell?.column ?? 1)"
  }

  /// All missing cells in one sentence, with their number and the first places.
  func missingCells(_ cells: [BadCell], rows: Int) -> String {
    let first = cells[0]
    let places = cells.dropFirst().prefix(4).map { "\($0.line):\($0.column)" }.joined(separator: ", ")
    let more = cells.count > 5 ? ", ..." : ""
    let others =
      cells.count == 1
      ? "" : " (\(cells.count) missing cells in \(rows) row\(rows == 1 ? "" : "s"): also \(places)\(more))"
    return "\(name):\(first.line):\(first.column): column \(header[first.index]): \(first.reason)\(others); "
      + BadCell.cure(.missing)
  }
}
