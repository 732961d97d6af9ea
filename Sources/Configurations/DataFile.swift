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

  /// - Parameters:
  ///   - path: absolute path.
  ///   - sha256: SHA-256 of its contents.
  ///   - choice: which of its columns are targets and inputs.
  ///   - standardize: how its inputs are prepared.
  ///   - areClasses: whether the outputs are the classes of one column.
  ///   - droppedRows: how many rows were left out for missing cells.
  public init(
    path: String, sha256: String, choice: TableChoice, standardize: DataTable.Standardization, areClasses: Bool = false,
    droppedRows: Int = 0
  ) {
    self.path = path
    self.sha256 = sha256
    self.choice = choice
    self.standardize = standardize
    self.areClasses = areClasses
    self.droppedRows = droppedRows
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
    guard isGiven("data.file") else {
      for path in Self.fileKeys where isGiven(path) {
        refuse(path, "\(path) applies to a data.file only, and none is given")
      }
      return nil
    }
    refuseCompanions()
    guard let name = text("data.file") else { return nil }
    let path = inputPath(
      name, in: given["data.file"]?.origin == .commandLine ? cache.workingDirectory : cache.configurationFolder)
    if !isGiven("data.target") {
      let columns = (try? CSVTable(contents: contents(of: path), name: name)).map { ": " + $0.columnsInWords } ?? ""
      refuse("data.file", "data.target is missing", suggestion: "name the column to predict" + columns)
    }
    let choice = tableChoice()
    let style = word("data.standardize").flatMap(DataTable.Standardization.init) ?? .center
    guard
      let found = cache.table(path, choice, read: { readEntry(path, named: StandardInput.name(of: name), choice) }),
      isExpected(found, name)
    else { return nil }
    for path in ["data.targets", "data.missing", "data.fitCorrection"] where isGiven(path) { use(path) }
    let file = DataFile(
      path: path, sha256: found.sha256, choice: choice, standardize: style, areClasses: found.table.areClasses,
      droppedRows: found.table.reading?.droppedRows ?? 0)
    return (file, found)
  }

  /// Keys that mean nothing without a file.
  private static let fileKeys = [
    "target", "targets", "columns", "exclude", "categorical", "missing", "fitCorrection", "standardize", "sha256",
  ].map { "data." + $0 }

  /// Which columns are targets and inputs.
  private func tableChoice() -> TableChoice {
    TableChoice(
      targets: texts("data.target") ?? [], kind: word("data.targets").flatMap(TableChoice.Targets.init) ?? .auto,
      columns: texts("data.columns"), excluded: texts("data.exclude") ?? [],
      categorical: texts("data.categorical") ?? [],
      missing: word("data.missing").flatMap(TableChoice.MissingCells.init) ?? .refuse)
  }

  /// The sum that the file must have; a sum in the configuration file does not apply to a table named on the command line.
  private var expectedSum: String? {
    guard let sum = text("data.sha256"), let given = given["data.sha256"] else { return nil }
    let isReplaced = self.given["data.file"]?.origin == .commandLine && given.origin != .commandLine
    return isReplaced ? nil : sum.lowercased()
  }

  /// Whether a table is the one that was meant.
  private mutating func isExpected(_ entry: TableCache.Entry, _ name: String) -> Bool {
    guard let sum = expectedSum, sum != entry.sha256 else { return true }
    refuse(
      "data.sha256", "data.file \(name) has changed: its SHA-256 is \(entry.sha256), not \(sum)",
      suggestion: "put the old file back, or remove data.sha256 to use the new one")
    return false
  }

  /// Reads a table that was not read before.
  private mutating func readEntry(_ path: String, named name: String, _ choice: TableChoice) -> TableCache.Entry? {
    do throws(UnreadableFile) {
      let bytes = try contents(of: path)
      return readTable(bytes, named: name, choice).map {
        TableCache.Entry(sha256: sha256(bytes), table: $0.table, notices: $0.notices)
      }
    } catch {
      let sum = expectedSum.map { "; the table is the one with the SHA-256 \($0)" } ?? ""
      refuse("data.file", "data.file \(name): \(error.reason)\(sum)", suggestion: error.suggestion)
      return nil
    }
  }

  /// A file brings its own dimension, noise and spectrum.
  private mutating func refuseCompanions() {
    var paths = ["data.noise", "data.inputDimension"].filter(isGiven)
    let below = Schema.names(below: "data.spectrum").map { "data.spectrum." + $0 }
    if isGiven("data.spectrum") || mappings["data.spectrum"] != nil
      || below.contains(where: isGiven)
    {
      paths.append("data.spectrum")
    }
    for path in paths {
      refuse(
        path, "\(path) is given together with data.file, which has its own",
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
  private mutating func areThere(_ choice: TableChoice, in table: CSVTable, named name: String) -> Bool {
    let lists = [
      ("data.target", choice.targets), ("data.columns", choice.columns ?? []), ("data.exclude", choice.excluded),
      ("data.categorical", choice.categorical),
    ]
    var isComplete = !choice.targets.isEmpty
    for (path, columns) in lists {
      for column in columns where !table.header.contains(column) {
        isComplete = false
        refuse(path, "\(name) has no column \(column)", suggestion: hint(path, column, table))
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
