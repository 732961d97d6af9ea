import ArgumentParser
import Records

/// Exit codes of the interface.
enum ExitStatus: Int32 {
  case checkFailed = 1
  case failedUnits = 2
  /// A verdict that cannot tell.
  case undecided = 3
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

  /// Prints the reasons on stderr.
  func report() {
    for line in lines { Terminal.note(status == .interrupted ? line : "error: " + line) }
  }
}

extension CommandFailure {
  /// A file or folder that can't be written.
  init(_ problem: WritingProblem) {
    self.init(
      status: ExitStatus(rawValue: problem.exitCode) ?? .inputOutput, lines: [problem.reason])
  }
}

extension CommandFailure {
  /// A configuration that is not right.
  init(_ invalid: InvalidConfiguration) {
    self.init(
      status: invalid.exitCode == ExitStatus.usage.rawValue ? .usage : .badInput,
      lines: invalid.mistakes.map(\.description))
  }
}

extension CommandFailure {
  /// Refuses what memory does not hold, before anything is allocated.
  ///
  /// - Parameters:
  ///   - what: what would take the memory, with its verb, such as `networks of this size take`.
  ///   - bytes: how much it would take.
  ///   - remedy: what to do.
  /// - Throws: 65 where more is needed than is free.
  static func refuseBeyondMemory(_ what: String, bytes: Double, remedy: String) throws(CommandFailure) {
    let free = MachineMemory.available
    guard bytes > Double(free) else { return }
    let needed = NumberText.bytes(Int(exactly: bytes.rounded()) ?? .max)
    throw CommandFailure(
      status: .badInput, lines: ["\(what) \(needed), \(NumberText.bytes(free)) are free; \(remedy)"])
  }
}
