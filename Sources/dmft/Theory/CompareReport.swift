import DeepLinear
import MeanField
import Records
import Validation

/// A log beside the theory in the forms that leave the program.
struct CompareReport {
  /// One logged loss with its names.
  struct Column {
    let name: String
    let key: String
    let comparison: LogComparison
  }

  let theory: SolveReport
  let log: TrainingLog
  /// Train, then test; those that were logged within the theory's steps.
  let columns: [Column]

  init(theory: SolveReport, log: TrainingLog) {
    self.theory = theory
    self.log = log
    let curve = theory.solution.curve
    func column(_ name: String, _ key: String, _ logged: TrainingLog.Column?, _ predicted: [Double]) -> Column? {
      guard let logged,
        let comparison = LogComparison(steps: logged.steps, losses: logged.losses, theory: predicted)
      else { return nil }
      return Column(name: name, key: key, comparison: comparison)
    }
    columns = [
      column("train", "train_loss", log.train, curve.trainLoss), column("test", "test_loss", log.test, curve.testLoss),
    ].compactMap { $0 }
  }

  var lines: [String] {
    let read = [log.train.map { "\($0.name) as train loss" }, log.test.map { "\($0.name) as test loss" }]
    return ["log \(log.path): " + read.compactMap { $0 }.joined(separator: ", ")] + columns.flatMap(lines) + [""]
      + hints
  }

  private func lines(_ column: Column) -> [String] {
    let log = column.comparison
    let deviations = log.deviations
    let table = CurveTable.lines(["step", "log", "theory", "deviation"], rows: log.steps.count) { row in
      [
        String(log.steps[row]), NumberText.short(log.logged[row]), NumberText.short(log.theory[row]),
        NumberText.signedPercent(deviations[row]),
      ]
    }
    return [""] + table + [summary(column)]
  }

  private func summary(_ column: Column) -> String {
    let log = column.comparison
    return "\(column.name) loss: typical deviation \(NumberText.brief(100 * log.typicalDeviation)) %, largest "
      + "\(NumberText.signedPercent(log.worst.deviation)) at step \(log.worst.step)"
  }

  /// What commonly makes a log differ as a whole.
  private var hints: [String] {
    var lines: [String] = []
    let comparisons = columns.map(\.comparison)
    if comparisons.contains(where: \.looksHalved) {
      lines.append("the log is about half of the theory: losses here are mean squares without the factor 1/2")
    }
    if case .measured(let measured) = theory.solution.problem.data.spectrum,
      comparisons.contains(where: { $0.looksUnscaled(targetVariance: measured.targetScale * measured.targetScale) })
    {
      lines.append(
        "the log is about as many times the theory as the variance of the raw target: scale the target as dmft explain says"
      )
    }
    guard case .completed = theory.solution.outcome else { return lines + theory.remarks }
    let last = max(log.test?.steps.last ?? 0, log.train?.steps.last ?? 0)
    if last >= theory.solution.curve.steps.count {
      lines.append(
        "the log goes on to step \(last), the theory ends at \(theory.solution.curve.steps.count - 1): set training.steps=\(last)"
      )
    }
    lines += theory.remarks
    return lines
  }

  /// The theory's run folder with the log's losses beside it.
  func record(arrays: Bool) -> RunRecord {
    var record = theory.record(arrays: arrays)
    let rows = theory.reportedCurve.steps
    record.curveColumns = columns.reversed().map { column in
      let logged = Dictionary(zip(column.comparison.steps, column.comparison.logged)) { first, _ in first }
      return NamedColumn(name: column.key + "_log", values: rows.map { logged[$0] })
    }
    record.extra.merge(details) { _, own in own }
    record.findings = columns.map(summary) + hints
    return record
  }

  private var details: [String: JSONValue] {
    let deviations = columns.map { ($0.key, Self.json($0)) }
    return [
      "log": .text(log.path), "log_sha256": .text(log.sha256),
      "deviations": .object(Dictionary(uniqueKeysWithValues: deviations)),
    ]
  }

  private static func json(_ column: Column) -> JSONValue {
    let log = column.comparison
    return .object([
      "typical": .number(log.typicalDeviation), "largest": .number(log.worst.deviation),
      "largest_at_step": .integer(log.worst.step), "step": .list(log.steps.map { .integer($0) }),
      "log": JSONValue(log.logged), "theory": JSONValue(log.theory),
    ])
  }

  var json: JSONValue {
    guard case .object(var members) = theory.json else { return .null }
    members["command"] = .text("compare")
    return .object(members.merging(details) { _, own in own })
  }
}
