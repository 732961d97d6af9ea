import Dispatch
import Foundation
import Parallel

/// Ctrl-C and SIGTERM while a command computes: work that can be kept is asked to stop, other work is left at once with
/// exit code 75 and a word that nothing was kept.
final class Interruption {
  private var sources: [DispatchSourceSignal] = []

  /// - Parameters:
  ///   - stop: raised by the first signal; without it, and at a second signal, the command leaves at once.
  ///   - words: what is said then.
  init(_ stop: StopSignal? = nil, saying words: String = Interruption.nothingKept) {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if let stop, !stop.isRaised {
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
  }

  /// What a command says that has no folder.
  static let nothingKept = "interrupted: nothing was kept; the same command starts again"
  /// What a command says that keeps its networks.
  static let networksKept = "stopped: finished networks are kept; the same command goes on"

  /// Gives the signals back.
  func end() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }
}
