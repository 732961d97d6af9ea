import Files
import Foundation
import Synchronization

/// Where text goes: results to stdout, everything else to stderr.
enum Terminal {
  /// Whether stderr is a terminal.
  static let watchesErrors = isatty(STDERR_FILENO) == 1

  /// Prints a line on stderr.
  static func note(_ line: String) { complain(shown(line) + "\n") }

  /// Writes over the current line of stderr.
  static func overwrite(_ line: String) { complain("\r\u{1B}[K" + line) }

  /// The first error of stdout, 0 without one: a buffer that has failed does not report it a second time.
  private static let outputError = Atomic<Int32>(0)

  /// Sends what was printed on its way, so that a file or a pipe has every line at once.
  static func send() {
    guard fflush(nil) != 0 else { return }
    _ = outputError.compareExchange(expected: 0, desired: errno, ordering: .relaxed)
  }

  /// Sends what was printed on its way.
  ///
  /// - Throws: 74 where stdout did not take all that was printed so far.
  static func flush() throws(CommandFailure) {
    send()
    let code = outputError.load(ordering: .relaxed)
    guard code == 0 else {
      throw CommandFailure(
        status: .inputOutput, lines: ["the result could not be printed: \(systemMessage(code))"])
    }
  }

  /// A stderr that is closed or full takes no words, and ends nothing.
  private static func complain(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

  /// A text whose control characters are shown and not obeyed.
  ///
  /// Names, cells and sentences come from files of others, and an escape sequence in one could clear the screen,
  /// rename the window or type a command. Written as JSON writes them, `\u001b`, they leave JSON what it was.
  static func shown(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isObeyed) else { return text }
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      guard isObeyed(scalar) else {
        shown.append(scalar)
        continue
      }
      let digits = String(scalar.value, radix: 16)
      shown.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
    }
    return String(shown)
  }

  private static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
  }
}

/// Prints on stdout, in place of Swift's function in all of this module, so that no command can print raw control
/// characters of a file, and none waits in a buffer.
///
/// - Parameters:
///   - text: what is printed.
///   - terminator: what follows it.
func print(_ text: String, terminator: String = "\n") {
  Swift.print(Terminal.shown(text), terminator: terminator)
  Terminal.send()
}
