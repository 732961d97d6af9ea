import DeepLinear
import FiniteWidth
import Foundation
import MeanField
import Records

/// Sweep folders with their failures turned into what a command ends with.
enum SweepAccess {
  /// What the machines of a sweep can't do.
  static func refusals(_ machines: Sweep.Machines) -> (TrainingProblem) -> [Refusal] {
    switch machines {
    case .theory: Solver.refusals
    case .simulation: Simulator.refusals
    case .both: { Solver.refusals($0) + Simulator.refusals($0) }
    }
  }

  static func claim(_ path: String, _ sweep: Sweep) throws(CommandFailure) -> SweepFolder {
    do throws(WritingProblem) {
      return try SweepFolder(claiming: path, sweep: sweep, version: DMFT.version)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Opens a sweep that was begun before.
  static func open(_ path: String) throws(CommandFailure) -> SweepFolder {
    do throws(WritingProblem) {
      return try SweepFolder.open(path, version: DMFT.version) { file throws(InvalidConfiguration) in
        try Plan.load(
          file: file, words: [], workingDirectory: FileManager.default.currentDirectoryPath,
          measure: ConfigurationOptions.measure)
      }
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Makes the summary and tells how far the sweep is; exit code 2 with failed units, 75 with missing ones.
  static func merge(_ folder: SweepFolder, curves: Bool, output: OutputOptions) throws {
    let log = NoticeHandler.logger(quiet: output.quiet)
    let merged: (count: SweepCount, files: [String])
    do throws(WritingProblem) {
      merged = try folder.merge(
        version: DMFT.version, curves: curves, blas: .running,
        describe: { count in
          let report = SweepReport(folder: folder, count: count)
          return (report.problem, report.lines + report.bestLines)
        }, finish: { run, earlier in RunFiles([], earlier: earlier, log).files(of: run) })
    } catch {
      throw CommandFailure(error)
    }
    let report = SweepReport(folder: folder, count: merged.count)
    if output.json {
      print(report.json.text())
    } else {
      for line in report.lines + report.bestLines { print(line) }
      print("written: " + merged.files.map { "\(folder.path)/\($0)" }.joined(separator: "  "))
    }
    try end(merged.count)
  }

  /// Leaves with the exit code that the state of a sweep asks for.
  static func end(_ count: SweepCount) throws {
    fflush(nil)
    if !count.failed.isEmpty { throw ExitStatus.exit(.failedUnits) }
    if count.missing > 0 { throw ExitStatus.exit(.interrupted) }
  }
}
