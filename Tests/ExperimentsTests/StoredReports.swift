import Experiments
import JSON
import Reports
import RunStore
import Testing

/// Runs an experiment as the command line does; its report must be the same of the result that was stored.
func report<Subject: Experiment>(
  _ experiment: Subject, workers: Int = 2
) throws -> (result: Subject.Result, report: Report) {
  let finished = try experiment.run(in: RunContext(workers: workers))
  let arrays = ComputedArrays(finished.arrays)
  let stored = try StoredResult.decode(Subject.Result.self, from: StoredResult.encode(finished.result))
  let (fresh, again) = (Subject.report(finished.result, arrays: arrays), Subject.report(stored, arrays: arrays))
  #expect(fresh.lines == again.lines && fresh.tables == again.tables && "\(fresh.figures)" == "\(again.figures)")
  #expect(fresh.json(head: [:]).text() == again.json(head: [:]).text() && fresh.checks == again.checks)
  return (finished.result, fresh)
}

/// The sentences of a refusal; empty where nothing is refused.
func refusal(_ make: () throws -> Void) -> String {
  do {
    try make()
    return ""
  } catch {
    return "\(error)"
  }
}

extension Report {
  /// A column of a table by their names; empty cells are NaN.
  func numbers(_ table: String, _ column: String) -> [Double] {
    let found = tables.first { $0.name == table }?.columns.first { $0.name == column }
    switch found?.values {
    case .numbers(let values): return values.map { $0 ?? .nan }
    case .integers(let values): return values.map { $0.map(Double.init) ?? .nan }
    case .texts, nil: return []
    }
  }

  /// Names of the columns of a table.
  func columns(_ table: String) -> String {
    tables.first { $0.name == table }?.columns.map(\.name).joined(separator: ",") ?? ""
  }
}
