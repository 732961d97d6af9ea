import DeepLinear
import Foundation
import MeanField
import Records

/// A solution beside the exact limits near its problem, at the rows that a table shows.
struct LimitsTable {
  private enum Entry {
    case found(any ExactLimit, LearningCurve)
    case missing(String)
  }

  /// Rows of the whole curve that are shown, and the curve at them.
  private let rows: [Int]
  private let length: Int
  private let solution: LearningCurve
  private let entries: [(kind: any ExactLimit.Type, entry: Entry)]

  init(_ solution: Solution) {
    length = solution.curve.steps.count
    rows = CurveTable.chosenRows(of: length)
    let shown = solution.curve.rows(rows)
    self.solution = shown
    entries = Limits.kinds.map { ($0, Self.entry($0, solution.problem, shown)) }
  }

  private static func entry(_ kind: any ExactLimit.Type, _ problem: TrainingProblem, _ rows: LearningCurve) -> Entry {
    let limit: any ExactLimit
    do {
      limit = try kind.init(problem)
    } catch {
      return .missing(error.reason)
    }
    do {
      return .found(limit, try limit.curve(at: rows))
    } catch {
      return .missing("\(error)")
    }
  }

  /// A small table for each limit, a line for each that does not exist.
  var lines: [String] {
    var lines = ["exact limits (off: the solver's loss over the limit's, minus one)", ""]
    for case (let kind, .found(let limit, let curve)) in entries {
      lines.append("\(kind.name) (\(kind.assumptions)): \(Self.standing(limit))")
      lines += table(curve)
      lines.append("")
    }
    for case (let kind, .missing(let reason)) in entries { lines.append("\(kind.name): none here, \(reason)") }
    return lines
  }

  /// Which limits there are near this problem, a sentence each.
  var standings: [String] {
    entries.map { kind, entry in
      switch entry {
      case .found(let limit, let curve):
        let off = zip(solution.testLoss, curve.testLoss).map { abs($0 / $1 - 1) }.filter(\.isFinite).max()
        let words = off.map { ", test loss off by at most \(NumberText.brief(100 * $0)) %" } ?? ""
        return "exact limit, \(kind.name) (\(kind.assumptions)): \(Self.standing(limit))\(words)"
      case .missing(let reason): return "exact limit, \(kind.name): none here, \(reason)"
      }
    }
  }

  private func table(_ limit: LearningCurve) -> [String] {
    CurveTable.lines(["step", "time", "train", "off", "test", "off"], rows: length) { row in
      guard let place = rows.firstIndex(of: row) else { return [] }
      return [
        String(limit.steps[place]), NumberText.short(limit.times[place]),
        NumberText.short(limit.trainLoss[place]),
        Self.percent(solution.trainLoss[place], limit.trainLoss[place], start: solution.trainLoss[0]),
        NumberText.short(limit.testLoss[place]),
        Self.percent(solution.testLoss[place], limit.testLoss[place], start: solution.testLoss[0]),
      ]
    }
  }

  private static func standing(_ limit: any ExactLimit) -> String {
    limit.departures.isEmpty ? "exact here" : "this problem has " + limit.departures.map(words).joined(separator: ", ")
  }

  private static func words(_ departure: LimitDeparture) -> String {
    departure.quantity + (departure.value.map { " " + NumberText.short($0) } ?? "")
  }

  /// A dash where the limit has fallen so far that the solver promises nothing relative to it.
  private static func percent(_ loss: Double, _ limit: Double, start: Double) -> String {
    !limit.isFinite || limit < TimeGrid.lossFloor * 1e-3 * start
      ? "-" : String(format: "%+.2g %%", 100 * (loss / limit - 1))
  }

  /// The same as numbers.
  var json: JSONValue {
    .list(
      entries.map { kind, entry in
        var members: [String: JSONValue] = ["limit": .text(kind.name), "assumes": .text(kind.assumptions)]
        switch entry {
        case .missing(let reason): members["missing"] = .text(reason)
        case .found(let limit, let curve):
          members["departures"] = .list(limit.departures.map { .text(Self.words($0)) })
          members["step"] = .list(curve.steps.map { .integer($0) })
          members["time"] = JSONValue(curve.times)
          members["test_loss"] = Self.numbers(curve.testLoss)
          members["train_loss"] = Self.numbers(curve.trainLoss)
          members["test_deviation"] = Self.numbers(zip(solution.testLoss, curve.testLoss).map { $0 / $1 - 1 })
          members["train_deviation"] = Self.numbers(zip(solution.trainLoss, curve.trainLoss).map { $0 / $1 - 1 })
        }
        return .object(members)
      })
  }

  /// JSON has no infinity: null where a limit has diverged.
  private static func numbers(_ values: [Double]) -> JSONValue {
    .list(values.map { $0.isFinite ? .number($0) : .null })
  }
}
