import Files
import Foundation
import Problems
import Tables

/// The file of real data behind a configuration.
public struct DataFile: Hashable, Sendable {
  /// Absolute path.
  public let path: String
  /// SHA-256 of its contents, 64 hexadecimal digits.
  public let sha256: String
  /// Which of its columns are targets and inputs.
  public let choice: TableChoice
  /// How its inputs are prepared.
  public let standardize: DataTable.Standardization
  /// Whether the outputs are the classes of one column.
  public let areClasses: Bool
  /// How many rows were left out for missing cells.
  public let droppedRows: Int
  /// Which rows are trained on; nil where they are drawn.
  public let split: SplitChoice?
  /// The order of batches; nil where none is given.
  public internal(set) var order: BatchOrder?

  /// - Parameters:
  ///   - path: absolute path, of two files that of the training rows.
  ///   - sha256: SHA-256 of its contents.
  ///   - choice: which of its columns are targets and inputs.
  ///   - standardize: how its inputs are prepared.
  ///   - areClasses: whether the outputs are the classes of one column.
  ///   - droppedRows: how many rows were left out for missing cells.
  ///   - split: which rows are trained on; nil where they are drawn.
  public init(
    path: String, sha256: String, choice: TableChoice, standardize: DataTable.Standardization, areClasses: Bool = false,
    droppedRows: Int = 0, split: SplitChoice? = nil
  ) {
    self.path = path
    self.sha256 = sha256
    self.choice = choice
    self.standardize = standardize
    self.areClasses = areClasses
    self.droppedRows = droppedRows
    self.split = split
  }

  /// Names of the target columns.
  public var target: String { choice.targets.joined(separator: ", ") }

  /// How the targets are read, where the columns do not say it: numbers as they are need no word.
  var resolvedKind: TableChoice.Targets? {
    areClasses ? .oneHot : choice.kind == .numeric ? .numeric : nil
  }
}

/// The rules of `data.file` and its companions.
extension ValueReader {
  /// Reads the file, if one is given; every flaw is noted.
  ///
  /// - Parameter cache: tables that were read before, and what a path is relative to.
  /// - Returns: the file and what was read from it; nil without a file or without a sound one.
  mutating func dataFile(from cache: TableCache) -> (file: DataFile, entry: TableCache.Entry)? {
    guard isGiven("data.file") || isGiven("data.trainFile") else {
      for path in Self.fileKeys where isGiven(path) {
        refuse(path, "\(path) applies to a data.file only, and none is given")
      }
      if isGiven("data.testFile") { checkSplit() }
      _ = batchOrder(from: cache, rows: nil)
      return nil
    }
    let key = tableKey
    refuseCompanions(of: key)
    checkSplit()
    guard let name = text(key) else { return nil }
    let path = path(of: key, name, cache)
    if !isGiven("data.target") {
      let columns = (try? CSVTable(contents: contents(of: path), name: name)).map { ": " + $0.columnsInWords } ?? ""
      refuse(key, "data.target is missing", suggestion: "name the column to predict" + columns)
    }
    let choice = tableChoice()
    let style = word("data.standardize").flatMap(DataTable.Standardization.init) ?? .center
    let testName = key == "data.trainFile" ? text("data.testFile") : nil
    let testPath = testName.map { self.path(of: "data.testFile", $0, cache) }
    guard
      let found = cache.table(
        path, testPath, choice,
        read: {
          if let testName, let testPath {
            return readEntry(path, named: name, testPath, named: testName, choice)
          }
          return readEntry(path, named: StandardInput.name(of: name), choice)
        }), isExpected(found, name), !isSplit || isSound
    else { return nil }
    for path in ["data.targets", "data.missing", "data.fitCorrection"] where isGiven(path) { use(path) }
    var split: SplitChoice?
    if isSplit {
      split = splitChoice(found, testPath: testPath)
      if split == nil { return nil }
    }
    var file = DataFile(
      path: path, sha256: found.sha256, choice: choice, standardize: style, areClasses: found.table.areClasses,
      droppedRows: found.table.reading?.droppedRows ?? 0, split: split)
    file.order = batchOrder(from: cache, rows: split?.train.count)
    return (file, found)
  }

  /// The absolute path of a table.
  private func path(of key: String, _ name: String, _ cache: TableCache) -> String {
    inputPath(name, in: given[key]?.origin == .commandLine ? cache.workingDirectory : cache.configurationFolder)
  }

  /// Keys that mean nothing without a file.
  private static let fileKeys = [
    "target", "targets", "columns", "exclude", "categorical", "missing", "fitCorrection", "standardize", "sha256",
    "split", "trainRows", "trainFraction", "splitSeed",
  ].map { "data." + $0 }

  /// Which columns are targets and inputs.
  private func tableChoice() -> TableChoice {
    TableChoice(
      targets: texts("data.target") ?? [], kind: word("data.targets").flatMap(TableChoice.Targets.init) ?? .auto,
      columns: texts("data.columns"), excluded: texts("data.exclude") ?? [],
      categorical: texts("data.categorical") ?? [],
      missing: word("data.missing").flatMap(TableChoice.MissingCells.init) ?? .refuse)
  }

  /// The sum that a file must have; a sum in the configuration file does not apply to a table named on the command line.
  private func expectedSum(_ path: String = "data.sha256", of file: String) -> String? {
    guard let sum = text(path), let given = given[path] else { return nil }
    let isReplaced = self.given[file]?.origin == .commandLine && given.origin != .commandLine
    return isReplaced ? nil : sum.lowercased()
  }

  /// Whether tables are the ones that were meant.
  private mutating func isExpected(_ entry: TableCache.Entry, _ name: String) -> Bool {
    let key = tableKey
    var isSame = isExpected(entry.sha256, expectedSum(of: key), "data.sha256", "\(key) \(name)")
    if let joined = entry.joined, let test = text("data.testFile") {
      isSame =
        isExpected(
          joined.testSHA256, expectedSum("data.testSha256", of: "data.testFile"), "data.testSha256",
          "data.testFile \(test)") && isSame
    }
    return isSame
  }

  private mutating func isExpected(_ found: String, _ sum: String?, _ path: String, _ what: String) -> Bool {
    guard let sum, sum != found else { return true }
    refuse(
      path, "\(what) has changed: its SHA-256 is \(found), not \(sum)",
      suggestion: "put the old file back, or remove \(path) to use the new one")
    return false
  }

  /// Reads a table that was not read before.
  private mutating func readEntry(_ path: String, named name: String, _ choice: TableChoice) -> TableCache.Entry? {
    guard let bytes = bytes(of: path, "data.file", name, sum: expectedSum(of: "data.file")) else { return nil }
    return readTable(bytes, named: name, choice).map {
      TableCache.Entry(sha256: sha256(bytes), table: $0.table, notices: $0.notices)
    }
  }

  /// Reads training and test rows that were not read before, as one table.
  private mutating func readEntry(
    _ path: String, named name: String, _ testPath: String, named testName: String, _ choice: TableChoice
  ) -> TableCache.Entry? {
    let train = bytes(of: path, "data.trainFile", name, sum: expectedSum(of: "data.trainFile"))
    let test = bytes(
      of: testPath, "data.testFile", testName, sum: expectedSum("data.testSha256", of: "data.testFile"))
    guard let train, let test else { return nil }
    do throws(InvalidTable) {
      let first = try CSVTable(contents: train, name: name, leastRows: 1)
      let second = try CSVTable(contents: test, name: testName, leastRows: 1)
      guard areThere(choice, in: first, or: second, named: name),
        areThere(choice, in: second, or: first, named: testName)
      else { return nil }
      let joined = try JoinedTables(train: first, test: second, choice)
      return TableCache.Entry(
        sha256: sha256(train), table: joined.table, notices: joined.notices,
        joined: TableCache.Joined(trainRows: joined.trainRows, testSHA256: sha256(test)))
    } catch {
      for problem in error.problems { refuse(table: name, problem) }
      return nil
    }
  }

  private mutating func bytes(of path: String, _ key: String, _ name: String, sum: String?) -> [UInt8]? {
    do throws(UnreadableFile) {
      return try contents(of: path)
    } catch {
      let sum = sum.map { "; the table is the one with the SHA-256 \($0)" } ?? ""
      refuse(key, "\(key) \(name): \(error.reason)\(sum)", suggestion: error.suggestion)
      return nil
    }
  }

  /// A file brings its own dimension, noise and spectrum.
  private mutating func refuseCompanions(of key: String) {
    var paths = ["data.noise", "data.inputDimension"].filter(isGiven)
    let below = Schema.names(below: "data.spectrum").map { "data.spectrum." + $0 }
    if isGiven("data.spectrum") || mappings["data.spectrum"] != nil
      || below.contains(where: isGiven)
    {
      paths.append("data.spectrum")
    }
    for path in paths {
      refuse(
        path, "\(path) is given together with \(key), which has its own",
        suggestion: "remove one of them")
    }
  }

  private mutating func readTable(_ contents: [UInt8], named name: String, _ choice: TableChoice) -> (
    table: DataTable, notices: [String]
  )? {
    do throws(InvalidTable) {
      let table = try CSVTable(contents: contents, name: name)
      guard areThere(choice, in: table, named: name) else { return nil }
      let (data, notices) = try table.dataTable(choice)
      return (data, table.notices + notices)
    } catch {
      for problem in error.problems { refuse(table: name, problem) }
      return nil
    }
  }

  /// Whether all named columns are there. An absent one is a mistake in the configuration and is reported at its place there.
  ///
  /// - Parameters:
  ///   - choice: names columns.
  ///   - table: must have them.
  ///   - other: a second file, of which excluded columns may come.
  ///   - name: of the table.
  /// - Returns: false where one is absent.
  private mutating func areThere(
    _ choice: TableChoice, in table: CSVTable, or other: CSVTable? = nil, named name: String
  ) -> Bool {
    let excluded = choice.excluded.filter { other?.header.contains($0) != true }
    let lists = [
      ("data.target", choice.targets), ("data.columns", choice.columns ?? []), ("data.exclude", excluded),
      ("data.categorical", choice.categorical),
    ]
    var isComplete = !choice.targets.isEmpty
    for (path, columns) in lists {
      for column in columns where !table.header.contains(column) {
        isComplete = false
        let isElsewhere = other?.header.contains(column) == true
        refuse(
          path, "\(name) has no column \(column)",
          suggestion: isElsewhere && path == "data.target"
            ? "the loss is measured on the target, so that training and test rows both need it"
            : hint(path, column, table))
      }
    }
    return isComplete
  }

  /// What was meant by a column that is absent: a list where commas separate columns that are there.
  private func hint(_ path: String, _ column: String, _ table: CSVTable) -> String {
    let parts = column.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    if parts.count > 1, parts.allSatisfy(table.header.contains) {
      return "did you mean the list \(path)=[\(parts.joined(separator: ", "))]?"
    }
    return nearestName(to: column, among: table.header).map { "did you mean \($0)?" }
      ?? "it has \(table.columnsInWords)"
  }
}
