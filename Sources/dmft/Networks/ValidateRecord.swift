import DeepLinear
import MeanField
import Records
import Validation

/// The comparison as a run folder and as JSON.
extension ValidateReport {
  private var simulated: SimulateReport {
    SimulateReport(
      configuration: configuration, problem: largest.problem, ensemble: largest.ensemble, sums: largest.sums,
      seconds: seconds)
  }

  /// What the run folder holds: the networks of the largest size with the theory beside them.
  var record: RunRecord {
    let simulated = simulated
    var record = simulated.record
    record.status = verdict.rawValue
    record.outcome = verdictLine
    record.curveColumns += theoryColumns(simulated.rows)
    record.layers = record.layers.map { layers(beside: $0) }
    if !record.arrays.isEmpty {
      record.arrays += TheoryArrays.correlations(largest.solution.orderParameters, suffix: "_theory")
    }
    record.timings = ["validate": seconds]
    record.residual = largest.solution.residual
    record.extra.merge(details) { _, own in own }
    record.texts.append(NamedText(path: "agreement.csv", text: agreementCSV))
    record.problem =
      ProblemText.clauses(largest.problem) + (theory.isEmpty ? [] : ["theory with \(theory.joined(separator: " "))"])
    record.findings = findings
    return record
  }

  /// Every point that was compared, as it was compared: means or medians, with the band that holds at all of them together.
  private var agreementCSV: String {
    let names = ["curve", "step", "measured", "theory", "standard_error", "band", "is_median", "z", "excess"]
    return largest.losses.points.reduce(CSVLine.text(names)) { text, point in
      let numbers = [point.measured, point.theory, point.standardError, point.halfWidth].map(CSVLine.cell)
      let name = point.name.split(separator: " ").first.map(String.init) ?? point.name
      return text
        + CSVLine.text(
          [name, String(point.step)] + numbers + [point.isMedian ? "1" : "0"]
            + [point.score, point.excess].map(CSVLine.cell))
    }
  }

  /// Theory and z of each reported row; empty where only one side has the row.
  private func theoryColumns(_ rows: [Int]) -> [NamedColumn] {
    let curve = largest.solution.curve
    func column(_ name: String, _ key: String, _ theory: [Double]) -> [NamedColumn] {
      let points = Dictionary(
        uniqueKeysWithValues: largest.losses.points.filter { $0.name == name }.map { ($0.step, $0.score) })
      return [
        NamedColumn(name: key + "_theory", values: rows.map { $0 < theory.count ? theory[$0] : nil }),
        NamedColumn(name: key + "_z", values: rows.map { points[$0] }),
      ]
    }
    let test = column("test loss", "test_loss", curve.testLoss)
    let train = column("train loss", "train_loss", curve.trainLoss)
    return [test[0], train[0], test[1], train[1]]
  }

  /// Order parameters of the networks with the theory's beside them.
  private func layers(beside measured: LayerTable) -> LayerTable {
    let parameters = largest.solution.orderParameters
    let forward = (0...parameters.hiddenLayers).map(parameters.forwardStrength)
    let backward = (1...parameters.hiddenLayers).map(parameters.backwardStrength)
    return LayerTable(
      rows: measured.rows.map { row in
        let layer = Int(row.layer) ?? 0
        // Nodes of an infinite depth are no layers of the networks; only the input is common to both.
        let isShared = layer <= parameters.hiddenLayers && (parameters.places == nil || layer == 0)
        let reached = row.step < parameters.count && isShared
        return LayerTable.Row(
          step: row.step, layer: row.layer, forward: row.forward, backward: row.backward,
          further: row.further + [
            reached ? forward[layer][row.step] : nil, reached && layer > 0 ? backward[layer - 1][row.step] : nil,
          ])
      }, furtherNames: measured.furtherNames + ["forward_theory", "backward_theory"])
  }

  private var details: [String: JSONValue] {
    let agreement = largest.losses
    var members: [String: JSONValue] = [
      "networks_verdict": .text(agreement.verdict.rawValue), "tolerance": .number(agreement.tolerance),
      "wanted_replicas": wantedReplicas.map { .integer($0) } ?? .null,
      "confidence": .number(Agreement.confidence), "critical_value": .number(agreement.criticalValue),
      "p_value": .number(agreement.pValue), "largest_half_width": .number(agreement.largestHalfWidth),
      "median_points": .integer(agreement.medians), "points": .integer(agreement.points.count),
      "theory_overrides": .list(theory.map { .text($0) }),
      "compression": CostText.json(largest.solution.compression),
    ]
    if let worst = agreement.worst {
      members["worst"] = .object([
        "curve": .text(worst.name), "step": .integer(worst.step), "bias": .number(worst.bias),
        "z": .number(worst.score), "excess": .number(worst.excess),
      ])
    }
    members["input_dimension"] = .integer(largest.problem.data.inputDimension)
    if let limit { members["sizes"] = sizesJSON(limit) }
    return members
  }

  private func sizesJSON(_ limit: SizeLimit) -> JSONValue {
    .object([
      "dimension": .list(sizes.map { .integer($0.problem.data.inputDimension) }),
      "worst_bias": JSONValue(sizes.map { $0.losses.worst?.bias ?? .nan }),
      "verdicts": .list(sizes.map { .text($0.losses.verdict.rawValue) }),
      "limit": .object([
        "verdict": .text(limit.verdict.rawValue), "p_value": .number(limit.pValue),
        "worst_difference": .number(limit.worst?.difference ?? .nan),
        "worst_standard_error": .number(limit.worst?.standardError ?? .nan),
      ]),
    ])
  }

  /// The result of `--json`.
  var json: JSONValue {
    let simulated = simulated
    guard case .object(var members) = simulated.json else { return .null }
    let rows = simulated.rows.filter { $0 < largest.solution.curve.steps.count }
    let curve = largest.solution.curve.rows(rows)
    members["command"] = .text("validate")
    members["status"] = .text(verdict.rawValue)
    members["verdict"] = .text(verdictLine)
    members["test_loss_theory"] = JSONValue(curve.testLoss)
    members["train_loss_theory"] = JSONValue(curve.trainLoss)
    return .object(members.merging(details) { own, _ in own })
  }
}
