/// A figure as a script and a table for gnuplot, stored next to the picture so that anyone can restyle it.
public struct GnuplotScript: Hashable, Sendable {
  /// Text of `NAME.gp`, which reads `NAME.dat` and writes `NAME.svg` in the folder it is run in; with
  /// `gnuplot -e "format='pdf'" NAME.gp` it writes `NAME.pdf`, and `NAME.png` likewise.
  public let script: String
  /// Text of `NAME.dat`: one block for each curve with the columns x, y, low, high, for each map with x, y, value.
  public let data: String

  private let figure: Figure

  /// - Parameter figure: what to draw.
  public init(_ figure: Figure) {
    self.figure = figure
    data = GnuplotData.text(figure)
    let note = [
      "# Redraw with: gnuplot \(figure.name).gp",
      "# As PNG or PDF: gnuplot -e \"format='pdf'\" \(figure.name).gp",
      "if (!exists('format')) format = 'svg'",
    ]
    let output = ["set output '\(figure.name).'.format"]
    script = Self.lines(note + Self.terminals(figure) + output + Self.body(figure, from: "'\(figure.name).dat'"))
  }

  /// The same with its data in it: gnuplot reads it from a pipe and writes the picture to another one.
  ///
  /// - Parameter format: the kind of picture.
  /// - Returns: text of the script.
  public func selfContained(_ format: PictureFormat) -> String {
    let head = ["format = '\(format.rawValue)'", "$table << END_OF_TABLE", data + "END_OF_TABLE"]
    return Self.lines(head + Self.terminals(figure) + Self.body(figure, from: "$table"))
  }

  private static func lines(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }

  /// Panels in a row.
  private static func columns(_ figure: Figure) -> Int { min(figure.panels.count, figure.panels.count == 4 ? 2 : 3) }

  /// Pixels of the whole figure; a map is about square.
  private static func size(_ figure: Figure) -> (width: Int, height: Int) {
    let count = figure.panels.count
    let hasMaps = figure.panels.contains { $0.series.isEmpty }
    guard count > 1 else { return hasMaps ? (520, 430) : (560, 420) }
    let columns = columns(figure)
    return (columns * (hasMaps ? 480 : 560), 50 + (count + columns - 1) / columns * (hasMaps ? 400 : 420))
  }

  private static func terminals(_ figure: Figure) -> [String] {
    let (width, height) = size(figure)
    let font = "enhanced font 'DejaVu Sans,"
    return [
      "if (format eq 'svg') set terminal svg size \(width),\(height) dynamic \(font)14' background rgb 'white'",
      "if (format eq 'png') set terminal pngcairo size \(2 * width),\(2 * height) fontscale 2 linewidth 2 pointscale 2 "
        + "\(font)10.5'",
      "if (format eq 'pdf') set terminal pdfcairo size \(Double(width) / 100)in,\(Double(height) / 100)in \(font)10'",
      // Pixels in the one, points in the others.
      "small = (format eq 'svg') ? ',13' : ',9.5'",
    ]
  }

  private static func body(_ figure: Figure, from source: String) -> [String] {
    let whole = "\(GnuplotPanel.quoted(figure.title)) noenhanced font small"
    let count = figure.panels.count
    let columns = columns(figure)
    let start =
      count == 1
      ? ["set title \(whole)"]
      : ["set multiplot layout \((count + columns - 1) / columns),\(columns) title \(whole) offset 0,-0.4"]
    var lines = style + start
    var first = 0
    for panel in figure.panels {
      let part = GnuplotPanel(panel, isAlone: count == 1, source: source, firstBlock: first)
      lines += part.lines
      first += part.blockCount
    }
    return lines + (count == 1 ? [] : ["unset multiplot"])
  }

  private static let style = [
    "set border 3 linewidth 1.2",
    "set tics nomirror out",
    "set grid back linecolor rgb '#dddddd' linewidth 0.8",
    "set style fill transparent solid 0.25 noborder",
    "set datafile missing 'nan'",
    "set offsets graph 0, graph 0.02, graph 0.05, graph 0.05",
    "set autoscale noextend",
    "set key bottom outside center horizontal spacing 1.2 samplen 2.5 noenhanced font small",
    // Samples of the map viridis, even to the eye and to colour-blind eyes.
    "set palette defined (0 '#440154', 1 '#414487', 2 '#2a788e', 3 '#22a884', 4 '#7ad151', 5 '#fde725')",
  ]
}
