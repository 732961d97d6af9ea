import Figures
import Foundation
import Records

/// The small network beside the whole one, from `reduction.csv` and `singular_values.csv`.
struct ReductionPicture {
  private let run: StoredRun
  private let steps: StoredTable
  private let values: StoredTable
  private let rows: PlottedRows

  init?(_ run: StoredRun) {
    guard let steps = run.table("reduction.csv"), let values = run.table("singular_values.csv") else { return nil }
    self.run = run
    self.steps = steps
    self.values = values
    rows = PlottedRows(steps.numbers("step"))
  }

  private var isExact: Bool { run.manifest["exact"]?.isTrue == true }
  private var hasFull: Bool { steps.hasNumbers("full_loss") }

  var figures: [Figure] { [loss, spectrum] + (hasFull ? [deviation] : []) }

  private func title(_ text: String) -> String {
    guard let width = run.manifest["width"]?.number, let size = run.manifest["size"]?.number else { return text }
    return "\(text)\n\(NumberText.short(width)) of \(NumberText.short(size)) directions, "
      + "\(values.distinct("layer").count) weight matrices"
  }

  /// A column as a curve; none where it is empty.
  private func series(_ label: String, _ column: String, _ style: Figure.Style, _ color: Figure.Color) -> Figure.Series?
  {
    let points = rows.positive(steps.numbers(column))
    return points.isEmpty ? nil : Figure.Series(label, style, color, points)
  }

  private var loss: Figure {
    let series = [
      series("whole network", "full_loss", .line, .blue),
      isExact ? series("whole network, predicted", "predicted_loss", .dashed, .black) : nil,
      series("small network alone", "small_loss", .line, .orange),
    ].compactMap { $0 }
    return Figure(
      name: "loss", title: title("Loss of the small network and of the whole one"),
      caption: isExact
        ? "The whole network's loss is the small network's plus a known remainder of the directions that do not learn."
        : "The law of parsimony does not hold here, so that the whole network's loss is measured, not predicted.",
      horizontal: Figure.Axis("step"), vertical: .positive("loss", series.flatMap(\.points).map(\.y)), series: series)
  }

  private var spectrum: Figure {
    let own = values.rows(where: "network", is: "small")
    let others = values.rows(where: "network", is: "inactive")
    func points(_ table: StoredTable) -> [Figure.Point] {
      zip(table.numbers("layer"), table.numbers("singular_value")).filter { $0.1 > 0 }.map { Figure.Point($0, $1) }
    }
    let count = others.texts("multiplicity").first ?? ""
    let series = [
      Figure.Series("directions that move", .points, .blue, points(own)),
      Figure.Series("all \(count) others", .crosses, .orange, points(others)),
    ].filter { !$0.points.isEmpty }
    let layers = Double(max(1, values.distinct("layer").count))
    return Figure(
      name: "singular_values", title: title("Singular values of each weight matrix at the end"),
      caption: isExact
        ? "Each weight matrix moves in as many directions as the small network is wide, some to learn and some to decay; all others share one "
          + "value, which follows a recursion of its own."
        : "Singular values of the small network; the law of parsimony does not hold here, so that the others share no value.",
      horizontal: Figure.Axis("layer", range: 0.5...(layers + 0.5), isCounting: true),
      vertical: .positive("singular value", series.flatMap(\.points).map(\.y)), series: series)
  }

  private var deviation: Figure {
    let series = [
      series("deviation of the whole network", "deviation", .line, .blue),
      isExact ? series("known term", "known_term", .dashed, .black) : nil,
    ].compactMap { $0 }
    return Figure(
      name: "deviation", title: title("Distance of the whole network from the small one"),
      caption: "The Frobenius norm of the difference of both products"
        + (isExact ? ", and what the law says it is." : ". It need not be small where the law does not hold."),
      horizontal: Figure.Axis("step"), vertical: .positive("Frobenius norm", series.flatMap(\.points).map(\.y)),
      series: series)
  }
}
