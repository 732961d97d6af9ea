import Configurations
import Files
import Foundation
import RunStore

/// The run folder of a sweep: results of units are kept in it one by one, by any number of processes, and made into one
/// table when asked.
///
/// Each process appends its units to a file of its own, and the same unit always gives the same numbers. So processes need not know of
/// each other: of a unit that two processes run there are two equal records.
package struct SweepFolder: Sendable {
  /// What is run.
  package let sweep: Sweep
  /// The folder itself.
  package let folder: RunFolder
  /// Where the results of units are kept.
  package let units: UnitStore

  /// The folder as the user named it.
  package var path: String { folder.path }

  /// Claims a folder for a sweep: an empty or missing one, or one of the same sweep.
  package init(claiming path: String, sweep: Sweep, version: String) throws(WritingProblem) {
    try self.init(path, sweep, version: version, tidies: true)
  }

  private init(_ path: String, _ sweep: Sweep, version: String, tidies: Bool) throws(WritingProblem) {
    folder = try RunFolder(claiming: path, identity: sweep.identity, command: Sweep.name, options: sweep.options)
    units = try folder.beginShared(version: version, tidies: tidies)
    self.sweep = sweep
  }

  /// Opens the folder of a sweep that was begun before; 65 for one without a sweep, or whose data have changed since.
  package static func open(_ path: String, version: String) throws(WritingProblem) -> SweepFolder {
    guard let directory = try Directory.open(path) else {
      throw .foreign("\(path.isEmpty ? "''" : path): no such folder")
    }
    guard let earlier = try EarlierRun(in: directory) else { throw .foreign("\(path) holds no run") }
    guard earlier.command == Sweep.name, let methods = Sweep.methods(options: earlier.options) else {
      throw .foreign("\(path) is a run of dmft \(earlier.command), not of dmft sweep")
    }
    let plan: Plan
    do {
      plan = try Plan.load(
        file: path + "/config.yaml", words: [], uses: Sweep.keys(of: methods).includes,
        workingDirectory: FileManager.default.currentDirectoryPath)
    } catch {
      throw .foreign("\(path)/config.yaml can't be used:\n\(error)")
    }
    guard plan.hash(of: Sweep.keys(of: methods).includes) == earlier.hash else {
      throw .foreign(
        "\(path)/config.yaml no longer gives the problems that the sweep was begun with: it, or a table it names, has "
          + "changed; put it back, or begin again in another folder")
    }
    return try SweepFolder(path, Sweep(plan, by: methods), version: version, tidies: false)
  }

  /// Runs those of some units that have no result yet.
  package func run(_ some: [Sweep.Unit], in context: RunContext) throws(ExperimentFailure) {
    var context = context
    context.units = units
    try sweep.run(some, in: context)
  }

  /// The pace of the last ten minutes in which units ended; nil with fewer than two.
  package func pace(_ result: SweepResult) -> SweepPace? {
    SweepPace(times: Set(result.units.filter { $0.state.curve != nil }.map(\.name)).compactMap(units.time))
  }

  /// The present state of every unit; other processes may be running. A table of all curves, once written, is kept up to date.
  package func result(curves: Bool = false) -> SweepResult {
    var sweep = sweep
    sweep.keepsCurves = curves || FileManager.default.fileExists(atPath: path + "/curves.csv")
    units.refresh()
    return sweep.result(units.state)
  }
}
