import Files
import Foundation

/// What a shell may offer where a configuration file or `key=value` is being typed.
public enum ConfigurationCompletion {
  /// Whole words that begin as the typed one does: keys, `key=value` once the key is settled, YAML files.
  ///
  /// - Parameters:
  ///   - word: the text before the cursor.
  ///   - folder: absolute path that relative paths start from.
  /// - Returns: keys in the order of the table, then files.
  public static func completions(of word: String, in folder: String) -> [String] {
    if let equals = word.firstIndex(of: "=") {
      let key = String(word[..<equals])
      return values(of: key, in: folder).map { "\(key)=\($0)" }.filter { $0.hasPrefix(word) }
    }
    let keys = Schema.keys.map(\.path).filter { $0.hasPrefix(word) }
    var words = keys.map { $0 + "=" }
    // Two words at least, so that no shell takes the bare key for the end of the word and adds a space.
    if keys.count == 1 { words += values(of: keys[0], in: folder).map { "\(keys[0])=\($0)" } }
    return words + files(beginningWith: word, endings: ["yaml", "yml"], in: folder)
  }

  /// Values that make sense behind a key: its words, its default, its example, files where it names one.
  ///
  /// - Parameters:
  ///   - path: dotted path of a key.
  ///   - folder: absolute path that relative paths start from.
  /// - Returns: values without spaces, each once; none for an unknown key.
  public static func values(of path: String, in folder: String) -> [String] {
    guard let key = Schema.key(path) else { return [] }
    var values: [String] = []
    switch key.kind {
    case .word(let words): values = words
    case .flag: values = ["true", "false"]
    case .integer(_, let word, _): values = [key.defaultText, word].compactMap { $0 }
    case .text:
      let endings = Configuration.dataFileKeys.contains(path) ? ["csv"] : path == "reduce.target" ? ["csv", "npy"] : []
      values = [key.defaultText].compactMap { $0 } + files(beginningWith: "", endings: endings, in: folder)
    case .number, .perLayer, .perOutput, .list, .matrix, .texts: values = [key.defaultText].compactMap { $0 }
    }
    if values.isEmpty, let example = key.example { values = [example] }
    return values.map { $0.replacing(", ", with: ",") }
  }

  /// Files at most two folders down; a shell waits for the answer, so no more than a thousand names are looked at.
  private static func files(beginningWith word: String, endings: [String], in folder: String) -> [String] {
    let parent = word.lastIndex(of: "/").map { String(word[...$0]) } ?? ""
    let base = absolutePath(parent.isEmpty ? "." : parent, in: folder)
    guard !endings.isEmpty, let names = FileManager.default.enumerator(atPath: base) else { return [] }
    var found: [String] = []
    for case let name as String in names.prefix(1000) {
      let isHidden = name.split(separator: "/").last?.hasPrefix(".") == true
      if isHidden || names.level > 2 { names.skipDescendants() }
      let ending = (name as NSString).pathExtension
      if !isHidden, endings.contains(ending), (parent + name).hasPrefix(word) { found.append(parent + name) }
    }
    return found.sorted()
  }
}
