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
    /// Largest rate that does not diverge.
    public let stableRate: StableRate
    /// Standard error of a test error at the optimum of the last horizon; nil for losses, and without an optimum.
    public let uncertainty: Double?
  }

  /// What was found of one family.
  public struct Family: Codable, Sendable {
    /// As in the layout.
    public let sizes: [Size]
    /// One for each horizon.
    public let drifts: [OptimumDrift]
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
  public let objective: TransferObjective
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
      ])
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

  /// The printed view: sizes down, families across.
  private func view(_ horizon: Int) -> Table {
    let columns = zip(layout.families, families).flatMap { family, found -> [Column] in
      let optima = found.sizes.map { $0.minima[horizon].first }
      return [
        Column("rate", heading: "\(family.name) rate*", optima.map { $0?.rate }),
        Column(
          objective.shortName, heading: "\(family.name) \(objective.shortName)", optima.map { $0?.loss }),
        Column("stable", heading: "\(family.name) stable", found.sizes.map { $0.stableRate.orNothing }),
      ]
    }
    return Table(
      nil, title: "\(objective.name) \(horizonText(horizon)), at the optimal learning rate:",
      note:
        "(rate*: the first minimum of the \(objective.shortName) from small rates on; \(objective.shortName): \(unit); stable: the largest stable rate)",
      shown: .all,
      [Column("size", heading: layout.sizeName, texts: layout.sizes.map { $0.label })] + columns)
  }

  private var unit: String {
    if objective == .testError { return "1 - expected accuracy on rows that are not trained on" }
    guard let problem = layout.families.first?.problems.first, problem.data.outputs != nil else {
      return "in units of the target's variance"
    }
    return ProblemText.lossUnit(problem.data)
  }

  /// Printed views first, then the files.
  var tables: [Table] { (0..<horizonCount).map(view) + [minimaTable, scanTable] }
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

  private static func json(_ number: Double?) -> JSONValue {
    number.flatMap { $0.isFinite ? .number($0) : nil } ?? .null
  }
}
