import Pages
import Records

/// The numbers of a run that stand on its page; all of them are in its CSV files.
struct RunTables {
  private let run: StoredRun

  /// More rows than this are better read in the file.
  private static let most = 24

  init(_ run: StoredRun) { self.run = run }

  var blocks: [Page.Block] {
    switch run.command {
    case "solve", "simulate", "validate", "compare": return [curves].compactMap { $0 }
    case "transfer":
      let table = run.table("transfer.csv")?.rows(where: "minimum", is: "1")
      return [table.flatMap { whole($0, without: ["minimum", "peak"], file: "transfer.csv") }].compactMap { $0 }
    case "sweep":
      return [
        run.table("summary.csv").flatMap {
          whole($0, without: ["hash", "step", "time", "best_test_loss", "best_step"], file: "summary.csv")
        }
      ].compactMap { $0 }
    case "reduce":
      let layers = run.table("collapse.csv").flatMap { whole($0, without: [], file: "collapse.csv") }
      return [run.table("reduction.csv").flatMap { chosen($0, without: [], file: "reduction.csv") }, layers]
        .compactMap { $0 }
    case "layers":
      return [run.table("curves.csv").flatMap { chosen($0, without: [], file: "curves.csv") }, growth]
        .compactMap { $0 }
    default: return []
    }
  }

  private var curves: Page.Block? {
    run.table("curves.csv").flatMap { chosen($0, without: ["kernel_slope", "replicas"], file: "curves.csv") }
  }

  /// What each layer has gained at the end.
  private var growth: Page.Block? {
    guard let table = run.table("growth.csv"), let last = table.texts("step").last else { return nil }
    return whole(table.rows(where: "step", is: last), without: ["step", "time"], file: "growth.csv")
  }

  /// Rows 0, 1, 2, 5, 10, … and the last.
  private func chosen(_ table: StoredTable, without hidden: [String], file: String) -> Page.Block? {
    block(table, CurveTable.chosenRows(of: table.rows.count), hidden, file)
  }

  /// All rows, or the first of many.
  private func whole(_ table: StoredTable, without hidden: [String], file: String) -> Page.Block? {
    block(table, Array(table.rows.indices.prefix(Self.most)), hidden, file)
  }

  private func block(_ table: StoredTable, _ rows: [Int], _ hidden: [String], _ file: String) -> Page.Block? {
    guard !rows.isEmpty else { return nil }
    // A column that is empty in all rows says nothing.
    let columns = table.header.filter { name in
      !hidden.contains(name) && table.texts(name).contains { !$0.isEmpty }
    }
    let texts = columns.map(table.texts)
    let cells = rows.map { row in texts.map { Self.cell($0[row]) } }
    let count = table.rows.count
    let note = rows.count == count ? "All of \(file)." : "\(rows.count) of \(count) rows; all of them are in \(file)."
    return .table(Page.Table(header: columns, rows: cells, note: note))
  }

  /// Numbers with six digits, as tables in the terminal have them.
  private static func cell(_ text: String) -> String {
    guard text.contains(where: { $0 == "." || $0 == "e" }), let number = Double(text) else { return text }
    return NumberText.short(number)
  }
}
