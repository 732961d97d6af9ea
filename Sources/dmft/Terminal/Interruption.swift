import Dispatch
import Foundation
import Parallel
import Synchronization

/// Ctrl-C and SIGTERM while a command computes: work that can be kept is asked to stop, other work is left at once with
/// exit code 75 and a word on what was kept.
final class Interruption {
  private var sources: [DispatchSourceSignal] = []
  private let current: Current

  /// Raised by the first signal, if there is one; without it, and at a second signal, the command leaves at once.
  private final class Current: Sendable {
    let stop: Mutex<StopSignal?>

    init(_ stop: StopSignal?) { self.stop = Mutex(stop) }
  }

  /// - Parameters:
  ///   - stop: what a first signal raises; nil leaves at once.
  ///   - words: what is said on leaving at once.
  ///   - ending: raised by SIGUSR1, a scheduler's warning: what runs is brought to its end, nothing more is begun.
  init(_ stop: StopSignal? = nil, saying words: String = Interruption.nothingKept, ending: StopSignal? = nil) {
    let current = Current(stop)
    self.current = current
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if let stop = current.stop.withLock({ $0 }), !stop.isRaised {
          stop.raise()
          return
        }
        Terminal.note("\n" + words)
        // `exit` would take OpenBLAS apart under the product that is still running.
        _exit(ExitStatus.interrupted.rawValue)
      }
      source.resume()
      sources.append(source)
    }
    guard let ending else { return }
    signal(SIGUSR1, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGUSR1, queue: .global())
    source.setEventHandler { ending.raise() }
    source.resume()
    sources.append(source)
  }

  /// From here on a first signal raises this, or leaves at once.
  func now(stops stop: StopSignal?) { current.stop.withLock { $0 = stop } }

  /// What a command says that has no folder.
  static let nothingKept = "interrupted: nothing was kept; the same command starts again"
  /// What a command says that keeps its units.
  static let unitsKept = "stopped: finished units are kept; the same command goes on"
  /// What a command says that keeps its networks.
  static let networksKept = "stopped: finished networks are kept; the same command goes on"

  /// Gives the signals back.
  func end() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM, SIGUSR1] { signal(number, SIG_DFL) }
  }
}
