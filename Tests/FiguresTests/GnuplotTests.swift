import Foundation
import Testing

@testable import Figures

@Suite("Figures by gnuplot")
struct GnuplotTests {
  private func figure(_ losses: [Double], isLogarithmic: Bool = true) -> Figure {
    let points = losses.enumerated().map { Figure.Point(Double($0.offset), $0.element, halfWidth: 0.5) }
    return Figure(
      name: "loss", title: "It's 50 % and {x_y}\n\"second\" \\line", horizontal: Figure.Axis("step"),
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

  private func scratch() throws -> URL {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("figures-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }

  @Test("the real program draws it; quotes and braces in a title are no commands")
  func draws() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    let script = GnuplotScript(figure([2, 0.4, 0.1]))
    try Data(script.script.utf8).write(to: folder.appendingPathComponent("loss.gp"))
    try Data(script.data.utf8).write(to: folder.appendingPathComponent("loss.dat"))
    try Gnuplot.draw("loss.gp", in: folder.path)
    let picture = try String(contentsOf: folder.appendingPathComponent("loss.svg"), encoding: .utf8)
    #expect(
      picture.contains("</svg>") && picture.contains("It's 50 % and {x_y}<") && picture.contains("\"second\" \\line")
        && picture.contains("rgb(  0, 114, 178)"))
  }

  @Test("a script that fails is a reason, not a picture")
  func fails() throws {
    let folder = try scratch()
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("plot 'missing.dat'\n".utf8).write(to: folder.appendingPathComponent("loss.gp"))
    let problem = #expect(throws: Gnuplot.Problem.self) { try Gnuplot.draw("loss.gp", in: folder.path) }
    #expect(problem?.reason.contains("missing.dat") == true)
  }
}
