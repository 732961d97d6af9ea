import Foundation

extension Directory {
  /// Writes a file that is not there yet, and makes the directories it stands in.
  ///
  /// - Parameters:
  ///   - contents: its bytes.
  ///   - path: its path below this directory.
  /// - Throws: 74 where writing fails or there is something of that name.
  package func write(_ contents: Data, to path: String) throws(WritingProblem) {
    let (folder, name) = try parent(of: path, making: true)
    let file = openat(folder.descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard file >= 0, Self.write(contents, closing: file) else { throw folder.problem("be written", name) }
  }

  /// Writes all bytes and closes the file; without waiting for the disk.
  ///
  /// - Returns: whether all went well; if not, `errno` holds the reason.
  static func write(_ contents: Data, closing file: Int32) -> Bool {
    guard write(contents, into: file) else {
      let code = errno
      close(file)
      errno = code
      return false
    }
    // Some file systems say only here that the disk is full.
    return close(file) == 0
  }

  /// Writes all bytes.
  ///
  /// - Returns: whether all went well; if not, `errno` holds the reason.
  package static func write(_ contents: Data, into file: Int32) -> Bool {
    contents.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let count = Glibc.write(file, bytes.baseAddress?.advanced(by: written), bytes.count - written)
        if count < 0, errno != EINTR { return false }
        // A disk that takes nothing and says nothing would be asked for ever.
        if count == 0 {
          errno = EIO
          return false
        }
        written += max(0, count)
      }
      return true
    }
  }

  /// Moves a file from another directory to the same path below this one, in place of what is there; a link there is
  /// replaced, its target stays.
  ///
  /// - Parameters:
  ///   - path: the file's path below both.
  ///   - other: where it is now.
  /// - Throws: 74 where that fails.
  package func take(_ path: String, from other: Directory) throws(WritingProblem) {
    let (source, name) = try other.parent(of: path)
    let (folder, _) = try parent(of: path, making: true)
    guard renameat(source.descriptor, name, folder.descriptor, name) == 0 else {
      throw folder.problem("be written", name)
    }
  }

  /// Moves a file from another directory to the same name in this one; removes it if something of that name is there.
  ///
  /// - Parameters:
  ///   - name: the file's name in both.
  ///   - other: where it is now.
  /// - Throws: 74 where that fails.
  package func takeIfAbsent(_ name: String, from other: Directory) throws(WritingProblem) {
    // A link to the file, unlike a rename, never replaces what another process has just put there.
    guard linkat(other.descriptor, name, descriptor, name, 0) != 0, errno != EEXIST else {
      other.remove(name)
      return
    }
    // Some file systems have no links to files.
    if kind(of: name) == nil { try take(name, from: other) }
  }

  /// Removes a file, or a link, which is not followed.
  ///
  /// - Parameter path: its path below this directory.
  /// - Returns: whether nothing is there any more.
  @discardableResult
  package func remove(_ path: String) -> Bool {
    guard let (folder, name) = try? parent(of: path) else { return false }
    return unlinkat(folder.descriptor, name, 0) == 0 || errno == ENOENT
  }

  /// Removes a directory if nothing is in it.
  package func removeEmptyFolder(_ name: String) { unlinkat(descriptor, name, AT_REMOVEDIR) }

  /// Removes a file, a link, or a directory with all that is in it. No link is followed.
  package func removeTree(_ name: String) {
    if unlinkat(descriptor, name, 0) == 0 { return }
    // An empty one goes without being opened.
    if unlinkat(descriptor, name, AT_REMOVEDIR) == 0 { return }
    guard let folder = try? folder(name) else { return }
    for inner in (try? folder.names()) ?? [] { folder.removeTree(inner) }
    removeEmptyFolder(name)
  }

  /// A try whether the disk takes a file here, which permissions alone don't say. It leaves no name behind, even if the
  /// process is killed; only where files can't be made without a name, a folder is made and removed.
  ///
  /// - Throws: 74 where it does not.
  package func checkTakesFiles() throws(WritingProblem) {
    let file = openat(descriptor, ".", Self.unnamed | O_WRONLY | O_CLOEXEC, 0o600)
    if file >= 0 {
      guard Self.write(Data([0]), closing: file) else { throw problem("be written") }
      return
    }
    let probe = TemporaryFolder.prefix + UUID().uuidString
    guard mkdirat(descriptor, probe, 0o700) == 0 else { throw problem("be written") }
    removeEmptyFolder(probe)
  }

  /// `O_TMPFILE`, a macro that Swift does not import: a file without a name, which is gone unless it is given one.
  package static let unnamed: Int32 = 0o20_000_000 | O_DIRECTORY
}
