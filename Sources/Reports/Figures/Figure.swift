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

  /// What stands within a set of axes.
  public enum Content: Hashable, Sendable {
    /// Curves, drawn in this order.
    case curves([Series])
    /// A function of both axes, by colour.
    case map(HeatMap)
  }

  /// One set of axes with what stands in it.
  public struct Panel: Hashable, Sendable {
    /// What stands above it; empty for nothing.
    public let title: String
    /// First axis.
    public let horizontal: Axis
    /// Second axis.
    public let vertical: Axis
    /// Curves or a map.
    public let content: Content

    /// - Parameters:
    ///   - title: what stands above it; empty for nothing.
    ///   - horizontal: first axis.
    ///   - vertical: second axis.
    ///   - content: curves or a map.
    public init(title: String, horizontal: Axis, vertical: Axis, content: Content) {
      self.title = title
      self.horizontal = horizontal
      self.vertical = vertical
      self.content = content
    }

    /// A panel of curves.
    ///
    /// - Parameters:
    ///   - title: what stands above it; empty for nothing.
    ///   - horizontal: first axis.
    ///   - vertical: second axis.
    ///   - series: the curves, drawn in this order.
    public init(title: String, horizontal: Axis, vertical: Axis, series: [Series]) {
      self.init(title: title, horizontal: horizontal, vertical: vertical, content: .curves(series))
    }

    /// The curves; none of a map.
    var series: [Series] {
      if case .curves(let series) = content { return series }
      return []
    }
  }

  /// File name without an ending.
  public let name: String
  /// What stands above it; a second line says of what problem it is.
  public let title: String
  /// What a reader should see in it, in a sentence or two.
  public let caption: String
  /// From left to right, then from the top down.
  public let panels: [Panel]

  /// - Parameters:
  ///   - name: file name without an ending.
  ///   - title: what stands above it.
  ///   - caption: what a reader should see in it.
  ///   - panels: from left to right, then from the top down; at least one.
  public init(name: String, title: String, caption: String, panels: [Panel]) {
    precondition(!panels.isEmpty)
    self.name = name
    self.title = title
    self.caption = caption
    self.panels = panels
  }

  /// A figure of one panel.
  ///
  /// - Parameters:
  ///   - name: file name without an ending.
  ///   - title: what stands above it.
  ///   - caption: what a reader should see in it.
  ///   - horizontal: first axis.
  ///   - vertical: second axis.
  ///   - series: the curves, drawn in this order.
  public init(
    name: String, title: String, caption: String, horizontal: Axis, vertical: Axis, series: [Series]
  ) {
    let panel = Panel(title: "", horizontal: horizontal, vertical: vertical, series: series)
    self.init(name: name, title: title, caption: caption, panels: [panel])
  }

  /// The first line of its title.
  public var heading: String { title.split(separator: "\n").first.map(String.init) ?? name }

  /// Each panel as a figure of its own, for a page that places them side by side or below each other as its width allows and has a
  /// heading for them all.
  public var single: [Figure] {
    panels.enumerated().map { index, panel in
      Figure(name: "\(name)-\(index + 1)", title: panel.title, caption: caption, panels: [panel])
    }
  }
}
