import Figures
import Records

/// Forward and backward strength of every layer against steps or time, from `layers.csv`.
struct StrengthPicture {
  private let run: StoredRun
  private let table: StoredTable
  private let layers: [String]
  /// Time of each step of the table where time is continuous.
  private let times: [String: Double]

  /// More lines than this are told apart by nobody.
  private static let most = 9

  init?(_ run: StoredRun) {
    guard let table = run.table("layers.csv"), !table.rows.isEmpty else { return nil }
    self.run = run
    self.table = table
    let all = table.distinct("layer")
    let last = all.count - 1
    layers =
      all.count <= Self.most ? all : (0..<Self.most).map { all[($0 * last + (Self.most - 1) / 2) / (Self.most - 1)] }
    let curves = run.isFlow ? run.table("curves.csv") : nil
    times = Dictionary(zip(curves?.texts("step") ?? [], curves?.numbers("time") ?? [])) { first, _ in first }
  }

  var figure: Figure {
    Figure(
      name: "layers", title: run.title("Strength of the layers"),
      caption:
        "H(t,t): how strong the gradient at the input still is when it is pushed forward through the layers; it falls "
        + "as the loss does. G(t,t): how strongly each layer acts on the output; where it leaves its start, features "
        + "are learned."
        + (hasTheory ? " Lines and bands: networks, two standard errors; black dots: the theory." : ""),
      panels: [panel("Forward", "H(t,t)", "forward"), panel("Backward", "G(t,t)", "backward")])
  }

  private var hasTheory: Bool { table.hasNumbers("forward_theory") }

  private func panel(_ name: String, _ symbol: String, _ column: String) -> Figure.Panel {
    var series: [Figure.Series] = []
    for (index, layer) in layers.enumerated() {
      let own = table.rows(where: "layer", is: layer)
      guard own.hasNumbers(column) else { continue }
      let steps = run.isFlow ? own.texts("step").map { times[$0] ?? .nan } : own.numbers("step")
      let rows = PlottedRows(steps, isLogarithmic: run.isOverDecades)
      let color = Figure.Color.ordered(index, of: layers.count)
      let points = rows.points(own.numbers(column), halfWidths: own.numbers(column + "_se").map { 2 * $0 })
      if own.hasNumbers(column + "_se") { series.append(Figure.Series("", .band, color, points)) }
      series.append(Figure.Series(label(layer), index % 2 == 0 ? .line : .dashed, color, points))
      guard hasTheory else { continue }
      series.append(Figure.Series("", .dotted, .black, rows.points(own.numbers(column + "_theory"))))
    }
    let values = series.flatMap(\.points).map(\.y)
    return Figure.Panel(
      title: "\(name), \(symbol)",
      horizontal: Figure.Axis(run.isFlow ? "time" : "step", isLogarithmic: run.isOverDecades),
      vertical: .positive(symbol, values), series: series)
  }

  private func label(_ layer: String) -> String {
    guard let tau = Double(layer) else { return layer }
    return run.value("network.depth")?.text == "infinite" ? "tau = \(NumberText.brief(tau))" : "layer \(layer)"
  }
}
