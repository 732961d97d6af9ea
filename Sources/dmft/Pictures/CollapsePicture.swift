import Figures
import Records

/// Scatter of classes layer by layer, from `collapse.csv` and `reduction.csv`.
struct CollapsePicture {
  private let run: StoredRun
  private let layers: StoredTable
  private let steps: StoredTable

  init?(_ run: StoredRun) {
    guard let layers = run.table("collapse.csv"), let steps = run.table("reduction.csv"),
      !layers.rows.isEmpty
    else { return nil }
    self.run = run
    self.layers = layers
    self.steps = steps
  }

  var figures: [Figure] { [collapse, loss] }

  private var collapse: Figure {
    let doubts = (run.manifest["doubts"]?.elements ?? []).compactMap(\.text)
    let places = PlottedRows(layers.numbers("layer"))
    // The measured input's scatter, then from layer to layer by the predicted ratio.
    var scatter = layers.numbers("D").first ?? .nan
    let line = layers.numbers("predicted_ratio").enumerated().map { index, ratio in
      if index > 0 { scatter *= ratio }
      return scatter
    }
    let series = [
      Figure.Series("predicted", .dashed, .black, places.points(line)),
      Figure.Series("before training", .points, .orange, places.points(layers.numbers("D_start"))),
      Figure.Series("after training", .marks, .blue, places.points(layers.numbers("D"))),
    ]
    return Figure(
      name: "collapse", title: run.title("Scatter within classes over scatter between them"),
      caption: doubts.isEmpty
        ? "After training each layer pulls its classes together by the same factor: a straight line on this scale."
        : "The straight line is the law's, which is for \(doubts.joined(separator: ", ")): it does not hold here.",
      horizontal: Figure.Axis("layer", range: -0.3...(Double(layers.rows.count) - 0.7), isCounting: true),
      vertical: .positive("D", series.flatMap(\.points).map(\.y)), series: series)
  }

  private var loss: Figure {
    let rows = PlottedRows(steps.numbers("step"))
    let losses = steps.numbers("loss")
    return Figure(
      name: "loss", title: run.title("Loss of the classifier"),
      caption: run.value("reduce.loss")?.text == "mean" ? "Mean of the squares." : "Sum of the squares.",
      horizontal: Figure.Axis("step"), vertical: .positive("loss", losses),
      series: [Figure.Series("train", .line, .blue, rows.losses(losses))])
  }
}
