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

/// All bytes of a file.
///
/// - Throws: a sentence, and the nearest name in the same folder where there is no such file.
package func contents(of path: String) throws(UnreadableFile) -> [UInt8] {
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
  do {
    return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  } catch {
    throw UnreadableFile(reason: "can't be read: \(systemMessage(for: error))", suggestion: nil)
  }
}
