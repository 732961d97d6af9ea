import DeepLinear
import Foundation
import Parsimony
import Records

/// A collapse in the forms that leave the program: text, JSON, run folder.
struct CollapseReport {
  let setting: CollapseSetting
  let collapse: Collapse
  let rows: [Collapse.Row]
  /// Scatters before training, from the inputs on.
  let before: [ClassScatter]
  let seconds: Double

  private var after: [ClassScatter] { collapse.outcome == .completed ? collapse.scatters : [] }
  private var settings: ReductionSettings { setting.configuration.reduction }
  private var status: String { collapse.outcome == .completed ? "completed" : "diverged" }

  private var remark: String? {
    guard let text = ReduceText.outcome(collapse.outcome) else { return nil }
    let layers = Double(collapse.scales.count)
    // The steepest direction at the end has a curvature of about L n^(1 - 1/L) for the sum of squares.
    let rate = 0.4 / (layers * pow(setting.perClass, 1 - 1 / layers))
    let factor = settings.loss == .mean ? Double(data.classes * data.count) : 1
    return "\(text); try a smaller training.learningRate, such as \(NumberText.brief(rate * factor))"
  }

  /// `D_{l+1}/D_l` as the law says it, for layer l + 1 from 1.
  private func predicted(_ layer: Int) -> Double {
    CollapsePrediction.ratio(
      scale: collapse.scales[layer - 1], perClass: setting.perClass, weightLayers: collapse.scales.count)
  }

  private func ratio(_ scatters: [ClassScatter], _ layer: Int) -> Double? {
    layer > 0 && layer < scatters.count ? scatters[layer].ratio / scatters[layer - 1].ratio : nil
  }

  var lines: [String] {
    let losses = CurveTable.lines(["step", "time", "loss"], rows: rows.count) { index in
      [String(rows[index].step), NumberText.short(rows[index].time), NumberText.short(rows[index].loss)]
    }
    let header = ["layer", "D, start", "D, end", "D/D before", "predicted", "off"]
    let table =
      ([header]
      + before.indices.map { layer in
        let measured = ratio(after, layer)
        return [
          String(layer), NumberText.short(before[layer].ratio),
          after.isEmpty ? "-" : NumberText.short(after[layer].ratio), measured.map(NumberText.short) ?? "-",
          layer == 0 ? "-" : NumberText.short(predicted(layer)),
          measured.map { NumberText.brief(100 * ($0 / predicted(layer) - 1)) + " %" } ?? "-",
        ]
      }).map { row in row.enumerated().map { CurveTable.pad($1, $0 == 0 ? 8 : 14) }.joined() }
    return [""] + losses + ["", "scatter within classes over scatter between them, D, layer by layer (0: the inputs)"]
      + table + ["processor time: \(NumberText.seconds(seconds))"] + (remark.map { [$0] } ?? [])
      + doubts
  }

  /// How near the measured ratios are to the law's.
  private var agreement: String? {
    let off = before.indices.dropFirst().compactMap { layer in
      ratio(after, layer).map { abs($0 / predicted(layer) - 1) }
    }
    return off.max().map {
      "the ratio of D from layer to layer is off what the law says by at most \(NumberText.brief(100 * $0)) %"
    }
  }

  private var doubts: [String] {
    missing.isEmpty ? [] : ["the prediction is for " + missing.joined(separator: ", ") + ": it does not hold here"]
  }

  /// What the prediction takes for granted and this run does not give.
  private var missing: [String] {
    guard collapse.outcome == .completed, let first = rows.first, let last = rows.last else { return [] }
    var doubts: [String] = []
    if setting.configuration.problem.optimizer.weightDecay != .none { doubts.append("no weight decay") }
    if Set(collapse.scales).count > 1 { doubts.append("one scale for all layers") }
    if collapse.scales.contains(where: { pow($0, 2 * Double(collapse.scales.count)) > setting.perClass }) {
      doubts.append("a start smaller than what is learned")
    }
    if !setting.isOrthonormal { doubts.append("orthonormal inputs") }
    if last.loss > 0.01 * first.loss { doubts.append("training to the end") }
    return doubts
  }

  /// What the run folder holds.
  func record(arrays: Bool) -> RunRecord {
    let rows = rows
    let columns = [
      NamedArray(name: "step", shape: [rows.count]) { rows.map { Double($0.step) } },
      NamedArray(name: "loss", shape: [rows.count]) { rows.map(\.loss) },
    ]
    var record = RunRecord(
      version: DMFT.version, status: status, outcome: remark, arrays: arrays ? columns : [],
      texts: [NamedText(path: "collapse.csv", text: collapseCSV), NamedText(path: "reduction.csv", text: lossCSV)],
      timings: ["collapse": seconds], blas: .running)
    record.extra["doubts"] = .list(missing.map { .text($0) })
    record.problem = setting.line.components(separatedBy: " | ")
    record.findings = [agreement].compactMap { $0 } + setting.notices + (remark.map { [$0] } ?? []) + doubts
    return record
  }

  private var collapseCSV: String {
    let names = [
      "layer", "within_start", "between_start", "within", "between", "D_start", "D", "ratio", "predicted_ratio",
    ]
    var text = CSVLine.text(names)
    for layer in before.indices {
      let end = after.isEmpty ? nil : after[layer]
      let numbers = [
        before[layer].within, before[layer].between, end?.within, end?.between, before[layer].ratio, end?.ratio,
        ratio(after, layer), layer == 0 ? nil : predicted(layer),
      ]
      text += CSVLine.text([String(layer)] + numbers.map(CSVLine.cell))
    }
    return text
  }

  private var lossCSV: String {
    rows.reduce(CSVLine.text(["step", "time", "loss"])) {
      $0 + CSVLine.text([String($1.step), CSVLine.cell($1.time), CSVLine.cell($1.loss)])
    }
  }

  private var data: ClassData { setting.data }

  /// The result of `--json`.
  var json: JSONValue {
    let layers = Array(before.indices)
    return .object([
      "version": .text(DMFT.version), "command": .text("reduce"), "status": .text(status),
      "outcome": remark.map { .text($0) } ?? .null, "configuration": setting.configuration.json,
      "hash": .text(setting.configuration.hash), "step": .list(rows.map { .integer($0.step) }),
      "loss": JSONValue(rows.map(\.loss)), "orthonormal_inputs": .flag(setting.isOrthonormal),
      "D_start": JSONValue(before.map(\.ratio)), "D": JSONValue(after.map(\.ratio)),
      "ratio": JSONValue(layers.compactMap { ratio(after, $0) }),
      "predicted_ratio": JSONValue(layers.dropFirst().map(predicted)),
      "seconds": .number(seconds),
    ])
  }
}
