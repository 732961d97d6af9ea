import Configurations
import Files
import Foundation

/// The words of a command line that make a problem: at most one file, and keys with their values.
struct ProblemWords {
  /// A YAML file, `-` for standard input; nil without one.
  let file: String?
  /// `key=value`, in their order; a table that stands in place of the file is the first.
  let settings: [String]

  /// Whether a word is `key=value`, rather than a path in which an `=` happens to stand: a file that exists, a file in a
  /// folder that exists, or a word with a slash before the first `=`, which no key has.
  static func isSetting(_ word: String) -> Bool {
    guard let equals = word.firstIndex(of: "="), !word[..<equals].contains("/") else { return false }
    let files = FileManager.default
    var isFolder: ObjCBool = false
    if files.fileExists(atPath: word, isDirectory: &isFolder), !isFolder.boolValue { return false }
    guard let slash = word.lastIndex(of: "/") else { return true }
    return !files.fileExists(atPath: String(word[..<slash]))
  }

  /// Whether a word names a table by its ending.
  static func isTable(_ word: String) -> Bool {
    [".csv", ".tsv"].contains { word.lowercased().hasSuffix($0) } && !isSetting(word)
  }

  /// Separates files from settings.
  ///
  /// - Parameter words: as they stand on the command line.
  /// - Throws: 64 for more than one file, a key without its value, and standard input named twice.
  init(_ words: [String]) throws(CommandFailure) {
    let files = words.filter { !Self.isSetting($0) }
    var settings = words.filter(Self.isSetting)
    if let call = files.first(where: { $0.hasPrefix("zip(") }) {
      throw CommandFailure(status: .usage, lines: ["\(call) is not zip(key=values,key=values)"])
    }
    guard files.count <= 1 else {
      throw CommandFailure(
        status: .usage,
        lines: files.dropFirst().map { "\($0) is neither key=value nor the one configuration file (\(files[0]))" })
    }
    if let key = files.first, Schema.key(key) != nil {
      throw CommandFailure(status: .usage, lines: ["\(key) needs a value: \(key)=..."])
    }
    var file = files.first
    if let table = file, Self.isTable(table) {
      settings.insert("data.file=" + Self.yaml(table), at: 0)
      file = nil
    }
    let read =
      settings.compactMap { $0.split(separator: "=", maxSplits: 1).last.map(String.init) } + [file].compactMap(\.self)
    guard read.count(where: StandardInput.isMeant) < 2 else {
      throw CommandFailure(status: .usage, lines: ["standard input can be one file only; name the other by its path"])
    }
    self.file = file
    self.settings = settings
  }

  /// A path as a YAML text.
  private static func yaml(_ path: String) -> String {
    let isPlain = path.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || "0123456789/._-".unicodeScalars.contains($0)
    }
    let isSafe = path.unicodeScalars.first.map { $0 == "/" || $0.properties.isAlphabetic } ?? false
    return isPlain && isSafe ? path : "'" + path.replacingOccurrences(of: "'", with: "''") + "'"
  }
}
