import Foundation

/// A folder within a run folder in which files are written before they are moved to their places, so that each is there
/// whole or not at all.
///
/// It lies within the run folder, never next to it: what a killed process leaves is removed by the next run there, and a
/// run folder may be a file system of its own, across which no rename works. The process holds a lock on it as long as it lives,
/// which lets other processes recognise what is left over.
package final class TemporaryFolder {
  /// Start of the names of temporary folders and files.
  package static let prefix = ".dmft-writing-"

  /// The folder itself; messages name it as the run folder, where its files will be.
  package let folder: Directory
  private let parent: Directory
  private let name: String
  private let lock: FolderLock?

  /// Makes a folder, and removes those of killed processes.
  ///
  /// - Parameter parent: the run folder.
  /// - Throws: 74 where it can't be made.
  package init(in parent: Directory) throws(WritingProblem) {
    Self.removeLeftovers(in: parent)
    self.parent = parent
    var (folder, name, lock) = try Self.make(in: parent)
    // Until it is locked, another process may take it for left over.
    while parent.kind(of: name) == nil { (folder, name, lock) = try Self.make(in: parent) }
    (self.folder, self.name, self.lock) = (folder, name, lock)
  }

  private static func make(in parent: Directory) throws(WritingProblem) -> (Directory, String, FolderLock?) {
    let name = prefix + UUID().uuidString
    guard mkdirat(parent.descriptor, name, 0o777) == 0 else { throw parent.problem("be written") }
    let folder: Directory
    do throws(WritingProblem) {
      folder = try parent.folder(name, making: true, calledAs: parent.path)
    } catch {
      parent.removeEmptyFolder(name)
      throw error
    }
    // A file system without locks does without; then nothing is ever taken for left over.
    return (folder, name, FolderLock(folder, isShared: true))
  }

  /// Moves a file to its place in the run folder.
  package func moveOut(_ path: String) throws(WritingProblem) { try parent.take(path, from: folder) }

  /// Moves a file to its place in the run folder unless something is there.
  package func moveOutIfAbsent(_ name: String) throws(WritingProblem) { try parent.takeIfAbsent(name, from: folder) }

  /// Removes it with what is still in it.
  package func remove() { parent.removeTree(name) }

  /// Removes the temporary folders of processes that are no more.
  package static func removeLeftovers(in parent: Directory) {
    for name in (try? parent.names()) ?? [] where name.hasPrefix(prefix) && parent.kind(of: name) == .folder {
      guard let folder = try? parent.folder(name), let lock = FolderLock(folder) else { continue }
      withExtendedLifetime(lock) { parent.removeTree(name) }
    }
  }
}
