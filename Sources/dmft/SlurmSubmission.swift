import Foundation
import Records
import Slurm

/// A sweep handed to Slurm: one job array over the shards with work left, and a merge behind it.
struct SlurmSubmission {
  let folder: SweepFolder
  let budget: SweepBudget
  let directives: [(key: String, value: String)]

  /// The jobs that were submitted.
  struct Jobs {
    let array: Int
    let merge: Int
    let elements: String
    let script: String

    var lines: [String] {
      ["script: \(script)", "submitted array \(array) [\(elements)], merge \(merge) after it"]
    }

    var json: JSONValue {
      .object([
        "array": .integer(array), "merge": .integer(merge), "elements": .text(elements), "script": .text(script),
      ])
    }
  }

  /// Writes the scripts and submits them.
  ///
  /// - Returns: the jobs; nil if no unit is left to run.
  /// - Throws: 74 where the scheduler is missing or refuses.
  func submit() throws(CommandFailure) -> Jobs? {
    // Element numbers run from 0 to one below the site's limit.
    let shards = min(budget.shards, try call { () throws(Scheduler.Problem) in try Scheduler.largestArray() })
    let pending = pendingShards(of: shards)
    guard !pending.isEmpty else { return nil }
    let root = URL(fileURLWithPath: folder.path).standardizedFileURL.path
    let job = ArrayJob(
      program: Self.program, folder: root, shards: shards, pending: pending, options: directives, warning: warning)
    let paths = try write(job)
    let array = try call { () throws(Scheduler.Problem) in try Scheduler.submit(paths[0]) }
    let merge = try call { () throws(Scheduler.Problem) in try Scheduler.submit(paths[1], after: array) }
    return Jobs(array: array, merge: merge, elements: job.elements, script: paths[0])
  }

  private func call<Value>(_ body: () throws(Scheduler.Problem) -> Value) throws(CommandFailure) -> Value {
    do {
      return try body()
    } catch {
      throw CommandFailure(status: .inputOutput, lines: [error.reason])
    }
  }

  private func write(_ job: ArrayJob) throws(CommandFailure) -> [String] {
    do {
      return try folder.write([
        NamedText(path: ArrayJob.arrayPath, text: job.arrayScript),
        NamedText(path: ArrayJob.mergePath, text: job.mergeScript),
      ])
    } catch {
      throw CommandFailure(error)
    }
  }

  private func pendingShards(of shards: Int) -> [Int] {
    let left = folder.sweep.units.filter { unit in
      if case .done = folder.state(of: unit) { false } else { true }
    }
    return Set(left.map { $0.index % shards }).sorted()
  }

  /// Seconds before the time limit at which an element is asked to end: twice its longest unit, at most half of the limit.
  private var warning: Int {
    let wanted = max(30, Int(min(86_400, 2 * budget.longest)))
    guard let minutes = directives.first(where: { $0.key == "time" }).flatMap({ Double($0.value) }) else {
      return wanted
    }
    return max(1, min(wanted, Int(30 * minutes)))
  }

  /// This very program, wherever it was found.
  private static var program: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
  }
}
