import Experiments
import Foundation
import JSON
import Reports
import Slurm

/// How far a sweep is, at which pace, and what the scheduler says of its jobs.
struct SweepStatus {
  private let ended: Int
  private let missing: Int
  private let pace: SweepPace?
  private let now = Date().timeIntervalSince1970
  private let jobs: Jobs?

  /// Jobs of a sweep that was submitted.
  private enum Jobs {
    case states([String: Int])
    case unknown(String)
  }

  init(_ folder: SweepFolder, _ result: SweepResult) {
    ended = result.ended
    missing = result.missing
    pace = folder.pace(result)
    jobs = Self.jobs(folder)
  }

  private static func jobs(_ folder: SweepFolder) -> Jobs? {
    guard FileManager.default.fileExists(atPath: folder.path + "/" + ArrayJob.arrayPath) else { return nil }
    let name = SlurmSubmission.jobName(of: folder.sweep)
    do throws(Scheduler.Problem) {
      return .states(try Scheduler.states([name, name + "-merge"]))
    } catch {
      return .unknown(error.reason)
    }
  }

  /// Per cent of the units that need not be run any more.
  private var percent: Double { ended + missing > 0 ? 100 * Double(ended) / Double(ended + missing) : 100 }

  private var secondsLeft: Double? { missing == 0 ? 0 : pace.map { Double(missing) / $0.perSecond } }

  var findings: [String] {
    var words = ["\(NumberText.brief(percent)) % of the units have a result"]
    if let pace {
      let rate = pace.perSecond
      words.append(rate < 0.1 ? "\(NumberText.brief(3600 * rate)) units/h" : "\(NumberText.brief(rate)) units/s")
      if let secondsLeft, missing > 0 { words.append("\(NumberText.seconds(secondsLeft)) left at this rate") }
      words.append("the last \(NumberText.seconds(max(0, now - pace.last))) ago")
    }
    let line = words.joined(separator: ", ")
    switch jobs {
    case nil: return [line]
    case .unknown(let reason): return [line, "jobs: \(reason)"]
    case .states(let states) where states.isEmpty: return [line, "jobs: none is queued or running"]
    case .states(let states):
      return [
        line, "jobs: " + states.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "),
      ]
    }
  }

  var details: [String: JSONValue] {
    var members: [String: JSONValue] = [
      "percent": .number(percent), "units_per_second": pace.map { .number($0.perSecond) } ?? .null,
      "seconds_left": secondsLeft.map { .number($0) } ?? .null,
    ]
    if case .states(let states) = jobs { members["jobs"] = .object(states.mapValues { .integer($0) }) }
    return members
  }
}
