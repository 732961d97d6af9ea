import ChildProcesses
import Foundation

/// The scheduler's own commands, called as processes.
public enum Scheduler {
  /// Why the scheduler did not do what was asked.
  public struct Problem: Error, Hashable, Sendable {
    /// A sentence, with the scheduler's message.
    public let reason: String
    /// Whether the scheduler is there and refused what it was given.
    public let isRefusal: Bool

    init(reason: String, isRefusal: Bool = false) {
      self.reason = reason
      self.isRefusal = isRefusal
    }
  }

  /// The largest number of elements of a job array at this site (scontrol show config, MaxArraySize).
  ///
  /// - Returns: the number.
  /// - Throws: `Problem` where there is no Slurm or it does not answer.
  public static func largestArray() throws(Problem) -> Int {
    let text = try output(of: ["scontrol", "show", "config"])
    guard let match = text.firstMatch(of: /MaxArraySize\s*=\s*(\d+)/), let size = Int(match.1), size > 0 else {
      throw Problem(reason: "scontrol show config names no MaxArraySize")
    }
    return size
  }

  /// Jobs of this user with one name that have not ended.
  ///
  /// - Parameter name: the name.
  /// - Returns: their numbers, an array's elements together.
  /// - Throws: `Problem` where there is no Slurm or it does not answer.
  public static func queued(_ name: String) throws(Problem) -> [String] {
    let text = try output(of: ["squeue", "--noheader", "--me", "--format=%F", "--name=\(name)"])
    return Set(text.split(whereSeparator: \.isWhitespace).map(String.init)).sorted()
  }

  /// How many jobs of this user with some names are in each state, such as `RUNNING`; elements of an array count one by one.
  ///
  /// - Parameter names: the names.
  /// - Returns: states with the number of jobs; empty where none is queued.
  /// - Throws: `Problem` where there is no Slurm or it does not answer.
  public static func states(_ names: [String]) throws(Problem) -> [String: Int] {
    let text = try output(
      of: ["squeue", "--noheader", "--me", "--array", "--format=%T", "--name=\(names.joined(separator: ","))"])
    return Dictionary(text.split(whereSeparator: \.isWhitespace).map { (String($0), 1) }, uniquingKeysWith: +)
  }

  /// Submits a script.
  ///
  /// - Parameters:
  ///   - script: absolute path.
  ///   - predecessor: a job that has to end first, in whatever way.
  /// - Returns: the number of the job.
  /// - Throws: `Problem` where the scheduler refuses it.
  public static func submit(_ script: String, after predecessor: Int? = nil) throws(Problem) -> Int {
    let dependency = predecessor.map { ["--dependency=afterany:\($0)"] } ?? []
    let text = try output(of: ["sbatch", "--parsable"] + dependency + [script])
    guard let number = text.split(whereSeparator: { $0 == ";" || $0.isWhitespace }).first.flatMap({ Int($0) }) else {
      throw Problem(reason: "sbatch printed \(text) instead of a job number")
    }
    return number
  }

  private static func output(of words: [String]) throws(Problem) -> String {
    let result: ChildProcess.Result
    do {
      result = try ChildProcess.run(words)
    } catch {
      throw Problem(
        reason: error.isMissing
          ? "\(words[0]) is missing: this computer has no Slurm (GNU parallel or any other scheduler can run dmft worker)"
          : "\(words[0]) could not be started: \(error.reason)")
    }
    guard result.status == 0 else {
      // All of it: the reason often stands above the last line.
      let said = (result.errors + "\n" + String(decoding: result.output, as: UTF8.self)).split(
        whereSeparator: \.isNewline
      )
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }.joined(separator: "\n  ")
      // Before anything is submitted only a missing controller or configuration can be wrong.
      throw Problem(
        reason: "\(words[0]) failed: \(said)"
          + (words[0] == "sbatch" ? "" : " (is Slurm running here, and SLURM_CONF set if it must be?)"),
        isRefusal: words[0] == "sbatch")
    }
    return String(decoding: result.output, as: UTF8.self)
  }
}
