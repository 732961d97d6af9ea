import Foundation

/// Curves drawn with characters, on a logarithmic scale where they span more than a factor of three.
public struct CharacterPlot: Hashable, Sendable {
  /// One curve.
  public struct Series: Hashable, Sendable {
    let mark: Character
    let label: String
    let values: [Double]

    /// - Parameters:
    ///   - mark: the character it is drawn with; later curves cover earlier ones.
    ///   - label: what it is.
    ///   - values: evenly spaced along the width.
    public init(_ mark: Character, _ label: String, _ values: [Double]) {
      self.mark = mark
      self.label = label
      self.values = values
    }
  }

  private let series: [Series]
  private let end: String

  private static let width = 64
  private static let height = 12
  private static let margin = 10

  /// - Parameters:
  ///   - series: the curves.
  ///   - end: what stands at the right end of the axis, such as `step 100`.
  public init(_ series: [Series], end: String) {
    self.series = series
    self.end = end
  }

  /// The drawing; none where there is nothing to see.
  var lines: [String] {
    guard series.contains(where: { $0.values.count > 1 }) else { return [] }
    let all = series.flatMap(\.values).filter { $0 > 0 && $0.isFinite }
    guard let low = all.min(), let high = all.max(), high > low else { return [] }
    let isLog = high > 3 * low
    func height(_ value: Double) -> Double {
      isLog ? log(value / low) / log(high / low) : (value - low) / (high - low)
    }
    var canvas = Array(repeating: Array(repeating: Character(" "), count: Self.width), count: Self.height)
    for curve in series where !curve.values.isEmpty {
      for column in 0..<Self.width {
        let place = Double(column) / Double(Self.width - 1) * Double(curve.values.count - 1)
        let value = curve.values[Int(place.rounded())]
        guard value > 0, value.isFinite else { continue }
        let row = Int(((1 - height(value)) * Double(Self.height - 1)).rounded())
        canvas[min(max(row, 0), Self.height - 1)][column] = curve.mark
      }
    }
    return frame(canvas, low: low, high: high, isLog: isLog)
  }

  private func frame(_ canvas: [[Character]], low: Double, high: Double, isLog: Bool) -> [String] {
    func padded(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(1, width - text.count)) + text
    }
    let body = canvas.enumerated().map { row, marks in
      let label = row == 0 ? NumberText.brief(high) : row == Self.height - 1 ? NumberText.brief(low) : ""
      let line = padded(label, Self.margin) + " |" + String(marks)
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
    let indent = String(repeating: " ", count: Self.margin + 2)
    let key = series.reversed().map { "\($0.mark) \($0.label)" }.joined(separator: "   ")
    return body + [
      String(repeating: " ", count: Self.margin + 1) + "+" + String(repeating: "-", count: Self.width),
      indent + "0" + padded(end, Self.width - 1), indent + key + (isLog ? "   (log scale)" : ""),
    ]
  }
}
