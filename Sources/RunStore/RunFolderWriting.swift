import Files
import Foundation

/// What writing a run did to its folder.
public struct WrittenFiles: Sendable {
  /// Names of the files that are in the folder now, in the order of writing.
  public let names: [String]
  /// Names of files of the run it replaces that this one does not make; they are gone.
  public let removed: [String]
}

extension RunFolder {
  /// Writes a run: everything into a temporary folder first, from which the files are moved one by one, the manifest
  /// last.
  ///
  /// - Parameters:
  ///   - record: what the run writes.
  ///   - finish: given the names of the files of this run and of the one that it replaces; makes further files, such as
  ///     pictures.
  /// - Returns: names of the files.
  /// - Throws: 65 if the folder has become another's since it was claimed, 74 where writing
  ///   fails; then nothing new is left behind.
  @discardableResult
  public func write(
    _ record: RunRecord, finish: (_ files: [String], _ earlier: [String]) -> [NamedFile] = { _, _ in [] }
  ) throws(WritingProblem) -> WrittenFiles {
    try inFolder { directory throws(WritingProblem) in
      let earlier = try checkOwner(of: directory)?.files ?? []
      let temporary = try TemporaryFolder(in: directory)
      defer { temporary.remove() }
      let files: [String]
      do {
        files = try fill(temporary.folder, with: record) { finish($0, earlier) }
      } catch let problem as WritingProblem {
        throw problem
      } catch {
        throw .input("\(path) can't be written: \(Self.words(for: error))")
      }
      // A folder without a manifest would count as another's if this ended halfway.
      try markUnfinished(directory, version: record.version)
      // A link in place of any file is found before the first is replaced.
      for file in files { _ = try directory.parent(of: file, making: true) }
      for file in files where file != "manifest.json" { try temporary.moveOut(file) }
      // A folder describes one run: what only the earlier one had would go stale.
      let removed = earlier.filter { !files.contains($0) && directory.remove($0) }
      try temporary.moveOut("manifest.json")
      if !record.keepsUnits { removeUnits(in: directory, version: record.version) }
      return WrittenFiles(names: files, removed: removed)
    }
  }

  /// Writes all files; the manifest, which names them, comes last.
  private func fill(_ folder: Directory, with record: RunRecord, _ finish: ([String]) -> [NamedFile]) throws
    -> [String]
  {
    func write(_ text: String, _ name: String) throws { try folder.write(Data(text.utf8), to: name) }
    try write(identity.yaml(in: place), "config.yaml")
    try folder.write(record.result, to: "result.json")
    if identity.copiesFiles { try copyFiles(to: folder) }
    for table in record.tables { try write(table.text, table.path) }
    if !record.arrays.isEmpty { try NumpyArchive.write(record.arrays, to: "arrays.npz", in: folder) }
    if let archive = record.archive { try NumpyArchive.write(archive.arrays, to: archive.path, in: folder) }
    let names = Self.fileNames(record) + (identity.copiesFiles ? identity.files.map(identity.copyName) : [])
    let further = finish(names)
    for file in further { try folder.write(file.contents, to: file.path) }
    let files = names + further.map(\.path) + ["manifest.json"]
    try write(Manifest.finished(self, record, files: files).text() + "\n", "manifest.json")
    return files
  }

  /// Copies of the files that the configuration reads.
  private func copyFiles(to folder: Directory) throws {
    for file in identity.files {
      try folder.write(Data(try contents(of: file)), to: identity.copyName(file))
    }
  }

  static func words(for error: any Error) -> String {
    if let failure = error as? NumpyArchive.Failure { return failure.description }
    if let file = error as? UnreadableFile { return file.reason }
    return systemMessage(for: error)
  }
}
