import Problems

/// Training and test rows of two files as one table: the training rows first, the columns in their order, and one list of classes.
package struct JoinedTables {
  /// All rows.
  package let table: DataTable
  /// How many of them come from the first file.
  package let trainRows: Int
  /// What was decided on the way, a sentence each.
  package let notices: [String]

  /// - Parameters:
  ///   - train: the training rows.
  ///   - test: the test rows; columns may stand in another order.
  ///   - choice: which columns are targets and inputs.
  /// - Throws: columns that only one of the files has, columns of words in one and numbers in the other, and what is wrong with either.
  package init(train: CSVTable, test: CSVTable, _ choice: TableChoice) throws(InvalidTable) {
    let problems = Self.differences(train, test, choice)
    guard problems.isEmpty else { throw InvalidTable(problems: problems) }
    let joined = CSVTable(joining: train, test)
    var columns = ChosenColumns(joined, Self.choice(choice, for: joined))
    do throws(InvalidTable) {
      let found = try columns.read()
      table = found.table
      notices = train.notices + test.notices + found.notices
    } catch {
      // Alone each names its own lines.
      _ = try train.dataTable(Self.choice(choice, for: train))
      _ = try test.dataTable(Self.choice(choice, for: test))
      throw error
    }
    trainRows = columns.kept.count { $0 < train.rows }
    guard trainRows > 0, trainRows < table.rows else {
      throw InvalidTable(problems: ["\(trainRows > 0 ? test.name : train.name): every row has a missing cell"])
    }
  }

  /// The choice without excluded columns that a file does not have.
  private static func choice(_ choice: TableChoice, for file: CSVTable) -> TableChoice {
    var own = choice
    own.excluded = choice.excluded.filter(file.header.contains)
    return own
  }

  private static func differences(_ train: CSVTable, _ test: CSVTable, _ choice: TableChoice) -> [String] {
    let wanted = choice.columns.map { Set($0 + choice.targets) }
    func used(_ file: CSVTable) -> [String] {
      file.header.filter { name in wanted?.contains(name) ?? !choice.excluded.contains(name) }
    }
    let (first, second) = (used(train), used(test))
    let missing = [
      (train, first.filter { !second.contains($0) }), (test, second.filter { !first.contains($0) }),
    ].filter { !$0.1.isEmpty }
    guard missing.isEmpty else {
      let parts = missing.map { file, names in "only \(file.name) has \(named(names))" }
      return [
        "\(train.name) and \(test.name) have different columns: \(parts.joined(separator: ", ")); leave them out with data.exclude, or "
          + "name the inputs in data.columns"
      ]
    }
    return first.compactMap { name in
      guard let one = train.header.firstIndex(of: name), let other = test.header.firstIndex(of: name) else {
        return nil
      }
      let kinds = (train.kind(of: one), test.kind(of: other))
      guard kinds == (.words, .numbers) || kinds == (.numbers, .words) else { return nil }
      let (words, numbers) = kinds.0 == .words ? (train.name, test.name) : (test.name, train.name)
      return
        "column \(name) holds words in \(words) and numbers in \(numbers); write it alike in both, or leave it out with data.exclude"
    }
  }

  private static func named(_ names: [String]) -> String {
    names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }
}
