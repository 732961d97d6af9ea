import ArgumentParser
import Configurations
import Experiments
import Files

/// Exit codes of the interface.
enum ExitStatus: Int32 {
  case checkFailed = 1
  case failedUnits = 2
  case cannotTell = 3
  case usage = 64
  case badInput = 65
  case inputOutput = 74
  case interrupted = 75
}

extension ExitStatus {
  /// Ends a command that has printed its result.
  static func exit(_ status: ExitStatus) -> ExitCode { ExitCode(status.rawValue) }
}

/// Why a command ended without a result: every reason, and the exit code.
struct CommandFailure: Error {
  let status: ExitStatus
  let lines: [String]
  /// What is wrong with a configuration, where that is why.
  var mistakes: [Mistake] = []

  /// Prints the reasons on stderr.
  func report() {
    for line in lines { Terminal.note(status == .interrupted ? line : "error: " + line) }
  }
}

extension CommandFailure {
  /// A file or folder that can't be written.
  init(_ problem: WritingProblem) {
    self.init(status: ExitStatus(rawValue: problem.exitCode) ?? .inputOutput, lines: [problem.reason])
  }

  /// A configuration that is not right.
  init(_ invalid: InvalidConfiguration) {
    self.init(
      status: invalid.exitCode == ExitStatus.usage.rawValue ? .usage : .badInput,
      lines: invalid.lines, mistakes: invalid.mistakes)
  }

  /// An experiment without a result.
  init(_ failure: ExperimentFailure) {
    let status: ExitStatus =
      switch failure.kind {
      case .refused: .badInput
      case .failed: .checkFailed
      case .inputOutput: .inputOutput
      case .interrupted: .interrupted
      }
    self.init(status: status, lines: failure.reasons)
  }
}

extension CommandFailure {
  /// Does something whose failure a command ends with.
  ///
  /// - Parameters:
  ///   - ending: the failure as a command ends with it.
  ///   - body: what may fail.
  /// - Returns: what it returned.
  /// - Throws: its failure.
  static func unless<Value, Failure: Error>(
    _ ending: (Failure) -> CommandFailure, _ body: () throws(Failure) -> Value
  ) throws(CommandFailure) -> Value {
    do { return try body() } catch { throw ending(error) }
  }
}
