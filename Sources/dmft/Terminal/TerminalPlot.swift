import DeepLinear
import Foundation

/// A loss curve drawn with characters: `*` test, `.` train, losses on a log scale when they span more than a factor of three.
struct TerminalPlot {
  var width = 64
  var height = 12

  /// The curve in characters, row by row of its table.
  ///
  /// - Parameters:
  ///   - curve: what to draw.
  ///   - time: the kind of time, which names the rows.
  /// - Returns: lines; none where there is nothing to see.
  func lines(_ curve: LearningCurve, _ time: TimeGrid) -> [String] {
    guard curve.steps.count > 1 else { return [] }
    let all = (curve.testLoss + curve.trainLoss).filter { $0 > 0 }
    guard let low = all.min(), let high = all.max(), high > low else { return [] }
    let isLog = high > 3 * low
    let scale: (Double) -> Double = { loss in
      isLog ? (log(loss) - log(low)) / (log(high) - log(low)) : (loss - low) / (high - low)
    }
    var canvas = Array(repeating: Array(repeating: " ", count: width), count: height)
    draw(curve.trainLoss, ".", scale, &canvas)
    draw(curve.testLoss, "*", scale, &canvas)
    return frame(canvas, low: low, high: high, isLog: isLog, end: Self.end(curve, time))
  }

  /// Rows are steps, or times that grow by equal factors.
  private static func end(_ curve: LearningCurve, _ time: TimeGrid) -> String {
    time.isFlow
      ? "time \(NumberText.short(curve.times.last ?? 0)) (rows by equal factors)" : "step \(curve.steps.last ?? 0)"
  }

  private func draw(
    _ losses: [Double], _ mark: String, _ scale: (Double) -> Double, _ canvas: inout [[String]]
  ) {
    for column in 0..<width {
      let position = Double(column) / Double(width - 1) * Double(losses.count - 1)
      let loss = losses[Int(position.rounded())]
      guard loss > 0 else { continue }
      let row = Int(((1 - scale(loss)) * Double(height - 1)).rounded())
      canvas[min(max(row, 0), height - 1)][column] = mark
    }
  }

  private func frame(
    _ canvas: [[String]], low: Double, high: Double, isLog: Bool, end: String
  ) -> [String] {
    let margin = 10
    var lines = canvas.enumerated().map { row, marks in
      let label =
        row == 0 ? NumberText.brief(high) : row == height - 1 ? NumberText.brief(low) : ""
      let line = CurveTable.pad(label, margin) + " |" + marks.joined()
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
    lines.append(String(repeating: " ", count: margin + 1) + "+" + String(repeating: "-", count: width))
    lines.append(
      String(repeating: " ", count: margin + 2) + "0"
        + CurveTable.pad(end, width - 1))
    lines.append(
      String(repeating: " ", count: margin + 2) + "* test   . train"
        + (isLog ? "   (log scale)" : ""))
    return lines
  }
}
