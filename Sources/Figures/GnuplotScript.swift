import Foundation

/// A figure as a script and a table for gnuplot, to be kept beside the picture so that anyone can restyle it.
public struct GnuplotScript: Hashable, Sendable {
  /// Text of `NAME.gp`, which reads `NAME.dat` and writes `NAME.svg` in the folder it is run in.
  public let script: String
  /// Text of `NAME.dat`: one block for each curve with the columns x, y, low, high.
  public let data: String

  /// - Parameter figure: what to draw.
  public init(_ figure: Figure) {
    script = Self.script(figure)
    data = Self.data(figure)
  }

  private static func script(_ figure: Figure) -> String {
    let count = figure.panels.count
    let head = [
      "# Redraw with: gnuplot \(figure.name).gp",
      "set terminal svg size \(count == 1 ? 760 : 140 + 480 * count),500 dynamic enhanced font 'DejaVu Sans,14' "
        + "background rgb 'white'",
      "set output '\(figure.name).svg'",
      "set border 3 linewidth 1.2",
      "set tics nomirror out",
      "set grid back linecolor rgb '#dddddd' linewidth 0.8",
      "set style fill transparent solid 0.25 noborder",
      "set datafile missing 'nan'",
      "set offsets graph 0, graph 0.02, graph 0.05, graph 0.05",
      "set autoscale noextend",
    ]
    let whole = "\(quoted(figure.title)) noenhanced font ',13'"
    let start =
      count == 1 ? ["set title \(whole)"] : ["set multiplot layout 1,\(count) title \(whole) offset 0,-0.4"]
    var lines = head + start
    var first = 0
    for panel in figure.panels {
      lines += panelLines(panel, of: figure, firstBlock: first)
      first += panel.series.count
    }
    return (lines + (count == 1 ? [] : ["unset multiplot"])).joined(separator: "\n") + "\n"
  }

  private static func panelLines(_ panel: Figure.Panel, of figure: Figure, firstBlock: Int) -> [String] {
    let isAlone = figure.panels.count == 1
    let logarithmic =
      (panel.horizontal.isLogarithmic ? ["set logscale x", "set format x '10^{%T}'"] : [])
      + (panel.vertical.isLogarithmic ? ["set logscale y"] + tics(panel) : [])
    let plots = panel.series.indices.map { plot(panel.series[$0], in: figure, block: firstBlock + $0) }
    let key = "set key \(isAlone ? "top right" : "outside right top") spacing 1.2 noenhanced"
    return (isAlone ? [] : ["set title \(quoted(panel.title)) noenhanced font ',13'", "unset logscale"]) + [
      "set xlabel \(quoted(panel.horizontal.label)) noenhanced",
      "set ylabel \(quoted(panel.vertical.label)) noenhanced",
      key,
    ] + ranges(panel) + wholeTics(panel) + logarithmic + ["plot \\", plots.joined(separator: ", \\\n")]
  }

  private static func ranges(_ panel: Figure.Panel) -> [String] {
    [("x", panel.horizontal), ("y", panel.vertical)].compactMap { name, axis in
      axis.range.map { "set \(name)range [\($0.lowerBound):\($0.upperBound)]" }
    }
  }

  /// Whole numbers, about ten of them.
  private static func wholeTics(_ panel: Figure.Panel) -> [String] {
    guard panel.horizontal.isCounting else { return [] }
    let places = panel.series.flatMap(\.points).map(\.x).filter(\.isFinite)
    guard let low = places.min(), let high = places.max() else { return [] }
    return ["set xtics \(max(1, Int(((high - low) / 10).rounded(.up))))"]
  }

  /// A log axis of less than three decades is labelled at 1, 2 and 5 times the powers of ten; longer ones at the powers.
  private static func tics(_ panel: Figure.Panel) -> [String] {
    let values = panel.series.flatMap(\.points).map(\.y).filter { $0 > 0 && $0.isFinite }
    guard let low = values.min(), let high = values.max(), high < 1000 * low else {
      return ["set format y '10^{%T}'"]
    }
    let first = Int(log10(low).rounded(.down))
    let last = Int(log10(high).rounded(.up))
    let marks = (first...last).flatMap { power in [1, 2, 5].map { "\($0)e\(power)" } }
    return ["set ytics (" + marks.joined(separator: ", ") + ")", "set format y '%g'"]
  }

  private static func plot(_ series: Figure.Series, in figure: Figure, block: Int) -> String {
    let color = "linecolor rgb '\(series.color.code)'"
    let style =
      switch series.style {
      case .line: "using 1:2 with lines linewidth 2 \(color)"
      case .dashed: "using 1:2 with lines linewidth 2 dashtype 2 \(color)"
      case .points: "using 1:2 with points pointtype 7 pointsize 0.5 \(color)"
      case .band: "using 1:3:4 with filledcurves \(color)"
      case .marks: "using 1:2 with points pointtype 7 pointsize 0.9 \(color)"
      case .crosses: "using 1:2 with points pointtype 2 pointsize 0.9 linewidth 1.5 \(color)"
      }
    let title = series.label.isEmpty ? "notitle" : "title \(quoted(series.label))"
    return "  '\(figure.name).dat' index \(block) \(style) \(title)"
  }

  /// As gnuplot takes it within double quotes, which alone can hold a line break.
  private static func quoted(_ text: String) -> String {
    let escaped = text.map { character in
      switch character {
      case "\\", "\"": "\\\(character)"
      case "\n": "\\n"
      default: String(character)
      }
    }
    return "\"" + escaped.joined() + "\""
  }

  private static func data(_ figure: Figure) -> String {
    figure.panels.flatMap { panel in panel.series.map { (panel, $0) } }.map { panel, series in
      let floor = panel.vertical.isLogarithmic ? lowest(series) : -.infinity
      let rows = series.points.map { point in
        // A log axis has no place for zero, and a band that reaches below it goes down to the edge.
        let y = point.y > floor || floor == -.infinity ? number(point.y) : "nan"
        return "\(number(point.x)) \(y) \(number(max(floor, point.low))) \(number(point.high))"
      }
      return "# \(series.label.isEmpty ? "band" : series.label)\n" + rows.joined(separator: "\n")
    }.joined(separator: "\n\n\n") + "\n"
  }

  /// Half of the smallest positive value of a curve.
  private static func lowest(_ series: Figure.Series) -> Double {
    (series.points.map(\.y).filter { $0 > 0 }.min() ?? 1) / 2
  }

  private static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "nan" }
}
