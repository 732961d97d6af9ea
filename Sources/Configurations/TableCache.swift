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

  func measured(_ table: DataTable, _ file: DataFile) -> Result<Measured, InvalidTable> {
    let key = Key(path: file.path, choice: file.choice, standardize: file.standardize, split: file.split)
    if let known = spectra[key] { return known }
    let measured = Result { () throws(InvalidTable) in
      guard let split = file.split else { return Measured(spectrum: try Measurement(table, file.standardize).spectrum) }
      let found = try SplitMeasurement(table, train: split.train, choice: split.choice, file.standardize)
      return Measured(spectrum: found.spectrum, rows: found.rows, sharedRows: found.sharedRows)
    }
    spectra[key] = measured
    return measured
  }
}
