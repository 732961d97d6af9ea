import Figures
import Foundation
import Records

/// Loss against learning rate and optimal rate against size, from `transfer.csv` and `transfer_scan.csv`.
struct TransferPicture {
  private let run: StoredRun
  private let families: [Family]
  private let sizes: [String]
  private let sizeKey: String
  private let horizons: Int

  /// One family of sizes.
  private struct Family {
    let name: String
    let scan: StoredTable
    let minima: StoredTable
    /// For each horizon the number of steps at each size.
    let steps: [[Int]]
  }

  init?(_ run: StoredRun) {
    guard let scan = run.table("transfer_scan.csv"), let minima = run.table("transfer.csv"),
      let key = run.manifest["size_key"]?.text, let end = minima.header.firstIndex(of: key)
    else { return nil }
    let columns = minima.header[..<end]
    self.run = run
    sizes = minima.distinct(key)
    families = (run.manifest["families"]?.elements ?? []).map { entry in
      let labels = zip(columns, entry["labels"]?.elements.compactMap(\.text) ?? [])
      func own(_ table: StoredTable) -> StoredTable {
        labels.reduce(table) { $0.rows(where: $1.0, is: $1.1) }
      }
      let steps = (entry["horizons"]?.elements ?? []).map { horizon in
        horizon["steps"]?.elements.compactMap { $0.number.flatMap { Int(exactly: $0) } } ?? []
      }
      return Family(name: entry["name"]?.text ?? "", scan: own(scan), minima: own(minima), steps: steps)
    }
    horizons = families.first?.steps.count ?? 0
    sizeKey = key
  }

  private var sizeName: String { Schema.shortName(of: sizeKey) }

  /// Rows of one size and horizon.
  private func rows(_ table: StoredTable, _ family: Family, _ size: Int, _ horizon: Int) -> StoredTable {
    let own = table.rows(where: sizeKey, is: sizes[size])
    guard horizon < family.steps.count, size < family.steps[horizon].count else { return own }
    return own.rows(where: "steps", is: String(family.steps[horizon][size]))
  }

  /// Test loss at the end against log2 of the rate, a panel for each family and a line for each size; one figure for each
  /// horizon.
  var figures: [Figure] {
    (0..<horizons).map { horizon in
      let steps = Set(families.flatMap { $0.steps.indices.contains(horizon) ? $0.steps[horizon] : [] })
      let single = steps.count == 1 ? steps.first : nil
      let view = view(horizon)
      return Figure(
        name: horizons == 1 ? "transfer" : "transfer-\(single ?? horizon)",
        title: "Test loss " + (single.map { "after \($0) steps" } ?? "at the end") + " against the learning rate",
        caption:
          "A line for each \(sizeName). Dots: the optimal learning rate. Crosses at the foot: the largest stable "
          + "rate. A rate transfers where the dots stand one above the other.",
        panels: families.map { panel($0, horizon, view) })
    }
  }

  private func panel(_ family: Family, _ horizon: Int, _ view: View) -> Figure.Panel {
    let lines = sizes.indices.map { size -> Figure.Series in
      let own = rows(family.scan, family, size, horizon)
      let points = zip(own.numbers("learning_rate"), own.numbers("test_loss")).map { rate, loss in
        Figure.Point(log2(rate), loss <= view.ceiling ? loss : .nan)
      }
      return Figure.Series(sizes[size], .line, .ordered(size, of: sizes.count), points)
    }
    let marks = sizes.indices.flatMap { size -> [Figure.Series] in
      let own = rows(family.minima, family, size, horizon).rows(where: "minimum", is: "1")
      let color = Figure.Color.ordered(size, of: sizes.count)
      let optima = zip(own.numbers("learning_rate"), own.numbers("test_loss")).filter { $0.0 > 0 }
      let stable = own.numbers("largest_stable_rate").filter { $0 > 0 && $0.isFinite }
      return [
        Figure.Series("", .marks, color, optima.map { Figure.Point(log2($0.0), $0.1) }),
        Figure.Series("", .crosses, color, stable.prefix(1).map { Figure.Point(log2($0), view.floor) }),
      ]
    }
    return Figure.Panel(
      title: "\(family.name) (lines: \(sizeName))",
      horizontal: Figure.Axis("log2 of the learning rate", range: view.rates),
      vertical: Figure.Axis("test loss", isLogarithmic: view.isLogarithmic, range: view.losses),
      series: lines + marks)
  }

  /// Which of several horizons a figure of one is about.
  private var lastHorizon: String {
    guard horizons > 1, let steps = families.first?.steps.last?.first else { return "" }
    return ", after \(steps) steps"
  }

  /// What part of the losses all panels of a figure show, so that they can be compared by eye.
  private struct View {
    /// Above it a line ends: the rise to divergence would hide the valleys.
    let ceiling: Double
    /// Where the crosses stand.
    let floor: Double
    let isLogarithmic: Bool
    /// log2 of the rates.
    let rates: ClosedRange<Double>
    let losses: ClosedRange<Double>
  }

  private func view(_ horizon: Int) -> View {
    let scans = families.flatMap { family in sizes.indices.map { rows(family.scan, family, $0, horizon) } }
    let starts = scans.flatMap { $0.numbers("start_loss").prefix(1) }.filter(\.isFinite).sorted()
    let ceiling = 1.2 * (starts.isEmpty ? 1 : starts[starts.count / 2])
    let seen = scans.flatMap { Array(zip($0.numbers("learning_rate"), $0.numbers("test_loss"))) }
      .filter { $0.1 <= ceiling && $0.1 > 0 }
    let lowest = seen.map(\.1).min() ?? ceiling / 2
    let isLogarithmic = ceiling > 4 * lowest
    let floor = isLogarithmic ? lowest * pow(lowest / ceiling, 0.06) : lowest - 0.06 * (ceiling - lowest)
    let foot = isLogarithmic ? floor * pow(lowest / ceiling, 0.05) : floor - 0.05 * (ceiling - lowest)
    let stable = families.flatMap { $0.minima.numbers("largest_stable_rate") }.filter { $0 > 0 && $0.isFinite }
    let exponents = (seen.map(\.0) + stable).map { log2($0) }
    return View(
      ceiling: ceiling, floor: floor, isLogarithmic: isLogarithmic,
      rates: (exponents.min() ?? -1)...(0.2 + (exponents.max() ?? 1)), losses: foot...ceiling)
  }

  /// Optimal and largest stable rate against the size, a colour for each family; of the last horizon.
  var optima: Figure? {
    guard horizons > 0 else { return nil }
    let numbers = sizes.map { Double($0) }
    let isNumeric = numbers.allSatisfy { $0?.isFinite == true }
    let places = isNumeric ? numbers.compactMap { $0 } : sizes.indices.map { Double($0 + 1) }
    var series: [Figure.Series] = []
    for (index, family) in families.enumerated() {
      let color = Figure.Color.distinct(index)
      func points(_ column: String) -> [Figure.Point] {
        sizes.indices.compactMap { size in
          let own = rows(family.minima, family, size, horizons - 1).rows(where: "minimum", is: "1")
          return own.numbers(column).first.flatMap { $0 > 0 && $0.isFinite ? Figure.Point(places[size], $0) : nil }
        }
      }
      let optimal = points("learning_rate")
      series += [
        Figure.Series(family.name, .line, color, optimal), Figure.Series("", .marks, color, optimal),
        Figure.Series("\(family.name), stable up to", .dotted, color, points("largest_stable_rate")),
      ]
    }
    guard series.contains(where: { !$0.points.isEmpty }) else { return nil }
    return Figure(
      name: "optimal_rates", title: "Optimal learning rate against \(sizeName)" + lastHorizon,
      caption:
        "Lines with dots: the learning rate with the smallest test loss. Dotted: the largest stable rate. A level line "
        + "is a rate that transfers.",
      horizontal: isNumeric
        ? .positive(sizeName, places) : Figure.Axis("\(sizeName): \(sizes.joined(separator: ", "))", isCounting: true),
      vertical: .positive("learning rate", series.flatMap(\.points).map(\.y)), series: series)
  }
}
