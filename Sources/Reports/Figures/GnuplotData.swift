/// The numbers of a figure as gnuplot reads them: one block for each curve or map, two empty lines between blocks.
enum GnuplotData {
  static func text(_ figure: Figure) -> String {
    figure.panels.flatMap(blocks).joined(separator: "\n\n\n") + "\n"
  }

  private static func blocks(_ panel: Figure.Panel) -> [String] {
    switch panel.content {
    case .curves(let series): series.map { block($0, isLogarithmic: panel.vertical.isLogarithmic) }
    case .map(let map): [block(map)]
    }
  }

  private static func block(_ series: Figure.Series, isLogarithmic: Bool) -> String {
    let floor = isLogarithmic ? lowest(series) : -.infinity
    let rows = series.points.map { point in
      // A log axis has no place for zero, and a band that reaches below it goes down to the edge.
      let y = point.y > floor || floor == -.infinity ? number(point.y) : "nan"
      let low = point.low < floor ? floor : point.low
      return "\(number(point.x)) \(y) \(number(low)) \(number(point.high))"
    }
    // A curve without a point still has its place among the blocks.
    return comment(series.label.isEmpty ? "band" : series.label)
      + (rows.isEmpty ? ["nan nan nan nan"] : rows).joined(
        separator: "\n")
  }

  /// Column by column, an empty line between columns.
  private static func block(_ map: HeatMap) -> String {
    let columns = map.columns.indices.map { column in
      map.rows.indices.map { row in
        let value = map.values[row * map.columns.count + column]
        let isShown = value.isFinite && (!map.isLogarithmic || value > 0)
        return "\(map.columns[column]) \(map.rows[row]) \(isShown ? "\(value)" : "NaN")"
      }.joined(separator: "\n")
    }
    return comment(map.label) + columns.joined(separator: "\n\n")
  }

  /// A line that gnuplot passes over, whatever stands in it.
  private static func comment(_ text: String) -> String {
    "# " + String(text.unicodeScalars.map { $0 == "\n" || $0 == "\r" || $0 == "`" ? " " : Character($0) }) + "\n"
  }

  /// Half of the smallest positive value of a curve.
  private static func lowest(_ series: Figure.Series) -> Double {
    (series.points.map(\.y).filter { $0 > 0 }.min() ?? 1) / 2
  }

  private static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "nan" }
}
