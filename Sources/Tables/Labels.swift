/// The values of a column as labels, in sorted order: numbers by size, words by letters.
struct Labels {
  let names: [String]
  /// For each row the place of its label in `names`.
  let places: [Int]

  init(_ file: CSVTable, _ column: Int, _ rows: [Int]) {
    let texts = Dictionary(
      file.badCells.filter { $0.index == column }.map { ($0.row, $0.text) }, uniquingKeysWith: { first, _ in first })
    let labels = rows.map { row in texts[row] ?? Self.text(file.numbers[row * file.header.count + column]) }
    let names = Set(labels).sorted(by: Self.precedes)
    let order = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    self.names = names
    places = labels.map { order[$0] ?? 0 }
  }

  /// Numbers by size before words by letters.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    switch (Double(left), Double(right)) {
    case (let first?, let second?): first == second ? left < right : first < second
    case (.some, nil): true
    case (nil, .some): false
    case (nil, nil): left < right
    }
  }

  /// `3` rather than `3.0`.
  private static func text(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? number.description }
}
