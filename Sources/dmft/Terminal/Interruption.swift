import Foundation
import Parallel
import Synchronization

/// Ctrl-C and SIGTERM while a command computes: work that can be kept is asked to stop, other work is left at once with
/// exit code 75 and a word on what was kept. One at a time.
final class Interruption {
  /// - Parameters:
  ///   - stop: what a first signal raises; nil exits at once.
  ///   - words: the message on exiting at once.
  ///   - ending: raised by SIGUSR1, a scheduler's warning: what runs is brought to its end, nothing more is begun.
  init(_ stop: StopSignal? = nil, saying words: String = Interruption.nothingKept, ending: StopSignal? = nil) {
    answer.words.store(UnsafePointer(strdup("\n\(words)\n")), ordering: .relaxed)
    answer.ending.store(ending.map(Unmanaged.passRetained), ordering: .relaxed)
    now(stops: stop)
    for number in [SIGINT, SIGTERM] { Self.take(number, by: stopOrLeave) }
    if ending != nil { Self.take(SIGUSR1, by: endSoon) }
  }

  /// The parent process may have blocked the signals, as threads of Dispatch do.
  private static func take(_ number: Int32, by handler: @escaping @convention(c) (Int32) -> Void) {
    signal(number, handler)
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, number)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// From here on a first signal raises this, or exits at once.
  func now(stops stop: StopSignal?) {
    // Never released, as a handler may be looking at it; a command has a handful.
    answer.stop.store(stop.map(Unmanaged.passRetained), ordering: .sequentiallyConsistent)
  }

  /// The message of a command that has no folder.
  static let nothingKept = "interrupted: nothing was kept; the same command starts from the beginning"
  /// The message of a command that keeps its units.
  static let unitsKept = "stopped: finished units are kept; repeat the command to continue"
  /// The message of a command that keeps its networks.
  static let networksKept = "stopped: finished networks are kept; repeat the command to continue"

  /// Gives the signals back.
  func end() {
    for number in [SIGINT, SIGTERM, SIGUSR1] { signal(number, SIG_DFL) }
  }
}

/// What the signal handlers read. They run in whichever thread gets the signal, in the middle of anything, and so read atomics and
/// call `write` and `_exit` alone. A signal source of Dispatch would take threads and descriptors, which a limit can deny.
///
/// Unchecked, as the bytes behind the pointer never change.
private struct Answer: ~Copyable, @unchecked Sendable {
  /// Raised by the first SIGINT or SIGTERM, if there is one; otherwise, and at a second one, the command exits at once.
  let stop = Atomic<Unmanaged<StopSignal>?>(nil)
  /// Raised by SIGUSR1.
  let ending = Atomic<Unmanaged<StopSignal>?>(nil)
  /// The message on exiting at once.
  let words = Atomic<UnsafePointer<CChar>?>(nil)
}

/// Made before the first handler is set, so that none of them has to.
private let answer = Answer()

private func stopOrLeave(_: Int32) {
  if let stop = answer.stop.load(ordering: .sequentiallyConsistent)?.takeUnretainedValue(), !stop.isRaised {
    stop.raise()
    return
  }
  if let words = answer.words.load(ordering: .relaxed) { _ = write(STDERR_FILENO, words, strlen(words)) }
  // `exit` would take OpenBLAS apart under the product that is still running.
  _exit(ExitStatus.interrupted.rawValue)
}

private func endSoon(_: Int32) {
  answer.ending.load(ordering: .relaxed)?.takeUnretainedValue().raise()
}
