import ChildProcesses
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
    let picture = try run(GnuplotScript(figure).selfContained(format), figure.name)
    guard format.isWhole(picture) else {
      throw Problem(reason: "gnuplot stopped in the middle of \(figure.name); dmft plot draws this run again")
    }
    return picture
  }

  /// Runs a script that writes its picture to the standard output.
  static func run(_ script: String, _ name: String) throws(Problem) -> Data {
    let result: ChildProcess.Result
    do {
      result = try ChildProcess.run(["gnuplot", "-"], input: Array(script.utf8))
    } catch {
      throw Problem(
        reason: error.isMissing
          ? "gnuplot is missing: install it (Debian: apt-get install gnuplot-nox), then dmft plot draws this run"
          : "gnuplot could not be started: \(error.reason)")
    }
    guard result.status == 0, !result.output.isEmpty else {
      throw Problem(
        reason: "gnuplot failed on \(name): \(result.errors.trimmingCharacters(in: .whitespacesAndNewlines))")
    }
    return Data(result.output)
  }
}
