import Experiments
import Foundation
import Files
import RunStore
import Slurm

/// A sweep handed to Slurm: one job array over the shards with work left, and a merge behind it.
struct SlurmSubmission {
  let folder: SweepFolder
  let budget: SweepBudget
  let directives: [(key: String, value: String?)]
  /// Whether the merge writes the losses of every step too.
  let curves: Bool
  /// Whether the folder was made for this submission: it goes again if nothing is submitted.
  let isNew: Bool

  /// Writes the scripts and submits them.
  ///
  /// - Returns: numbers of the jobs, elements and script; nil if no unit is left to run.
  /// - Throws: 74 where the scheduler is missing or refuses.
  func submit() throws(CommandFailure) -> (array: Int, merge: Int, elements: String, script: String)? {
    guard let (array, job, paths) = try submitArray() else { return nil }
    let merge = try CommandFailure.unless({ unmerged(array, $0) }) { () throws(Scheduler.Problem) in
      try Scheduler.submit(paths[1], after: array)
    }
    return (array, merge, job.elements, paths[0])
  }

  private func submitArray() throws(CommandFailure) -> (array: Int, job: ArrayJob, paths: [String])? {
    do throws(CommandFailure) {
      guard let (job, paths) = try writeScripts() else { return nil }
      return (try call { () throws(Scheduler.Problem) in try Scheduler.submit(paths[0]) }, job, paths)
    } catch {
      if isNew { folder.folder.abandon([ArrayJob.arrayPath, ArrayJob.mergePath], version: DMFT.version) }
      throw error
    }
  }

  private func writeScripts() throws(CommandFailure) -> (job: ArrayJob, paths: [String])? {
    // Element numbers run from 0 to one below the site's limit.
    let shards = min(budget.packs, try call { () throws(Scheduler.Problem) in try Scheduler.largestArray() })
    let pending = pendingShards(of: shards)
    guard !pending.isEmpty else { return nil }
    let name = try freeName()
    let root = URL(fileURLWithPath: folder.path).standardizedFileURL.path
    guard !root.contains(where: { "\"\\\n".contains($0) }) else {
      throw CommandFailure(
        status: .badInput,
        lines: ["\(root): Slurm takes no quotes, backslashes or line breaks in a path; choose another folder"])
    }
    let job = ArrayJob(
      program: Self.program, folder: root, shards: shards, pending: pending, name: name, options: directives,
      warning: try warning(), curves: curves)
    let paths = try CommandFailure.unless(CommandFailure.init) { () throws(WritingProblem) in
      try folder.folder.write([
        NamedText(path: ArrayJob.arrayPath, text: job.arrayScript),
        NamedText(path: ArrayJob.mergePath, text: job.mergeScript),
      ])
    }
    return (job, paths)
  }

  private func unmerged(_ array: Int, _ problem: Scheduler.Problem) -> CommandFailure {
    CommandFailure(
      status: .inputOutput,
      lines: [
        "array \(array) is submitted, the merge is not: \(problem.reason); run dmft merge \(folder.path) when it has ended"
      ])
  }

  /// Name of the jobs of a sweep; that of the merge ends in `-merge`.
  static func jobName(of sweep: Sweep) -> String { "dmft-" + sweep.identity.hash.prefix(8) }

  /// The name for this sweep's jobs; refuses while jobs of that name are queued, which would do the same work.
  private func freeName() throws(CommandFailure) -> String {
    let name = Self.jobName(of: folder.sweep)
    let queued = try call { () throws(Scheduler.Problem) in try Scheduler.queued(name) }
    guard queued.isEmpty else {
      throw CommandFailure(
        status: .badInput,
        lines: [
          "job \(queued.joined(separator: ", ")) of this sweep has not ended; look with dmft status \(folder.path), or scancel it first"
        ])
    }
    return name
  }

  private func call<Value>(_ body: () throws(Scheduler.Problem) -> Value) throws(CommandFailure) -> Value {
    try CommandFailure.unless(
      { CommandFailure(status: $0.isRefusal ? .badInput : .inputOutput, lines: [$0.reason]) }, body)
  }

  private func pendingShards(of shards: Int) -> [Int] {
    Set(folder.sweep.pending(folder.sweep.units, in: folder.units).map { $0.index % shards }).sorted()
  }

  /// Seconds before the time limit at which an element is asked to end; nil without a limit.
  private func warning() throws(CommandFailure) -> Int? {
    guard let text = directives.last(where: { $0.key == "time" || $0.key == "t" })?.value else {
      return TimeLimit.warning(longest: budget.longest)
    }
    guard let limit = TimeLimit(text) else {
      throw CommandFailure(
        status: .badInput,
        lines: ["time=\(text) is no time limit; give minutes, minutes:seconds, hours:minutes:seconds or days-hours"])
    }
    return limit.warning(longest: budget.longest)
  }

  /// This very program, wherever it was found.
  private static var program: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
  }
}
