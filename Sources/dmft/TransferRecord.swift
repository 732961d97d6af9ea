import Figures
import Foundation
import Records
import Studies

/// `transfer.csv`, `transfer_scan.csv`, JSON and figures.
extension TransferReport {
  /// What the run folder holds.
  var record: RunRecord {
    RunRecord(
      version: DMFT.version, status: "completed",
      texts: [
        NamedText(path: "transfer.csv", text: minimaCSV), NamedText(path: "transfer_scan.csv", text: scanCSV),
      ], timings: ["transfer": seconds], blas: .running, extra: ["families": .list(families.map(json))])
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
    var text = CSVLine.text(keyColumns + ["learning_rate", "steps", "test_loss", "peak"])
    for family in families {
      for (index, size) in family.sizes.enumerated() {
        for point in size.scan.points {
          for (horizon, loss) in point.trial.losses.enumerated() {
            let cells = [
              CSVLine.cell(point.rate), String(steps(family, index, horizon)), CSVLine.cell(loss),
              CSVLine.cell(point.trial.peak),
            ]
            text += CSVLine.text(family.labels + [layout.sizes[index].label] + cells)
          }
        }
      }
    }
    return text
  }

  // MARK: JSON

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

  private static func json(_ number: Double?) -> JSONValue {
    number.flatMap { $0.isFinite ? .number($0) : nil } ?? .null
  }

  // MARK: Figures

  /// Loss against log2 of the rate, a panel for each family and a line for each size; one figure for each horizon.
  var figures: [Figure] {
    (0..<horizonCount).map { horizon in
      Figure(
        name: horizonCount == 1 ? "transfer" : "transfer-\(study.horizons[horizon])",
        title:
          "Test loss \(horizonText(horizon)) against the learning rate; dots: minima, crosses: largest stable rate",
        panels: families.indices.map { panel($0, horizon) })
    }
  }

  private func panel(_ index: Int, _ horizon: Int) -> Figure.Panel {
    let family = families[index]
    let count = layout.sizes.count
    let view = TransferView(families, horizon)
    let lines = family.sizes.enumerated().map { size, found in
      let points = zip(found.scan.points, found.scan.losses(horizon)).map { point, loss in
        Figure.Point(log2(point.rate), loss <= view.ceiling ? loss : .nan)
      }
      return Figure.Series(layout.sizes[size].label, .line, .ordered(size, of: count), points)
    }
    let marks = family.sizes.enumerated().flatMap { size, found in
      let stable = found.stableRate.learningRate
      return [
        Figure.Series(
          "", .marks, .ordered(size, of: count),
          found.minima[horizon].prefix(1).map { Figure.Point(log2($0.rate), $0.loss) }),
        Figure.Series(
          "", .crosses, .ordered(size, of: count),
          stable > 0 && stable.isFinite ? [Figure.Point(log2(stable), view.floor)] : []),
      ]
    }
    return Figure.Panel(
      title: "\(family.name) (lines: \(layout.sizeName))",
      horizontal: Figure.Axis("log2 of the learning rate", range: view.rates),
      vertical: Figure.Axis(index == 0 ? "test loss" : "", isLogarithmic: view.isLogarithmic, range: view.losses),
      series: lines + marks)
  }
}

/// What part of the losses all panels of a figure show, so that they can be compared by eye.
private struct TransferView {
  /// Above it a line ends: the rise to divergence would hide the valleys.
  let ceiling: Double
  /// Where the crosses stand.
  let floor: Double
  let isLogarithmic: Bool
  /// log2 of the rates.
  let rates: ClosedRange<Double>
  let losses: ClosedRange<Double>

  init(_ families: [TransferStudy.Family], _ horizon: Int) {
    let sizes = families.flatMap(\.sizes)
    let starts = sizes.compactMap { $0.scan.points.first?.trial.start }.sorted()
    let ceiling = 1.2 * starts[starts.count / 2]
    let seen = sizes.flatMap { size in
      zip(size.scan.points, size.scan.losses(horizon)).filter { $0.1 <= ceiling && $0.1 > 0 }
    }
    let lowest = seen.map(\.1).min() ?? ceiling / 2
    isLogarithmic = ceiling > 4 * lowest
    floor = isLogarithmic ? lowest * pow(lowest / ceiling, 0.06) : lowest - 0.06 * (ceiling - lowest)
    self.ceiling = ceiling
    losses = (isLogarithmic ? floor * pow(lowest / ceiling, 0.05) : floor - 0.05 * (ceiling - lowest))...ceiling
    let edges = sizes.map { log2($0.stableRate.learningRate) }.filter(\.isFinite)
    let exponents = seen.map { log2($0.0.rate) } + edges
    rates = (exponents.min() ?? -1)...(0.2 + (exponents.max() ?? 1))
  }
}
