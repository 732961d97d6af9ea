/// A picture as a value: axes and curves, without a word on how it is drawn.
public struct Figure: Hashable, Sendable {
  /// One axis.
  public struct Axis: Hashable, Sendable {
    /// What is along it, with its unit.
    public var label: String
    /// Whether it is logarithmic.
    public var isLogarithmic: Bool

    /// - Parameters:
    ///   - label: what is along it.
    ///   - isLogarithmic: whether it is logarithmic.
    public init(_ label: String, isLogarithmic: Bool = false) {
      self.label = label
      self.isLogarithmic = isLogarithmic
    }
  }

  /// How a curve is drawn.
  public enum Style: Hashable, Sendable {
    case line
    case dashed
    case points
    /// The area between `low` and `high`.
    case band
  }

  /// The colours: three of the palette of Okabe and Ito, which colour-blind eyes tell apart, and black.
  public enum Color: String, Hashable, Sendable {
    case blue = "#0072B2"
    case orange = "#D55E00"
    case green = "#009E73"
    case black = "#000000"
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

  /// File name without an ending.
  public let name: String
  /// What stands above it.
  public let title: String
  /// First axis.
  public let horizontal: Axis
  /// Second axis.
  public let vertical: Axis
  /// Drawn in this order.
  public let series: [Series]

  /// - Parameters:
  ///   - name: file name without an ending.
  ///   - title: what stands above it.
  ///   - horizontal: first axis.
  ///   - vertical: second axis.
  ///   - series: the curves, drawn in this order.
  public init(name: String, title: String, horizontal: Axis, vertical: Axis, series: [Series]) {
    self.name = name
    self.title = title
    self.horizontal = horizontal
    self.vertical = vertical
    self.series = series
  }
}
