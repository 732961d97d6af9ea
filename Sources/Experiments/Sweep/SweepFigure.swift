import Configurations
import Reports

/// Losses at the end of a sweep's units against its axes: the longest axis of numbers along the figure, the next longest as
/// lines, a panel for each combination of what is left.
struct SweepFigure {
  private let units: [SweepResult.Unit]
  private let columns: [String]
  /// Columns, by their places among the labels.
  private let along: Int
  private let lines: Int?
  private let rest: [Int]

  /// More lines than this cannot be distinguished; the others are in the table.
  private static let mostLines = 10
  /// More panels than this are too small.
  private static let mostPanels = 6

  /// What a panel shows: a method, and a value of each axis that is left.
  private struct Key: Hashable {
    let method: Sweep.Method
    let labels: [String]
  }

  /// - Parameter result: what is known; nil where nothing has ended or no axis has numbers.
  init?(_ result: SweepResult) {
    let ended = result.units.filter { $0.state != .missing }
    let values = result.columns.indices.map { column in ended.map { $0.labels[column] } }
    let lengths = values.map { Set($0).count }
    let axes = lengths.indices.filter { lengths[$0] > 1 }
    let numeric = axes.filter { axis in values[axis].allSatisfy { Double($0)?.isFinite == true } }
    // The first of the longest.
    guard let along = numeric.max(by: { lengths[$0] < lengths[$1] }) else { return nil }
    // Axes of a zip have one value for each of the other.
    let others = axes.filter { axis in
      axis != along && Set(zip(values[axis], values[along]).map { [$0, $1] }).count != lengths[along]
    }
    let lines = others.max { lengths[$0] < lengths[$1] }
    units = ended.filter { $0.state.curve?.outcome == .completed }
    columns = result.columns
    self.along = along
    self.lines = lines
    rest = others.filter { $0 != lines }
  }

  /// Nil where no unit is completed.
  var figure: Figure? {
    let keys = Self.distinct(units.map(key))
    let shown = Self.spread(keys, Self.mostPanels)
    let panels = shown.compactMap(panel)
    guard !panels.isEmpty else { return nil }
    let hidden = keys.count - shown.count
    let sentences = [
      lines.map { "A line for each \(columns[$0])." },
      rest.isEmpty ? nil : "A panel for each combination of \(rest.map { columns[$0] }.joined(separator: ", ")).",
      hidden > 0 ? "\(hidden) panels are left out." : nil,
      "Units that diverged are left out; repeats are averaged.",
    ]
    return Figure(
      name: "sweep", title: "Test loss at the end of each unit against \(columns[along])",
      caption: sentences.compactMap { $0 }.joined(separator: " "), panels: panels)
  }

  private func key(_ unit: SweepResult.Unit) -> Key { Key(method: unit.method, labels: rest.map { unit.labels[$0] }) }

  private func panel(_ key: Key) -> Figure.Panel? {
    let own = units.filter { self.key($0) == key }
    let groups = lines.map { line in Self.distinct(own.map { $0.labels[line] }) } ?? [""]
    let shown = Self.spread(groups, Self.mostLines)
    let series = shown.enumerated().flatMap { index, group -> [Figure.Series] in
      let points = means(lines.map { line in own.filter { $0.labels[line] == group } } ?? own)
      let color = shown.count > 1 ? Figure.Color.ordered(index, of: shown.count) : .blue
      return [Figure.Series(Self.value(group), .line, color, points), Figure.Series("", .points, color, points)]
    }
    let all = series.flatMap(\.points)
    guard !all.isEmpty else { return nil }
    let hidden = groups.count - shown.count
    let places = zip(rest, key.labels).map { ", \(Schema.shortName(of: columns[$0])) \(Self.value($1))" }.joined()
    let note = lines.map { line in
      " (lines: \(Schema.shortName(of: columns[line]))" + (hidden > 0 ? ", \(hidden) left out)" : ")")
    }
    return Figure.Panel(
      title: key.method.rawValue + places + (note ?? ""), horizontal: .positive(columns[along], all.map(\.x)),
      vertical: .positive("test loss", all.map(\.y)), series: series)
  }

  /// Repeats averaged, by rising place.
  private func means(_ units: [SweepResult.Unit]) -> [Figure.Point] {
    let losses = units.compactMap { unit -> (place: Double, loss: Double)? in
      guard let place = Double(unit.labels[along]), let loss = unit.state.curve?.curve.testLoss.last, loss.isFinite
      else { return nil }
      return (place, loss)
    }
    return Dictionary(grouping: losses, by: \.place).sorted { $0.key < $1.key }.map { place, own in
      Figure.Point(place, own.reduce(0) { $0 + $1.loss } / Double(own.count))
    }
  }

  /// A value of an axis, numbers in four digits.
  private static func value(_ text: String) -> String { Double(text).map(NumberText.short) ?? text }

  /// Each once, in the order in which they first come.
  private static func distinct<Element: Hashable>(_ all: [Element]) -> [Element] {
    var seen: Set<Element> = []
    return all.filter { seen.insert($0).inserted }
  }

  /// First, last and even ones between.
  private static func spread<Element>(_ all: [Element], _ most: Int) -> [Element] {
    guard all.count > most else { return all }
    return (0..<most).map { all[$0 * (all.count - 1) / (most - 1)] }
  }
}
