import Figures
import Foundation
import Parsimony

/// The figures of a reduction.
extension ReduceReport {
  var figures: [Figure] { [lossFigure, spectrumFigure] + (reduction.full == nil ? [] : [deviationFigure]) }

  private var title: String {
    "\(reduction.small.width) of \(reduction.small.size) directions, \(setting.settings.weightLayers) weight matrices"
  }

  /// An axis over all positive values with room for the key above them; linear where they span little, as a logarithmic one
  /// would have no marks.
  static func logarithmic(_ label: String, _ values: [Double]) -> Figure.Axis {
    let positive = values.filter { $0 > 0 && $0.isFinite }
    guard let low = positive.min(), let high = positive.max(), high > 3 * low else { return Figure.Axis(label) }
    let room = pow(high / low, 0.45)
    return Figure.Axis(label, isLogarithmic: true, range: (low / pow(room, 0.15))...(high * room))
  }

  private func points(_ name: String) -> [Figure.Point] {
    guard let column = Self.columns.first(where: { $0.name == name }) else { return [] }
    return rows.compactMap { row in
      column.value(row).flatMap { $0 > 0 ? Figure.Point(Double(row.step), $0) : nil }
    }
  }

  private var lossFigure: Figure {
    var series = [
      Figure.Series("whole network", .line, .blue, points("full_loss")),
      Figure.Series("whole network, predicted", .dashed, .black, points("predicted_loss")),
      Figure.Series("small network alone", .line, .orange, points("small_loss")),
    ]
    if !isExact { series.remove(at: 1) }
    if reduction.full == nil { series.removeFirst() }
    return Figure(
      name: "loss", title: "Loss of the small network and of the whole one\n" + title,
      horizontal: Figure.Axis("step"),
      vertical: Self.logarithmic("loss", rows.flatMap { [$0.smallLoss, $0.fullLoss ?? $0.smallLoss] }),
      series: series)
  }

  private var spectrumFigure: Figure {
    let count = layers.count
    let series = layers.enumerated().flatMap { index, layer -> [Figure.Series] in
      let place = Double(index + 1)
      let own = layer.small.filter { $0 > 0 }.map { Figure.Point(place, $0) }
      let others = layer.inactive.map { [Figure.Point(place, abs($0))] } ?? []
      return [
        Figure.Series(index == 0 ? "directions that learn" : "", .points, .blue, own),
        Figure.Series(
          index == 0 && !others.isEmpty ? "all \(layer.inactiveCount) others" : "", .crosses, .orange, others),
      ]
    }
    return Figure(
      name: "singular_values", title: "Singular values of each weight matrix at the end\n" + title,
      horizontal: Figure.Axis("layer", range: 0.5...(Double(max(1, count)) + 0.5), isCounting: true),
      vertical: Self.logarithmic("singular value", layers.flatMap { $0.small + [abs($0.inactive ?? $0.small[0])] }),
      series: series)
  }

  private var deviationFigure: Figure {
    let series = [
      Figure.Series("deviation of the whole network", .line, .blue, points("deviation")),
      Figure.Series("known term", .dashed, .black, points("known_term")),
    ]
    return Figure(
      name: "deviation", title: "Distance of the whole network from the small one\n" + title,
      horizontal: Figure.Axis("step"),
      vertical: Self.logarithmic("Frobenius norm", rows.compactMap { $0.distance?.deviation }),
      series: isExact ? series : Array(series.prefix(1)))
  }
}
