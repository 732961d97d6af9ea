import Foundation

extension StoredRun {
  /// Puts files that are made of a run's tables into its folder, each whole, and names them in the manifest.
  ///
  /// - Parameter files: what to add; files of the same names are replaced.
  /// - Throws: 65 if the run has been made anew since it was opened, 74 where writing fails or another process is at work in the
  ///   folder.
  public func add(_ files: [NamedFile]) throws(WritingProblem) {
    guard let lock = FolderLock(folder) else {
      throw .input("another dmft is at work in \(path); wait for it")
    }
    defer { withExtendedLifetime(lock) {} }
    let temporary = "\(folder)/\(RunFolder.temporaryPrefix)\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    // What others have added meanwhile stays; figures of another run would be wrong.
    let current = try StoredRun(path).manifest
    func withoutFiles(_ manifest: JSONValue) -> [String: JSONValue] { manifest.members.filter { $0.key != "files" } }
    guard withoutFiles(current) == withoutFiles(manifest) else {
      throw .foreign("\(path) has changed while its figures were drawn; give the same command again")
    }
    let names = current["files"]?.elements.compactMap(\.text) ?? []
    let added = files.map(\.path).filter { !names.contains($0) }
    var entries = current.members
    entries["files"] = .list((names.filter { $0 != "manifest.json" } + added + ["manifest.json"]).map { .text($0) })
    let drawnUp = NamedFile(path: "manifest.json", text: JSONValue.object(entries).text() + "\n")
    do {
      for file in files + [drawnUp] { try RunFolder.write(file, below: temporary) }
      for file in files + [drawnUp] {
        let place = URL(fileURLWithPath: "\(folder)/\(file.path)")
        try FileManager.default.createDirectory(
          at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        guard rename("\(temporary)/\(file.path)", place.path) == 0 else {
          throw WritingProblem.input("\(path)/\(file.path) can't be written: \(String(cString: strerror(errno)))")
        }
      }
    } catch let problem as WritingProblem {
      throw problem
    } catch {
      throw .input(
        "\(path) can't be written: \(RunFolder.words(for: error)); copy it to a place where files can be made")
    }
  }
}
