import ArgumentParser
import Experiments
import Reports
import RunStore

/// `RUN`, shared by the commands that read a run folder.
struct StoredRunOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("A folder that was written with -o.", valueName: "RUN"), completion: .directory)
  var folder: String?

  /// Opens the folder.
  ///
  /// - Parameter command: which command asks.
  /// - Returns: the run.
  /// - Throws: 64 without a folder, 65 for what is no run.
  func open(for command: String) throws(CommandFailure) -> StoredRun {
    guard let folder else {
      throw CommandFailure(
        status: .usage,
        lines: ["dmft \(command) needs a run folder, one that was written with -o: dmft \(command) runs/first"])
    }
    do {
      return try StoredRun(folder)
    } catch {
      throw CommandFailure(error)
    }
  }
}

extension StoredRun {
  /// Its report, or what a command ends with.
  func reported() throws(CommandFailure) -> Report {
    do {
      return try report()
    } catch {
      throw CommandFailure(error)
    }
  }
}
