import Figures
import Records

/// Losses against steps or time, from `curves.csv` and for a comparison from `agreement.csv`.
struct LossPicture {
  private let run: StoredRun
  private let curves: StoredTable
  private let rows: PlottedRows

  init?(_ run: StoredRun) {
    guard let curves = run.table("curves.csv"), !curves.rows.isEmpty else { return nil }
    self.run = run
    self.curves = curves
    rows = PlottedRows(curves.numbers(run.isFlow ? "time" : "step"), isLogarithmic: run.isOverDecades)
  }

  private struct Loss {
    let name: String
    let column: String
    let color: Figure.Color
    /// Its theory beside networks.
    let theory: Figure.Style
  }

  private let losses = [
    Loss(name: "test", column: "test_loss", color: .blue, theory: .dashed),
    Loss(name: "train", column: "train_loss", color: .orange, theory: .dotted),
  ]

  var figure: Figure {
    let (title, caption, series) = content
    let values = series.flatMap(\.points).map(\.y)
    return Figure(
      name: "loss", title: run.title(title), caption: caption + cut(series),
      horizontal: Figure.Axis(run.isFlow ? "time" : "step", isLogarithmic: run.isOverDecades),
      vertical: .positive("mean squared error", values), series: series)
  }

  private var content: (title: String, caption: String, series: [Figure.Series]) {
    let replicas = run.manifest["replicas"]?.number.map { NumberText.short($0) } ?? "the"
    switch run.command {
    case "simulate":
      let hasBand = curves.hasNumbers("test_loss_se")
      return (
        "Mean loss of \(replicas) trained networks",
        "Lines: means over the trained networks."
          + (hasBand ? " Bands: two standard errors of the mean to either side." : " One network has no band."),
        losses.flatMap(ensemble)
      )
    case "validate":
      return (
        "Theory and \(replicas) trained networks",
        "Lines: means of the networks. Bands: where the mean of such networks lies at all steps together, with 99 % "
          + "confidence. Black: the theory, dashed for the test loss, dotted for the train loss." + medians,
        losses.flatMap(agreement)
      )
    case "compare":
      return (
        "A training log and the theory", "Dots: the log. Lines: what the theory predicts for this configuration.",
        losses.flatMap(log)
      )
    default:
      return (
        "Predicted loss",
        "Predicted without training: the mean squared error, noise of the target included, on fresh samples (test) and on "
          + "the training samples (train); where every sample is fresh both are one curve.", theory
      )
    }
  }

  /// A word where curves end because what follows is rounding.
  private func cut(_ series: [Figure.Series]) -> String {
    let last = series.compactMap { $0.points.last?.x }.min()
    guard let last, let end = rows.places.last, last < end, run.status == "completed", run.command != "compare" else {
      return ""
    }
    return " Below \(NumberText.brief(PlottedRows.rounding)) of its start a loss is rounding and is not drawn."
  }

  /// Where the mean is not what was compared, equation (8.10).
  private var medians: String {
    guard let points = run.manifest["median_points"]?.number, points > 0, let all = run.manifest["points"]?.number
    else { return "" }
    return
      " At \(NumberText.short(points)) of \(NumberText.short(all)) points rare networks dominate the mean, and the median stands in its "
      + "place."
  }

  /// One line where both losses are one curve.
  private var theory: [Figure.Series] {
    guard curves.texts("test_loss") != curves.texts("train_loss") else {
      return [Figure.Series("test and train", .line, .blue, rows.losses(curves.numbers("test_loss")))]
    }
    return losses.map(line)
  }

  /// The train loss is dashed: where both nearly coincide, both are seen.
  private func line(_ loss: Loss) -> Figure.Series {
    Figure.Series(
      loss.name, loss.name == "train" ? .dashed : .line, loss.color, rows.losses(curves.numbers(loss.column)))
  }

  private func ensemble(_ loss: Loss) -> [Figure.Series] {
    let errors = curves.numbers(loss.column + "_se").map { 2 * $0 }
    let points = rows.losses(curves.numbers(loss.column), halfWidths: errors)
    let band = curves.hasNumbers(loss.column + "_se") ? [Figure.Series("", .band, loss.color, points)] : []
    return band + [Figure.Series(loss.name, .line, loss.color, points)]
  }

  private func agreement(_ loss: Loss) -> [Figure.Series] {
    guard let table = run.table("agreement.csv")?.rows(where: "curve", is: loss.name) else { return ensemble(loss) }
    let own = PlottedRows(table.numbers("step"))
    let points = own.losses(table.numbers("measured"), halfWidths: table.numbers("band"))
    return [
      Figure.Series("", .band, loss.color, points), Figure.Series("\(loss.name), networks", .line, loss.color, points),
      Figure.Series("\(loss.name), theory", loss.theory, .black, own.losses(table.numbers("theory"))),
    ]
  }

  private func log(_ loss: Loss) -> [Figure.Series] {
    // From the manifest: curves.csv has a row only where the theory is reported.
    func numbers(_ name: String) -> [Double] {
      (run.manifest["deviations.\(loss.column).\(name)"]?.elements ?? []).compactMap(\.number)
    }
    let logged = PlottedRows(numbers("step"), isLogarithmic: run.isOverDecades).losses(numbers("log"))
    return (logged.isEmpty ? [] : [Figure.Series("\(loss.name), log", .points, loss.color, logged)])
      + [
        Figure.Series(
          "\(loss.name), theory", loss.name == "train" ? .dashed : .line, loss.color,
          rows.losses(curves.numbers(loss.column)))
      ]
  }
}
