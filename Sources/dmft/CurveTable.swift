import DeepLinear

/// A curve as about a dozen rows of text.
enum CurveTable {
  static func lines(_ curve: LearningCurve) -> [String] {
    let header = row("step", "time", "train", "test")
    return [header]
      + chosenRows(of: curve.steps.count).map { index in
        row(
          String(curve.steps[index]), NumberText.short(curve.times[index]),
          NumberText.short(curve.trainLoss[index]), NumberText.short(curve.testLoss[index]))
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

  private static func row(_ step: String, _ time: String, _ train: String, _ test: String)
    -> String
  {
    pad(step, 8) + pad(time, 12) + pad(train, 14) + pad(test, 14)
  }

  static func pad(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }
}
