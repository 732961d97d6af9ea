import Foundation

/// The program that draws (Debian: gnuplot-nox), called as a process of its own.
public enum Gnuplot {
  /// Why a picture is missing, and what to do.
  public struct Problem: Error, Hashable, Sendable {
    /// A sentence.
    public let reason: String
  }

  /// Draws a picture through pipes: no file is read or written.
  ///
  /// - Parameters:
  ///   - figure: what to draw.
  ///   - format: as what.
  /// - Returns: the bytes of the picture.
  /// - Throws: `Problem` where gnuplot is missing or fails.
  public static func picture(_ figure: Figure, as format: PictureFormat) throws(Problem) -> Data {
    try run(GnuplotScript(figure).selfContained(format), figure.name)
  }

  /// Runs a script that writes its picture to the standard output.
  static func run(_ script: String, _ name: String) throws(Problem) -> Data {
    let process = Process()
    // env looks along the PATH.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gnuplot", "-"]
    let (input, output, complaints) = (Pipe(), Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = complaints
    do {
      try process.run()
    } catch {
      throw Problem(reason: "gnuplot could not be started: \(error.localizedDescription)")
    }
    feed(script, to: input)
    let picture = output.fileHandleForReading.readDataToEndOfFile()
    let text = String(decoding: complaints.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus != 127 else {
      throw Problem(
        reason: "gnuplot is missing: install it (Debian: apt-get install gnuplot-nox), then dmft plot draws this run")
    }
    guard process.terminationStatus == 0, !picture.isEmpty else {
      throw Problem(reason: "gnuplot failed on \(name): \(text.trimmingCharacters(in: .whitespacesAndNewlines))")
    }
    return picture
  }

  /// From a thread of its own, as gnuplot may fill one pipe before it has emptied the other. A gnuplot that is missing
  /// closes the pipe at once, which must not end this program.
  private static func feed(_ script: String, to pipe: Pipe) {
    Thread {
      var signals = sigset_t()
      sigemptyset(&signals)
      sigaddset(&signals, SIGPIPE)
      pthread_sigmask(SIG_BLOCK, &signals, nil)
      // What can't be written is told by the exit code of the reader.
      try? pipe.fileHandleForWriting.write(contentsOf: Data(script.utf8))
      try? pipe.fileHandleForWriting.close()
    }.start()
  }
}
