import DeepLinear
import Foundation
import Records
import Studies

/// What `transfer` found, in the forms that leave the program.
struct TransferReport {
  let plan: Plan
  let study: TransferStudy
  let families: [TransferStudy.Family]
  /// Drift in a doubling beyond which `--check` fails; nil without it.
  let driftLimit: Double?
  let seconds: Double

  var layout: TransferLayout { study.layout }
  /// Losses are told at these many horizons.
  var horizonCount: Int { max(1, study.horizons.count) }

  /// What is varied and what is not.
  static func head(_ plan: Plan, _ layout: TransferLayout) -> String {
    subject(plan, layout) + "\n" + ProblemText.line(layout.families[0].problems[0])
  }

  static func subject(_ plan: Plan, _ layout: TransferLayout) -> String {
    let others =
      layout.familyColumns.isEmpty ? "" : ", one family for each \(layout.familyColumns.joined(separator: ", "))"
    return "optimal learning rate against \(layout.sizeKey)\(others); the first of them:"
  }

  /// Verdicts and notes, a sentence each.
  var findings: [String] {
    (0..<horizonCount).flatMap { horizon in
      let lead = horizonCount > 1 ? horizonText(horizon) + ": " : ""
      let verdicts = families.map { family in
        verdictLines(family, horizon).map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "; ")
      }
      return (verdicts + notes(horizon).filter { !$0.isEmpty }).map { lead + $0 }
    } + horizonNotes + checkLines
  }

  /// The steps of a horizon in words.
  func horizonText(_ horizon: Int) -> String {
    if let steps = study.horizons.indices.contains(horizon) ? study.horizons[horizon] : commonSteps {
      return "after \(steps) steps"
    }
    return "at the end"
  }

  /// The number of steps where all problems have the same.
  private var commonSteps: Int? {
    let steps = Set(layout.families.flatMap { $0.problems.map(\.time.steps) })
    return steps.count == 1 ? steps.first ?? nil : nil
  }

  /// Tables, notes and verdicts.
  var lines: [String] {
    var lines: [String] = []
    for horizon in 0..<horizonCount {
      lines += ["", "test loss \(horizonText(horizon)), at the learning rate that makes it smallest:", ""]
      lines += table(horizon) + [""] + notes(horizon)
      lines += families.flatMap { verdictLines($0, horizon) }
    }
    lines += horizonNotes + checkLines
    return lines
  }

  private func table(_ horizon: Int) -> [String] {
    let name = layout.sizeName
    let first = max(10, name.count + 2, (layout.sizes.map(\.label.count).max() ?? 0) + 2)
    let heads = families.map { family in
      CurveTable.pad("rate*", 12) + CurveTable.pad("loss", 12) + CurveTable.pad("stable", 12)
    }
    let names = families.map { CurveTable.pad($0.name, 36) }.joined()
    let rows = layout.sizes.indices.map { size in
      CurveTable.pad(layout.sizes[size].label, first) + families.map { cells($0.sizes[size], horizon) }.joined()
    }
    return [CurveTable.pad("", first) + names, CurveTable.pad(name, first) + heads.joined()] + rows
  }

  private func cells(_ size: TransferStudy.Size, _ horizon: Int) -> String {
    let optimum = size.minima[horizon].first
    let texts = [
      optimum.map { String(format: "%.4g", $0.rate) } ?? "-", optimum.map { NumberText.short($0.loss) } ?? "-",
      size.stableRate.learningRate.isFinite ? NumberText.brief(size.stableRate.learningRate) : "-",
    ]
    return texts.map { CurveTable.pad($0, 12) }.joined()
  }

  /// Sizes without an optimum, and further valleys.
  private func notes(_ horizon: Int) -> [String] {
    var notes: [String] = []
    for family in families {
      for (size, found) in zip(layout.sizes, family.sizes) {
        let minima = found.minima[horizon]
        if minima.isEmpty {
          notes.append(
            "\(family.name), \(size.label): no valley: the loss falls until it diverges, or never falls below its start"
          )
        } else if minima[0].isCatapult {
          notes.append("\(family.name), \(size.label): the optimum \(catapultText(minima[0]))")
        }
        // A higher valley behind the optimum tempts nobody; it stands in transfer.csv.
        notes += minima.dropFirst().filter { $0.loss < minima[0].loss }.map { other in
          let place = "a lower minimum at \(String(format: "%.4g", other.rate)) (loss \(NumberText.short(other.loss)))"
          return "\(family.name), \(size.label): \(place)" + (other.isCatapult ? " \(catapultText(other))" : "")
        }
      }
    }
    let shown = notes.prefix(8)
    let rest = notes.count - shown.count
    return notes.isEmpty ? [] : shown + (rest > 0 ? ["and \(rest) more notes of this kind (transfer.csv)"] : []) + [""]
  }

  private func catapultText(_ minimum: RateMinimum) -> String {
    "lies in the catapult window: the loss first rises to \(NumberText.brief(minimum.peak)) times its start, and single "
      + "networks scatter there"
  }

  private func verdictLines(_ family: TransferStudy.Family, _ horizon: Int) -> [String] {
    let drift = family.drifts[horizon]
    let indent = String(repeating: " ", count: 4)
    var lines = ["\(family.name): \(conclusion(drift))"]
    if !drift.drifts.isEmpty {
      let numbers = drift.drifts.map { String(format: "%+.4f", $0) }.joined(separator: ", ")
      lines.append(indent + "drift of log2(rate*) in the last two doublings: \(numbers)")
    }
    let costs = zip(layout.sizes, drift.costs).dropLast().compactMap { size, cost in
      cost.map { "\(costText($0)) from \(size.label)" }
    }
    if !costs.isEmpty {
      let largest = layout.sizes[layout.sizes.count - 1].label
      lines.append(indent + "cost at \(largest) of the optimum carried over: \(costs.joined(separator: ", "))")
    }
    if let laws = drift.laws {
      lines.append(
        indent
          + "from \(NumberText.short(laws.from)) on log2(rate*) = a + c/size is off by \(NumberText.brief(laws.settling.residual)), "
          + "a + c ln(size) by \(NumberText.brief(laws.drifting.residual))"
          + (drift.limit.map { "; if it settles, rate* has the limit \(NumberText.brief($0))" } ?? ""))
    }
    if isLearnedToTheEnd(family, horizon) {
      lines.append(
        indent
          + "the loss left at the optimum is below a thousandth of its start, so that these costs compare remainders; "
          + "try data.noise above 0 or fewer steps")
    }
    return lines
  }

  /// Whether next to nothing of the loss is left at the largest size.
  private func isLearnedToTheEnd(_ family: TransferStudy.Family, _ horizon: Int) -> Bool {
    guard let largest = family.sizes.last, let optimum = largest.minima[horizon].first,
      let start = largest.scan.points.first?.trial.start
    else { return false }
    return optimum.loss < 1e-3 * start
  }

  private func costText(_ cost: Double) -> String {
    cost.isFinite ? "\(NumberText.brief(100 * cost)) %" : "diverges"
  }

  private func conclusion(_ drift: OptimumDrift) -> String {
    switch drift.verdict {
    case .transfers(let size):
      let label = layout.sizes.first { $0.value == size }?.label ?? NumberText.short(size)
      return "TRANSFERS from \(layout.sizeName) \(label)"
    case .doesNot(.cost):
      return
        "DOES NOT TRANSFER: fewer than \(OptimumDrift.leastSizes) sizes cost at most \(NumberText.brief(100 * study.tolerance)) %"
    case .doesNot(.drift): return "DOES NOT TRANSFER: the optimum drifts with the logarithm of the size"
    case .doesNot(.misled):
      return
        "no verdict: at the largest size another size's optimum does better than its own, which is the first of several minima"
    case .doesNot(.fewOptima):
      return "no verdict: fewer than \(OptimumDrift.leastSizes) sizes have an optimum, or the largest has none"
    }
  }

  /// Where training longer moves the optimum more than the size does.
  private var horizonNotes: [String] {
    guard horizonCount > 1 else { return [] }
    return families.compactMap { family in
      let last = family.sizes[family.sizes.count - 1].minima.map { $0.first?.rate }
      guard let first = last.first ?? nil, let end = last.last ?? nil,
        let own = family.drifts[horizonCount - 1].exponents.first ?? nil
      else { return nil }
      let byHorizon = abs(log2(end / first))
      let bySize = abs(log2(end) - own)
      guard byHorizon > bySize else { return nil }
      return "\(family.name): the horizon moves log2(rate*) by \(NumberText.brief(byHorizon)), more than the size does "
        + "(\(NumberText.brief(bySize))): tune at the horizon you will train for"
    }
  }

  /// Whether `--check` passes.
  var passes: Bool { driftLimit == nil || worstDrift.map { $0.drift <= driftLimit ?? 0 } ?? false }

  /// The largest drift of any family and horizon; nil where one of them is not known.
  private var worstDrift: (name: String, drift: Double)? {
    var worst: (name: String, drift: Double)?
    for family in families {
      for drift in family.drifts {
        guard let own = drift.drifts.map(abs).max() else { return nil }
        if own > worst?.drift ?? -1 { worst = (family.name, own) }
      }
    }
    return worst
  }

  private var checkLines: [String] {
    guard let driftLimit else { return [] }
    guard let worstDrift else { return ["check: the sizes do not span two doublings with optima -> FAIL"] }
    let text =
      "check: largest drift in a doubling \(NumberText.brief(worstDrift.drift)) (\(worstDrift.name)), allowed \(NumberText.brief(driftLimit))"
    return [text + (passes ? " -> PASS" : " -> FAIL")]
  }
}
