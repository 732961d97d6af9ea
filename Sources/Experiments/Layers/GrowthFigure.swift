import FiniteWidth
import Problems
import Reports

extension LayerDynamics {
  /// Loss with its phases, growth of the layers, and drift of what flow conserves.
  var figure: Figure {
    Figure(
      name: "layers", title: problem.title("Growth of the layers"),
      caption:
        "The train loss and where its phases end; what the squared weights of each layer have gained; how far W'W - WW' "
        + "between layers drifts, which gradient flow of a linear network conserves.",
      panels: [lossPanel, growthPanel, driftPanel])
  }

  private var time: Figure.Axis { Figure.Axis(problem.time.isFlow ? "time" : "time (sum of learning rates)") }

  private var lossPanel: Figure.Panel {
    var series = networks.map { networks in
      Figure.Series(
        networks.activation.title, .line, networks.activation.color,
        PlottedRows(networks.times).points(networks.trainLoss.map(\.value)))
    }
    if let curve = theory?.curve {
      series.append(Figure.Series("theory", .dashed, .black, PlottedRows(curve.times).points(curve.trainLoss)))
    }
    let top = own.trainLoss.first?.value ?? 1
    func mark(_ label: String, _ time: Double?, _ style: Figure.Style, _ color: Figure.Color) {
      guard let time, time.isFinite else { return }
      series.append(Figure.Series(label, style, color, [Figure.Point(time, 0), Figure.Point(time, top)]))
    }
    mark("phases, \(own.activation.title)", own.phases?.plateauEnd, .dashed, .gray)
    mark("", own.phases?.transitionEnd, .dashed, .gray)
    mark("predicted half", mode?.halfTime, .dotted, .green)
    return Figure.Panel(
      title: "Train loss and its phases", horizontal: time, vertical: Figure.Axis("mean squared error"), series: series)
  }

  private var growthPanel: Figure.Panel {
    let count = problem.architecture.hiddenLayers + 1
    var series: [Figure.Series] = []
    for networks in free {
      for (layer, growth) in networks.growth.enumerated() {
        let all = PlottedRows(networks.times).points(growth.map(\.value))
        // Layers lie on one another where they grow alike: points of each, further apart with each layer.
        let stride = max(1, all.count / 20)
        let points = all.indices.filter { $0 % stride == (layer * stride) / count }.map { all[$0] }
        series.append(
          Figure.Series(
            (free.count > 1 ? networks.activation.title + ", " : "") + "layer \(layer)",
            layer % 2 == 0 ? .marks : .crosses,
            free.count > 1 ? networks.activation.color : .ordered(layer, of: count), points))
      }
    }
    if let theory {
      for (layer, growth) in theory.layers.enumerated() {
        let points = PlottedRows(theory.curve.times).points(growth)
        series.append(Figure.Series(layer == 0 ? "theory" : "", .dashed, .black, points))
      }
    }
    return Figure.Panel(
      title: "Growth of each layer", horizontal: time, vertical: Figure.Axis("growth of |W|^2 a neuron"), series: series
    )
  }

  private var driftPanel: Figure.Panel {
    func points(_ drift: Drift?, _ values: KeyPath<Drift, [Double]>) -> [Figure.Point] {
      drift.map { PlottedRows($0.times).positive($0[keyPath: values]) } ?? []
    }
    let series = free.flatMap { networks -> [Figure.Series] in
      let (whole, quarter) = (networks.drifts.first, networks.drifts.dropFirst().first)
      let (name, color) = (networks.activation.title, networks.activation.color)
      return [
        Figure.Series("\(name), matrix", .line, color, points(whole, \.matrix)),
        Figure.Series("\(name), diagonal", .dashed, color, points(whole, \.diagonal)),
        Figure.Series("\(name), rate / 4", .points, color, points(quarter, \.matrix)),
      ].filter { !$0.points.isEmpty }
    }
    return Figure.Panel(
      title: "Drift of W'W - WW' between layers", horizontal: time,
      vertical: .positive("drift, relative", series.flatMap(\.points).map(\.y)), series: series)
  }
}

extension Activation {
  fileprivate var color: Figure.Color {
    switch self {
    case .linear: .blue
    case .relu: .orange
    case .frozenGates: .gray
    }
  }
}
