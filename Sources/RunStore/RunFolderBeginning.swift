import Files
import Foundation

extension RunFolder {
  /// Begins a run whose finished parts are kept while it runs: the manifest then marks it as unfinished. An
  /// earlier run of the same problem stays complete next to the parts until it is replaced.
  ///
  /// - Parameter version: version of dmft.
  /// - Returns: where finished parts are kept; those of an earlier attempt are in it.
  /// - Throws: 65 if the folder is another's, 74 where writing fails or another process is using it.
  public func begin(version: String) throws(WritingProblem) -> UnitStore {
    try inFolder { directory throws(WritingProblem) in
      try markUnfinished(directory, version: version)
      guard let lock = FolderLock(directory) else {
        throw .input("another dmft process is using \(path); wait for it, or choose another folder with -o")
      }
      TemporaryFolder.removeLeftovers(in: directory)
      if let earlier = try EarlierRun(in: directory), extends(earlier) { try take(directory, version: version) }
      return UnitStore(folder: try openUnits(in: directory, version: version), version: version, lock: lock)
    }
  }

  /// Begins a run whose parts are made by several processes at a time.
  ///
  /// - Parameters:
  ///   - version: version of dmft.
  ///   - tidies: whether temporary files of killed processes are removed, if no other process is using the folder.
  /// - Returns: where finished parts are kept.
  /// - Throws: 65 if the folder is another's, 74 where writing fails.
  package func beginShared(version: String, tidies: Bool) throws(WritingProblem) -> UnitStore {
    try inFolder { directory throws(WritingProblem) in
      try markUnfinished(directory, version: version)
      let units = try openUnits(in: directory, version: version)
      if tidies, let alone = FolderLock(units) {
        withExtendedLifetime(alone) { UnitStore(folder: units, version: version).removeLeftovers() }
      }
      // Held shared, it says that temporary files are not left over. A file system without locks does without.
      return UnitStore(folder: units, version: version, lock: FolderLock(units, isShared: true))
    }
  }

  /// Removes a run that was begun and has no finished part, with its folder if nothing else is in it; of any other nothing.
  ///
  /// - Parameters:
  ///   - further: paths of files within the folder that go too.
  ///   - version: of dmft.
  package func abandon(_ further: [String], version: String) {
    guard let directory = try? Directory.open(path), let earlier = try? EarlierRun(in: directory), earlier.isUnfinished,
      earlier.hash == identity.hash, let units = try? directory.folder(UnitStore.name),
      UnitStore(folder: units, version: version).isEmpty
    else { return }
    for file in further {
      guard let (folder, name) = try? directory.parent(of: file) else { continue }
      folder.remove(name)
      if let parent = file.split(separator: "/").dropLast().first { directory.removeEmptyFolder(String(parent)) }
    }
    removeUnits(in: directory, version: version)
    for name in ["config.yaml", "manifest.json"] { directory.remove(name) }
    rmdir(path)
  }

  /// The lock for writing the results of a run that several processes make; waits a little for another one.
  package func lockForMerging() throws(WritingProblem) -> FolderLock {
    guard let directory = try Directory.open(path) else {
      throw .foreign("\(path.isEmpty ? "''" : path): no such folder")
    }
    for _ in 0..<100 {
      if let lock = FolderLock(directory) { return lock }
      usleep(100_000)
    }
    throw .input("another dmft process is writing in \(path); wait for it")
  }

  /// Writes single texts, each under a temporary name first.
  ///
  /// - Returns: their absolute paths.
  package func write(_ texts: [NamedText]) throws(WritingProblem) -> [String] {
    try inFolder { directory throws(WritingProblem) in
      let temporary = try TemporaryFolder(in: directory)
      defer { temporary.remove() }
      for text in texts {
        try temporary.folder.write(Data(text.text.utf8), to: text.path)
        try temporary.moveOut(text.path)
      }
    }
    let folder = absolutePath(path, in: FileManager.default.currentDirectoryPath)
    return texts.map { "\(folder)/\($0.path)" }
  }

  /// Makes the unfinished run in the folder this one, which has more parts: units first, so that a kill in between loses none.
  private func take(_ directory: Directory, version: String) throws(WritingProblem) {
    try markUnits(in: directory)
    let temporary = try TemporaryFolder(in: directory)
    defer { temporary.remove() }
    let manifest = Manifest.unfinished(self, version: version).text() + "\n"
    for (name, text) in [("config.yaml", identity.yaml(in: place)), ("manifest.json", manifest)] {
      try temporary.folder.write(Data(text.utf8), to: name)
      try temporary.moveOut(name)
    }
  }

  /// Makes the folder this run's own, if it has no owner: a manifest with the status unfinished, and the configuration. The
  /// manifest comes first, so that the folder is never without an owner; a kill behind it leaves the configuration to be
  /// written by the next run. Of several processes that begin at once each finds what the first one wrote.
  ///
  /// - Throws: 65 if the folder is another's, 74 where writing fails.
  func markUnfinished(_ directory: Directory, version: String) throws(WritingProblem) {
    let isOwned = try checkOwner(of: directory) != nil
    if isOwned, directory.kind(of: "config.yaml") != nil { return }
    let temporary = try TemporaryFolder(in: directory)
    defer { temporary.remove() }
    let manifest = Manifest.unfinished(self, version: version).text() + "\n"
    for (name, text) in [("manifest.json", manifest), ("config.yaml", identity.yaml(in: place))] {
      try temporary.folder.write(Data(text.utf8), to: name)
      try temporary.moveOutIfAbsent(name)
      // Another process may have been the first, and with another problem.
      try checkOwner(of: directory)
    }
  }
}
