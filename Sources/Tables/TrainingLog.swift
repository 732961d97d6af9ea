import Files
import Foundation
import Problems

/// A user's own training log: a CSV with a column of steps or of epochs and test, train and batch losses, or one of them, and accuracies where
/// it has them.
///
/// Cells may be empty, as many programs log one loss more often than the other. A loss that ends in nan or infinity is read up to there.
public struct TrainingLog: Sendable {
  /// One loss, or accuracy, with the steps at which it was logged.
  public struct Column: Hashable, Sendable {
    /// Name in the header.
    public let name: String
    /// Rising steps, or epochs.
    public let steps: [Int]
    /// One number a step.
    public let losses: [Double]
    /// The logged step from which on the loss is nan or infinite; nil where it is finite to its end.
    public let divergedAt: Int?
  }

  /// Path of the file as it was named.
  public let path: String
  /// SHA-256 of its contents.
  public let sha256: String
  /// Test loss; nil if it was not logged.
  public let test: Column?
  /// Train loss; nil if it was not logged.
  public let train: Column?
  /// Loss of batches; nil if it was not logged.
  public let batch: Column?
  /// Share of rows that are not trained on whose class is right; nil if it was not logged.
  public let testAccuracy: Column?
  /// The same of rows that are trained on.
  public let trainAccuracy: Column?
  /// Whether rows count epochs; losses of samples that are trained on are then means over each epoch.
  public let isByEpoch: Bool
  /// Columns that were named and not guessed, as `role=name`.
  public let named: [String]
  /// How the file was read where that is not plain; a sentence each.
  public let notices: [String]

  /// Reads a log.
  ///
  /// - Parameters:
  ///   - path: relative to the working directory.
  ///   - columns: names in the header by what they hold: `step`, `epoch`, `train`, `test`, `batch`, `trainAccuracy`, `testAccuracy`;
  ///     others are found by the names that common programs write.
  /// - Throws: everything that is wrong with it: an unreadable file, no step column, no loss, steps that do not rise.
  public init(_ path: String, columns: [String: String] = [:]) throws(InvalidTable) {
    let (file, path) = (path, StandardInput.name(of: path))
    let bytes: [UInt8]
    do throws(UnreadableFile) {
      bytes = try contents(of: inputPath(file, in: FileManager.default.currentDirectoryPath))
    } catch {
      throw InvalidTable(problems: ["\(path): \(error.reason)" + (error.suggestion.map { "; \($0)" } ?? "")])
    }
    let table = try CSVTable(contents: bytes, name: path, leastRows: 1)
    let given = try Self.roles(columns)
    let found = try LogColumns(table, path, given: given)
    func index(_ role: LogColumns.Role) -> Int? { found.places[role] }
    isByEpoch = index(.step) == nil
    let steps: [Int]
    if let counter = index(.step) ?? index(.epoch) {
      steps = try Self.steps(table, counter, path, isByEpoch ? "epochs" : "steps")
    } else {
      steps = (0..<table.rows).map { $0 + (table.firstRowNumber ?? 0) }
    }
    self.path = path
    named = columns.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    sha256 = Files.sha256(bytes)
    notices = (found.countsRows ? [] : table.notices) + found.notices
    self.test = try index(.test).map { index throws(InvalidTable) in try Self.column(table, index, steps, path) }
    self.train = try index(.train).map { index throws(InvalidTable) in try Self.column(table, index, steps, path) }
    self.batch = try index(.batch).map { index throws(InvalidTable) in try Self.column(table, index, steps, path) }
    testAccuracy = try index(.testAccuracy).map { index throws(InvalidTable) in
      try Self.accuracy(table, index, steps, path)
    }
    trainAccuracy = try index(.trainAccuracy).map { index throws(InvalidTable) in
      try Self.accuracy(table, index, steps, path)
    }
  }

  /// Words of roles, such as those that may stand before `=` in `--columns`.
  public static var columnRoles: [String] { LogColumns.Role.allCases.map(\.rawValue) }

  private static func roles(_ columns: [String: String]) throws(InvalidTable) -> [LogColumns.Role: String] {
    var given: [LogColumns.Role: String] = [:]
    for (word, name) in columns.sorted(by: { $0.key < $1.key }) {
      guard let role = LogColumns.Role(rawValue: word) else {
        throw InvalidTable(problems: ["no kind of column \(word); there are \(columnRoles.joined(separator: ", "))"])
      }
      given[role] = name
    }
    return given
  }

  private static func steps(_ table: CSVTable, _ index: Int, _ path: String, _ name: String) throws(InvalidTable)
    -> [Int]
  {
    var steps: [Int] = []
    for (row, number) in try table.column(index).entries.enumerated() {
      guard let number, let step = Int(exactly: number), step >= 0, step > steps.last ?? -1 else {
        let found = number.map { "\($0)" } ?? "an empty cell"
        throw InvalidTable(problems: [
          "\(path):\(row + 2): \(name) must be whole numbers from 0 on that rise, got \(found)"
        ])
      }
      steps.append(step)
    }
    return steps
  }

  private static func column(_ table: CSVTable, _ index: Int, _ steps: [Int], _ path: String) throws(InvalidTable)
    -> Column
  {
    let (entries, end) = try table.column(index)
    let logged = zip(steps, entries).compactMap { step, loss in loss.map { (step, $0) } }
    if let wrong = logged.first(where: { $0.1 < 0 }) {
      throw InvalidTable(problems: [
        "\(path): column \(table.header[index]): a mean square can't be negative, got \(wrong.1) at step \(wrong.0)"
      ])
    }
    return Column(
      name: table.header[index], steps: logged.map(\.0), losses: logged.map(\.1), divergedAt: end.map { steps[$0] })
  }

  private static func accuracy(_ table: CSVTable, _ index: Int, _ steps: [Int], _ path: String) throws(InvalidTable)
    -> Column
  {
    let column = try column(table, index, steps, path)
    guard let place = column.losses.firstIndex(where: { $0 > 1 }) else { return column }
    throw InvalidTable(problems: [
      "\(path): column \(column.name): an accuracy is a share from 0 to 1, got \(column.losses[place]) at step "
        + "\(column.steps[place]); divide percentages by 100"
    ])
  }
}

extension TrainingLog.Column {
  /// The same numbers at the steps at which their epochs end.
  ///
  /// - Parameters:
  ///   - stepsPerEpoch: batches of an epoch.
  ///   - first: number of the first epoch, 0 or 1.
  /// - Returns: a column by steps; epochs that are not there to be counted are left out.
  public func atEpochEnds(stepsPerEpoch: Int, first: Int) -> Self {
    let kept = steps.indices.filter { steps[$0] >= first && steps[$0] - first < Int.max / stepsPerEpoch / 2 }
    func end(_ epoch: Int) -> Int { (epoch - first + 1) * stepsPerEpoch }
    return Self(
      name: name, steps: kept.map { end(steps[$0]) }, losses: kept.map { losses[$0] }, divergedAt: divergedAt.map(end))
  }
}
