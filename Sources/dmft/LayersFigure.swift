import FiniteWidth
import Figures
import Studies

/// Loss with its phases, growth of the layers, and drift of what flow conserves, side by side.
struct LayersFigure {
  let report: LayersReport

  private var result: LayersStudy.Result { report.result }

  var figure: Figure {
    Figure(
      name: "layers", title: "Growth of the layers\n" + ProblemText.network(report.problem),
      panels: [loss, growth, drift])
  }

  private static func points(_ times: [Double], _ values: [Double]) -> [Figure.Point] {
    zip(times, values).map { Figure.Point($0, $1) }
  }

  private static func color(_ activation: Activation) -> Figure.Color {
    switch activation {
    case .linear: .blue
    case .relu: .orange
    case .frozenGates: .gray
    }
  }

  private var loss: Figure.Panel {
    var series = result.ensembles.map { ensemble in
      Figure.Series(
        LayersReport.name(ensemble.activation), .line, Self.color(ensemble.activation),
        Self.points(ensemble.times, ensemble.curve.trainLoss))
    }
    if let theory = result.theory {
      series.append(
        Figure.Series("theory", .dashed, .black, Self.points(theory.curve.times, theory.curve.trainLoss)))
    }
    let top = report.own.curve.trainLoss.first ?? 1
    for (name, phases) in report.phases where name == LayersReport.name(report.own.activation) {
      for (time, label) in [(phases.plateauEnd, "phases"), (phases.transitionEnd, "")] {
        series.append(Figure.Series(label, .dashed, .gray, [Figure.Point(time, 0), Figure.Point(time, top)]))
      }
    }
    if let predicted = report.predicted {
      series.append(
        Figure.Series(
          "predicted half", .dashed, .green, [Figure.Point(predicted.half, 0), Figure.Point(predicted.half, top)]))
    }
    return Figure.Panel(
      title: "Train loss and its phases", horizontal: Figure.Axis("time"), vertical: Figure.Axis("mean squared error"),
      series: series)
  }

  private var growth: Figure.Panel {
    let layers = Array(0...report.hiddenLayers)
    var series: [Figure.Series] = []
    for ensemble in result.ensembles where ensemble.activation != .frozenGates {
      // Layers lie on one another where they grow alike: points of each, further apart with each layer.
      for layer in layers {
        let values = ensemble.means { $0.growth(layer) }.map(\.value)
        let all = Self.points(ensemble.times, values)
        let stride = max(1, all.count / 20)
        let shown = all.indices.filter { $0 % stride == (layer * stride) / layers.count }.map { all[$0] }
        let name = result.ensembles.count > 1 ? LayersReport.name(ensemble.activation) + ", " : ""
        series.append(
          Figure.Series(
            name + "layer \(layer)", layer % 2 == 0 ? .marks : .crosses,
            result.ensembles.count > 1 ? Self.color(ensemble.activation) : .ordered(layer, of: layers.count), shown
          ))
      }
    }
    if let theory = result.theory {
      for layer in layers {
        series.append(
          Figure.Series(
            layer == 0 ? "theory" : "", .dashed, .black, Self.points(theory.curve.times, theory.layers[layer])))
      }
    }
    return Figure.Panel(
      title: "Growth of each layer", horizontal: Figure.Axis("time"), vertical: Figure.Axis("growth of |W|^2 a neuron"),
      series: series)
  }

  private var drift: Figure.Panel {
    var series: [Figure.Series] = []
    for ensemble in result.ensembles where ensemble.activation != .frozenGates {
      let name = LayersReport.name(ensemble.activation)
      let moments = ensemble.replicas[0].moments.dropFirst()
      let times = moments.map(\.time)
      series.append(
        Figure.Series(
          "\(name), matrix", .line, Self.color(ensemble.activation), Self.points(times, moments.map(\.drift))))
      series.append(
        Figure.Series(
          "\(name), diagonal", .dashed, Self.color(ensemble.activation),
          Self.points(times, moments.map(\.diagonalDrift))))
      if let finer = report.refined(ensemble.activation)?.moments.dropFirst() {
        series.append(
          Figure.Series(
            "matrix, rate / 4", .points, Self.color(ensemble.activation),
            Self.points(finer.map(\.time), finer.map(\.drift))))
      }
    }
    return Figure.Panel(
      title: "Drift of W'W - WW' between layers", horizontal: Figure.Axis("time"),
      vertical: Figure.Axis("drift, relative", isLogarithmic: true), series: series)
  }
}
