import Parsimony
import Reports

// Figures that compare the small network with the full one.

extension ReducedNetwork {
  /// Losses, singular values at the end, and the distance of the full network where it was trained.
  var figures: [Figure] {
    [lossFigure] + (layers.isEmpty ? [] : [spectrumFigure]) + (hasFull ? [deviationFigure] : [])
  }

  private func title(_ text: String) -> String {
    "\(text)\n\(width) of \(size) directions, \(setting.training.scales.count) weight matrices"
  }

  /// A quantity of each step as a curve; nil where it is not known.
  private func series(
    _ label: String, _ style: Figure.Style, _ color: Figure.Color, _ value: (Reduction.Row) -> Double?
  ) -> Figure.Series? {
    let points = PlottedRows(rows.map { Double($0.step) }).positive(rows.map { value($0) ?? .nan })
    return points.isEmpty ? nil : Figure.Series(label, style, color, points)
  }

  private func figure(
    _ name: String, _ text: String, _ caption: String, horizontal: Figure.Axis = Figure.Axis("step"), vertical: String,
    _ series: [Figure.Series?]
  ) -> Figure {
    let series = series.compactMap { $0 }
    return Figure(
      name: name, title: title(text), caption: caption, horizontal: horizontal,
      vertical: .positive(vertical, series.flatMap(\.points).map(\.y)), series: series)
  }

  private var lossFigure: Figure {
    figure(
      "loss", "Loss of the small network and of the full one",
      isExact
        ? "The full network's loss is the small network's plus a known remainder of the directions that do not learn."
        : "The law of parsimony does not hold here, so that the full network's loss is measured, not predicted.",
      vertical: "loss",
      [
        series("full network", .line, .blue) { $0.fullLoss },
        series("full network, predicted", .dashed, .black) { $0.predictedLoss },
        series("small network alone", .line, .orange) { $0.smallLoss },
      ])
  }

  private var spectrumFigure: Figure {
    func points(_ values: [[Double]]) -> [Figure.Point] {
      values.enumerated().flatMap { index, values in
        values.filter { $0 > 0 }.map { Figure.Point(Double(index + 1), $0) }
      }
    }
    func series(_ label: String, _ style: Figure.Style, _ color: Figure.Color, _ values: [[Double]]) -> Figure.Series? {
      let points = points(values)
      return points.isEmpty ? nil : Figure.Series(label, style, color, points)
    }
    return figure(
      "singular_values", "Singular values of each weight matrix at the end",
      isExact
        ? "Each weight matrix moves in as many directions as the small network is wide; some learn and some decay; all "
          + "others share one value, which follows its own recursion."
        : "Singular values of the small network; the law of parsimony does not hold here, so that the others share no value.",
      horizontal: Figure.Axis("layer", range: 0.5...(Double(layers.count) + 0.5), isCounting: true),
      vertical: "singular value",
      [
        series("directions that move", .points, .blue, layers.map(\.small)),
        series(
          "all \(layers[0].inactiveCount) others", .crosses, .orange,
          layers.map { layer in layer.inactive.map { [abs($0)] } ?? [] }),
      ])
  }

  private var deviationFigure: Figure {
    figure(
      "deviation", "Distance of the full network from the small one",
      "The Frobenius norm of the difference of both products"
        + (isExact ? ", and its prediction by the law." : ". It need not be small where the law does not hold."),
      vertical: "Frobenius norm",
      [
        series("deviation of the full network", .line, .blue) { $0.distance?.deviation },
        series("known term", .dashed, .black) { $0.knownTerm },
      ])
  }
}
