import Figures
import Records

/// Local exponents of power-law data against time, with what is predicted, from `curves.csv` of a flow.
struct ExponentPicture {
  private let run: StoredRun
  private let curves: StoredTable
  private let rows: PlottedRows

  init?(_ run: StoredRun) {
    guard let curves = run.table("curves.csv"), curves.hasNumbers("local_slope") else { return nil }
    self.run = run
    self.curves = curves
    rows = PlottedRows(curves.numbers("time"), isLogarithmic: true)
  }

  var figure: Figure {
    Figure(
      name: "exponents", title: run.title("Exponents of the test loss"),
      caption: "Slopes of the test loss on doubly logarithmic axes, against time and against kernel time. Straight "
        + "lines: what is predicted for late times.",
      horizontal: Figure.Axis("time", isLogarithmic: true), vertical: Figure.Axis("local exponent"),
      series: [
        Figure.Series("against time", .line, .blue, rows.points(curves.numbers("local_slope"))),
        Figure.Series("against kernel time", .line, .orange, rows.points(curves.numbers("kernel_slope"))),
        level("predicted, lazy", "predicted_kernel", .dashed),
        level("predicted, rich", "predicted_rich", .dotted),
      ].compactMap { $0 })
  }

  private func level(_ label: String, _ key: String, _ style: Figure.Style) -> Figure.Series? {
    guard let value = run.manifest["scaling." + key]?.number else { return nil }
    let places = rows.places.filter { $0 > 0 }
    return Figure.Series(
      label, style, .black, [places.min(), places.max()].compactMap { $0.map { Figure.Point($0, value) } })
  }
}
