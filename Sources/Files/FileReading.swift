import Foundation

/// Why a file can't be read.
package struct UnreadableFile: Error {
  package let reason: String
  package let suggestion: String?

  package init(reason: String, suggestion: String?) {
    self.reason = reason
    self.suggestion = suggestion
  }
}

/// The path itself if it is absolute, otherwise the path below the folder; `..` resolved.
package func absolutePath(_ path: String, in folder: String) -> String {
  URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: folder, isDirectory: true))
    .absoluteURL.standardizedFileURL.path
}

/// The path of a file as it is written in a folder, with `..` where it lies outside.
package func relativePath(of file: String, from folder: String) -> String {
  let target = URL(fileURLWithPath: file).standardizedFileURL.pathComponents
  let base = URL(fileURLWithPath: folder).standardizedFileURL.pathComponents
  let common = zip(target, base).prefix { $0 == $1 }.count
  return (Array(repeating: "..", count: base.count - common) + target.dropFirst(common)).joined(separator: "/")
}

/// The path of a file to read: the same, but that `-` is standard input.
package func inputPath(_ path: String, in folder: String) -> String {
  StandardInput.isMeant(by: path) ? StandardInput.path : absolutePath(path, in: folder)
}

/// The most bytes of a table or matrix that are read.
package let fileLimit = 4 << 30

/// All bytes of a file, or of standard input.
///
/// - Parameters:
///   - path: absolute.
///   - limit: more bytes than this are refused.
/// - Returns: its bytes.
/// - Throws: a sentence, and the nearest name in the same folder where there is no such file.
package func contents(of path: String, atMost limit: Int = fileLimit) throws(UnreadableFile) -> [UInt8] {
  if StandardInput.isMeant(by: path) { return try StandardInput.contents() }
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
    let url = URL(fileURLWithPath: path)
    let folder = url.deletingLastPathComponent().path
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw UnreadableFile(reason: "no such file; there is no folder \(folder)", suggestion: nil)
    }
    let alike = names.filter {
      URL(fileURLWithPath: $0).pathExtension.lowercased().first
        == url.pathExtension.lowercased().first
    }
    let nearest = nearestName(to: url.lastPathComponent, among: alike.sorted())
    throw UnreadableFile(
      reason: "no such file (looked in \(folder))",
      suggestion: nearest.map { "did you mean \($0)?" })
  }
  if isFolder.boolValue {
    // A run folder given where its configuration was meant.
    let isRun = FileManager.default.fileExists(atPath: path + "/config.yaml")
    throw UnreadableFile(
      reason: "is a folder, not a file",
      suggestion: isRun ? "did you mean the config.yaml in it?" : nil)
  }
  return try bytes(of: path, atMost: limit)
}

/// All bytes behind a path that can be read from start to end: a file, a device, a pipe.
private func bytes(of path: String, atMost limit: Int) throws(UnreadableFile) -> [UInt8] {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { throw unreadable(errno) }
  defer { close(file) }
  return try bytes(from: file, atMost: limit)
}

/// All bytes of an open file. A device may have no end, so that nothing is read beyond the limit.
private func bytes(from file: Int32, atMost limit: Int) throws(UnreadableFile) -> [UInt8] {
  var status = stat()
  let size = fstat(file, &status) == 0 ? Int(status.st_size) : 0
  guard size <= limit else { throw tooLarge(limit) }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(size + 1)
  var chunk = [UInt8](repeating: 0, count: 1 << 20)
  while true {
    let count = read(file, &chunk, chunk.count)
    if count < 0 {
      let code = errno
      if code == EINTR { continue }
      throw unreadable(code)
    }
    if count == 0 { return bytes }
    guard bytes.count + count <= limit else { throw tooLarge(limit) }
    bytes += chunk[..<count]
  }
}

private func unreadable(_ code: Int32) -> UnreadableFile {
  UnreadableFile(reason: "can't be read: \(systemMessage(code))", suggestion: nil)
}

private func tooLarge(_ limit: Int) -> UnreadableFile {
  UnreadableFile(reason: "has more than \(limit >> 20) MiB, the most that is read", suggestion: nil)
}

/// Standard input as a file of the command line: `-` or `/dev/stdin`.
package enum StandardInput {
  /// Whether a path names it.
  package static func isMeant(by path: String) -> Bool { path == "-" || path == Self.path }

  /// What messages call a file: `standard input`, or its path as it was given.
  package static func name(of path: String) -> String { isMeant(by: path) ? "standard input" : path }

  /// What it is called in a path.
  package static let path = "/dev/stdin"

  /// Read once, however often it is asked for: a command reads its configuration more than once.
  private static let all = Result { () throws(UnreadableFile) in try bytes(from: STDIN_FILENO, atMost: fileLimit) }

  /// All of it.
  static func contents() throws(UnreadableFile) -> [UInt8] { try all.get() }
}
