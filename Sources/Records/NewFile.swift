import Foundation

/// Files that a person asks for by name, to keep and change: never written over.
public enum NewFile {
  /// Writes a text to a file that is not there yet, whole or not at all.
  ///
  /// - Parameters:
  ///   - text: what will stand in it.
  ///   - path: where; relative to the working directory.
  /// - Throws: 65 if the file exists (it is left alone), 74 where writing fails.
  public static func write(_ text: String, to path: String) throws(WritingProblem) {
    let temporary = "\(path).\(UUID().uuidString)"
    defer { unlink(temporary) }
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: temporary))
    } catch {
      throw .input("\(path) can't be written: \(systemWords(for: error))")
    }
    // A hard link, unlike a rename, never replaces a file that is already there.
    guard link(temporary, path) == 0 else {
      if errno == EEXIST { throw .foreign("\(path) exists and was left alone; name another file") }
      throw .input("\(path) can't be written: \(String(cString: strerror(errno)))")
    }
  }
}
