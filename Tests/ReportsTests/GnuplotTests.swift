import Foundation
import Testing

@testable import Reports

@Suite("Figures by gnuplot")
struct GnuplotTests {
  private func figure(_ losses: [Double], isLogarithmic: Bool = true) -> Figure {
    let points = losses.enumerated().map { Figure.Point(Double($0.offset), $0.element, halfWidth: 0.5) }
    return Figure(
      name: "loss", title: "It's 50 % and {x_y}\n\"second\" \\line", caption: "", horizontal: Figure.Axis("step"),
      vertical: Figure.Axis("loss", isLogarithmic: isLogarithmic),
      series: [Figure.Series("", .band, .blue, points), Figure.Series("test", .line, .blue, points)])
  }

  @Test("a log axis gets no zeros, and a band that reaches below it ends at its edge")
  func logarithmic() {
    let blocks = GnuplotScript(figure([2, 0.4, 0, .nan])).data.components(separatedBy: "\n\n\n")
    #expect(blocks.count == 2)
    let rows = blocks[0].split(separator: "\n").dropFirst().map { $0.split(separator: " ").map(String.init) }
    #expect(rows[0] == ["0.0", "2.0", "1.5", "2.5"])
    #expect(rows[1] == ["1.0", "0.4", "0.2", "0.9"])
    #expect(rows[2] == ["2.0", "nan", "0.2", "0.5"])
    #expect(rows[3][1] == "nan")
    let linear = GnuplotScript(figure([2, 0.4], isLogarithmic: false))
    #expect(!linear.script.contains("logscale"))
    #expect(linear.data.contains("1.0 0.4 -0.09999999999999998 0.9"))
  }

  @Test("short log axes are labelled at 1, 2 and 5, long ones at powers of ten")
  func tics() {
    #expect(
      GnuplotScript(figure([2, 0.4])).script.contains("set ytics (1e-1, 2e-1, 5e-1, 1e0, 2e0, 5e0, 1e1, 2e1, 5e1)"))
    #expect(GnuplotScript(figure([2, 1e-5])).script.contains("set format y '10^{%T}'"))
  }

  @Test("a picture that was cut is noticed", arguments: PictureFormat.allCases)
  func cut(format: PictureFormat) throws {
    let picture = try Gnuplot.picture(figure([2, 0.4, 0.1]), as: format)
    #expect(format.isWhole(picture) && !format.isWhole(picture.dropLast(20)) && !format.isWhole(Data()))
  }

  private func scratch() throws -> URL {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("figures-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }

  @Test(
    "a script left in a folder draws the picture that came through pipes; quotes and braces in a title are no commands")
  func draws() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let figure = figure([2, 0.4, 0.1])
    let script = GnuplotScript(figure)
    try Data(script.script.utf8).write(to: folder.appendingPathComponent("loss.gp"))
    try Data(script.data.utf8).write(to: folder.appendingPathComponent("loss.dat"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gnuplot", "loss.gp"]
    process.currentDirectoryURL = folder
    try process.run()
    process.waitUntilExit()
    let picture = try String(contentsOf: folder.appendingPathComponent("loss.svg"), encoding: .utf8)
    #expect(
      picture.contains("</svg>") && picture.contains("It's 50 % and {x_y}<") && picture.contains("\"second\" \\line")
        && picture.contains("rgb(  0, 114, 178)"))
    let piped = String(decoding: try Gnuplot.picture(figure, as: .svg), as: UTF8.self)
    // Only the hints on curves without a name say where the numbers came from.
    #expect(piped.replacing("$table", with: "'loss.dat'") == picture)
  }

  @Test("a label runs no command and ends no text, whatever stands in it")
  func hostileLabels() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let trap = folder.appendingPathComponent("made").path
    let label = "a`touch \(trap)`b \"\u{301} '; system('touch \(trap)') @x $y \n`touch \(trap)` %"
    let point = [Figure.Point(1, 2), Figure.Point(2, 3)]
    let figure = Figure(
      name: "odd", title: label, caption: "", horizontal: Figure.Axis(label), vertical: Figure.Axis(label),
      series: [Figure.Series(label, .line, .blue, point)])
    let picture = String(decoding: try Gnuplot.picture(figure, as: .svg), as: UTF8.self)
    #expect(picture.contains("a`touch") && !FileManager.default.fileExists(atPath: trap))
  }

  @Test("a band has a gap where its width is not known")
  func gaps() {
    let points = [1.0, .infinity, .nan].enumerated().map { Figure.Point(Double($0), 2, halfWidth: $1) }
    let figure = Figure(
      name: "gap", title: "", caption: "", horizontal: Figure.Axis("x"),
      vertical: Figure.Axis("y", isLogarithmic: true),
      series: [Figure.Series("s", .band, .blue, points)])
    let rows = GnuplotScript(figure).data.split(separator: "\n").dropFirst()
    #expect(rows == ["0.0 2.0 1.0 3.0", "1.0 2.0 1.0 nan", "2.0 2.0 nan nan"])
  }

  @Test("PNG and PDF are pictures of their kind")
  func formats() throws {
    #expect(try Gnuplot.picture(figure([2, 0.4]), as: .png).starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(try Gnuplot.picture(figure([2, 0.4]), as: .pdf).starts(with: Array("%PDF-".utf8)))
  }

  @Test("a script that fails is a reason, not a picture")
  func fails() {
    let problem = #expect(throws: Gnuplot.Problem.self) { _ = try Gnuplot.run("plot 'missing.dat'\n", "loss") }
    #expect(problem?.reason.contains("failed on loss") == true && problem?.reason.contains("missing.dat") == true)
  }

  @Test("every curve has its block, also one without points, and panels go on counting")
  func blocks() throws {
    let point = [Figure.Point(1, 2), Figure.Point(2, 3)]
    let panels = ["a", "b"].map { title in
      Figure.Panel(
        title: title, horizontal: Figure.Axis("x"), vertical: Figure.Axis("y"),
        series: [Figure.Series("none", .marks, .blue, []), Figure.Series("some", .line, .green, point)])
    }
    let figure = Figure(name: "two", title: "T", caption: "", panels: panels)
    let script = GnuplotScript(figure)
    let blocks = script.data.components(separatedBy: "\n\n\n")
    #expect(
      blocks.count == 4 && blocks[0] == "# none\nnan nan nan nan"
        && blocks[3] == "# some\n1.0 2.0 2.0 2.0\n2.0 3.0 3.0 3.0\n")
    for index in 0..<4 { #expect(script.script.contains("'two.dat' index \(index) using")) }
    #expect(String(decoding: try Gnuplot.picture(figure, as: .svg), as: UTF8.self).contains(">some<"))
    #expect(figure.single.map(\.name) == ["two-1", "two-2"] && figure.single.map(\.title) == ["a", "b"])
  }

  @Test("a panel without points says so, and the next panel is drawn")
  func empty() throws {
    let axis = Figure.Axis("x", isLogarithmic: true)
    let series = Figure.Series("s", .line, .blue, [Figure.Point(1, 2), Figure.Point(3, 4)])
    let panels = [[], [Figure.Series("none", .line, .blue, [])], [series]].map {
      Figure.Panel(title: "t", horizontal: axis, vertical: axis, series: $0)
    }
    let figure = Figure(name: "empty", title: "T", caption: "", panels: panels)
    let picture = String(decoding: try Gnuplot.picture(figure, as: .svg), as: UTF8.self)
    #expect(picture.components(separatedBy: ">nothing to show<").count == 3 && picture.contains(">s<"))
  }

  @Test("a map's places that can't be shown stay places, so that the rest does not move")
  func maps() throws {
    let map = HeatMap(
      columns: [0, 1], rows: [0, 1, 2], values: [1, 2, 3, .nan, -5, 6], label: "H", isLogarithmic: true)
    let panel = Figure.Panel(title: "", horizontal: Figure.Axis("t"), vertical: Figure.Axis("s"), content: .map(map))
    let figure = Figure(name: "map", title: "M", caption: "", panels: [panel])
    let script = GnuplotScript(figure)
    #expect(
      script.data == "# H\n0.0 0.0 1.0\n0.0 1.0 3.0\n0.0 2.0 NaN\n\n1.0 0.0 2.0\n1.0 1.0 NaN\n1.0 2.0 6.0\n")
    #expect(script.script.contains("set xrange [-0.5:1.5]") && script.script.contains("set logscale cb"))
    let picture = String(decoding: try Gnuplot.picture(figure, as: .svg), as: UTF8.self)
    #expect(picture.contains("data:image/png;base64"), "the map is within the file")
  }

  @Test("colours of an order begin dark and end light, others differ")
  func colors() {
    #expect(Figure.Color.ordered(0, of: 5).code == "#440154" && Figure.Color.ordered(4, of: 5).code == "#7ad151")
    #expect(Set((0..<6).map { Figure.Color.distinct($0).code }).count == 6)
  }
}
