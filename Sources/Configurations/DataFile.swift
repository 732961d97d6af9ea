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
  /// Name of the target column.
  public let target: String
  /// How its inputs are prepared.
  public let standardize: DataTable.Standardization

  /// - Parameters:
  ///   - path: absolute path.
  ///   - sha256: SHA-256 of its contents.
  ///   - target: name of the target column.
  ///   - standardize: how its inputs are prepared.
  public init(
    path: String, sha256: String, target: String, standardize: DataTable.Standardization
  ) {
    self.path = path
    self.sha256 = sha256
    self.target = target
    self.standardize = standardize
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
      for path in ["data.target", "data.standardize", "data.sha256"] where isGiven(path) {
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
    let target = text("data.target") ?? ""
    let style = word("data.standardize").flatMap(DataTable.Standardization.init) ?? .center
    guard let found = cache.table(path, target: target, read: { readEntry(path, named: StandardInput.name(of: name)) }),
      isExpected(found, name)
    else { return nil }
    return (DataFile(path: path, sha256: found.sha256, target: target, standardize: style), found)
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
  private mutating func readEntry(_ path: String, named name: String) -> TableCache.Entry? {
    do throws(UnreadableFile) {
      let bytes = try contents(of: path)
      return readTable(bytes, named: name).map {
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

  private mutating func readTable(_ contents: [UInt8], named name: String) -> (table: DataTable, notices: [String])? {
    do throws(InvalidTable) {
      let table = try CSVTable(contents: contents, name: name)
      // An absent target is a mistake in the configuration and is reported at its place there.
      if let target = text("data.target"), !table.header.contains(target) {
        let nearest = nearestName(to: target, among: table.header)
        refuse(
          "data.target", "\(name) has no column \(target)",
          suggestion: nearest.map { "did you mean \($0)?" }
            ?? "it has \(table.columnsInWords)")
        return nil
      }
      guard let target = text("data.target") else { return nil }
      return (try table.dataTable(target: target), table.notices)
    } catch {
      for problem in error.problems { refuse(table: name, problem) }
      return nil
    }
  }
}
