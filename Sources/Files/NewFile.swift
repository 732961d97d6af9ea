import Foundation

/// Files that the user names, to keep and edit: never written over.
public enum NewFile {
  /// Writes a text to a file that is not there yet. Nothing else is left behind, even if the process is killed.
  ///
  /// - Parameters:
  ///   - text: what will stand in it.
  ///   - path: where; relative to the working directory.
  /// - Throws: 65 if the file exists (it is left alone), 74 where writing fails.
  public static func write(_ text: String, to path: String) throws(WritingProblem) {
    let contents = Data(text.utf8)
    guard !writeUnnamed(contents, then: path) else { return }
    // Where files can't be made without a name, and where that failed: this says why.
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard file >= 0 else {
      let code = errno
      if code == EEXIST { throw .foreign("\(path) exists and was left alone; name another file") }
      throw .input("\(path) can't be written: \(systemMessage(code))")
    }
    guard Directory.write(contents, closing: file) else {
      let code = errno
      unlink(path)
      throw .input("\(path) can't be written: \(systemMessage(code))")
    }
  }

  /// Writes a file without a name and gives it one if all went well, so that it is there whole or not at all.
  private static func writeUnnamed(_ contents: Data, then path: String) -> Bool {
    // Not Foundation's deletingLastPathComponent, which traps on a name of one character (Swift 6.3).
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let file = open(folder, Directory.unnamed | O_WRONLY | O_CLOEXEC, 0o666)
    guard file >= 0 else { return false }
    defer { close(file) }
    // Unlike a rename, a link to the file never replaces one that is already there.
    return Directory.write(contents, into: file)
      && linkat(AT_FDCWD, "/proc/self/fd/\(file)", AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0
  }
}
