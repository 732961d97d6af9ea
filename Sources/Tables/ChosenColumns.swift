import Files
import Problems

/// The columns of a file that were asked for, and the table that they make.
struct ChosenColumns {
  private let file: CSVTable
  private let choice: TableChoice
  /// Numbers of the target columns.
  private var targets: [Int] = []
  /// Numbers of the input columns, in the order of the file.
  private var inputs: [Int] = []
  private var categorical: Set<Int> = []
  /// Columns of words that are no inputs.
  private var leftOut: [Int] = []
  /// Rows of the file that are in the table, once it was read.
  private(set) var kept: [Int] = []
  private var notices: [String] = []
  private var problems: [String] = []

  init(_ file: CSVTable, _ choice: TableChoice) {
    self.file = file
    self.choice = choice
    targets = columns(choice.targets, "data.target")
    categorical = Set(columns(choice.categorical, "data.categorical"))
    chooseInputs()
    checkTargets()
  }

  /// The table.
  ///
  /// - Returns: the table, and what was decided on the way.
  /// - Throws: everything that is wrong with the choice and with the cells of its columns.
  mutating func read() throws(InvalidTable) -> (table: DataTable, notices: [String]) {
    guard problems.isEmpty else { throw InvalidTable(problems: problems) }
    checkCells()
    let rows = keptRows()
    kept = rows
    guard problems.isEmpty else { throw InvalidTable(problems: problems) }
    let outputs = outputs(rows)
    let blocks = inputs.map { inputBlock($0, rows) }
    guard problems.isEmpty else { throw InvalidTable(problems: problems) }
    let lists = blocks.flatMap(\.values)
    let reading = TableReading(
      targets: choice.targets, droppedRows: file.rows - rows.count,
      categorical: names(inputs.filter(categorical.contains)),
      leftOut: names(leftOut))
    let isPlain =
      outputs.values.count == 1 && !outputs.isMapped && rows.count == file.rows && categorical.isEmpty
      && leftOut.isEmpty
    let table = DataTable(
      inputNames: blocks.flatMap(\.names), inputs: rows.indices.flatMap { row in lists.map { $0[row] } },
      targets: outputs.values, targetNames: outputs.values.count == 1 && !outputs.areClasses ? [] : outputs.names,
      areClasses: outputs.areClasses, reading: isPlain ? nil : reading)
    noteColumns(rows)
    return (table, notices)
  }

  private func names(_ columns: [Int]) -> [String] { columns.map { file.header[$0] } }

  /// Up to eight names, and how many more.
  private func list(_ columns: [Int]) -> String {
    names(Array(columns.prefix(8))).joined(separator: ", ")
      + (columns.count > 8 ? " and \(columns.count - 8) more" : "")
  }
}

// Which columns.
extension ChosenColumns {
  /// Numbers of named columns; what is absent or named twice is a problem.
  private mutating func columns(_ names: [String], _ key: String) -> [Int] {
    var found: [Int] = []
    for name in names {
      guard let column = file.header.firstIndex(of: name) else {
        problems.append("\(file.name):1:1: no column \(name); \(file.hint(for: name))")
        continue
      }
      if found.contains(column) {
        problems.append("\(key) names column \(name) twice; keep one")
      } else {
        found.append(column)
      }
    }
    return found
  }

  private mutating func chooseInputs() {
    let excluded = Set(columns(choice.excluded, "data.exclude"))
    let named = choice.columns.map { columns($0, "data.columns") }
    for column in named ?? [] where targets.contains(column) {
      problems.append("data.columns names \(file.header[column]), which is the target; remove it from one of them")
    }
    for column in (named ?? []).filter(excluded.contains) {
      problems.append("data.columns and data.exclude both name \(file.header[column]); remove it from one of them")
    }
    let wanted = (named ?? Array(file.header.indices)).filter { !targets.contains($0) && !excluded.contains($0) }
      .sorted()
    for column in categorical.sorted() where !wanted.contains(column) {
      problems.append(
        targets.contains(column)
          ? "data.categorical names \(file.header[column]), which is the target; data.targets=oneHot makes classes of it"
          : "data.categorical names \(file.header[column]), which is no input; add it to data.columns or take it out of data.exclude"
      )
    }
    let words = wanted.filter { file.kind(of: $0) == .words && !categorical.contains($0) }
    if named == nil { leftOut = words }
    inputs = wanted.filter { named != nil || !leftOut.contains($0) }
    if named != nil, let first = words.first {
      problems.append(
        "\(file.place(of: first)): data.columns names columns of words (\(list(words))); "
          + "name them in data.categorical too, or leave them out")
    }
    if inputs.isEmpty, problems.isEmpty {
      let why = leftOut.isEmpty ? "" : ", only words (\(list(leftOut))), which data.categorical makes inputs of"
      problems.append(
        "\(file.name):1:1: no input columns besides the target \(choice.targets.joined(separator: ", "))\(why)")
    }
  }

  private mutating func checkTargets() {
    if targets.count > TableChoice.mostOutputs {
      problems.append(
        "data.target names \(targets.count) columns; at most \(TableChoice.mostOutputs) outputs are taken")
    }
    guard targets.count > 1 else { return }
    if choice.kind == .oneHot {
      problems.append("data.targets=oneHot takes the classes of one column, and data.target names \(targets.count)")
    } else if choice.kind == .auto, let column = targets.first(where: { file.kind(of: $0) == .words }) {
      problems.append(
        "\(file.place(of: column)): target \(file.header[column]) holds words; several targets must be numbers "
          + "(data.targets=numeric reads two words as -1 and 1)")
    }
  }
}

// Which rows, and what is in them.
extension ChosenColumns {
  /// Rows without missing cells; those with some are a problem unless they are to be dropped.
  private mutating func keptRows() -> [Int] {
    let used = Set(inputs + targets)
    let empty = used.filter { file.kind(of: $0) == .nothing }.sorted()
    if !empty.isEmpty {
      let key = targets.contains(empty[0]) ? "choose another target" : "leave it out with data.exclude"
      problems.append("\(file.place(of: empty[0])): no cell of column \(list(empty)) holds anything; \(key)")
      return []
    }
    let missing = file.badCells.filter { $0.isMissing && used.contains($0.index) }
    guard let first = missing.first else { return Array(0..<file.rows) }
    let rows = Set(missing.map(\.row))
    guard choice.missing == .drop else {
      problems.append(file.missingCells(missing, rows: rows.count))
      return []
    }
    notices.append(
      "\(file.name): \(rows.count) of \(file.rows) rows left out for missing cells, the first in line \(first.line), column "
        + file.header[first.index])
    let kept = (0..<file.rows).filter { !rows.contains($0) }
    if kept.isEmpty {
      problems.append("\(file.name): every row has a missing cell; leave columns out with data.exclude")
    }
    return kept
  }

  /// Cells that are neither numbers nor words where words are taken.
  private mutating func checkCells() {
    let taken = categorical.union(targets.filter { isReadAsClasses($0) || isReadAsTwoWords($0) })
    let numeric = Set(inputs + targets).subtracting(taken)
    for column in numeric.sorted() where file.kind(of: column) == .unreadable || file.kind(of: column) == .words {
      let cell = file.badCells.first { $0.index == column && !$0.isMissing }
      let cure =
        targets.contains(column)
        ? "choose another target, or data.targets=oneHot for classes" : "correct it, or leave it out with data.exclude"
      problems.append(
        "\(file.place(of: column)): column \(file.header[column]) has no number at all, its first cell is "
          + "'\(cell?.shown ?? "")'; \(cure)")
    }
    problems += file.problems(
      of: file.badCells.filter { numeric.contains($0.index) && file.kind(of: $0.index) == .numbers && !$0.isMissing })
  }

  private func isReadAsClasses(_ column: Int) -> Bool {
    switch choice.kind {
    case .oneHot: true
    case .auto: file.kind(of: column) == .words
    case .numeric: false
    }
  }

  /// Two words that stand for -1 and 1.
  private func isReadAsTwoWords(_ column: Int) -> Bool {
    choice.kind == .numeric && file.kind(of: column) == .words
      && Set(file.badCells.filter { $0.index == column && !$0.isMissing }.map(\.text)).count == 2
  }

  private typealias Outputs = (values: [[Double]], names: [String], areClasses: Bool, isMapped: Bool)

  private mutating func outputs(_ rows: [Int]) -> Outputs {
    if targets.count == 1, isReadAsClasses(targets[0]) {
      let classes = indicators(targets[0], rows, "classes", "data.targets=numeric reads numbers as numbers")
      return (classes.values, classes.names, true, false)
    }
    var isMapped = false
    let values = targets.map { column -> [Double] in
      guard isReadAsTwoWords(column) else { return numbers(column, rows) }
      isMapped = true
      let labels = Labels(file, column, rows)
      notices.append(
        "\(file.name): target \(file.header[column]): \(labels.names[0]) is -1"
          + (labels.names.count > 1 ? ", \(labels.names[1]) is 1" : ""))
      return labels.places.map { 2 * Double($0) - 1 }
    }
    return (values, choice.targets, false, isMapped)
  }

  private func numbers(_ column: Int, _ rows: [Int]) -> [Double] {
    rows.map { file.numbers[$0 * file.header.count + column] }
  }

  private mutating func inputBlock(_ column: Int, _ rows: [Int]) -> (values: [[Double]], names: [String]) {
    guard categorical.contains(column) else { return ([numbers(column, rows)], [file.header[column]]) }
    let block = indicators(column, rows, "values", "take it out of data.categorical")
    return (block.values, block.names.map { "\(file.header[column])=\($0)" })
  }

  /// For each value of a column 1 in its rows and 0 elsewhere.
  private mutating func indicators(_ column: Int, _ rows: [Int], _ what: String, _ cure: String) -> (
    values: [[Double]], names: [String]
  ) {
    let labels = Labels(file, column, rows)
    guard labels.names.count <= TableChoice.mostOutputs else {
      problems.append(
        "\(file.place(of: column)): column \(file.header[column]) has \(labels.names.count) \(what); at most "
          + "\(TableChoice.mostOutputs) are taken; \(cure)")
      return ([], [])
    }
    return (labels.names.indices.map { label in labels.places.map { $0 == label ? 1 : 0 } }, labels.names)
  }
}

// What a person should look at.
extension ChosenColumns {
  private mutating func noteColumns(_ rows: [Int]) {
    if !leftOut.isEmpty {
      notices.append(
        "\(file.name): columns of words are left out: \(list(leftOut)); data.categorical makes inputs of them")
    }
    for column in inputs where !categorical.contains(column) { noteIdentifier(column, rows) }
    if choice.kind == .auto { for column in targets { noteWholeNumbers(column, rows) } }
  }

  /// A number that only names its row predicts nothing, and yet is an input unless somebody says otherwise.
  private mutating func noteIdentifier(_ column: Int, _ rows: [Int]) {
    let title = file.header[column]
    guard choice.columns == nil, ["id", "index", "row_id", "rowid", "uuid"].contains(title.lowercased()) else { return }
    let values = numbers(column, rows)
    guard rows.count > 2, Set(values).count == rows.count, values.allSatisfy({ $0 == $0.rounded() }) else { return }
    notices.append(
      "\(file.name): column \(title) has another whole number in each row and is used as an input; "
        + "data.exclude=\(title) leaves it out if it only names the rows")
  }

  /// Numbers stay numbers, also where they may be the names of classes.
  private mutating func noteWholeNumbers(_ column: Int, _ rows: [Int]) {
    guard file.kind(of: column) == .numbers, targets.count == 1 else { return }
    let values = Set(numbers(column, rows))
    guard (2...20).contains(values.count), 3 * values.count <= rows.count,
      values.allSatisfy({ $0 == $0.rounded() && abs($0) < 1e6 })
    else {
      return
    }
    notices.append(
      "\(file.name): target \(file.header[column]) has \(values.count) different whole numbers, read as numbers; if they are "
        + TableChoice.classesHint)
  }
}
