import Figures
import Foundation
import Records

/// Losses at the end of a sweep's units against its axes, from `summary.csv`: the longest axis of numbers along the figure,
/// the next longest as lines, a panel for each combination of what is left.
struct SweepPicture {
  private let table: StoredTable
  private let along: String
  private let lines: String?
  private let rest: [String]

  /// More lines than this are told apart by nobody; the others stand in the table.
  private static let mostLines = 10
  /// More panels than this are too small.
  private static let mostPanels = 6

  init?(_ run: StoredRun) {
    guard let table = run.table("summary.csv"), let first = table.header.firstIndex(of: "machine"),
      let last = table.header.firstIndex(of: "status"), first + 1 < last
    else { return nil }
    let axes = table.header[(first + 1)..<last].filter { $0 != "repeat" && table.distinct($0).count > 1 }
    func length(_ axis: String) -> Int { table.distinct(axis).count }
    let numeric = axes.filter { axis in table.texts(axis).allSatisfy { Double($0)?.isFinite == true } }
    // The first of the longest.
    guard let along = numeric.max(by: { length($0) < length($1) }) else { return nil }
    let others = axes.filter { $0 != along && !Self.follows($0, along, table) }
    let lines = others.max { length($0) < length($1) }
    self.table = table
    self.along = along
    self.lines = lines
    rest = others.filter { $0 != lines }
  }

  /// Whether one axis has one value for each of another, as those of a zip have.
  private static func follows(_ axis: String, _ other: String, _ table: StoredTable) -> Bool {
    let pairs = Set(zip(table.texts(axis), table.texts(other)).map { [$0, $1] })
    return pairs.count == table.distinct(other).count
  }

  var figures: [Figure] {
    let finished = table.rows(where: "status", is: "completed")
    let names = ["machine"] + rest
    let columns = names.map(finished.texts)
    var seen: Set<[String]> = []
    let keys = finished.rows.indices.map { row in columns.map { $0[row] } }.filter { seen.insert($0).inserted }
    let shown = Self.spread(keys, Self.mostPanels)
    let panels = shown.compactMap { key in
      panel(zip(names, key).reduce(finished) { $0.rows(where: $1.0, is: $1.1) }, key)
    }
    guard !panels.isEmpty else { return [] }
    let others = lines.map { " A line for each \($0)." } ?? ""
    let hidden = keys.count - shown.count
    return [
      Figure(
        name: "sweep", title: "Test loss at the end of each unit against \(along)",
        caption: (others + (rest.isEmpty ? "" : " A panel for each combination of \(rest.joined(separator: ", ")).")
          + (hidden > 0 ? " \(hidden) panels are left out." : "")
          + " Units that diverged are left out; repeats are averaged.").trimmingCharacters(in: .whitespaces),
        panels: panels)
    ]
  }

  private func panel(_ own: StoredTable, _ key: [String]) -> Figure.Panel? {
    let groups = lines.map(own.distinct) ?? [""]
    let shown = Self.spread(groups, Self.mostLines)
    let series = shown.enumerated().flatMap { index, group -> [Figure.Series] in
      let mine = lines.map { own.rows(where: $0, is: group) } ?? own
      let points = Self.means(mine.numbers(along), mine.numbers("test_loss"))
      let color = shown.count > 1 ? Figure.Color.ordered(index, of: shown.count) : .blue
      return [Figure.Series(Self.value(group), .line, color, points), Figure.Series("", .points, color, points)]
    }
    let all = series.flatMap(\.points)
    guard !all.isEmpty else { return nil }
    let hidden = groups.count - shown.count
    let name = lines.map { Schema.shortName(of: $0) }
    let places = zip(rest, key.dropFirst()).map { ", \(Schema.shortName(of: $0)) \(Self.value($1))" }.joined()
    let note = name.map { " (lines: \($0)" + (hidden > 0 ? ", \(hidden) left out)" : ")") } ?? ""
    return Figure.Panel(
      title: key[0] + places + note, horizontal: .positive(along, all.map(\.x)),
      vertical: .positive("test loss", all.map(\.y)), series: series)
  }

  /// A value of an axis, numbers in six digits.
  private static func value(_ text: String) -> String { Double(text).map(NumberText.short) ?? text }

  /// Repeats averaged, by rising place.
  private static func means(_ places: [Double], _ losses: [Double]) -> [Figure.Point] {
    let rows = Dictionary(grouping: places.indices.filter { losses[$0].isFinite }) { places[$0] }
    return rows.keys.sorted().compactMap { place in
      rows[place].map { own in Figure.Point(place, own.reduce(0) { $0 + losses[$1] } / Double(own.count)) }
    }
  }

  /// First, last and even ones between.
  private static func spread<Element>(_ all: [Element], _ most: Int) -> [Element] {
    guard all.count > most else { return all }
    return (0..<most).map { all[$0 * (all.count - 1) / (most - 1)] }
  }
}
