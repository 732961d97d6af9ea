import Figures
import Foundation
import Records

/// Losses at the end of a sweep's units against its axes, from `summary.csv`.
struct SweepPicture {
  private let run: StoredRun
  private let table: StoredTable
  /// The axis along the figure, and the values of the others by which lines are told apart.
  private let along: String
  private let others: [String]

  /// More lines than this are told apart by nobody; the rest stand in the table.
  private static let mostLines = 10

  init?(_ run: StoredRun) {
    guard let table = run.table("summary.csv"), let first = table.header.firstIndex(of: "machine"),
      let last = table.header.firstIndex(of: "status"), first + 1 < last
    else { return nil }
    let axes = table.header[(first + 1)..<last].filter { $0 != "repeat" }
    let counts = axes.map { axis -> Int in
      let values = table.distinct(axis)
      return values.allSatisfy { Double($0) != nil } ? values.count : 0
    }
    guard let most = counts.max(), most > 1, let index = counts.firstIndex(of: most) else { return nil }
    self.run = run
    self.table = table
    let chosen = axes[index]
    along = chosen
    others = axes.filter { $0 != chosen && table.distinct($0).count > 1 && !Self.follows($0, chosen, table) }
  }

  /// Whether one axis has one value for each of another, as those of a zip have.
  private static func follows(_ axis: String, _ other: String, _ table: StoredTable) -> Bool {
    let pairs = Set(zip(table.texts(axis), table.texts(other)).map { [$0, $1] })
    return pairs.count == table.distinct(other).count
  }

  var figures: [Figure] {
    let machines = table.distinct("machine")
    let finished = table.rows.count
    let panels = machines.compactMap(panel)
    guard !panels.isEmpty, finished > 0 else { return [] }
    return [
      Figure(
        name: "sweep", title: "Test loss at the end of each unit against \(along)",
        caption: "A line for each combination of the other axes"
          + (others.isEmpty ? "" : ", \(others.joined(separator: ", "))")
          + ". Units that diverged are left out; repeats are averaged.", panels: panels)
    ]
  }

  private func panel(_ machine: String) -> Figure.Panel? {
    let own = table.rows(where: "machine", is: machine).rows(where: "status", is: "completed")
    let labels = others.map(own.texts)
    let keys = own.rows.indices.map { row in labels.map { $0[row] }.joined(separator: ", ") }
    var seen: Set<String> = []
    let groups = keys.filter { seen.insert($0).inserted }
    let shown = Self.spread(groups)
    let (places, losses) = (own.numbers(along), own.numbers("test_loss"))
    let members = Dictionary(grouping: keys.indices.filter { losses[$0].isFinite }) { keys[$0] }
    let series = shown.enumerated().flatMap { index, group -> [Figure.Series] in
      let means = Dictionary(grouping: members[group] ?? []) { places[$0] }.mapValues { rows in
        rows.reduce(0) { $0 + losses[$1] } / Double(rows.count)
      }
      let points = means.keys.sorted().compactMap { place in means[place].map { Figure.Point(place, $0) } }
      let color = shown.count > 1 ? Figure.Color.ordered(index, of: shown.count) : .blue
      return [Figure.Series(group, .line, color, points), Figure.Series("", .points, color, points)]
    }
    let all = series.flatMap(\.points)
    guard !all.isEmpty else { return nil }
    let names = others.map { $0.split(separator: ".").last.map(String.init) ?? $0 }.joined(separator: ", ")
    let hidden = groups.count - shown.count
    let title =
      machine + (names.isEmpty ? "" : " (lines: \(names)" + (hidden > 0 ? ", \(hidden) of them left out)" : ")"))
    return Figure.Panel(
      title: title, horizontal: .positive(along, all.map(\.x)), vertical: .positive("test loss", all.map(\.y)),
      series: series)
  }

  /// First, last and even ones between.
  private static func spread(_ groups: [String]) -> [String] {
    guard groups.count > mostLines else { return groups }
    return (0..<mostLines).map { groups[$0 * (groups.count - 1) / (mostLines - 1)] }
  }
}
