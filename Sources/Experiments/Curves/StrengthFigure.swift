import Problems
import Reports

extension LayerStrengths {
  /// More lines than this cannot be distinguished.
  private static let most = 9

  /// Forward and backward strength of every layer against steps or time.
  func figure(_ problem: TrainingProblem) -> Figure? {
    guard !steps.isEmpty, !layers.isEmpty else { return nil }
    let last = layers.count - 1
    let shown =
      layers.count <= Self.most
      ? layers : (0..<Self.most).map { layers[($0 * last + (Self.most - 1) / 2) / (Self.most - 1)] }
    let hasTheory = layers.contains { $0.forward.theory != nil }
    return Figure(
      name: "layers", title: problem.title("Strength of the layers"),
      caption:
        "H(t,t): how strong the gradient at the input still is when it is pushed forward through the layers; it falls "
        + "as the loss does. G(t,t): how strongly each layer acts on the output; where it leaves its start, features "
        + "are learned."
        + (hasTheory ? " Lines and bands: networks, two standard errors; black dots: the theory." : ""),
      panels: [
        panel("Forward, H(t,t)", "H(t,t)", problem, shown) { $0.forward },
        panel("Backward, G(t,t)", "G(t,t)", problem, shown) { $0.backward },
      ])
  }

  private func panel(
    _ title: String, _ symbol: String, _ problem: TrainingProblem, _ shown: [Layer], _ direction: (Layer) -> Strength?
  ) -> Figure.Panel {
    let rows = PlottedRows(problem.time.isFlow ? times : steps.map(Double.init), isLogarithmic: problem.isOverDecades)
    func numbers(_ values: [Double?], scale: Double = 1) -> [Double] { values.map { $0.map { scale * $0 } ?? .nan } }
    var series: [Figure.Series] = []
    for (index, layer) in shown.enumerated() {
      guard let strength = direction(layer) else { continue }
      let color = Figure.Color.ordered(index, of: shown.count)
      let points = rows.points(numbers(strength.values), halfWidths: numbers(strength.errors ?? [], scale: 2))
      if strength.errors != nil { series.append(Figure.Series("", .band, color, points)) }
      let isNode = problem.architecture.depth == .infinite
      let label = isNode ? "tau = \(Double(layer.label).map(NumberText.brief) ?? layer.label)" : "layer \(layer.label)"
      series.append(Figure.Series(label, index % 2 == 0 ? .line : .dashed, color, points))
      if let theory = strength.theory {
        series.append(Figure.Series("", .dotted, .black, rows.points(numbers(theory))))
      }
    }
    return Figure.Panel(
      title: title, horizontal: Figure.Axis(problem.rowName, isLogarithmic: problem.isOverDecades),
      vertical: .positive(symbol, series.flatMap(\.points).map(\.y)), series: series)
  }
}
