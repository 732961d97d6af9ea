import DeepLinear
import FiniteWidth
import Records
import Studies

/// What `dmft layers` found, as run folder and JSON.
struct LayersRecord {
  let report: LayersReport

  private var result: LayersStudy.Result { report.result }
  private var own: LayerEnsemble { report.own }
  private var status: String { result.ensembles.allSatisfy { $0.firstDivergence == nil } ? "completed" : "diverged" }

  var record: RunRecord {
    var record = RunRecord(
      version: DMFT.version, status: status, outcome: report.divergences.first, curve: own.curve, curveColumns: columns,
      texts: [
        NamedText(path: "growth.csv", text: growthTable), NamedText(path: "conserved.csv", text: conservedTable),
      ], timings: ["layers": report.seconds], blas: .running, extra: details)
    record.problem = ProblemText.clauses(report.problem)
    record.findings = report.remarks
    return record
  }

  private var columns: [NamedColumn] {
    func errors(_ means: [Ensemble.Mean]) -> [Double?] { means.map { $0.standardError.isNaN ? nil : $0.standardError } }
    var columns = [
      NamedColumn(name: "test_loss_se", values: errors(own.means(of: \.testLoss))),
      NamedColumn(name: "train_loss_se", values: errors(own.means(of: \.trainLoss))),
    ]
    for other in result.ensembles.dropFirst() {
      let curve = other.curve
      func padded(_ values: [Double]) -> [Double?] {
        (0..<own.count).map { $0 < values.count && !values[$0].isNaN ? values[$0] : nil }
      }
      columns.append(NamedColumn(name: "train_loss_\(other.activation.rawValue)", values: padded(curve.trainLoss)))
      guard other.activation != .frozenGates else { continue }
      columns.append(NamedColumn(name: "test_loss_\(other.activation.rawValue)", values: padded(curve.testLoss)))
    }
    if let theory = result.theory {
      func padded(_ values: [Double]) -> [Double?] {
        (0..<own.count).map { $0 < values.count ? values[$0] : nil }
      }
      columns += [
        NamedColumn(name: "test_loss_theory", values: padded(theory.curve.testLoss)),
        NamedColumn(name: "train_loss_theory", values: padded(theory.curve.trainLoss)),
      ]
    }
    return columns
  }

  /// Growth of every layer of every activation at every moment.
  private var growthTable: String {
    var text = "step,time,activation,layer,growth,growth_se,growth_theory\n"
    for ensemble in result.ensembles {
      for layer in 0...report.hiddenLayers {
        let means = ensemble.means { $0.growth(layer) }
        for (row, mean) in means.enumerated() {
          let theory = ensemble.activation == .linear ? result.theory?.layers[layer] : nil
          let predicted = theory.flatMap { row < $0.count ? $0[row] : nil }
          text += "\(ensemble.steps[row]),\(ensemble.times[row]),\(ensemble.activation.rawValue),\(layer),"
          text += "\(CSVLine.cell(mean.value)),\(CSVLine.cell(mean.standardError)),\(CSVLine.cell(predicted))\n"
        }
      }
    }
    return text
  }

  /// Drift of the first network of each activation, and again at a quarter of the rate; gates where there are any.
  private var conservedTable: String {
    var text = "step,time,activation,rate_share,drift,diagonal_drift,flipped,deviation\n"
    let deviations = result.ensembles.first { $0.activation == .frozenGates }.map {
      own.replicas[0].deviations(from: $0.replicas[0])
    }
    for ensemble in result.ensembles {
      let runs = [(1.0, ensemble.replicas[0])] + (report.refined(ensemble.activation).map { [(0.25, $0)] } ?? [])
      for (share, history) in runs {
        for (row, moment) in history.moments.enumerated() {
          let isCompared = ensemble.activation == .relu && share == 1
          let deviation = isCompared ? deviations.flatMap { row < $0.count ? $0[row] : nil } : nil
          text +=
            "\(moment.step),\(moment.time),\(ensemble.activation.rawValue),\(share),\(CSVLine.cell(moment.drift)),"
          text += "\(CSVLine.cell(moment.diagonalDrift)),\(CSVLine.cell(moment.flipped)),\(CSVLine.cell(deviation))\n"
        }
      }
    }
    return text
  }

  private var details: [String: JSONValue] {
    var members: [String: JSONValue] = ["replicas": .integer(own.replicas.count)]
    members["phases"] = .object(
      Dictionary(uniqueKeysWithValues: report.phases.map { ($0.name, Self.json($0.phases)) }))
    members["drift"] = .object(
      Dictionary(
        uniqueKeysWithValues: result.ensembles.map { ensemble in
          let (whole, diagonal) = LayersReport.drift(ensemble.replicas[0])
          var drift: [String: JSONValue] = ["matrix": .number(whole), "diagonal": .number(diagonal)]
          if let finer = report.refined(ensemble.activation).map(LayersReport.drift) {
            drift["matrix_quarter_rate"] = .number(finer.whole)
            drift["diagonal_quarter_rate"] = .number(finer.diagonal)
          }
          return (ensemble.activation.rawValue, .object(drift))
        }))
    if let predicted = report.predicted {
      members["predicted"] = .object([
        "half_time": .number(predicted.half), "plateau_time": .number(predicted.plateau),
        "relaxation_rate": .number(predicted.relaxation),
      ])
    }
    if let gates = report.gates { members["gates"] = gates.json }
    if let step = own.firstDivergence { members["diverged_at_step"] = .integer(step) }
    return members
  }

  private static func json(_ phases: GrowthPhases) -> JSONValue {
    .object([
      "plateau_end": .number(phases.plateauEnd), "half_time": .number(phases.halfTime),
      "transition_end": .number(phases.transitionEnd), "has_plateau": .flag(phases.hasPlateau),
      "is_finished": .flag(phases.isFinished),
      "relaxation_rate": phases.relaxationRate.map { .number($0) } ?? .null,
    ])
  }

  /// The result of `--json`.
  var json: JSONValue {
    let configuration = report.configuration
    var members: [String: JSONValue] = [
      "version": .text(DMFT.version), "command": .text("layers"), "status": .text(status),
      "configuration": configuration.json, "hash": .text(configuration.hash),
      "step": .list(own.steps.map { .integer($0) }), "time": JSONValue(own.times),
    ]
    for ensemble in result.ensembles {
      var part: [String: JSONValue] = [
        "train_loss": JSONValue(ensemble.means(of: \.trainLoss).map(\.value)),
        "growth": .list(
          (0...report.hiddenLayers).map { layer in JSONValue(ensemble.means { $0.growth(layer) }.map(\.value)) }),
      ]
      if ensemble.activation != .frozenGates {
        part["test_loss"] = JSONValue(ensemble.means(of: \.testLoss).map(\.value))
      }
      members[ensemble.activation.rawValue] = .object(part)
    }
    if let theory = result.theory {
      members["theory"] = .object([
        "train_loss": JSONValue(theory.curve.trainLoss), "test_loss": JSONValue(theory.curve.testLoss),
        "growth": .list(theory.layers.map { JSONValue($0) }),
      ])
    }
    return .object(members.merging(details) { own, _ in own })
  }
}
