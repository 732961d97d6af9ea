import Configurations
import JSON
import Problems
import Reports
import RunStore

extension Sweep {
  /// How far the sweep is, and what came out best.
  public static func report(_ result: SweepResult, arrays: (any ArraySource)?) -> Report {
    var report = Report(
      title: "Sweep", lead: "A family of problems, a row of the table for each; by theory, by training, or both.",
      problem: result.problem,
      status: result.missing > 0 ? Manifest.unfinished : result.failed.isEmpty ? "completed" : "failed units")
    report.findings = result.findings
    report.details = result.details
    report.tables = [result.summary] + (result.hasCurves ? [result.curves] : [])
    report.hasTopColumns = false
    report.figures = SweepFigure(result)?.figure.map { [$0] } ?? []
    if report.figures.isEmpty {
      report.hints = ["No axis of this sweep has numbers, so that there is nothing to draw a loss against."]
    }
    report.citations = result.citations
    return report
  }
}

extension SweepResult {
  /// Failed units that are listed; the others are in the manifest.
  private static let mostFailed = 20
  /// Rows of the printed summary.
  private static let mostRows = 12

  /// What is varied, and the first of the problems.
  var problem: [String] { Self.problem(units: units.count, varied: columns, first: examples.first) }

  /// What is varied in so many units, and the first of the problems.
  static func problem(units: Int, varied columns: [String], first: TrainingProblem?) -> [String] {
    let varied = columns.isEmpty ? "nothing varied" : "varied: " + columns.joined(separator: ", ")
    return ["\(units) unit\(units == 1 ? "" : "s"), \(varied); the first of them:"]
      + (first.map(ProblemText.clauses) ?? [])
  }

  /// `done 2391, diverged 7, failed 2, to go 0`, the failed ones, the best of each method.
  var findings: [String] {
    let failed = failed
    let list = failed.prefix(Self.mostFailed).map { "failed: unit \($0.unit.index) (\($0.unit.words)): \($0.reason)" }
    let rest = failed.count > list.count ? ["and \(failed.count - list.count) more (manifest.json)"] : []
    return ["done \(done), diverged \(diverged), failed \(failed.count), to go \(missing)"] + list + rest
      + Sweep.Method.allCases.compactMap(bestLine)
  }

  private func bestLine(_ method: Sweep.Method) -> String? {
    best(method).map { best in
      let place = zip(columns, best.unit.labels).map { "\($0)=\(Self.brief($1))" }.joined(separator: " ")
      return "smallest test loss at the end (\(method.rawValue)): \(NumberText.short(best.loss))"
        + (place.isEmpty ? "" : " at \(place)")
    }
  }

  /// A value as people read it: numbers with four digits.
  private static func brief(_ label: String) -> String { Double(label).map(NumberText.short) ?? label }

  /// The same for programs.
  var details: [String: JSONValue] {
    let list = failed.map {
      JSONValue.object(["unit": .integer($0.unit.index), "is": .text($0.unit.words), "reason": .text($0.reason)])
    }
    return [
      "units": .integer(units.count), "done": .integer(done), "diverged": .integer(diverged),
      "missing": .integer(missing), "failed": .list(list),
    ]
  }

  /// Works behind the theory and the networks.
  var citations: [Citation] {
    Citation.unique(
      methods.flatMap { method in
        method == .theory
          ? examples.flatMap { Citation.solving($0, isCompressed: false) }
          : examples.flatMap(Citation.of) + Citation.randomNumbers
      })
  }

  /// `summary.csv`: a row for each unit that has ended; printed are those with the smallest test loss.
  var summary: Table {
    let ended = units.filter { $0.state != .missing }
    let curves = ended.map(\.state.curve)
    let losses = curves.map { ($0?.curve.testLoss.last).flatMap { $0.isNaN ? nil : $0 } ?? .infinity }
    let order = ended.indices.sorted { (losses[$0], $0) < (losses[$1], $1) }
    let reasons = Dictionary(uniqueKeysWithValues: failed.map { ($0.unit.index, $0.reason) })
    func numbers(_ name: String, _ meaning: String = "", isShown: Bool = true, _ value: (UnitCurve) -> Double?)
      -> Column
    {
      Column(name, meaning, isShown: isShown, curves.map { $0.flatMap(value) })
    }
    func integers(_ name: String, _ meaning: String = "", isShown: Bool = true, _ value: (UnitCurve) -> Int?) -> Column
    {
      Column(name, meaning, isShown: isShown, integers: curves.map { $0.flatMap(value) })
    }
    return Table(
      "summary", title: "Smallest test losses at the end first:", shown: .some(Array(order.prefix(Self.mostRows))),
      [Column("unit", integers: ended.map(\.index)), Column("method", texts: ended.map(\.method.rawValue))]
        + columns.indices.map { column in
          Column(columns[column], heading: headings[column], labels: ended.map { $0.labels[column] })
        }
        + [
          repeats > 1 ? Column("repeat", integers: ended.map(\.repetition)) : nil,
          Column("status", texts: ended.map(\.state.word)),
          integers("step", "of the last row", isShown: false, \.curve.steps.last),
          numbers("time", isShown: false, \.curve.times.last),
          numbers("test_loss", "mean squared error on fresh samples", \.curve.testLoss.last),
          numbers("train_loss", "on the training samples", \.curve.trainLoss.last),
          numbers("test_loss_se", "standard error", \.testError.last),
          numbers("train_loss_se", "standard error", \.trainError.last),
          numbers("best_test_loss", "of all rows", isShown: false) { $0.curve.testLoss.min() },
          integers("best_step", isShown: false) { curve in curve.best.map { curve.curve.steps[$0] } },
          integers("replicas", "trained networks") { $0.isTrained ? $0.networks : nil },
          integers("diverged_replicas") { $0.isTrained ? $0.divergedNetworks : nil },
          Column("reason", "why it failed", isShown: false, texts: ended.map { reasons[$0.index] }),
          Column("hash", "name of the unit", isShown: false, texts: ended.map(\.name)),
        ])
  }

  /// Keys as printed: the section only where the name alone says too little.
  private var headings: [String] {
    let names = columns.map(Schema.shortName)
    return zip(columns, names).map { path, name in names.count { $0 == name } > 1 ? path : name }
  }

  /// `curves.csv`: every row of every unit.
  var curves: Table {
    let found = units.compactMap { unit in unit.state.curve.map { (unit.index, $0) } }
    func column(_ name: String, _ values: (UnitCurve) -> [Double]) -> Column {
      Column(
        name, "",
        found.flatMap { _, curve in
          let own = values(curve)
          return own.isEmpty ? curve.curve.steps.map { _ in nil } : own.map(Optional.some)
        })
    }
    return Table(
      "curves", shown: nil,
      [
        Column("unit", integers: found.flatMap { index, curve in curve.curve.steps.map { _ in index } }),
        Column("step", integers: found.flatMap(\.1.curve.steps)),
        column("time", \.curve.times), column("test_loss", \.curve.testLoss), column("train_loss", \.curve.trainLoss),
        column("test_loss_se", \.testError), column("train_loss_se", \.trainError),
      ])
  }
}

extension UnitCurve {
  fileprivate var isTrained: Bool { networks > 0 }
}

extension SweepResult.Unit {
  /// `theory 0.02 16`.
  fileprivate var words: String { ([method.rawValue] + labels).joined(separator: " ") }
}

extension Column {
  /// Values of a key as YAML text: numbers where all of them are written as numbers are here.
  fileprivate init(_ name: String, heading: String, labels: [String]) {
    let integers = labels.map { Int($0) }
    let numbers = labels.map { Double($0) }
    if zip(integers, labels).allSatisfy({ $0.map(String.init) == $1 }) {
      self.init(name, heading: heading, integers: integers)
    } else if zip(numbers, labels).allSatisfy({ $0?.description == $1 }) {
      self.init(name, heading: heading, numbers)
    } else {
      self.init(name, heading: heading, texts: labels)
    }
  }
}
