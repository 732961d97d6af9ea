import DeepLinear
import MeanField
import Records
import Validation

/// The comparison in the forms that leave the program: table, verdict, JSON, run folder.
struct ValidateReport {
  let configuration: Configuration
  /// Keys changed on the theory's side.
  let theory: [String]
  /// By rising input dimension, never empty.
  let sizes: [ValidatedSize]
  let seconds: Double
  /// The theory's largest stable rate; looked for where theory and networks are not shown to agree.
  var stableRate: StableRate?
  /// What is left in the limit, with several sizes.
  let limit: SizeLimit?

  init(
    configuration: Configuration, theory: [String], sizes: [ValidatedSize], seconds: Double
  ) {
    self.configuration = configuration
    self.theory = theory
    self.sizes = sizes
    self.seconds = seconds
    limit = sizes.count > 1 ? SizeLimit(sizes.map { ($0.problem.data.inputDimension, $0.losses) }) : nil
  }

  /// The size that the verdict is about.
  var largest: ValidatedSize { sizes[sizes.count - 1] }

  /// Everything above the verdict.
  var lines: [String] {
    [""] + table + [""] + sizeLines + [legend] + remarks
  }

  private var table: [String] {
    let points = Dictionary(
      uniqueKeysWithValues: largest.losses.points.map { (["\($0.step)", $0.name], $0) })
    let steps = Set(largest.losses.points.map(\.step)).sorted()
    let header = ["step", "train", "theory", "z", "test", "theory", "z"]
    return CurveTable.lines(header, rows: steps.count) { row in
      [String(steps[row])]
        + ["train loss", "test loss"].flatMap { Self.cells(points[["\(steps[row])", $0]]) }
    }
  }

  /// Networks, theory, z; dashes where the point was left out, none for z where nothing can be said.
  private static func cells(_ point: Agreement.Point?) -> [String] {
    guard let point else { return ["-", "-", "-"] }
    return [
      NumberText.short(point.measured) + (point.isMedian ? "m" : ""), NumberText.short(point.theory),
      point.halfWidth.isFinite ? NumberText.brief(point.score) : "-",
    ]
  }

  /// Verdict and remarks, a sentence each.
  var findings: [String] { [verdictLine] + (limitLine.map { [$0] } ?? []) + remarks + (excuse.map { [$0] } ?? []) }

  private var legend: String { "(train, test: of the networks; z: difference in standard errors)" }

  private var remarks: [String] {
    let agreement = largest.losses
    var lines: [String] = []
    if agreement.medians > 0 {
      lines.append(
        "rare networks dominate the mean at \(agreement.medians) of \(agreement.points.count) points (near the edge of "
          + "stability, or deep in a decay): medians are compared there, marked m")
    }
    if agreement.unbounded > 0 {
      lines.append("at \(agreement.unbounded) points so many networks diverged that nothing can be said of the median")
    }
    if let endings = largest.endings { lines.append(endings) }
    if agreement.leftOut > 0 {
      lines.append("\(agreement.leftOut) points are left out: theory and networks are zero up to rounding there")
    }
    if let worst = largest.layers.worst {
      lines.append(
        "order parameters (layers.csv; no part of the verdict): worst \(worst.name) at step \(worst.step), bias "
          + "\(NumberText.signedPercent(worst.bias)); all of them: p = \(NumberText.brief(largest.layers.pValue))")
    }
    lines.append("band: up to +-\(NumberText.brief(100 * agreement.largestHalfWidth)) % of the theory wide")
    return lines
  }

  /// Share of the largest stable rate from which finite networks are known to be far from their limit.
  private static let edge = 0.35

  /// Why a verdict may say nothing against the theory.
  var excuse: String? {
    let rate = largest.solution.problem.optimizer.learningRate
    guard let stable = stableRate?.learningRate, stable.isFinite, stable > 0, rate > Self.edge * stable else {
      return nil
    }
    return
      "training.learningRate \(NumberText.short(rate)) is \(NumberText.brief(100 * rate / stable)) % of the largest stable rate "
      + "\(NumberText.brief(stable)): beyond the edge of stability finite networks come to the theory only slowly as they grow "
      + "(theory-notes/08); try half the rate, or larger sizes"
  }

  /// Bias against size, and what is left of it.
  private var sizeLines: [String] {
    guard let limit, let worst = limit.worst else { return [] }
    let rows = sizes.map { size -> String in
      let agreement = size.losses
      let bias = agreement.points.first { $0.name == worst.name && $0.step == worst.step }?.bias ?? .nan
      return CurveTable.pad(String(size.problem.data.inputDimension), 8)
        + CurveTable.pad(NumberText.signedPercent(bias), 12)
        + CurveTable.pad(agreement.verdict.rawValue, 14)
    }
    return [CurveTable.pad("D", 8) + CurveTable.pad("bias", 12) + CurveTable.pad("verdict", 14)] + rows + [
      limitLine ?? "",
      "(the table above and the run folder are of D = \(largest.problem.data.inputDimension))",
      "",
    ]
  }
}

extension NumberText {
  /// A share as a signed percentage.
  static func signedPercent(_ share: Double) -> String { (share < 0 ? "" : "+") + brief(100 * share) + " %" }
}
