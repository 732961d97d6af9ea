import ArgumentParser
import Foundation

/// `--workers`, shared by the commands that do many things at a time.
struct WorkerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Number of parallel workers; default: number of cores. Results do not depend on it.", valueName: "n"))
  var workers: Int?

  /// As asked, or as cores.
  var count: Int {
    get throws(CommandFailure) {
      if let workers, workers < 1 {
        throw CommandFailure(status: .usage, lines: ["--workers must be at least 1, got \(workers)"])
      }
      return workers ?? ProcessInfo.processInfo.activeProcessorCount
    }
  }
}
