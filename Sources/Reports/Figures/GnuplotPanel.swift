import Foundation

/// One panel as commands of gnuplot.
struct GnuplotPanel {
  private let panel: Figure.Panel
  private let isAlone: Bool
  /// The file or table that holds the numbers, as gnuplot names it.
  private let source: String
  /// Place of its first block there.
  private let firstBlock: Int

  init(_ panel: Figure.Panel, isAlone: Bool, source: String, firstBlock: Int) {
    self.panel = panel
    self.isAlone = isAlone
    self.source = source
    self.firstBlock = firstBlock
  }

  /// How many blocks of the table are its own.
  var blockCount: Int {
    switch panel.content {
    case .curves(let series): series.count
    case .map: 1
    }
  }

  var lines: [String] {
    let head =
      (isAlone ? [] : ["set title \(Self.quoted(panel.title)) noenhanced font small", "unset logscale", "set format"])
      + [
        // An empty second line keeps the key below at a distance.
        "set xlabel \(Self.quoted(panel.horizontal.label + "\n")) noenhanced offset 0,0.6",
        "set ylabel \(Self.quoted(panel.vertical.label)) noenhanced",
      ]
    switch panel.content {
    case .curves(let series) where series.allSatisfy(\.points.isEmpty):
      return head + [
        "set xrange [0:1]", "set yrange [0:1]", "set label 1 'nothing to show' at graph 0.5, graph 0.5 center",
        "plot NaN notitle", "unset label 1",
      ]
    case .curves(let series):
      let plots = series.indices.map { plot(series[$0], block: firstBlock + $0) }
      return head + ["set xtics autofreq", "set ytics autofreq"] + ranges + wholeTics + logarithmic
        + ["plot \\", plots.joined(separator: ", \\\n")]
    case .map(let map): return head + mapLines(map)
    }
  }

  private var logarithmic: [String] {
    (panel.horizontal.isLogarithmic ? ["set logscale x"] + tics("x", panel.horizontal, \.x) : [])
      + (panel.vertical.isLogarithmic ? ["set logscale y"] + tics("y", panel.vertical, \.y) : [])
  }

  private var ranges: [String] {
    [("x", panel.horizontal), ("y", panel.vertical)].map { name, axis in
      "set \(name)range [" + (axis.range.map { "\($0.lowerBound):\($0.upperBound)" } ?? "*:*") + "]"
    }
  }

  /// Whole numbers, about ten of them.
  private var wholeTics: [String] {
    guard panel.horizontal.isCounting else { return [] }
    let places = panel.series.flatMap(\.points).map(\.x).filter(\.isFinite)
    guard let low = places.min(), let high = places.max() else { return [] }
    return ["set xtics \(max(1, ((high - low) / 10).rounded(.up)))"]
  }

  /// A log axis of less than three decades is labelled at 1, 2 and 5 times the powers of ten; longer ones at the powers.
  private func tics(_ name: String, _ axis: Figure.Axis, _ coordinate: KeyPath<Figure.Point, Double>) -> [String] {
    let values = panel.series.flatMap(\.points).map { $0[keyPath: coordinate] }.filter { $0 > 0 && $0.isFinite }
    guard let low = axis.range?.lowerBound ?? values.min(), let high = axis.range?.upperBound ?? values.max(),
      low > 0, high < 1000 * low
    else { return ["set format \(name) '10^{%T}'"] }
    let first = Int(log10(low).rounded(.down))
    let last = Int(log10(high).rounded(.up))
    let marks = (first...last).flatMap { power in [1, 2, 5].map { "\($0)e\(power)" } }
    return ["set \(name)tics (" + marks.joined(separator: ", ") + ")", "set format \(name) '%g'"]
  }

  private func plot(_ series: Figure.Series, block: Int) -> String {
    let color = "linecolor rgb '\(series.color.code)'"
    let style =
      switch series.points.count == 1 && series.style.isLine ? .marks : series.style {
      case .line: "using 1:2 with lines linewidth 2 \(color)"
      case .dashed: "using 1:2 with lines linewidth 2 dashtype (10,6) \(color)"
      case .dotted: "using 1:2 with lines linewidth 2.2 dashtype (3,5) \(color)"
      case .points: "using 1:2 with points pointtype 7 pointsize 0.5 \(color)"
      case .band: "using 1:3:4 with filledcurves \(color)"
      case .marks: "using 1:2 with points pointtype 7 pointsize 0.9 \(color)"
      case .crosses: "using 1:2 with points pointtype 2 pointsize 0.9 linewidth 1.5 \(color)"
      }
    let title = series.label.isEmpty ? "notitle" : "title \(Self.quoted(series.label))"
    return "  \(source) index \(block) \(style) \(title)"
  }

  private func mapLines(_ map: HeatMap) -> [String] {
    [
      "set xrange [\(Self.extent(map.columns))]", "set yrange [\(Self.extent(map.rows))]",
      "set size ratio 1", "unset grid", "unset key", "set xtics autofreq", "set ytics autofreq",
      "set cblabel \(Self.quoted(map.label)) noenhanced", map.isLogarithmic ? "set logscale cb" : "unset logscale cb",
      map.isLogarithmic ? "set format cb '10^{%T}'" : "set format cb '%g'", "set offsets 0, 0, 0, 0",
      "set cbrange [" + (map.range.map { "\($0.lowerBound):\($0.upperBound)" } ?? "*:*") + "]",
      // The bar of colours would be as pale as a band.
      "set style fill solid noborder",
      "plot \(source) index \(firstBlock) using 1:2:3 with image",
    ]
  }

  /// Half a cell beyond the first and last place.
  private static func extent(_ places: [Double]) -> String {
    guard let first = places.first, let last = places.last else { return "*:*" }
    let half = places.count > 1 ? (last - first) / Double(places.count - 1) / 2 : 0.5
    return "\(first - half):\(last + half)"
  }

  /// As gnuplot takes it within double quotes, which alone can hold a line break. Scalar by scalar, as a quote may carry an
  /// accent; a backtick would run what follows as a command.
  static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\\", "\"": "\\\(scalar)"
      case "`": "\\140"
      case "\n", "\r": "\\n"
      default: String(scalar)
      }
    }
    return "\"" + escaped.joined() + "\""
  }
}
