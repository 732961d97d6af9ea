import DeepLinear

/// A curve as about a dozen rows of text.
enum CurveTable {
  static func lines(_ curve: LearningCurve) -> [String] {
    lines(["step", "time", "train", "test"], rows: curve.steps.count) { index in
      [
        String(curve.steps[index]), NumberText.short(curve.times[index]),
        NumberText.short(curve.trainLoss[index]), NumberText.short(curve.testLoss[index]),
      ]
    }
  }

  /// A header and the chosen rows; the first column is narrow.
  static func lines(_ header: [String], rows: Int, cells: (Int) -> [String]) -> [String] {
    ([header] + chosenRows(of: rows).map(cells)).map { row in
      row.enumerated().map { column, text in pad(text, column == 0 ? 8 : column == 1 ? 12 : 14) }.joined()
    }
  }

  /// Rows 0, 1, 2, 5, 10, … and the last.
  static func chosenRows(of count: Int) -> [Int] {
    guard count > 0 else { return [] }
    var rows = [0]
    var decade = 1
    while decade < count {
      rows += [decade, 2 * decade, 5 * decade].filter { $0 < count - 1 }
      decade *= 10
    }
    return count > 1 ? rows + [count - 1] : rows
  }

  static func pad(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }
}
