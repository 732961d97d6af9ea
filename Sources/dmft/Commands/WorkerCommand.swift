import ArgumentParser
import Experiments
import Foundation
import Parallel

/// `dmft worker`: one shard of a sweep.
struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Run one shard of a sweep: every n-th unit, without the finished ones.",
    usage: "dmft worker RUN --shard i/n [--workers n] [--quiet]",
    discussion: """
      RUN is the folder of a sweep that was begun by dmft sweep. Shards are
      counted from 0. On SIGUSR1 the running unit ends, then the exit code is 75.

      Example:
        parallel dmft worker runs/sweep --shard {}/4 ::: 0 1 2 3
        dmft merge runs/sweep
      """)

  @Argument(help: "The folder of a sweep.", completion: .directory)
  var folder: String

  @Option(help: ArgumentHelp("Which shard, from 0, of how many.", valueName: "i/n"))
  var shard: String

  @OptionGroup var workers: WorkerOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let (index, count) = try parsedShard()
    // Before anything is read: a scheduler's warning that comes early is not lost.
    let ending = StopSignal()
    let interruption = Interruption(saying: Interruption.unitsKept, ending: ending)
    defer { interruption.end() }
    let run = try SweepRun(opening: folder, output: output)
    let units = run.folder.sweep.shard(index, of: count)
    if output.showsFrame {
      // At once: the log of a job is never empty.
      let pending = run.folder.sweep.pending(units, in: run.folder.units).count
      print("shard \(index)/\(count): \(units.count) unit\(units.count == 1 ? "" : "s"), \(pending) to run")
    }
    try run.run(units, workers: try workers.count, interruption, ending: ending)
    let failed = run.folder.result().failed.count { $0.unit.index % count == index }
    if output.json {
      run.printStatus()
    } else {
      print(
        "shard \(index)/\(count): \(units.count) unit\(units.count == 1 ? "" : "s") done"
          + (failed > 0 ? ", \(failed) of them failed" : ""))
    }
    try Terminal.flush()
    if failed > 0 { throw ExitStatus.exit(.failedUnits) }
  }

  private func parsedShard() throws(CommandFailure) -> (index: Int, count: Int) {
    let parts = shard.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1, (0..<count).contains(index) else {
      throw CommandFailure(status: .usage, lines: ["--shard must be i/n with i from 0 to n-1, got \(shard)"])
    }
    return (index, count)
  }
}

/// `dmft status`: how far a sweep is.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Print the progress of a sweep, also while it runs.",
    usage: "dmft status RUN [--json]",
    discussion: """
      Example:
        dmft status runs/sweep
      """)

  @Argument(help: "The folder of a sweep.", completion: .directory)
  var folder: String

  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    try SweepRun(opening: folder, output: output).printStatus()
  }
}

/// `dmft merge`: the table of what is done.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Make summary.csv of the finished units, also while others run.",
    usage: "dmft merge RUN [--curves] [--json]",
    discussion: """
      Exit code 2 if units failed, 75 if some are still to be run.

      Example:
        dmft merge runs/sweep
      """)

  @Argument(help: "The folder of a sweep.", completion: .directory)
  var folder: String

  @Flag(help: "Also write the losses of every step of every unit (curves.csv).")
  var curves = false

  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    try SweepRun(opening: folder, output: output).merge(curves: curves)
  }
}
