import Foundation

/// What writing a run did to its folder.
public struct WrittenFiles: Sendable {
  /// Names of the files that are in the folder now, in the order of writing.
  public let names: [String]
  /// Names of files of the run it replaces that this one does not make; they are gone.
  public let removed: [String]
}

extension RunFolder {
  /// Writes a run: everything into a temporary folder first. A new run folder is that one,
  /// renamed; in a folder that exists the files are renamed one by one, the manifest last.
  ///
  /// - Parameters:
  ///   - record: what the run leaves behind.
  ///   - finish: called when all tables are written, with the run as it can be read back and the names of the files of the
  ///     run that it replaces; gives files that are made of the tables, such as pictures.
  /// - Returns: names of the files.
  /// - Throws: 65 if the folder has become another's since it was claimed, 74 where writing
  ///   fails; then nothing new is left behind.
  @discardableResult
  public func write(
    _ record: RunRecord, finish: (StoredRun, [String]) -> [NamedFile] = { _, _ in [] }
  ) throws(WritingProblem) -> WrittenFiles {
    let earlier = try checkOwner()?.files ?? []
    let exists = FileManager.default.fileExists(atPath: folder)
    let temporary = try makeTemporary(within: exists ? folder : parent)
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    let files: [String]
    do {
      files = try fill(temporary, with: record) { finish($0, earlier) }
    } catch {
      throw .input("\(path) can't be written: \(Self.words(for: error))")
    }
    let removed = earlier.filter { !files.contains($0) }
    if exists {
      // A folder without a manifest would count as another's if this ended halfway.
      if try checkOwner() == nil { try markUnfinished(version: record.version) }
      try replace(removed, by: files, from: temporary)
      if !record.keepsUnits { try? FileManager.default.removeItem(atPath: "\(folder)/\(UnitStore.name)") }
    } else {
      try move(temporary, to: folder)
    }
    return WrittenFiles(names: files, removed: removed)
  }

  /// Within a folder that exists, as it may be a disk of its own, which no rename can cross.
  func makeTemporary(within place: String) throws(WritingProblem) -> String {
    do {
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    } catch {
      throw .input("\(path) can't be made: \(systemWords(for: error))")
    }
    let temporary = "\(place)/\(Self.temporaryPrefix)\(UUID().uuidString)"
    guard mkdir(temporary, 0o777) == 0 else {
      throw .input("\(path) can't be written: \(String(cString: strerror(errno)))")
    }
    return temporary
  }

  /// Writes all files; the manifest, which names them, comes last.
  private func fill(_ temporary: String, with record: RunRecord, _ finish: (StoredRun) -> [NamedFile]) throws
    -> [String]
  {
    try write(identity.yaml, to: temporary + "/config.yaml")
    for table in record.tables { try write(table.text, to: temporary + "/" + table.path) }
    if !record.arrays.isEmpty {
      try NumpyArchive.write(record.arrays, to: temporary + "/arrays.npz", within: temporary)
    }
    if let archive = record.archive {
      try NumpyArchive.write(archive.arrays, to: temporary + "/" + archive.path, within: temporary)
    }
    for text in record.texts { try Self.write(NamedFile(path: text.path, text: text.text), below: temporary) }
    let names = Self.fileNames(record)
    let run = StoredRun(path: path, folder: temporary, manifest: Manifest.finished(self, record, files: names))
    let further = finish(run)
    for file in further { try Self.write(file, below: temporary) }
    let files = names + further.map(\.path) + ["manifest.json"]
    try write(Manifest.finished(self, record, files: files).text() + "\n", to: temporary + "/manifest.json")
    return files
  }

  /// Writes a file and the folders it stands in.
  static func write(_ file: NamedFile, below folder: String) throws {
    let place = URL(fileURLWithPath: folder + "/" + file.path)
    try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try file.contents.write(to: place)
  }

  func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  private func replace(
    _ stale: [String], by files: [String], from temporary: String
  ) throws(WritingProblem) {
    for file in files where file != "manifest.json" {
      if file.contains("/") {
        let place = URL(fileURLWithPath: "\(folder)/\(file)").deletingLastPathComponent()
        try? FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      }
      try move("\(temporary)/\(file)", to: "\(folder)/\(file)")
    }
    // A folder describes one run: what only the earlier one had would go stale.
    for file in stale {
      unlink("\(folder)/\(file)")
    }
    try move("\(temporary)/manifest.json", to: "\(folder)/manifest.json")
  }

  func move(_ from: String, to destination: String) throws(WritingProblem) {
    guard rename(from, destination) == 0 else {
      throw .input("\(destination) can't be written: \(String(cString: strerror(errno)))")
    }
  }

  static func words(for error: any Error) -> String {
    if let failure = error as? NumpyArchive.Failure { return failure.description }
    return systemWords(for: error)
  }
}
