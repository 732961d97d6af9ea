import JSON
import Problems
import Reports
import Tables

/// A logged accuracy beside that of the theory, at the steps that both have.
public struct ComparedAccuracy: Codable, Sendable {
  /// `train` or `test`.
  public let name: String
  /// The log's name for it.
  public let column: String
  /// Steps in common, rising, at least one.
  public let steps: [Int]
  /// Shares as logged.
  public let logged: [Double]
  /// What is expected over many networks.
  public let theory: [Double]

  /// Nil where they have no step in common.
  init?(_ name: String, _ column: TrainingLog.Column, _ predicted: [Double]) {
    let common = column.steps.indices.filter { column.steps[$0] < predicted.count }
    guard !common.isEmpty else { return nil }
    self.name = name
    self.column = column.name
    steps = common.map { column.steps[$0] }
    logged = common.map { column.losses[$0] }
    theory = common.map { predicted[column.steps[$0]] }
  }

  /// Log minus theory at each step.
  public var differences: [Double] { zip(logged, theory).map { $0 - $1 } }

  /// Where the difference is largest, and how large.
  public var worst: (step: Int, difference: Double) {
    zip(steps, differences).max { abs($0.1) < abs($1.1) } ?? (0, 0)
  }

  /// How far it is off, in a sentence.
  var summary: String {
    let end = steps.count - 1
    return
      "\(name) accuracy: \(NumberText.short(100 * logged[end])) % at step \(steps[end]), theory \(NumberText.short(100 * theory[end])) %; "
      + "largest difference \(NumberText.short(100 * worst.difference)) points at step \(worst.step)"
  }

  /// The printed table.
  var view: Table {
    Table(
      nil, title: "\(name) accuracy (column \(column) of the log)",
      [
        Column("step", integers: steps), Column("log", "as logged", logged),
        Column("theory", "expected over many networks", theory),
        Column("difference", "log minus theory", heading: "off, points", differences.map { 100 * $0 }),
      ])
  }

  /// `test_accuracy_log`, `train_accuracy_log`.
  func column(at steps: [Int]) -> Column {
    let values = Dictionary(zip(self.steps, logged)) { first, _ in first }
    return Column("\(name)_accuracy_log", "as logged", steps.map { values[$0] })
  }

  var json: JSONValue {
    .object([
      "largest": .number(worst.difference), "largest_at_step": .integer(worst.step),
      "step": .list(steps.map { .integer($0) }), "log": JSONValue(logged), "theory": JSONValue(theory),
    ])
  }
}

extension ComparedLog {
  /// Dots of the log on the lines of the theory; nil without accuracies.
  var accuracyFigure: Figure? {
    guard !accuracies.isEmpty else { return nil }
    let problem = prediction.problem
    let series = accuracies.reversed().flatMap { accuracy -> [Figure.Series] in
      let color: Figure.Color = accuracy.name == "test" ? .blue : .orange
      let rows = PlottedRows(accuracy.steps.map(Double.init), isLogarithmic: problem.isOverDecades)
      return [
        Figure.Series("\(accuracy.name), log", .points, color, rows.points(accuracy.logged)),
        Figure.Series(
          "\(accuracy.name), theory", accuracy.name == "test" ? .line : .dashed, color, rows.points(accuracy.theory)),
      ]
    }
    return .accuracies(
      problem, title: "Accuracies of a training log and of the theory",
      caption:
        "Dots: the log, one network. Lines: the share of rows in their class that is expected over many networks.",
      series)
  }
}
