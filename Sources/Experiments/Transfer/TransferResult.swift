import Configurations
import JSON
import MeanField
import Reports
import RunStore
import Studies

/// Optimal learning rates of every family, size and horizon, with what it costs to carry them over.
public struct TransferResult: Codable, Sendable {
  /// What was found at one size.
  public struct Size: Codable, Sendable {
    /// Losses over a grid of rates.
    public let scan: RateScan
    /// For each horizon its valleys in rising order of the rates; the first is the optimum.
    public let minima: [[RateMinimum]]
    /// For each horizon the rates that lose at most the tolerance; nil without an optimum.
    public let ranges: [RateRange?]
    /// Largest rate that does not diverge.
    public let stableRate: StableRate
    /// Standard error of a test error at the optimum of the last horizon; nil for losses, and without an optimum.
    public let uncertainty: Double?
    /// For each horizon `η λ/2` at the optimum, the largest seen along training; nil where it is not derived or would take long.
    public let edgeShares: [Double?]
  }

  /// What was found of one family.
  public struct Family: Codable, Sendable {
    /// As in the layout.
    public let sizes: [Size]
    /// One for each horizon.
    public let drifts: [OptimumDrift]
    /// For each horizon, by size, what the next larger size loses with this one's optimum; nil for the largest, and where either has none;
    /// infinite where it diverges.
    public let costsOfNext: [[Double?]]
  }

  /// Families and sizes.
  public let layout: TransferLayout
  /// Steps after which the loss was to be small, rising; empty: the last step of each problem.
  public let horizons: [Int]
  /// Cost of carrying a rate over that counts as nothing.
  public let tolerance: Double
  /// Drift in a doubling beyond which the check fails; nil without one.
  public let driftLimit: Double?
  /// As in the layout.
  public let families: [Family]
  /// What the best rates make small; it stands where the members of sizes speak of losses.
  public let objective: StudyObjective
}

extension TransferResult {
  /// A place in the tables.
  private struct Cell {
    let family: Int
    let size: Int
    let horizon: Int
  }

  /// The largest standard error of a test error at an optimum; nil for losses.
  var uncertainty: Double? { families.flatMap(\.sizes).compactMap(\.uncertainty).max() }

  var horizonCount: Int { max(1, horizons.count) }

  func steps(_ family: Int, _ size: Int, _ horizon: Int) -> Int {
    horizons.isEmpty ? layout.families[family].problems[size].time.steps ?? 0 : horizons[horizon]
  }

  /// `transfer.csv`: all valleys; the first of each size and horizon is the optimum. A size without any has one line.
  private var minimaTable: Table {
    var rows: [(cell: Cell, place: Int, minimum: RateMinimum?, size: Size)] = []
    for cell in cells {
      let size = families[cell.family].sizes[cell.size]
      let minima: [RateMinimum?] = size.minima[cell.horizon]
      for (place, minimum) in (minima.isEmpty ? [nil] : minima).enumerated() {
        rows.append((cell, place, minimum, size))
      }
    }
    return Table(
      "transfer", shown: nil,
      keyColumns(rows.map(\.cell)) + [
        steps(rows.map(\.cell)),
        Column("minimum", "1 is the optimum, the first from small rates on", integers: rows.map { $0.place + 1 }),
        Column("learning_rate", "at the bottom of the valley", rows.map { $0.minimum?.rate }),
        Column(objective.column, unit, rows.map { $0.minimum?.loss }),
        Column("peak", "largest loss of any step over the loss at the start", rows.map { $0.minimum?.peak }),
        Column(
          "cost", "\(objective.shortName) of the largest size at this rate over the least that it has, minus 1",
          rows.map { $0.place == 0 ? families[$0.cell.family].drifts[$0.cell.horizon].costs[$0.cell.size] : nil }),
        Column("largest_stable_rate", "", rows.map { $0.size.stableRate.orNothing }),
        Column(
          "from", "the least rate that loses at most the tolerance",
          rows.map { range($0.cell, $0.place)?.lower }),
        Column(
          "to", "the largest rate that loses at most the tolerance",
          rows.map { range($0.cell, $0.place)?.upper }),
        Column(
          "sgd_rate", "the rate in the equivalent PyTorch network", rows.map { plainRate($0.cell, $0.minimum) }),
        Column(
          "cost_of_next",
          "\(objective.shortName) of the next larger size at this rate over the least that it has, minus 1",
          rows.map { $0.place == 0 ? families[$0.cell.family].costsOfNext[$0.cell.horizon][$0.cell.size] : nil }),
        Column(
          "eta_lambda_half",
          "of the largest eigenvalue of the Gauss-Newton matrix, the largest of some steps, with momentum over its stable product",
          rows.map { $0.place == 0 ? $0.size.edgeShares[$0.cell.horizon] : nil }),
      ])
  }

  /// The rates that lose little, of the optimum alone, which is the first valley.
  private func range(_ cell: Cell, _ place: Int) -> RateRange? {
    place == 0 ? families[cell.family].sizes[cell.size].ranges[cell.horizon] : nil
  }

  /// A rate as that of the equivalent PyTorch network, equation (1.10); nil where no such network exists.
  private func plainRate(_ cell: Cell, _ minimum: RateMinimum?) -> Double? {
    let problem = layout.families[cell.family].problems[cell.size]
    guard let minimum, problem.architecture.depth == .finite else { return nil }
    let rate = minimum.rate * problem.plainRatePerLearningRate
    return rate.isFinite ? rate : nil
  }

  /// `transfer_scan.csv`: every rate that was scanned; a loss that diverged is an empty cell.
  private var scanTable: Table {
    let byPoint = layout.families.indices.flatMap { family in
      layout.sizes.indices.flatMap { size in
        families[family].sizes[size].scan.points.flatMap { point in
          (0..<horizonCount).map { (cell: Cell(family: family, size: size, horizon: $0), point: point) }
        }
      }
    }
    return Table(
      "transfer_scan", shown: nil,
      keyColumns(byPoint.map(\.cell)) + [
        Column("learning_rate", "", byPoint.map { $0.point.rate }), steps(byPoint.map(\.cell)),
        Column(objective.column, "empty where it diverged", byPoint.map { $0.point.trial.losses[$0.cell.horizon] }),
        Column("peak", "largest loss of any step over the loss at the start", byPoint.map { $0.point.trial.peak }),
        Column("start_\(objective.shortName)", "before the first step", byPoint.map { $0.point.trial.start }),
      ])
  }

  private var cells: [Cell] {
    layout.families.indices.flatMap { family in
      layout.sizes.indices.flatMap { size in
        (0..<horizonCount).map { Cell(family: family, size: size, horizon: $0) }
      }
    }
  }

  private func keyColumns(_ cells: [Cell]) -> [Column] {
    let labels = layout.familyColumns.enumerated().map { index, name in
      Column(name, texts: cells.map { layout.families[$0.family].labels[index] })
    }
    return labels + [Column(layout.sizeColumn, texts: cells.map { layout.sizes[$0.size].label })]
  }

  private func steps(_ cells: [Cell]) -> Column {
    Column("steps", integers: cells.map { steps($0.family, $0.size, $0.horizon) })
  }

  /// The printed view of a family: sizes down.
  private func view(_ family: Int, _ horizon: Int) -> Table {
    let sizes = families[family].sizes
    let optima = sizes.map { $0.minima[horizon].first }
    let ranges = sizes.map { $0.ranges[horizon] }
    let texts = zip(optima, ranges).map { optimum, range -> String? in
      guard let optimum else { return nil }
      guard let range else { return NumberText.brief(optimum.rate) }
      return NumberText.resolved(optimum.rate, within: range.lower...range.upper)
    }
    let drift = families[family].drifts[horizon]
    let share = NumberText.percent(tolerance)
    return Table(
      nil,
      title:
        "\(objective.name) \(horizonText(horizon)), at the optimal learning rate of \(layout.families[family].name):",
      note: family < families.count - 1 || horizon < horizonCount - 1
        ? ""
        : "(rate*: the first minimum of the \(objective.shortName) from small rates on; from, to: rates that lose at most \(share); SGD rate: rate* in\n"
          + " PyTorch, see dmft explain; \(objective.shortName): \(unit); costs: what the largest \(layout.sizeName), and the next one,\n"
          + " lose with this optimum; stable: the largest stable rate"
          + (hasEdgeShares
            ? ";\n eta lambda/2: of the Gauss-Newton matrix at rate*, the largest along training)" : ")"),
      shown: .all,
      [
        Column("size", heading: layout.sizeName, texts: layout.sizes.map(\.label)),
        Column("rate", heading: "rate*", texts: texts),
        Column("from", texts: ranges.map { $0.map { NumberText.brief($0.lower) } }),
        Column("to", texts: ranges.map { $0.map { NumberText.brief($0.upper) } }),
        Column(
          "sgd", heading: "SGD rate",
          sizes.indices.map { plainRate(Cell(family: family, size: $0, horizon: horizon), optima[$0]) }),
        Column("loss", heading: objective.shortName, optima.map { $0?.loss }),
        Column("cost", heading: "costs", texts: drift.costs.map { Self.costText($0) }),
        Column("next", heading: "next", texts: families[family].costsOfNext[horizon].map(Self.costText)),
        Column("stable", heading: "stable", sizes.map { $0.stableRate.orNothing }),
        Column("eta_lambda_half", heading: "eta lambda/2", sizes.map { $0.edgeShares[horizon] }),
      ])
  }

  private var hasEdgeShares: Bool {
    families.contains { $0.sizes.contains { $0.edgeShares.contains { $0 != nil } } }
  }

  private static func costText(_ cost: Double?) -> String? {
    cost.map { $0.isFinite ? NumberText.percent($0) : "diverges" }
  }

  private var unit: String {
    if objective == .testError { return "1 - expected accuracy on rows that are not trained on" }
    guard let problem = layout.families.first?.problems.first,
      problem.data.outputs != nil || problem.lossRule != nil
    else {
      return "in units of the target's variance"
    }
    return ProblemText.lossUnit(problem.data)
  }

  /// Printed views first, then the files.
  var tables: [Table] {
    (0..<horizonCount).flatMap { horizon in families.indices.map { view($0, horizon) } } + [minimaTable, scanTable]
  }
}

extension TransferResult {
  /// Numbers by family and horizon, for programs.
  var details: [String: JSONValue] {
    [
      "size_key": .text(layout.sizeColumn), "sizes": .list(layout.sizes.map { .text($0.label) }),
      "tolerance": .number(tolerance), "passes": .flag(passes), "families": .list(families.indices.map(json)),
      "objective": .text(objective.rawValue), "uncertainty": Self.json(uncertainty),
    ]
  }

  private func json(_ index: Int) -> JSONValue {
    let family = families[index]
    let horizons = family.drifts.enumerated().map { horizon, drift -> JSONValue in
      var members: [String: JSONValue] = [
        "steps": .list(family.sizes.indices.map { .integer(steps(index, $0, horizon)) }),
        "minima": .list(family.sizes.map { .list($0.minima[horizon].map(json)) }),
        "optimal_rate": .list(family.sizes.map { Self.json($0.minima[horizon].first?.rate) }),
        objective.shortName: .list(family.sizes.map { Self.json($0.minima[horizon].first?.loss) }),
        "from": .list(family.sizes.map { Self.json($0.ranges[horizon]?.lower) }),
        "to": .list(family.sizes.map { Self.json($0.ranges[horizon]?.upper) }),
        "sgd_rate": .list(
          family.sizes.indices.map {
            Self.json(
              plainRate(Cell(family: index, size: $0, horizon: horizon), family.sizes[$0].minima[horizon].first))
          }),
        "eta_lambda_half": .list(family.sizes.map { Self.json($0.edgeShares[horizon]) }),
        "cost_of_next": .list(family.costsOfNext[horizon].map(Self.json)), "failed": Self.failed(drift.verdict),
        "cost": .list(drift.costs.map(Self.json)), "drift_per_doubling": JSONValue(drift.drifts),
        "critical_batch": batchJSON(index, horizon), "verdict": .text(drift.verdict.word), "transfers": .flag(false),
        "fit_from": Self.json(drift.laws?.from), "fit_inverse_residual": Self.json(drift.laws?.settling.residual),
        "fit_logarithm_residual": Self.json(drift.laws?.drifting.residual), "limit_of_rate": Self.json(drift.limit),
      ]
      if case .transfers(let size) = drift.verdict {
        members["transfers"] = .flag(true)
        members["transfers_from"] = .number(size)
      }
      return .object(members)
    }
    return .object([
      "name": .text(layout.families[index].name), "labels": .list(layout.families[index].labels.map { .text($0) }),
      "largest_stable_rate": .list(family.sizes.map { Self.json($0.stableRate.orNothing) }),
      "horizons": .list(horizons),
    ])
  }

  private func json(_ minimum: RateMinimum) -> JSONValue {
    .object([
      "learning_rate": .number(minimum.rate), objective.shortName: .number(minimum.loss), "peak": .number(minimum.peak),
      "catapult": .flag(minimum.isCatapult),
    ])
  }

  /// The condition of the verdict that failed; null where none did.
  private static func failed(_ verdict: OptimumDrift.Verdict) -> JSONValue {
    switch verdict {
    case .transfers: .null
    case .doesNot(.cost): .text("cost")
    case .doesNot(.drift): .text("law")
    case .doesNot(.misled): .text("other minimum")
    case .doesNot(.fewOptima): .text("too few optima")
    }
  }

  private static func json(_ number: Double?) -> JSONValue {
    number.flatMap { $0.isFinite ? .number($0) : nil } ?? .null
  }
}
