extension Figure {
  /// How a curve is drawn.
  public enum Style: Hashable, Sendable {
    case line
    case dashed
    case dotted
    case points
    /// The area between `low` and `high`.
    case band
    /// Large dots that point something out on a curve.
    case marks
    /// Crosses that mark points in addition to the curves.
    case crosses

    /// Whether it joins its points, so that a single one could not be seen.
    var isLine: Bool { self == .line || self == .dashed || self == .dotted }
  }

  /// The colours: three of the palette of Okabe and Ito, which colour-blind readers can distinguish, black, and a sequence for
  /// curves that have an order.
  public struct Color: Hashable, Sendable {
    /// As `#rrggbb`.
    let code: String

    /// Of the palette of Okabe and Ito.
    public static let blue = Color(code: "#0072B2")
    /// Of the palette of Okabe and Ito.
    public static let orange = Color(code: "#D55E00")
    /// Of the palette of Okabe and Ito.
    public static let green = Color(code: "#009E73")
    /// For what stands back: frames of reference, variants.
    public static let gray = Color(code: "#808080")
    /// Black.
    public static let black = Color(code: "#000000")

    /// One of several that have no order, of the palette of Okabe and Ito; it repeats after six.
    ///
    /// - Parameter index: from 0.
    /// - Returns: its colour.
    public static func distinct(_ index: Int) -> Color {
      let codes = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#000000"]
      return Color(code: codes[index % codes.count])
    }

    /// From dark violet over blue and green to light green, even to the eye (samples of the map viridis, whose yellow end is
    /// too light for lines on white).
    private static let sequence = [(68, 1, 84), (65, 68, 135), (42, 120, 142), (34, 168, 132), (122, 209, 81)]

    /// One of several colours in order.
    ///
    /// - Parameters:
    ///   - index: from 0.
    ///   - count: how many there are.
    /// - Returns: dark for the first, light for the last.
    public static func ordered(_ index: Int, of count: Int) -> Color {
      let place = count > 1 ? Double(index) / Double(count - 1) * Double(sequence.count - 1) : 0
      let low = min(Int(place), sequence.count - 2)
      let share = place - Double(low)
      func mix(_ a: Int, _ b: Int) -> String {
        let value = Int((Double(a) + share * Double(b - a)).rounded())
        return (value < 16 ? "0" : "") + String(value, radix: 16)
      }
      let (a, b) = (sequence[low], sequence[low + 1])
      return Color(code: "#" + mix(a.0, b.0) + mix(a.1, b.1) + mix(a.2, b.2))
    }
  }

  /// One point; `low` and `high` are used by bands.
  public struct Point: Hashable, Sendable {
    /// Along the first axis.
    public let x: Double
    /// Along the second.
    public let y: Double
    let low: Double
    let high: Double

    /// - Parameters:
    ///   - x: along the first axis.
    ///   - y: along the second.
    ///   - halfWidth: half the height of a band there; a band has a gap where it is not finite.
    public init(_ x: Double, _ y: Double, halfWidth: Double = 0) {
      self.x = x
      self.y = y
      low = y - halfWidth
      high = y + halfWidth
    }
  }

  /// One curve.
  public struct Series: Hashable, Sendable {
    let label: String
    let style: Style
    let color: Color
    /// Left to right.
    public let points: [Point]

    /// - Parameters:
    ///   - label: label of the key; empty for no entry.
    ///   - style: how it is drawn.
    ///   - color: its colour.
    ///   - points: left to right.
    public init(_ label: String, _ style: Style, _ color: Color, _ points: [Point]) {
      self.label = label
      self.style = style
      self.color = color
      self.points = points
    }
  }
}
