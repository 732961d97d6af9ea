/// A picture as a value: panels with axes and curves, without a word on how it is drawn.
public struct Figure: Hashable, Sendable {
  /// One axis.
  public struct Axis: Hashable, Sendable {
    /// What is along it, with its unit.
    public var label: String
    /// Whether it is logarithmic.
    public var isLogarithmic: Bool
    /// From where to where it goes; nil: as far as the curves.
    public var range: ClosedRange<Double>?
    /// Whether it counts, so that only whole numbers are marked.
    public var isCounting: Bool

    /// - Parameters:
    ///   - label: what is along it.
    ///   - isLogarithmic: whether it is logarithmic.
    ///   - range: from where to where it goes; nil: as far as the curves.
    ///   - isCounting: whether only whole numbers are marked.
    public init(
      _ label: String, isLogarithmic: Bool = false, range: ClosedRange<Double>? = nil, isCounting: Bool = false
    ) {
      self.isCounting = isCounting
      self.label = label
      self.isLogarithmic = isLogarithmic
      self.range = range
    }
  }

  /// How a curve is drawn.
  public enum Style: Hashable, Sendable {
    case line
    case dashed
    case points
    /// The area between `low` and `high`.
    case band
    /// Large dots that point something out on a curve.
    case marks
    /// Crosses that point something out beside the curves.
    case crosses
  }

  /// The colours: three of the palette of Okabe and Ito, which colour-blind eyes tell apart, black, and a sequence for
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
    let x: Double
    let y: Double
    let low: Double
    let high: Double

    /// - Parameters:
    ///   - x: along the first axis.
    ///   - y: along the second.
    ///   - halfWidth: half the height of a band there.
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
    let points: [Point]

    /// - Parameters:
    ///   - label: what the key says; empty for no entry.
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

  /// One set of axes with its curves.
  public struct Panel: Hashable, Sendable {
    /// What stands above it; empty for nothing.
    public let title: String
    /// First axis.
    public let horizontal: Axis
    /// Second axis.
    public let vertical: Axis
    /// Drawn in this order.
    public let series: [Series]

    /// - Parameters:
    ///   - title: what stands above it; empty for nothing.
    ///   - horizontal: first axis.
    ///   - vertical: second axis.
    ///   - series: the curves, drawn in this order.
    public init(title: String, horizontal: Axis, vertical: Axis, series: [Series]) {
      self.title = title
      self.horizontal = horizontal
      self.vertical = vertical
      self.series = series
    }
  }

  /// File name without an ending.
  public let name: String
  /// What stands above it.
  public let title: String
  /// Side by side, from left to right.
  public let panels: [Panel]

  /// - Parameters:
  ///   - name: file name without an ending.
  ///   - title: what stands above it.
  ///   - panels: side by side, from left to right.
  public init(name: String, title: String, panels: [Panel]) {
    self.name = name
    self.title = title
    self.panels = panels
  }

  /// A figure of one panel.
  ///
  /// - Parameters:
  ///   - name: file name without an ending.
  ///   - title: what stands above it.
  ///   - horizontal: first axis.
  ///   - vertical: second axis.
  ///   - series: the curves, drawn in this order.
  public init(name: String, title: String, horizontal: Axis, vertical: Axis, series: [Series]) {
    let panel = Panel(title: "", horizontal: horizontal, vertical: vertical, series: series)
    self.init(name: name, title: title, panels: [panel])
  }
}
