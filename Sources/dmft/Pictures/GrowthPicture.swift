import Figures
import Records

/// Loss with its phases, growth of the layers, and drift of what flow conserves, from `curves.csv`, `growth.csv` and
/// `conserved.csv`.
struct GrowthPicture {
  private let run: StoredRun
  private let curves: StoredTable
  private let growth: StoredTable
  private let conserved: StoredTable
  private let activations: [String]

  init?(_ run: StoredRun) {
    guard let curves = run.table("curves.csv"), let growth = run.table("growth.csv"),
      let conserved = run.table("conserved.csv")
    else { return nil }
    self.run = run
    self.curves = curves
    self.growth = growth
    self.conserved = conserved
    activations = growth.distinct("activation")
  }

  var figure: Figure {
    Figure(
      name: "layers", title: run.title("Growth of the layers"),
      caption:
        "The train loss and where its phases end; what the squared weights of each layer have gained; how far W'W - WW' "
        + "between layers drifts, which gradient flow of a linear network conserves.",
      panels: [loss, layers, drift])
  }

  private static func name(_ activation: String) -> String {
    switch activation {
    case "relu": "ReLU"
    case "frozenGates": "gates frozen"
    default: activation
    }
  }

  private static func color(_ activation: String) -> Figure.Color {
    switch activation {
    case "linear": .blue
    case "relu": .orange
    default: .gray
    }
  }

  private var time: Figure.Axis { Figure.Axis(run.isFlow ? "time" : "time (sum of learning rates)") }

  private var loss: Figure.Panel {
    let rows = PlottedRows(curves.numbers("time"))
    var series = activations.enumerated().map { index, activation in
      let column = index == 0 ? "train_loss" : "train_loss_\(activation)"
      return Figure.Series(
        Self.name(activation), .line, Self.color(activation), rows.points(curves.numbers(column)))
    }
    if curves.hasNumbers("train_loss_theory") {
      series.append(Figure.Series("theory", .dashed, .black, rows.points(curves.numbers("train_loss_theory"))))
    }
    let top = curves.numbers("train_loss").first ?? 1
    func mark(_ label: String, _ path: String, _ style: Figure.Style, _ color: Figure.Color) {
      guard let time = run.manifest[path]?.number, time.isFinite else { return }
      series.append(Figure.Series(label, style, color, [Figure.Point(time, 0), Figure.Point(time, top)]))
    }
    if let own = activations.first.map(Self.name) {
      mark("phases, \(own)", "phases.\(own).plateau_end", .dashed, .gray)
      mark("", "phases.\(own).transition_end", .dashed, .gray)
    }
    mark("predicted half", "predicted.half_time", .dotted, .green)
    return Figure.Panel(
      title: "Train loss and its phases", horizontal: time, vertical: Figure.Axis("mean squared error"),
      series: series)
  }

  private var layers: Figure.Panel {
    let numbers = growth.distinct("layer")
    let shown = activations.filter { $0 != "frozenGates" }
    var series: [Figure.Series] = []
    for activation in shown {
      for (layer, number) in numbers.enumerated() {
        let own = growth.rows(where: "activation", is: activation).rows(where: "layer", is: number)
        let all = PlottedRows(own.numbers("time")).points(own.numbers("growth"))
        // Layers lie on one another where they grow alike: points of each, further apart with each layer.
        let stride = max(1, all.count / 20)
        let points = all.indices.filter { $0 % stride == (layer * stride) / numbers.count }.map { all[$0] }
        series.append(
          Figure.Series(
            (shown.count > 1 ? Self.name(activation) + ", " : "") + "layer \(number)",
            layer % 2 == 0 ? .marks : .crosses,
            shown.count > 1 ? Self.color(activation) : .ordered(layer, of: numbers.count), points))
      }
    }
    for (layer, number) in numbers.enumerated() {
      let own = growth.rows(where: "activation", is: "linear").rows(where: "layer", is: number)
      let theory = PlottedRows(own.numbers("time")).points(own.numbers("growth_theory"))
      guard !theory.isEmpty else { continue }
      series.append(Figure.Series(layer == 0 ? "theory" : "", .dashed, .black, theory))
    }
    return Figure.Panel(
      title: "Growth of each layer", horizontal: time,
      vertical: Figure.Axis("growth of |W|^2 a neuron"), series: series)
  }

  private var drift: Figure.Panel {
    var series: [Figure.Series] = []
    func points(_ table: StoredTable, _ column: String) -> [Figure.Point] {
      PlottedRows(table.numbers("time")).positive(table.numbers(column))
    }
    for activation in activations where activation != "frozenGates" {
      let own = conserved.rows(where: "activation", is: activation)
      let (whole, quarter) = (own.rows(where: "rate_share", is: "1.0"), own.rows(where: "rate_share", is: "0.25"))
      let (name, color) = (Self.name(activation), Self.color(activation))
      series += [
        Figure.Series("\(name), matrix", .line, color, points(whole, "drift")),
        Figure.Series("\(name), diagonal", .dashed, color, points(whole, "diagonal_drift")),
        Figure.Series("\(name), rate / 4", .points, color, points(quarter, "drift")),
      ].filter { !$0.points.isEmpty }
    }
    let values = series.flatMap(\.points).map(\.y)
    return Figure.Panel(
      title: "Drift of W'W - WW' between layers", horizontal: time,
      vertical: .positive("drift, relative", values), series: series)
  }
}
