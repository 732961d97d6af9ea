import DeepLinear

/// `summary.csv`, a line for each unit that has ended, and `curves.csv`, a line for each of its rows.
struct SweepTables {
  private let columns: [String]
  private let hasRepeats: Bool
  private var summary: String
  private var curves: String?

  init(_ sweep: Sweep, withCurves: Bool) {
    columns = sweep.plan.columns
    hasRepeats = sweep.plan.repeats > 1
    let names = ["unit", "machine"] + columns + (hasRepeats ? ["repeat"] : [])
    summary = CSVLine.text(
      names + [
        "status", "step", "time", "test_loss", "train_loss", "test_loss_se", "train_loss_se", "best_test_loss",
        "best_step",
        "replicas", "diverged_replicas", "reason", "hash",
      ])
    curves =
      withCurves
      ? CSVLine.text(["unit", "step", "time", "test_loss", "train_loss", "test_loss_se", "train_loss_se"]) : nil
  }

  var texts: [NamedText] {
    [NamedText(path: "summary.csv", text: summary)] + (curves.map { [NamedText(path: "curves.csv", text: $0)] } ?? [])
  }

  mutating func add(_ unit: Sweep.Unit, _ state: SweepFolder.State) {
    let head =
      [String(unit.index), unit.machine.rawValue] + unit.point.labels
      + (hasRepeats ? [unit.machine == .theory ? "" : String(unit.point.repetition)] : [])
    switch state {
    case .missing: return
    case .failed(let reason):
      summary += CSVLine.text(head + ["failed"] + Array(repeating: "", count: 10) + [reason, unit.name])
    case .done(let result):
      summary += CSVLine.text(head + [result.status] + Self.cells(result) + ["", unit.name])
      addCurve(unit, result)
    }
  }

  /// The last row of a unit, and its best one.
  private static func cells(_ result: UnitCurve) -> [String] {
    let curve = result.curve
    let last = curve.steps.count - 1
    guard last >= 0 else { return Array(repeating: "", count: 10) }
    let best = curve.testLoss.indices.min { curve.testLoss[$0] < curve.testLoss[$1] } ?? last
    let isTrained = result.replicas > 0
    return [
      String(curve.steps[last]), CSVLine.cell(curve.times[last]), CSVLine.cell(curve.testLoss[last]),
      CSVLine.cell(curve.trainLoss[last]), CSVLine.cell(result.testError.last), CSVLine.cell(result.trainError.last),
      CSVLine.cell(curve.testLoss[best]), String(curve.steps[best]), isTrained ? String(result.replicas) : "",
      isTrained ? String(result.divergedReplicas) : "",
    ]
  }

  private mutating func addCurve(_ unit: Sweep.Unit, _ result: UnitCurve) {
    guard curves != nil else { return }
    let curve = result.curve
    let hasErrors = !result.testError.isEmpty
    for row in curve.steps.indices {
      curves? += CSVLine.text(
        [String(unit.index), String(curve.steps[row])]
          + [
            curve.times[row], curve.testLoss[row], curve.trainLoss[row], hasErrors ? result.testError[row] : nil,
            hasErrors ? result.trainError[row] : nil,
          ].map(CSVLine.cell))
    }
  }
}
