import Files
import Foundation
import JSON

/// The folder of finished parts, which may be moved to another disk.
extension RunFolder {
  /// Name of the file by which the folder of units is known as this run's own.
  static let unitsMark = "units.json"

  private var mark: Data {
    let members: [String: JSONValue] = [
      "program": .text("dmft"), "command": .text(command), "hash": .text(identity.hash),
      "options": .list(options.map { .text($0) }),
    ]
    return Data((JSONValue.object(members).text() + "\n").utf8)
  }

  /// Opens the folder of units, or makes it, and marks it as this run's own.
  ///
  /// Units may take more space than the disk of results has, so users move their folder and leave a link to it. Such a
  /// link, alone of all links in a run folder, is followed, and only to a folder with the mark of this very run.
  ///
  /// - Parameters:
  ///   - directory: the run folder.
  ///   - version: of dmft, whose units are in it.
  /// - Returns: the folder of units.
  /// - Throws: 74 where it can't be made, is a file, or is a link to a folder without the mark.
  func openUnits(in directory: Directory, version: String) throws(WritingProblem) -> Directory {
    guard directory.kind(of: UnitStore.name) == .link else {
      let units = try directory.folder(UnitStore.name, making: true)
      // Held while the mark is written, so that no other process takes its temporary file for left over.
      let lock = FolderLock(units, isShared: true)
      defer { withExtendedLifetime(lock) {} }
      let found = units.contents(Self.unitsMark)
      if found != mark {
        // Units of a run that is replaced are not this run's, though they have the same names.
        if found != nil { UnitStore(folder: units, version: version).removeAll() }
        try UnitStore.replace(Self.unitsMark, by: mark, in: units)
      }
      return units
    }
    guard let units = markedTarget(in: directory) else {
      throw .input(
        "\(path)/\(UnitStore.name) is a link to a place that is not this run's folder of units (no \(Self.unitsMark) of "
          + "this run is in it), so nothing is written there; remove the link, or make it point to the folder that was moved"
      )
    }
    return units
  }

  /// Gives the units of a run with fewer parts to this one. A folder that a link leads to keeps its mark, and is then refused.
  func markUnits(in directory: Directory) throws(WritingProblem) {
    guard directory.kind(of: UnitStore.name) == .folder else { return }
    try UnitStore.replace(Self.unitsMark, by: mark, in: try directory.folder(UnitStore.name))
  }

  /// Removes units that have been made into results, and their folder; of one that a link leads to only the units.
  ///
  /// - Parameters:
  ///   - directory: the run folder.
  ///   - version: of dmft, whose units they are.
  func removeUnits(in directory: Directory, version: String) {
    if directory.kind(of: UnitStore.name) == .link {
      if let units = markedTarget(in: directory) { UnitStore(folder: units, version: version).removeAll() }
    } else if let units = try? directory.folder(UnitStore.name) {
      UnitStore(folder: units, version: version).removeAll()
      units.remove(Self.unitsMark)
      directory.removeEmptyFolder(UnitStore.name)
    }
  }

  private func markedTarget(in directory: Directory) -> Directory? {
    directory.target(ofLink: UnitStore.name).flatMap { $0.contents(Self.unitsMark) == mark ? $0 : nil }
  }
}
