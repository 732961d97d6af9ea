import Foundation
import Reports
import RunStore
import Studies

extension Transfer {
  /// Optima, costs and verdicts with their figures.
  ///
  /// - Parameters:
  ///   - result: what was found.
  ///   - arrays: there are none.
  /// - Returns: the report.
  public static func report(_ result: TransferResult, arrays: (any ArraySource)?) -> Report {
    let layout = result.layout
    var report = Report(
      title: "Does the learning rate transfer?",
      lead:
        "The optimal learning rate of deep linear networks at each size, the first minimum of the predicted \(result.objective.name) from small "
        + "rates on, which rates lose little, and what it costs to use the optimum of a "
        + "smaller network for a larger one.",
      problem: [layout.subject(result.objective)] + ProblemText.clauses(layout.example))
    report.answer = result.driftLimit.map { _ in result.passes ? .passed : .failed }
    report.badge = result.badge
    report.findings = result.findings
    report.details = result.details
    report.checks = result.checks
    report.tables = result.tables
    report.figures = result.figures
    report.citations =
      Citation.theory + layout.families.flatMap(\.problems).flatMap(Citation.of) + Citation.rateTransfer
      + Citation.minimisation + Citation.scientificLibrary
    return report
  }
}

extension OptimumDrift.Verdict {
  /// Equation (9.4) in a word or two.
  var word: String {
    switch self {
    case .transfers: "transfers"
    case .doesNot(.cost), .doesNot(.drift): "does not transfer"
    case .doesNot(.misled), .doesNot(.fewOptima): "no verdict"
    }
  }
}

extension TransferResult {
  /// The check and the verdicts first, then what they rest on, a sentence each.
  var findings: [String] {
    let byHorizon = (0..<horizonCount).map { horizon in
      let lead = horizonCount > 1 ? horizonText(horizon) + ": " : ""
      let verdicts = families.indices.map { "\(layout.families[$0].name): \(verdict($0, horizon))" }
      let grounds = families.indices.flatMap { index in
        reasons(index, horizon).map { "\(layout.families[index].name): \($0)" }
      }
      return (verdicts: verdicts.map { lead + $0 }, rest: (grounds + notes(horizon)).map { lead + $0 })
    }
    return [checkLine].compactMap { $0 } + byHorizon.flatMap(\.verdicts) + horizonNotes
      + [uncertaintyNote].compactMap { $0 } + byHorizon.flatMap(\.rest)
  }

  /// How far integrals over random points may be off; nil where there are none.
  private var uncertaintyNote: String? {
    guard let uncertainty, uncertainty > 0 else { return nil }
    return
      "test errors have a standard error of at most \(NumberText.short(100 * uncertainty)) points from random points, the same at all rates "
      + "and sizes, so that differences have less"
  }

  /// The steps of a horizon as text.
  func horizonText(_ horizon: Int) -> String {
    commonSteps(horizon).map { "after \($0) steps" } ?? "at the end"
  }

  /// The number of steps of a horizon where all problems have the same.
  func commonSteps(_ horizon: Int) -> Int? {
    let all = Set(families.indices.flatMap { family in layout.sizes.indices.map { steps(family, $0, horizon) } })
    return all.count == 1 ? all.first : nil
  }

  private func verdict(_ family: Int, _ horizon: Int) -> String {
    let drift = families[family].drifts[horizon]
    switch drift.verdict {
    case .transfers(let size):
      let label = layout.sizes.first { $0.value == size }?.label ?? NumberText.short(size)
      return "TRANSFERS from \(layout.sizeName) \(label)" + unsettled(drift, before: size)
    case .doesNot(.cost): return "DOES NOT TRANSFER, by the cost: \(interruption(drift))"
    case .doesNot(.drift): return "DOES NOT TRANSFER, by the law: \(drifting(drift))"
    case .doesNot(.misled):
      return
        "no verdict: at the largest size another size's optimum does better than its own, which is the first of several minima"
    case .doesNot(.fewOptima):
      return "no verdict: fewer than \(OptimumDrift.leastSizes) sizes have an optimum, or the largest has none"
    }
  }

  /// The last size, counted from the smallest, whose optimum costs more than the tolerance or that has none; nil where all are allowed.
  private func breaking(_ drift: OptimumDrift) -> Int? {
    drift.costs.lastIndex { cost in cost.map { !($0 <= tolerance) } ?? true }
  }

  /// The smallest size from which on all costs are allowed.
  private func cheapest(_ drift: OptimumDrift) -> TransferLayout.Size {
    layout.sizes[breaking(drift).map { $0 + 1 } ?? 0]
  }

  /// That an optimum does not settle, though carrying it over costs little.
  private func drifting(_ drift: OptimumDrift) -> String {
    let cheap = cheapest(drift).label
    return
      "from \(cheap) on it costs at most \(NumberText.percent(tolerance)) at \(largestLabel), but the optimum moves with the logarithm of the "
      + "size, and so will cost more beyond"
  }

  /// Why a verdict does not begin at the smallest size from which all costs are allowed; empty where it does.
  private func unsettled(_ drift: OptimumDrift, before size: Double) -> String {
    let cheap = cheapest(drift)
    guard cheap.value < size else { return "" }
    return
      "; from \(cheap.label) on it costs at most \(NumberText.percent(tolerance)) too, but there the optimum does not settle yet"
  }

  /// Which size ends the run of sizes, counted from the largest down, whose optima cost next to nothing.
  private func interruption(_ drift: OptimumDrift) -> String {
    let last = breaking(drift) ?? 0
    let size = "\(layout.sizeName) \(layout.sizes[last].label)"
    let allowed = "(allowed: \(NumberText.percent(tolerance)))"
    let reason =
      switch drift.costs[last] {
      case nil: "\(size) has no optimum"
      case let cost? where cost.isFinite:
        "the optimum of \(size) costs \(NumberText.percent(cost)) at \(largestLabel) \(allowed)"
      default: "the optimum of \(size) diverges at \(largestLabel)"
      }
    let finite = layout.sizes.allSatisfy(\.value.isFinite) ? "" : "finite "
    return "\(reason), and fewer than \(OptimumDrift.leastSizes) \(finite)sizes are above it"
  }

  private var largestLabel: String { layout.sizes.last?.label ?? "" }

  /// What a verdict rests on.
  private func reasons(_ family: Int, _ horizon: Int) -> [String] {
    let drift = families[family].drifts[horizon]
    var lines: [String] = [batchFinding(family, horizon), edgeSentence(family, horizon)].compactMap { $0 }
    if !drift.drifts.isEmpty {
      let numbers = drift.drifts.map { ($0 < 0 ? "" : "+") + NumberText.brief($0) }.joined(separator: ", ")
      lines.append("drift of log2(rate*) in the last two doublings: \(numbers)")
    }
    if let step = lastStep(family, horizon) { lines.append(step) }
    if let laws = drift.laws {
      lines.append(
        "from \(NumberText.short(laws.from)) on log2(rate*) = a + c/size is off by "
          + "\(NumberText.brief(laws.settling.residual)), a + c ln(size) by \(NumberText.brief(laws.drifting.residual))"
          + (drift.limit.map { "; if it settles, rate* has the limit \(NumberText.brief($0))" } ?? ""))
    }
    if isLearnedToTheEnd(family, horizon) {
      lines.append(
        "the \(objective.shortName) left at the optimum is below a thousandth of its start, so that these costs compare remainders; "
          + "try data.noise above 0 or fewer steps")
    }
    return lines
  }

  /// What the last step of the size costs.
  private func lastStep(_ family: Int, _ horizon: Int) -> String? {
    guard layout.sizes.count > 1, let cost = families[family].costsOfNext[horizon].dropLast().last ?? nil else {
      return nil
    }
    let (from, to) = (layout.sizes[layout.sizes.count - 2], layout.sizes[layout.sizes.count - 1])
    let step =
      to.value == 2 * from.value ? "doubling the \(layout.sizeName) from \(from.label)" : "going from \(from.label)"
    let end = cost.isFinite ? "costs \(NumberText.percent(cost))" : "diverges"
    return "\(step) to \(to.label) with the optimum of \(from.label) \(end)"
  }

  /// Whether next to nothing of the loss is left at the largest size.
  private func isLearnedToTheEnd(_ family: Int, _ horizon: Int) -> Bool {
    guard let largest = families[family].sizes.last, let optimum = largest.minima[horizon].first,
      let start = largest.scan.points.first?.trial.start
    else { return false }
    return optimum.loss < 1e-3 * start
  }

  /// Sizes without an optimum, and further valleys.
  private func notes(_ horizon: Int) -> [String] {
    var notes: [String] = []
    for (family, found) in zip(layout.families, families) {
      for (label, size) in zip(layout.sizes.map(\.label), found.sizes) {
        let minima = size.minima[horizon]
        guard let optimum = minima.first else {
          notes.append(
            "\(family.name), \(label): no valley: the \(objective.shortName) falls until it diverges, or never falls below its start"
          )
          continue
        }
        if optimum.isCatapult { notes.append("\(family.name), \(label): the optimum \(Self.catapultText(optimum))") }
        // A higher valley behind the optimum is not a warning; transfer.csv lists it.
        notes += minima.dropFirst().filter { $0.loss < optimum.loss }.map { other in
          "\(family.name), \(label): a lower minimum at \(NumberText.short(other.rate)) (\(objective.shortName) "
            + "\(NumberText.short(other.loss)))" + (other.isCatapult ? " \(Self.catapultText(other))" : "")
        }
      }
    }
    let rest = notes.count - 8
    return notes.prefix(8) + (rest > 0 ? ["and \(rest) more notes of this kind (transfer.csv)"] : [])
  }

  private static func catapultText(_ minimum: RateMinimum) -> String {
    "lies in the catapult window: the loss first rises to \(NumberText.brief(minimum.peak)) times its start, and single "
      + "networks scatter there"
  }

  /// Where training longer moves the optimum more than the size does.
  private var horizonNotes: [String] {
    guard horizonCount > 1 else { return [] }
    return zip(layout.families, families).compactMap { family, found in
      let last = found.sizes.last?.minima.map { $0.first?.rate } ?? []
      guard let first = last.first ?? nil, let end = last.last ?? nil,
        let own = found.drifts[horizonCount - 1].exponents.first ?? nil
      else { return nil }
      let byHorizon = abs(log2(end / first))
      let bySize = abs(log2(end) - own)
      guard byHorizon > bySize else { return nil }
      return "\(family.name): the horizon moves log2(rate*) by \(NumberText.brief(byHorizon)), more than the size does "
        + "(\(NumberText.brief(bySize))): tune at the horizon you will train for"
    }
  }

  /// Whether no optimum drifts more than is allowed.
  var passes: Bool { driftLimit.map { limit in worstDrift.map { $0.drift <= limit } ?? false } ?? true }

  /// The largest drift of any family and horizon; nil where one of them is not known.
  private var worstDrift: (name: String, drift: Double)? {
    var worst: (name: String, drift: Double)?
    for (family, found) in zip(layout.families, families) {
      for drift in found.drifts {
        guard let own = drift.drifts.map(abs).max() else { return nil }
        if own > worst?.drift ?? -1 { worst = (family.name, own) }
      }
    }
    return worst
  }

  private var checkLine: String? {
    guard let driftLimit else { return nil }
    guard let worstDrift else { return "check: the sizes do not span two doublings with optima -> FAIL" }
    return "check: largest drift in a doubling \(NumberText.brief(worstDrift.drift)) (\(worstDrift.name)), "
      + "allowed \(NumberText.brief(driftLimit)) -> \(passes ? "PASS" : "FAIL")"
  }

  /// The answer where all families give the same.
  var badge: Report.Badge {
    switch Set(families.flatMap(\.drifts).map(\.verdict.word)) {
    case ["transfers"]: Report.Badge("TRANSFERS", .good)
    case ["does not transfer"]: Report.Badge("DOES NOT TRANSFER", .bad)
    case ["no verdict"]: Report.Badge("no verdict", .plain)
    default: Report.Badge("it depends", .plain)
    }
  }

  /// The verdicts of each family, by horizon where they change.
  var checks: [Report.Check] {
    zip(layout.families, families).map { family, found in
      var verdicts: [String] = []
      for word in found.drifts.map(\.verdict.word) where verdicts.last != word { verdicts.append(word) }
      return Report.Check(
        family.name, verdicts.joined(separator: ", then "),
        "whether an optimum carried over costs at most \(NumberText.percent(tolerance)) and settles as the size grows")
    }
  }
}
