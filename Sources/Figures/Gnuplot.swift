import Foundation
import Synchronization

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
    let told = Collected(complaints)
    let picture = output.fileHandleForReading.readDataToEndOfFile()
    let text = told.text
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

/// What comes out of a pipe, read by a thread of its own so that no other pipe has to wait for it.
private final class Collected: Sendable {
  private let data = Mutex(Data())
  private let isRead = DispatchSemaphore(value: 0)

  init(_ pipe: Pipe) {
    Thread {
      let all = pipe.fileHandleForReading.readDataToEndOfFile()
      self.data.withLock { $0 = all }
      self.isRead.signal()
    }.start()
  }

  /// All of it, once the pipe is closed; asked for once.
  var text: String {
    isRead.wait()
    return data.withLock { String(decoding: $0, as: UTF8.self) }
  }
}
