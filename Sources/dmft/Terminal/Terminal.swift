import Foundation

/// Where text goes: results to stdout, everything else to stderr.
enum Terminal {
  /// Whether a person looks at stderr.
  static let watchesErrors = isatty(STDERR_FILENO) == 1

  /// Prints a line on stderr.
  static func note(_ line: String) { complain(line + "\n") }

  /// Writes over the current line of stderr.
  static func overwrite(_ line: String) { complain("\r\u{1B}[K" + line) }

  /// A stderr that is closed or full takes no words, and ends nothing.
  private static func complain(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
