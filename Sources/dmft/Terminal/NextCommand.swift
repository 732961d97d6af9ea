/// A command to paste that goes on from what the user gave.
struct NextCommand {
  private let words: [String]
  private let flags: [String]

  /// - Parameters:
  ///   - words: configuration and `key=value` as the user gave them.
  ///   - flags: options with their values that belong to the command.
  init(_ words: [String], flags: [(name: String, value: String)] = []) {
    self.init(words, flags.flatMap { [$0.name, $0.value] })
  }

  private init(_ words: [String], _ flags: [String]) {
    self.words = words
    self.flags = flags
  }

  /// The same with one key set to another value.
  func replacing(_ key: String, by value: String, orGivenAs other: String) -> NextCommand {
    let rest = words.filter { !$0.hasPrefix(key + "=") && !$0.hasPrefix(other + "=") }
    return NextCommand(rest + ["\(key)=\(value)"], flags)
  }

  /// The command line, with the program as the user called it: it may not be on the PATH.
  func text(_ command: String) -> String {
    ([CommandLine.arguments[0], command] + words + flags).map(Self.quoted).joined(separator: " ")
  }

  /// A word as a shell takes it literally.
  static func quoted(_ word: String) -> String {
    let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "._-/=+:,@%".contains($0) }
    return plain
      ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
