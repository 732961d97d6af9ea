import Foundation

/// The program that draws (Debian: gnuplot-nox), called as a process of its own.
public enum Gnuplot {
  /// Why a picture is missing, and what to do.
  public struct Problem: Error, Hashable, Sendable {
    /// A sentence.
    public let reason: String
  }

  /// Runs a script in its folder.
  ///
  /// - Parameters:
  ///   - script: file name of the script.
  ///   - folder: the folder that it stands in; pictures come there.
  /// - Throws: `Problem` where gnuplot is missing or fails.
  public static func draw(_ script: String, in folder: String) throws(Problem) {
    let process = Process()
    // env looks along the PATH.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gnuplot", script]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let complaints = Pipe()
    process.standardError = complaints
    process.standardOutput = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw Problem(reason: "gnuplot could not be started: \(error.localizedDescription)")
    }
    let text = String(decoding: complaints.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus != 127 else {
      throw Problem(
        reason: "gnuplot is missing: install it (Debian: apt-get install gnuplot-nox) and run gnuplot \(script) "
          + "in the folder figures, or the same command again")
    }
    guard process.terminationStatus == 0 else {
      throw Problem(reason: "gnuplot failed on \(script): \(text.trimmingCharacters(in: .whitespacesAndNewlines))")
    }
  }
}
