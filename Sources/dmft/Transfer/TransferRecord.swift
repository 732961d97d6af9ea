import Foundation
import Records
import Studies

/// `transfer.csv`, `transfer_scan.csv`, JSON and figures.
extension TransferReport {
  /// What the run folder holds.
  var record: RunRecord {
    var record = RunRecord(
      version: DMFT.version, status: "completed",
      texts: [
        NamedText(path: "transfer.csv", text: minimaCSV), NamedText(path: "transfer_scan.csv", text: scanCSV),
      ], timings: ["transfer": seconds], blas: .running,
      extra: ["families": .list(families.map(json)), "size_key": .text(layout.sizeKey)])
    record.problem = [Self.subject(plan, layout)] + ProblemText.clauses(layout.families[0].problems[0])
    record.findings = findings
    return record
  }

  private var keyColumns: [String] { layout.familyColumns + [layout.sizeKey] }

  /// All valleys: the first of each size and horizon is the optimum. A size without any has one line of empty cells.
  private var minimaCSV: String {
    let names = keyColumns + ["steps", "minimum", "learning_rate", "test_loss", "peak", "cost", "largest_stable_rate"]
    var text = CSVLine.text(names)
    for family in families {
      for (index, size) in family.sizes.enumerated() {
        for horizon in 0..<horizonCount {
          let head = family.labels + [layout.sizes[index].label, String(steps(family, index, horizon))]
          let stable = CSVLine.cell(size.stableRate.learningRate)
          let minima = size.minima[horizon]
          if minima.isEmpty { text += CSVLine.text(head + ["1", "", "", "", "", stable]) }
          for (place, minimum) in minima.enumerated() {
            let cost = place == 0 ? family.drifts[horizon].costs[index] : nil
            let numbers = [minimum.rate, minimum.loss, minimum.peak, cost].map(CSVLine.cell)
            text += CSVLine.text(head + [String(place + 1)] + numbers + [stable])
          }
        }
      }
    }
    return text
  }

  private func steps(_ family: TransferStudy.Family, _ size: Int, _ horizon: Int) -> Int {
    if study.horizons.indices.contains(horizon) { return study.horizons[horizon] }
    let index = families.firstIndex { $0.name == family.name } ?? 0
    return layout.families[index].problems[size].time.steps ?? 0
  }

  /// Every rate that was scanned; a loss that diverged is an empty cell.
  private var scanCSV: String {
    var text = CSVLine.text(keyColumns + ["learning_rate", "steps", "test_loss", "peak", "start_loss"])
    for family in families {
      for (index, size) in family.sizes.enumerated() {
        for point in size.scan.points {
          for (horizon, loss) in point.trial.losses.enumerated() {
            let cells = [
              CSVLine.cell(point.rate), String(steps(family, index, horizon)), CSVLine.cell(loss),
              CSVLine.cell(point.trial.peak), CSVLine.cell(point.trial.start),
            ]
            text += CSVLine.text(family.labels + [layout.sizes[index].label] + cells)
          }
        }
      }
    }
    return text
  }

  /// The result of `--json`.
  var json: JSONValue {
    .object([
      "version": .text(DMFT.version), "command": .text("transfer"), "configuration": plan.json,
      "hash": .text(plan.hash),
      "size_key": .text(layout.sizeKey), "sizes": .list(layout.sizes.map { .text($0.label) }),
      "tolerance": .number(study.tolerance), "passes": .flag(passes), "families": .list(families.map(json)),
    ])
  }

  private func json(_ family: TransferStudy.Family) -> JSONValue {
    let horizons = (0..<horizonCount).map { horizon -> JSONValue in
      let drift = family.drifts[horizon]
      var members: [String: JSONValue] = [
        "steps": .list(family.sizes.indices.map { .integer(steps(family, $0, horizon)) }),
        "minima": .list(family.sizes.map { .list($0.minima[horizon].map(json)) }),
        "optimal_rate": .list(family.sizes.map { Self.json($0.minima[horizon].first?.rate) }),
        "loss": .list(family.sizes.map { Self.json($0.minima[horizon].first?.loss) }),
        "cost": .list(drift.costs.map(Self.json)), "drift_per_doubling": JSONValue(drift.drifts),
        "verdict": .text(Self.word(drift.verdict)),
      ]
      members["fit_from"] = Self.json(drift.laws?.from)
      members["fit_inverse_residual"] = Self.json(drift.laws?.settling.residual)
      members["fit_logarithm_residual"] = Self.json(drift.laws?.drifting.residual)
      members["limit_of_rate"] = Self.json(drift.limit)
      if case .transfers(let size) = drift.verdict {
        members["transfers"] = .flag(true)
        members["transfers_from"] = .number(size)
      } else {
        members["transfers"] = .flag(false)
      }
      return .object(members)
    }
    return .object([
      "name": .text(family.name), "labels": .list(family.labels.map { .text($0) }),
      "largest_stable_rate": .list(family.sizes.map { Self.json($0.stableRate.learningRate) }),
      "horizons": .list(horizons),
    ])
  }

  private func json(_ minimum: RateMinimum) -> JSONValue {
    .object([
      "learning_rate": .number(minimum.rate), "loss": .number(minimum.loss), "peak": .number(minimum.peak),
      "catapult": .flag(minimum.isCatapult),
    ])
  }

  /// The verdict of equation (9.4) in a word or two.
  private static func word(_ verdict: OptimumDrift.Verdict) -> String {
    switch verdict {
    case .transfers: "transfers"
    case .doesNot(.cost), .doesNot(.drift): "does not transfer"
    case .doesNot(.misled), .doesNot(.fewOptima): "no verdict"
    }
  }

  private static func json(_ number: Double?) -> JSONValue {
    number.flatMap { $0.isFinite ? .number($0) : nil } ?? .null
  }
}
