import Foundation

extension RunFolder {
  /// Writes a run: everything into a temporary folder first. A new run folder is that one,
  /// renamed; in a folder that exists the files are renamed one by one, the manifest last.
  ///
  /// - Parameters:
  ///   - record: what the run leaves behind.
  ///   - finish: called with the folder's absolute path when all but the manifest is in it; may make further
  ///     files there, such as drawings, and tells their paths within the folder.
  /// - Returns: names of the files in the folder, in the order of writing.
  /// - Throws: 65 if the folder has become another's since it was claimed, 74 where writing
  ///   fails; then nothing new is left behind.
  @discardableResult
  public func write(_ record: RunRecord, finish: (String) -> [String] = { _ in [] }) throws(WritingProblem)
    -> [String]
  {
    let earlier = try filesRemoved(by: record)
    let exists = FileManager.default.fileExists(atPath: folder)
    let temporary = try makeTemporary(within: exists ? folder : parent)
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    let files: [String]
    do {
      files = try fill(temporary, with: record, finish)
    } catch {
      throw .input("\(path) can't be written: \(Self.words(for: error))")
    }
    if exists {
      // A folder without a manifest would count as another's if this ended halfway.
      if try checkOwner() == nil { try markUnfinished(version: record.version) }
      try replace(earlier.filter { !files.contains($0) }, by: files, from: temporary)
      if !record.keepsUnits { try? FileManager.default.removeItem(atPath: "\(folder)/\(UnitStore.name)") }
    } else {
      try move(temporary, to: folder)
    }
    return files
  }

  /// Within a folder that exists, as it may be a disk of its own, which no rename can cross.
  func makeTemporary(within place: String) throws(WritingProblem) -> String {
    do {
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    } catch {
      throw .input("\(path) can't be made: \(error.localizedDescription)")
    }
    let temporary = "\(place)/\(Self.temporaryPrefix)\(UUID().uuidString)"
    guard mkdir(temporary, 0o777) == 0 else {
      throw .input("\(path) can't be written: \(String(cString: strerror(errno)))")
    }
    return temporary
  }

  /// Writes all files; the manifest, which names them, comes last.
  private func fill(_ temporary: String, with record: RunRecord, _ finish: (String) -> [String]) throws -> [String] {
    try write(identity.yaml, to: temporary + "/config.yaml")
    for table in record.tables { try write(table.text, to: temporary + "/" + table.path) }
    if !record.arrays.isEmpty {
      try NumpyArchive.write(record.arrays, to: temporary + "/arrays.npz", within: temporary)
    }
    if let archive = record.archive {
      try NumpyArchive.write(archive.arrays, to: temporary + "/" + archive.path, within: temporary)
    }
    for text in record.texts {
      let path = URL(fileURLWithPath: temporary + "/" + text.path)
      try FileManager.default.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
      try write(text.text, to: path.path)
    }
    let files = Self.fileNames(record).dropLast() + finish(temporary) + ["manifest.json"]
    try write(Manifest.finished(self, record, files: files).text() + "\n", to: temporary + "/manifest.json")
    return files
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
    return (error as NSError).localizedDescription
  }
}
