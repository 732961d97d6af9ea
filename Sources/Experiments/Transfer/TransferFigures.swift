import Foundation
import Reports
import Studies

extension TransferResult {
  /// Loss against rate for each horizon, then optimal rate against size.
  var figures: [Figure] { (0..<horizonCount).map(lossFigure) + [optimaFigure].compactMap { $0 } }

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

    init(_ sizes: [Size], horizon: Int) {
      let starts = sizes.compactMap { $0.scan.points.first?.trial.start }.filter(\.isFinite).sorted()
      let ceiling = 1.2 * (starts.isEmpty ? 1 : starts[starts.count / 2])
      let seen = sizes.flatMap(\.scan.points).filter { point in
        let loss = point.trial.losses[horizon]
        return loss <= ceiling && loss > 0
      }
      let lowest = seen.map { $0.trial.losses[horizon] }.min() ?? ceiling / 2
      isLogarithmic = ceiling > 4 * lowest
      floor = isLogarithmic ? lowest * pow(lowest / ceiling, 0.06) : lowest - 0.06 * (ceiling - lowest)
      let foot = isLogarithmic ? floor * pow(lowest / ceiling, 0.05) : floor - 0.05 * (ceiling - lowest)
      let exponents = (seen.map(\.rate) + sizes.compactMap(\.drawnStableRate)).map { log2($0) }
      rates = (exponents.min() ?? -1)...(0.2 + (exponents.max() ?? 1))
      losses = foot...ceiling
      self.ceiling = ceiling
    }
  }

  /// Test loss, or what else is to be small, at the end against log2 of the rate, a panel for each family and a line for each size.
  private func lossFigure(_ horizon: Int) -> Figure {
    let steps = commonSteps(horizon)
    let view = View(families.flatMap(\.sizes), horizon: horizon)
    return Figure(
      name: horizonCount == 1 ? "transfer" : "transfer-\(steps ?? horizon)",
      title:
        "\(objective.name.prefix(1).uppercased())\(objective.name.dropFirst()) \(horizonText(horizon)) against the learning rate",
      caption:
        "A line for each \(layout.sizeName). Dots: the optimal learning rate. Crosses at the foot: the largest stable "
        + "rate. A rate transfers where the dots stand one above the other.",
      panels: families.indices.map { panel($0, horizon, view) })
  }

  private func panel(_ family: Int, _ horizon: Int, _ view: View) -> Figure.Panel {
    let sizes = families[family].sizes
    let lines = sizes.enumerated().map { index, size in
      let points = size.scan.points.map { point in
        let loss = point.trial.losses[horizon]
        return Figure.Point(log2(point.rate), loss <= view.ceiling ? loss : .nan)
      }
      return Figure.Series(layout.sizes[index].label, .line, .ordered(index, of: sizes.count), points)
    }
    let marks = sizes.enumerated().flatMap { index, size in
      let color = Figure.Color.ordered(index, of: sizes.count)
      return [
        Figure.Series("", .marks, color, size.minima[horizon].prefix(1).map { Figure.Point(log2($0.rate), $0.loss) }),
        Figure.Series(
          "", .crosses, color, [size.drawnStableRate].compactMap { $0 }.map { Figure.Point(log2($0), view.floor) }),
      ]
    }
    return Figure.Panel(
      title: "\(layout.families[family].name) (lines: \(layout.sizeName))",
      horizontal: Figure.Axis("log2 of the learning rate", range: view.rates),
      vertical: Figure.Axis(objective.name, isLogarithmic: view.isLogarithmic, range: view.losses),
      series: lines + marks)
  }

  /// Optimal and largest stable rate against the size, a colour for each family; of the last horizon.
  private var optimaFigure: Figure? {
    let isNumeric = layout.sizes.allSatisfy(\.value.isFinite)
    let places = isNumeric ? layout.sizes.map(\.value) : layout.sizes.indices.map { Double($0 + 1) }
    let series = families.enumerated().flatMap { index, family -> [Figure.Series] in
      func points(_ rate: (Size) -> Double?) -> [Figure.Point] {
        zip(places, family.sizes).compactMap { place, size in rate(size).map { Figure.Point(place, $0) } }
      }
      let (name, color) = (layout.families[index].name, Figure.Color.distinct(index))
      let optimal = points { $0.minima[horizonCount - 1].first?.rate }
      return [
        Figure.Series(name, .line, color, optimal), Figure.Series("", .marks, color, optimal),
        Figure.Series("\(name), stable up to", .dotted, color, points(\.drawnStableRate)),
      ]
    }
    guard series.contains(where: { !$0.points.isEmpty }) else { return nil }
    let (name, labels) = (layout.sizeName, layout.sizes.map(\.label).joined(separator: ", "))
    return Figure(
      name: "optimal_rates",
      title: "Optimal learning rate against \(name)" + (horizons.count > 1 ? ", \(horizonText(horizonCount - 1))" : ""),
      caption:
        "Lines with dots: the optimal learning rate, the first minimum of the \(objective.name) from small rates on. Dotted: the largest stable rate. A level "
        + "line is a rate that transfers.",
      horizontal: isNumeric ? .positive(name, places) : Figure.Axis("\(name): \(labels)", isCounting: true),
      vertical: .positive("learning rate", series.flatMap(\.points).map(\.y)), series: series)
  }
}

extension TransferResult.Size {
  /// The largest stable rate where there is one to draw.
  fileprivate var drawnStableRate: Double? { stableRate.found }
}
