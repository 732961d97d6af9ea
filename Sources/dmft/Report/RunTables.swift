import Pages
import Records

/// The numbers of a run that stand on its page; all of them are in its CSV files.
struct RunTables {
  private let run: StoredRun

  /// More rows than this are better read in the file.
  private static let most = 24

  init(_ run: StoredRun) { self.run = run }

  var blocks: [Page.Block] {
    let blocks: [Page.Block?]
    switch run.command {
    case "solve", "simulate", "validate", "compare":
      blocks = [chosen("curves.csv", without: ["kernel_slope", "replicas"]), sizes]
    case "transfer":
      let optima = run.table("transfer.csv")?.rows(where: "minimum", is: "1")
      blocks = [whole(optima, without: ["minimum", "peak"], file: "transfer.csv")]
    case "sweep": blocks = [run.table("summary.csv").flatMap(best)]
    case "reduce": blocks = [chosen("reduction.csv"), whole(run.table("collapse.csv"), file: "collapse.csv")]
    case "layers": blocks = [chosen("curves.csv"), growth]
    default: blocks = []
    }
    return blocks.compactMap { $0 }
  }

  /// The units with the smallest test loss at the end.
  private func best(_ table: StoredTable) -> Page.Block? {
    let losses = table.numbers("test_loss")
    let order = table.rows.indices.sorted {
      (losses[$0].isNaN ? .infinity : losses[$0], $0) < (losses[$1].isNaN ? .infinity : losses[$1], $1)
    }
    let hidden = ["hash", "step", "time", "best_test_loss", "best_step"]
    return block(
      table, Array(order.prefix(Self.most)), hidden, "summary.csv", words: ", those with the smallest test loss first")
  }

  /// Bias against size of a comparison at several.
  private var sizes: Page.Block? {
    let dimensions = run.manifest["sizes.dimension"]?.elements.compactMap(\.number) ?? []
    let biases = run.manifest["sizes.worst_bias"]?.elements.compactMap(\.number) ?? []
    let verdicts = run.manifest["sizes.verdicts"]?.elements.compactMap(\.text) ?? []
    guard !dimensions.isEmpty, dimensions.count == biases.count, dimensions.count == verdicts.count else { return nil }
    let rows = dimensions.indices.map { index in
      [NumberText.short(dimensions[index]), NumberText.signedPercent(biases[index]), verdicts[index]]
    }
    return .table(
      Page.Table(
        header: ["D", "worst bias", "verdict"], rows: rows, note: "The table above is of the largest."))
  }

  /// What each layer has gained at the end.
  private var growth: Page.Block? {
    guard let table = run.table("growth.csv"), let last = table.texts("step").last else { return nil }
    return whole(table.rows(where: "step", is: last), without: ["step", "time"], file: "growth.csv")
  }

  /// Rows 0, 1, 2, 5, 10, … of a file, and the last.
  private func chosen(_ file: String, without hidden: [String] = []) -> Page.Block? {
    run.table(file).flatMap { block($0, CurveTable.chosenRows(of: $0.rows.count), hidden, file) }
  }

  /// All rows of what was taken from a file, or the first of many.
  private func whole(_ table: StoredTable?, without hidden: [String] = [], file: String) -> Page.Block? {
    table.flatMap { block($0, Array($0.rows.indices.prefix(Self.most)), hidden, file) }
  }

  private func block(
    _ table: StoredTable, _ rows: [Int], _ hidden: [String], _ file: String, words: String = ""
  ) -> Page.Block? {
    guard !rows.isEmpty else { return nil }
    // A column that is empty in all rows says nothing.
    let columns = table.header.filter { name in
      !hidden.contains(name) && table.texts(name).contains { !$0.isEmpty }
    }
    let texts = columns.map(table.texts)
    let cells = rows.map { row in texts.map { Self.cell($0[row]) } }
    let count = table.rows.count
    let note =
      rows.count == count
      ? "All of \(file)\(words)." : "\(rows.count) of \(count) rows\(words); all of them are in \(file)."
    // Under flow the column that other runs call step counts rows.
    let header = columns.map { $0 == "step" && run.isFlow ? "row" : $0 }
    return .table(Page.Table(header: header, rows: cells, note: note))
  }

  /// Numbers with six digits, as tables in the terminal have them.
  private static func cell(_ text: String) -> String {
    guard text.contains(where: { $0 == "." || $0 == "e" }), let number = Double(text) else { return text }
    return NumberText.short(number)
  }
}
