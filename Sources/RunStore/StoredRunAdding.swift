import Files
import Foundation
import JSON

extension StoredRun {
  /// Puts files that are made of a run's tables into its folder, each whole, and names them in the manifest.
  ///
  /// - Parameter files: what to add; files of the same names are replaced.
  /// - Throws: 65 if the run has been replaced since it was opened, 74 where writing fails or another process is writing to the
  ///   folder.
  public func add(_ files: [NamedFile]) throws(WritingProblem) {
    guard let folder = try Directory.open(path) else { throw .foreign("\(path.isEmpty ? "''" : path): no such folder") }
    guard let lock = FolderLock(folder) else {
      throw .input("another dmft process is using \(path); wait for it")
    }
    defer { withExtendedLifetime(lock) {} }
    // What others have added meanwhile stays; figures of another run would be wrong.
    let current = try StoredRun(path: path, folder: folder).manifest
    func withoutFiles(_ manifest: JSONValue) -> [String: JSONValue] { manifest.members.filter { $0.key != "files" } }
    guard withoutFiles(current) == withoutFiles(manifest) else {
      throw .foreign("\(path) has changed while its figures were drawn; run the same command again")
    }
    let names = current["files"]?.elements.compactMap(\.text) ?? []
    let added = files.map(\.path).filter { !names.contains($0) }
    var entries = current.members
    entries["files"] = .list((names.filter { $0 != "manifest.json" } + added + ["manifest.json"]).map { .text($0) })
    let manifest = NamedFile(path: "manifest.json", text: JSONValue.object(entries).text() + "\n")
    try Self.put(files + [manifest], into: folder)
  }

  /// Writes all files before the first is moved to its place.
  private static func put(_ files: [NamedFile], into folder: Directory) throws(WritingProblem) {
    let temporary: TemporaryFolder
    do throws(WritingProblem) {
      temporary = try TemporaryFolder(in: folder)
    } catch {
      throw .input("\(error.reason); copy the run to a place where files can be made")
    }
    defer { temporary.remove() }
    for file in files { try temporary.folder.write(file.contents, to: file.path) }
    // A link in place of any file is found before the first is replaced.
    for file in files { _ = try folder.parent(of: file.path, making: true) }
    for file in files { try temporary.moveOut(file.path) }
  }
}
