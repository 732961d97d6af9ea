import Foundation
import Records
import Slurm

/// A sweep handed to Slurm: one job array over the shards with work left, and a merge behind it.
struct SlurmSubmission {
  let folder: SweepFolder
  let budget: SweepBudget
  let directives: [(key: String, value: String?)]
  /// Whether the merge writes the losses of every step too.
  let curves: Bool

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
    let paths = try write(job)
    let array = try call { () throws(Scheduler.Problem) in try Scheduler.submit(paths[0]) }
    let merge: Int
    do throws(Scheduler.Problem) {
      merge = try Scheduler.submit(paths[1], after: array)
    } catch {
      throw CommandFailure(
        status: .inputOutput,
        lines: [
          "array \(array) is submitted, the merge is not: \(error.reason); run dmft merge \(folder.path) when it has ended"
        ])
    }
    return Jobs(array: array, merge: merge, elements: job.elements, script: paths[0])
  }

  /// A name for this sweep's jobs; refuses while jobs of that name are queued, which would do the same work.
  private func freeName() throws(CommandFailure) -> String {
    let name = "dmft-" + folder.sweep.plan.hash.prefix(8)
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
    do {
      return try body()
    } catch {
      throw CommandFailure(status: error.isRefusal ? .badInput : .inputOutput, lines: [error.reason])
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

  /// Seconds before the time limit at which an element is asked to end: twice its longest unit, at most half of the limit; nil
  /// without a limit.
  private func warning() throws(CommandFailure) -> Int? {
    // sbatch takes no more than 65535.
    let wanted = max(30, min(65_535, Int(min(65_535, 2 * budget.longest))))
    guard let text = directives.last(where: { $0.key == "time" || $0.key == "t" })?.value else { return wanted }
    guard let limit = Self.seconds(text) else {
      throw CommandFailure(
        status: .badInput,
        lines: ["time=\(text) is no time limit; give minutes, minutes:seconds, hours:minutes:seconds or days-hours"])
    }
    return limit == 0 ? nil : max(1, min(wanted, limit / 2))
  }

  /// Slurm's ways to write a time limit; 0 for none.
  static func seconds(_ text: String) -> Int? {
    if ["unlimited", "infinite", "-1"].contains(text.lowercased()) { return 0 }
    let halves = text.split(separator: "-", omittingEmptySubsequences: false)
    let parts = halves[halves.count - 1].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
    guard halves.count <= 2, parts.count <= 3, parts.allSatisfy({ (0...1_000_000).contains($0) }) else { return nil }
    if halves.count == 2 {
      guard let days = Int(halves[0]), (0...100_000).contains(days) else { return nil }
      return days * 86_400 + zip(parts, [3600, 60, 1]).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let units = parts.count == 1 ? [60] : parts.count == 2 ? [60, 1] : [3600, 60, 1]
    return zip(parts, units).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// This very program, wherever it was found.
  private static var program: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
  }
}
