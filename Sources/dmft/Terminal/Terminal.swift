import Foundation

/// Where text goes: results to stdout, everything else to stderr.
enum Terminal {
  /// Whether a person looks at stderr.
  static let watchesErrors = isatty(STDERR_FILENO) == 1

  /// Prints a line on stderr.
  static func note(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }

  /// Writes over the current line of stderr.
  static func overwrite(_ line: String) {
    FileHandle.standardError.write(Data(("\r\u{1B}[K" + line).utf8))
  }
}
