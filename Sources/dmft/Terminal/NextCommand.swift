import Reports

/// A suggested command, based on the user's arguments.
struct NextCommand {
  private let words: [String]
  private let flags: [String]

  /// - Parameters:
  ///   - words: configuration and `key=value` as the user gave them.
  ///   - flags: options with their values that belong to the command.
  init(_ words: [String], flags: [String] = []) {
    self.words = words
    self.flags = flags
  }

  /// The same with one key set to another value.
  func replacing(_ key: String, by value: String, orGivenAs other: String? = nil) -> NextCommand {
    let rest = words.filter { word in !word.hasPrefix(key + "=") && !(other.map { word.hasPrefix($0 + "=") } ?? false) }
    return NextCommand(rest + ["\(key)=\(value)"], flags: flags)
  }

  /// The command line and why.
  func text(_ command: String, _ reason: String) -> String {
    (["dmft", command] + words + flags).map(NumberText.quoted).joined(separator: " ")
      + "    (\(reason))"
  }
}
