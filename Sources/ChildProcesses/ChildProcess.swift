@preconcurrency import Glibc

/// A program that is run to its end.
///
/// On `posix_spawn` and not on Foundation's `Process`, which ends the caller where descriptors run out.
public enum ChildProcess {
  /// The result of a program.
  public struct Result: Sendable {
    /// Its exit code; 128 and the number of the signal where one ended it.
    public let status: Int32
    /// What it wrote to its standard output.
    public let output: [UInt8]
    /// What it wrote to its standard error.
    public let errors: String
  }

  /// Why a program was not run.
  public struct Failure: Error, Hashable, Sendable {
    /// The system's message.
    public let reason: String
    /// Whether there is no such program.
    public let isMissing: Bool
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - words: the program, looked up along the PATH, and its arguments.
  ///   - input: what it reads from its standard input; nil lets it have the caller's.
  /// - Returns: exit code and output; input that it did not read is no error.
  /// - Throws: `Failure` where it could not be started or listened to.
  public static func run(_ words: [String], input: [UInt8]? = nil) throws(Failure) -> Result {
    do throws(SystemError) {
      let (output, errors) = (try Descriptor.pipe(), try Descriptor.pipe())
      let sockets = input == nil ? nil : try Descriptor.sockets()
      let process = try spawn(words, streams: [sockets?.theirs, output.writing, errors.writing])
      for descriptor in [sockets?.theirs, output.writing, errors.writing] { descriptor?.close() }
      var streams = Streams(output: output.reading, errors: errors.reading, input: sockets?.ours, text: input ?? [])
      do throws(SystemError) {
        try streams.exchange()
      } catch {
        kill(process, SIGKILL)
        _ = wait(for: process)
        throw error
      }
      return Result(
        status: wait(for: process), output: streams.written[0],
        errors: String(decoding: streams.written[1], as: UTF8.self))
    } catch {
      throw Failure(reason: error.description, isMissing: error.number == ENOENT)
    }
  }

  /// Starts a program whose standard streams are these; nil is the caller's.
  private static func spawn(_ words: [String], streams: [Descriptor?]) throws(SystemError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, stream) in streams.enumerated() {
      guard let stream else { continue }
      posix_spawn_file_actions_adddup2(&actions, stream.number, Int32(target))
    }
    // In a group of its own, so that Ctrl-C reaches the caller alone, who knows what has to be finished.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of Dispatch block all signals, and this program may ignore some; a child begins without either.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGXFSZ)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let error = posix_spawnp(&process, words[0], &actions, &attributes, &arguments, environ)
    guard error == 0 else { throw SystemError(error) }
    return process
  }

  private static func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? status >> 8 & 0xff : 128 + signal
  }
}
