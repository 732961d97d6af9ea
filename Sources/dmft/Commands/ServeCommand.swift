import ArgumentParser
import Files
import Foundation
import JSON

/// `dmft serve`: commands as JSON lines on stdin, answers as JSON lines on stdout; what the Python package calls.
///
/// Each line `{"id": 1, "folder": "/where/paths/start", "words": ["solve", "training.steps=50", "--json"]}` is a command, run in this
/// process as the command line runs it, one after the other. Lines that come back carry its id: `note` for each line of stderr,
/// `progress` with the share done, and last `status`, the exit code, with `result` or `output`, `errors` and `mistakes`. A signal ends a
/// call as it ends the command, and with it the process. The process ends when stdin does or the one that started it.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Answer commands that come as JSON lines on stdin.",
    usage: "dmft serve",
    discussion: """
      Example:
        echo '{"id": 1, "words": ["solve", "--json"]}' | dmft serve
      """,
    shouldDisplay: false)

  mutating func run() throws {
    Self.leaveWithParent()
    var known = KnownCommands()
    while let line = readLine() {
      guard !line.allSatisfy(\.isWhitespace) else { continue }
      let request = JSONValue.parse(Data(line.utf8))
      let words = request?["words"]?.elements.map(\.text) ?? []
      ServedCall.answer(request?["id"]?.number.flatMap { Int(exactly: $0) } ?? 0) {
        guard !words.isEmpty, !words.contains(nil) else {
          throw CommandFailure(
            status: .usage, lines: [#"a call is a line such as {"id": 1, "words": ["solve", "--json"]}, got \#(line)"#])
        }
        try Self.run(words.compactMap(\.self), in: request?["folder"]?.text, &known)
      }
    }
  }

  private static func run(_ words: [String], in folder: String?, _ known: inout KnownCommands) throws {
    let values = words.flatMap { [$0, $0.split(separator: "=", maxSplits: 1).last.map(String.init) ?? ""] }
    guard words.first != "serve", !values.contains(where: StandardInput.isMeant) else {
      throw CommandFailure(
        status: .usage,
        lines: ["a call can't be serve and can't read standard input, which holds the calls; name a file"])
    }
    if let folder, !FileManager.default.changeCurrentDirectoryPath(folder) {
      throw CommandFailure(status: .inputOutput, lines: ["\(folder) can't be entered"])
    }
    try DMFT.refuse(unknown: words.first)
    var command = try known.command(words)
    try command.run()
  }

  /// A pipe whose other end was inherited by children of a process that is gone does not end.
  private static func leaveWithParent() {
    let parent = getppid()
    Thread.detachNewThread {
      while getppid() == parent { usleep(200_000) }
      _exit(ExitStatus.interrupted.rawValue)
    }
  }
}

/// Commands as they were parsed, by all their words but the settings: making the parser takes as long as a tenth of a short solve.
private struct KnownCommands {
  private var commands: [[String]: any ProblemCommand] = [:]

  /// - Parameter words: of a call.
  /// - Returns: the command that they mean.
  /// - Throws: what ArgumentParser finds wrong.
  mutating func command(_ words: [String]) throws -> any ParsableCommand {
    // What stands behind a flag may be its value, which looks the same.
    let end = words.firstIndex { $0.hasPrefix("-") } ?? words.count
    let settings = words[..<end].dropFirst().filter { $0.firstMatch(of: /^[a-z]+\.[A-Za-z.]+=/) != nil }
    guard settings.count == end - 1 else { return try DMFT.command(words) }
    let others = [words[0]] + words[end...]
    if var command = commands[others] {
      command.options.words = settings
      return command
    }
    let command = try DMFT.command(words)
    // A setting behind a flag is one of the others, and would be lost.
    if let problem = command as? any ProblemCommand, problem.options.words == settings, commands.count < 100 {
      commands[others] = problem
    }
    return command
  }
}

/// A command whose words, without its flags, are a problem.
protocol ProblemCommand: ParsableCommand {
  var options: ConfigurationOptions { get set }
}

extension SolveCommand: ProblemCommand {}
extension SimulateCommand: ProblemCommand {}
extension ValidateCommand: ProblemCommand {}
extension TransferCommand: ProblemCommand {}
extension TuneCommand: ProblemCommand {}
extension ExplainCommand: ProblemCommand {}
