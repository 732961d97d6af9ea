import Files
import Foundation
import Problems
import Tables

/// Tables and their spectra, each read and measured once however many configurations of a sweep refer to it.
final class TableCache {
  /// A table as it was read.
  struct Entry {
    let sha256: String
    let table: DataTable
    /// How it was read where that is not plain.
    let notices: [String]
    /// Of two files what is known of the second.
    var joined: Joined?
  }

  /// Training and test rows of two files, one after the other.
  struct Joined {
    let trainRows: Int
    let testSHA256: String
  }

  /// What a table is measured to be.
  struct Measured {
    let spectrum: MeasuredSpectrum
    /// The rows of an exact split; nil where rows are drawn.
    var rows: GivenRows?
    /// Test rows that also are training rows.
    var sharedRows = 0
    /// What was measured; of two classes with labels for its target.
    var table: DataTable
    /// Of two classes.
    var classes: TableClasses?
    /// Of a mixture of two classes.
    var separation: Double?
    /// Variance of one class over that of the other where they differ too much for a mixture of one covariance; nil elsewhere.
    var spread: Double?
  }

  /// What is made of a target.
  enum Labels: Hashable {
    case asRead
    /// Of its two values -1 and 1, with the spectrum within the classes.
    case mixture
  }

  /// The configuration file as the user named it; nil without one.
  let file: String?
  /// What relative paths on the command line start from.
  let workingDirectory: String
  /// What relative paths in the configuration file start from.
  let configurationFolder: String
  private var tables: [Key: Entry] = [:]
  private var spectra: [Key: Result<Measured, InvalidTable>] = [:]

  /// What a table, and its spectrum, depends on.
  private struct Key: Hashable {
    let path: String
    var testPath: String?
    let choice: TableChoice
    var standardize: DataTable.Standardization?
    var split: SplitChoice?
    var labels: Labels?
  }

  init(file: String?, workingDirectory: String) {
    self.file = file
    self.workingDirectory = workingDirectory
    configurationFolder =
      file.flatMap { StandardInput.isMeant(by: $0) ? nil : $0 }
      .map { URL(fileURLWithPath: absolutePath($0, in: workingDirectory)).deletingLastPathComponent().path }
      ?? workingDirectory
  }

  /// A table, or two as one, read now if not before. One that can't be read is read again, so that its mistake is reported again.
  func table(_ path: String, _ testPath: String?, _ choice: TableChoice, read: () -> Entry?) -> Entry? {
    let key = Key(path: path, testPath: testPath, choice: choice)
    if let known = tables[key] { return known }
    let entry = read()
    tables[key] = entry
    return entry
  }

  func measured(_ table: DataTable, _ file: DataFile, _ labels: Labels = .asRead) -> Result<Measured, InvalidTable> {
    let key = Key(
      path: file.path, choice: file.choice, standardize: file.standardize, split: file.split, labels: labels)
    if let known = spectra[key] { return known }
    let measured = Result { () throws(InvalidTable) in
      guard let split = file.split else { return try Self.measured(table, file, labels) }
      let found = try SplitMeasurement(table, train: split.train, choice: split.choice, file.standardize)
      return Measured(spectrum: found.spectrum, rows: found.rows, sharedRows: found.sharedRows, table: table)
    }
    spectra[key] = measured
    return measured
  }

  private static func measured(_ table: DataTable, _ file: DataFile, _ labels: Labels) throws(InvalidTable) -> Measured
  {
    guard labels == .mixture else {
      return Measured(spectrum: try Measurement(table, file.standardize).spectrum, table: table)
    }
    let labelled = try table.withTwoClasses()
    let mixture = try ClassMixture(try Measurement(labelled.table, file.standardize))
    return Measured(
      spectrum: mixture.spectrum, table: labelled.table, classes: labelled.classes, separation: mixture.separation,
      spread: max(mixture.spread, 1 / mixture.spread) > 2 ? mixture.spread : nil)
  }
}
