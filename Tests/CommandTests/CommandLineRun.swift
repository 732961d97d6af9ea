import Foundation

/// One run of the real program: exit code and both streams.
struct CommandLineRun {
  let status: Int32
  let output: String
  let errors: String

  /// - Parameters:
  ///   - arguments: after the program's name.
  ///   - folder: working directory; by default the package's root.
  ///   - path: the PATH; by default the caller's.
  ///   - signal: what to send, and the condition that is waited for; the signal is sent once it holds.
  /// - Throws: what `Process` throws when the program can't be started.
  init(
    _ arguments: [String], in folder: URL = CommandLineRun.root, path: String? = nil,
    signal: (number: Int32, when: () -> Bool)? = nil
  ) throws {
    try self.init(program: Self.program, arguments, in: folder, path: path, signal: signal)
  }

  /// Runs the program from a shell, which can set limits first.
  ///
  /// - Parameters:
  ///   - script: what the shell does; the program is `$0`.
  ///   - arguments: of the program, `$@`.
  ///   - folder: working directory.
  /// - Throws: what `Process` throws when the shell can't be started.
  init(shell script: String, _ arguments: [String], in folder: URL = CommandLineRun.root) throws {
    try self.init(
      program: URL(fileURLWithPath: "/bin/bash"), ["-c", script, Self.program.path] + arguments, in: folder)
  }

  private init(
    program: URL, _ arguments: [String], in folder: URL, path: String? = nil,
    signal: (number: Int32, when: () -> Bool)? = nil
  ) throws {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    if let path { process.environment = ProcessInfo.processInfo.environment.merging(["PATH": path]) { $1 } }
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    if let signal {
      while process.isRunning, !signal.when() { usleep(1000) }
      kill(process.processIdentifier, signal.number)
    }
    // The longest output is far below a pipe's buffer on stderr, so stdout may be drained first.
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    let complained = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    status = process.terminationStatus
    self.output = String(decoding: printed, as: UTF8.self)
    self.errors = String(decoding: complained, as: UTF8.self)
  }

  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Built beside the tests.
  static let program = URL(fileURLWithPath: CommandLine.arguments[0])
    .deletingLastPathComponent().appendingPathComponent("dmft")
}

/// A folder that goes when its test ends.
final class ScratchFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("command-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: url.appendingPathComponent(name))
  }

  func text(_ name: String) throws -> String {
    try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8)
  }

  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }
}
