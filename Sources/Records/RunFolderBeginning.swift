import Foundation

extension RunFolder {
  /// Begins a run whose finished parts are kept while it goes on: the folder then says that it is unfinished. An
  /// earlier run of the same problem stays whole beside the parts until it is replaced.
  ///
  /// - Parameter version: version of dmft.
  /// - Returns: where finished parts are kept; those of an earlier attempt are in it.
  /// - Throws: 65 if the folder is another's, 74 where writing fails or another process is at work there.
  public func begin(version: String) throws(WritingProblem) -> UnitStore {
    if try checkOwner() == nil { try markUnfinished(version: version) }
    guard let lock = FolderLock(folder) else {
      throw .input("another dmft is at work in \(path); wait for it, or choose another folder with -o")
    }
    removeLeftovers()
    return UnitStore(folder: try makeUnits(), version: version, lock: lock)
  }

  /// Begins a run whose parts are made by several processes at a time.
  ///
  /// - Parameters:
  ///   - version: version of dmft.
  ///   - tidies: whether temporary files of killed processes are removed, if nobody else is at work.
  /// - Returns: where finished parts are kept.
  /// - Throws: 65 if the folder is another's, 74 where writing fails.
  func beginShared(version: String, tidies: Bool) throws(WritingProblem) -> UnitStore {
    // The manifest comes first: a kill behind it leaves the configuration to be written again.
    let isWhole = FileManager.default.fileExists(atPath: folder + "/config.yaml")
    if try checkOwner() == nil || !isWhole { try markUnfinished(version: version) }
    let units = try makeUnits()
    if tidies, let alone = FolderLock(units) {
      withExtendedLifetime(alone) { UnitStore(folder: units, version: version).removeLeftovers() }
    }
    // Held shared, it tells others that temporary files are not left over. A file system without locks does without.
    return UnitStore(folder: units, version: version, lock: FolderLock(units, isShared: true))
  }

  /// The lock of whoever writes the results of a run that several processes make; waits a little for another one.
  func lockForMerging() throws(WritingProblem) -> FolderLock {
    for _ in 0..<100 {
      if let lock = FolderLock(folder) {
        removeLeftovers()
        return lock
      }
      usleep(100_000)
    }
    throw .input("another dmft is writing in \(path); wait for it")
  }

  /// Writes single texts, each under a temporary name first.
  func write(_ texts: [NamedText]) throws(WritingProblem) -> [String] {
    let temporary = try makeTemporary(within: folder)
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    for (index, text) in texts.enumerated() {
      let place = URL(fileURLWithPath: "\(folder)/\(text.path)").deletingLastPathComponent()
      do {
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try write(text.text, to: "\(temporary)/\(index)")
      } catch {
        throw .input("\(path)/\(text.path) can't be written: \(Self.words(for: error))")
      }
      try move("\(temporary)/\(index)", to: "\(folder)/\(text.path)")
    }
    return texts.map { "\(folder)/\($0.path)" }
  }

  private func makeUnits() throws(WritingProblem) -> String {
    let units = "\(folder)/\(UnitStore.name)"
    guard mkdir(units, 0o777) == 0 || errno == EEXIST else {
      throw .input("\(path)/\(UnitStore.name) can't be made: \(String(cString: strerror(errno)))")
    }
    return units
  }

  /// Makes the folder this run's own: a manifest that says unfinished, and the configuration. The manifest comes first, so
  /// that the folder is never without an owner.
  func markUnfinished(version: String) throws(WritingProblem) {
    let exists = FileManager.default.fileExists(atPath: folder)
    let temporary = try makeTemporary(within: exists ? folder : parent)
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    do {
      try write(identity.yaml, to: temporary + "/config.yaml")
      try write(Manifest.unfinished(self, version: version).text() + "\n", to: temporary + "/manifest.json")
    } catch {
      throw .input("\(path) can't be written: \(Self.words(for: error))")
    }
    guard exists else { return try move(temporary, to: folder) }
    for file in ["manifest.json", "config.yaml"] { try move("\(temporary)/\(file)", to: "\(folder)/\(file)") }
  }

  /// Temporary folders of killed runs; only the holder of the lock may call them left over.
  private func removeLeftovers() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix(Self.temporaryPrefix) {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }
}
