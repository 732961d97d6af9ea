import Foundation
import MeanField
import Problems
import Reports

/// A solution compared with one of the exact limits near its problem, at the rows that a table shows.
public struct LimitComparison: Codable, Hashable, Sendable {
  /// A few words.
  public let name: String
  /// What the limit takes for granted.
  public let assumptions: String
  /// Why there is no such limit here; nil where there is one.
  public let missing: String?
  /// What the problem has that the limit does not assume, such as `P/D 2`; none where the limit is exact.
  public let departures: [String]
  /// The limit's losses at some rows.
  public let limit: LearningCurve
  /// The solution's at the same rows.
  public let solution: LearningCurve

  /// Compared with every kind of limit.
  static func all(_ solution: Solution) -> [LimitComparison] {
    let rows = solution.curve.rows(Table.spread(solution.curve.steps.count))
    return Limits.kinds.map { LimitComparison($0, solution.problem, rows) }
  }

  private init(_ kind: any ExactLimit.Type, _ problem: TrainingProblem, _ rows: LearningCurve) {
    var missing: String?
    var departures: [String] = []
    var found = LearningCurve(steps: [], times: [], testLoss: [], trainLoss: [])
    do {
      guard problem.data.outputs == nil else { throw SeveralOutputs() }
      guard problem.gradientRule == nil else {
        throw LimitAbsence.gradientRule
      }
      guard problem.lossRule == nil || kind.takesLosses else { throw LimitAbsence.lossRule }
      let limit = try kind.init(problem)
      departures = limit.departures.map { $0.quantity + ($0.value.map { " " + NumberText.short($0) } ?? "") }
      found = try limit.curve(at: rows)
    } catch is SeveralOutputs {
      missing = "limits are of one output, and there are \(problem.data.outputCount)"
    } catch let absence as LimitAbsence {
      missing = absence.reason
    } catch {
      missing = "\(error)"
    }
    name = kind.name
    assumptions = kind.assumptions
    self.missing = missing
    self.departures = departures
    limit = found
    solution = rows.rows(Array(found.steps.indices))
  }

  private struct SeveralOutputs: Error {}

  private var standing: String {
    departures.isEmpty ? "exact here" : "this problem has " + departures.joined(separator: ", ")
  }

  /// Which limit there is, and how far off the solution is, in a sentence.
  var finding: String {
    if let missing { return "exact limit, \(name): none here, \(missing)" }
    let off = zip(solution.testLoss, limit.testLoss).map { abs($0 / $1 - 1) }.filter(\.isFinite).max()
    let words = off.map { ", test loss off by at most \(NumberText.percent($0))" } ?? ""
    return "exact limit, \(name) (\(assumptions)): \(standing)\(words)"
  }

  /// A table of its own; none where there is no limit.
  var tables: [Table] {
    guard missing == nil else { return [] }
    func off(_ losses: KeyPath<LearningCurve, [Double]>) -> [Double?] {
      let start = solution[keyPath: losses].first ?? 0
      return zip(solution[keyPath: losses], limit[keyPath: losses]).map { loss, limit in
        // Nothing is promised relative to a limit that has fallen so far.
        limit.isFinite && limit >= TimeGrid.lossFloor * 1e-3 * start ? 100 * (loss / limit - 1) : nil
      }
    }
    let words = String(
      name.lowercased().map { (letter: Character) -> Character in letter.isLetter || letter.isNumber ? letter : "_" })
    return [
      Table(
        "limit_" + words, title: "\(name) (\(assumptions)): \(standing)", shown: .all,
        [
          Column("step", integers: limit.steps), Column("time", "sum of the learning rates, or flow time", limit.times),
          Column("test_loss", "of the limit", heading: "test", limit.testLoss),
          Column(
            "test_deviation", "per cent, the solver's loss over the limit's, minus one", heading: "off, %",
            off(\.testLoss)),
          Column("train_loss", "of the limit", heading: "train", limit.trainLoss),
          Column("train_deviation", "per cent", heading: "off, %", off(\.trainLoss)),
        ])
    ]
  }
}
