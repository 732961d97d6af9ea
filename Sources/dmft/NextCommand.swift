/// A command to paste that goes on from what the user gave.
struct NextCommand {
  private var words: [String]

  /// - Parameter words: configuration and `key=value` as the user gave them.
  init(_ words: [String]) {
    self.words = words
  }

  /// The same with one key set to another value.
  func replacing(_ key: String, by value: String, orGivenAs other: String) -> NextCommand {
    let rest = words.filter { !$0.hasPrefix(key + "=") && !$0.hasPrefix(other + "=") }
    return NextCommand(rest + ["\(key)=\(value)"])
  }

  /// The command line, with the program as the user called it: it may not be on the PATH.
  func text(_ command: String) -> String {
    ([CommandLine.arguments[0], command] + words).map(Self.quoted).joined(separator: " ")
  }

  /// A word as a shell takes it literally.
  static func quoted(_ word: String) -> String {
    let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "._-/=+:,@%".contains($0) }
    return plain
      ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
