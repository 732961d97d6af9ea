import Dispatch
import Foundation

/// Ctrl-C and SIGTERM while a command computes: says that nothing was kept and leaves with exit code 75.
final class Interruption {
  private var sources: [DispatchSourceSignal] = []

  init() {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        Terminal.note("\ninterrupted: nothing was kept; the same command starts again")
        // `exit` would take OpenBLAS apart under the product that is still running.
        _exit(ExitStatus.interrupted.rawValue)
      }
      source.resume()
      sources.append(source)
    }
  }

  /// Gives the signals back.
  func end() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }
}
