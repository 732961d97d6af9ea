import Files
import Foundation
import Synchronization

/// Where text goes: results to stdout, everything else to stderr.
enum Terminal {
  /// Whether stderr is a terminal.
  static let watchesErrors = isatty(STDERR_FILENO) == 1

  /// Prints a line on stderr.
  static func note(_ line: String) {
    if !ServedCall.note(shown(line)) { complain(shown(line) + "\n") }
  }

  /// Writes over the current line of stderr.
  static func overwrite(_ line: String) { complain("\r\u{1B}[K" + line) }

  /// Why stdout has not taken a text, as `errno` said it; zero if it has taken all.
  private static let printingProblem = Atomic<Int32>(0)

  /// Prints on stdout, at once: the buffers of the C library forget that a disk was full for a while.
  ///
  /// - Parameter text: what is printed.
  static func write(_ text: String) {
    if ServedCall.take(shown(text)) { return }
    guard !Directory.write(Data(shown(text).utf8), into: STDOUT_FILENO) else { return }
    printingProblem.store(errno, ordering: .relaxed)
  }

  /// Sees to it that everything was printed.
  ///
  /// - Throws: 74 where stdout has not taken it, now or earlier.
  static func flush() throws(CommandFailure) {
    // What ArgumentParser prints is in the buffers.
    let code = fflush(nil) == 0 ? printingProblem.load(ordering: .relaxed) : errno
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

  /// Unicode's control characters (Cc), by their numbers: asking for the category of each took a tenth of a short run.
  private static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
    (scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)) && scalar != "\n" && scalar != "\t"
  }
}

/// Prints on stdout, in place of Swift's function in all of this module, so that no command can print raw control
/// characters of a file, and none waits in a buffer.
///
/// - Parameters:
///   - text: what is printed.
///   - terminator: what follows it.
func print(_ text: String, terminator: String = "\n") {
  Terminal.write(text + terminator)
}
