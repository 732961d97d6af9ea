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
  }

  /// The configuration file as the user named it; nil without one.
  let file: String?
  /// What relative paths on the command line start from.
  let workingDirectory: String
  /// What relative paths in the configuration file start from.
  let configurationFolder: String
  private var tables: [Key: Entry] = [:]
  private var spectra: [Key: Result<MeasuredSpectrum, InvalidTable>] = [:]

  /// What a table, and its spectrum, depends on.
  private struct Key: Hashable {
    let path: String
    let choice: TableChoice
    var standardize: DataTable.Standardization?
  }

  init(file: String?, workingDirectory: String) {
    self.file = file
    self.workingDirectory = workingDirectory
    configurationFolder =
      file.flatMap { StandardInput.isMeant(by: $0) ? nil : $0 }
      .map { URL(fileURLWithPath: absolutePath($0, in: workingDirectory)).deletingLastPathComponent().path }
      ?? workingDirectory
  }

  /// A table, read now if it was not before. One that can't be read is read again, so that its mistake is reported again.
  func table(_ path: String, _ choice: TableChoice, read: () -> Entry?) -> Entry? {
    let key = Key(path: path, choice: choice)
    if let known = tables[key] { return known }
    let entry = read()
    tables[key] = entry
    return entry
  }

  func spectrum(_ table: DataTable, _ file: DataFile) -> Result<MeasuredSpectrum, InvalidTable> {
    let key = Key(path: file.path, choice: file.choice, standardize: file.standardize)
    if let known = spectra[key] { return known }
    let measured = Result { () throws(InvalidTable) in try Measurement(table, file.standardize).spectrum }
    spectra[key] = measured
    return measured
  }
}
