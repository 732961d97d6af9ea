import DeepLinear
import FiniteWidth
import Records

/// Trained networks in the forms that leave the program: text, JSON, run folder.
struct SimulateReport {
  let configuration: Configuration
  let problem: TrainingProblem
  let ensemble: Ensemble
  let sums: TwoTimeSums?
  let seconds: Double

  /// The rows that `training.rows` asks for.
  var rows: [Int] { problem.time.reportedRows(of: ensemble.count) }
  private var test: [Ensemble.Mean] { ensemble.means(\.testLoss) }
  private var train: [Ensemble.Mean] { ensemble.means(\.trainLoss) }
  private var status: String { ensemble.count < ensemble.times.count ? "diverged" : "completed" }

  /// The table and the drawing.
  var lines: [String] {
    let curve = ensemble.meanCurve
    let (test, train) = (test, train)
    let table = CurveTable.lines(["step", "time", "train", "+-", "test", "+-"], rows: curve.steps.count) { row in
      [
        String(row), NumberText.short(curve.times[row]), NumberText.short(train[row].value),
        Self.error(train[row]), NumberText.short(test[row].value),
        Self.error(test[row]),
      ]
    }
    let plot = TerminalPlot().lines(curve, configuration.problem.time)
    return [""] + table + ["(means of \(ensemble.replicas.count) networks, +- standard error)", ""] + plot
      + (plot.isEmpty ? [] : [""]) + (remark.map { [$0] } ?? [])
  }

  /// A single network has no error.
  private static func error(_ mean: Ensemble.Mean) -> String {
    mean.standardError.isNaN ? "-" : NumberText.brief(mean.standardError)
  }

  private static func json(_ mean: Ensemble.Mean) -> JSONValue {
    mean.standardError.isNaN ? .null : .number(mean.standardError)
  }

  /// The mean losses at the end.
  private var ending: String? {
    guard remark == nil, let row = rows.last else { return nil }
    let texts = [("test", test[row]), ("train", train[row])].map { name, mean in
      "\(name) loss \(NumberText.short(mean.value)) +- \(Self.error(mean))"
    }
    return texts.joined(separator: ", ") + " after \(row) steps (mean of \(ensemble.replicas.count) networks)"
  }

  /// What is to be said of networks that diverged.
  private var remark: String? {
    guard let first = ensemble.firstDivergence else { return nil }
    let count = ensemble.diverged
    return "\(count) of \(ensemble.replicas.count) networks diverged, the first at step \(first); "
      + "from there on means are over those that are left"
  }

  /// What the run folder holds.
  var record: RunRecord {
    var record = RunRecord(
      version: DMFT.version, status: status, outcome: remark, curve: ensemble.meanCurve.rows(rows),
      curveColumns: columns, layers: layers, arrays: arrays, timings: ["simulate": seconds], blas: .running,
      extra: extra)
    record.problem = ProblemText.clauses(problem)
    record.findings = [ending, remark].compactMap { $0 }
    return record
  }

  /// Standard errors and numbers of networks, the columns that every ensemble adds to `curves.csv`.
  private var columns: [NamedColumn] {
    let (test, train) = (test, train)
    return [
      NamedColumn(name: "test_loss_se", values: rows.map { test[$0].standardError }),
      NamedColumn(name: "train_loss_se", values: rows.map { train[$0].standardError }),
      NamedColumn(name: "replicas", counts: rows.map { test[$0].replicas }),
    ]
  }

  /// Means of the order parameters with their errors, layer by layer.
  private var orderParameters: (forward: [[Ensemble.Mean]], backward: [[Ensemble.Mean]]) {
    let layers = problem.architecture.hiddenLayers
    return (
      (0...layers).map { layer in ensemble.means { $0.forward[layer] } },
      (0..<layers).map { layer in ensemble.means { $0.backward[layer] } }
    )
  }

  private var layers: LayerTable {
    let (forward, backward) = orderParameters
    return LayerTable(
      rows: rows.flatMap { row in
        forward.indices.map { layer in
          let back = layer == 0 ? nil : backward[layer - 1][row]
          return LayerTable.Row(
            step: row, layer: String(layer), forward: forward[layer][row].value, backward: back?.value,
            further: [forward[layer][row].standardError, back?.standardError])
        }
      }, furtherNames: ["forward_se", "backward_se"])
  }

  /// Correlations that were measured, and the curve of each network; NaN behind a divergence.
  private var arrays: [NamedArray] {
    guard let sums else { return [] }
    let ensemble = ensemble
    let times = ensemble.times
    let shape = [ensemble.replicas.count, times.count]
    func curves(_ curve: @escaping @Sendable (ReplicaCurve) -> [Double]) -> @Sendable () -> [Double] {
      {
        ensemble.replicas.flatMap { replica in
          curve(replica) + Array(repeating: Double.nan, count: times.count - replica.count)
        }
      }
    }
    return [
      NamedArray(name: "time", shape: [times.count]) { times },
      NamedArray(name: "test_loss", shape: shape, values: curves { $0.testLoss }),
      NamedArray(name: "train_loss", shape: shape, values: curves { $0.trainLoss }),
    ] + (sums.networks > 0 ? Self.correlations(sums) : [])
  }

  private static func correlations(_ sums: TwoTimeSums) -> [NamedArray] {
    let square = [sums.size, sums.size]
    let stack = [sums.hiddenLayers + 1] + square
    return [
      NamedArray(name: "C_v", shape: square) { sums.errorCorrelation },
      NamedArray(name: "C_D", shape: square) { sums.residualCorrelation },
      NamedArray(name: "H", shape: stack) { (0...sums.hiddenLayers).flatMap(sums.forwardCorrelation) },
      NamedArray(name: "G", shape: stack) { (0...sums.hiddenLayers).flatMap(sums.backwardCorrelation) },
    ]
  }

  private var extra: [String: JSONValue] {
    [
      "replicas": .integer(ensemble.replicas.count), "diverged_replicas": .integer(ensemble.diverged),
      "first_divergence": ensemble.firstDivergence.map { .integer($0) } ?? .null,
    ]
  }

  /// The result of `--json`.
  var json: JSONValue {
    let curve = ensemble.meanCurve.rows(rows)
    let (test, train) = (test, train)
    let members: [String: JSONValue] = [
      "version": .text(DMFT.version), "command": .text("simulate"), "status": .text(status),
      "configuration": configuration.json, "hash": .text(configuration.hash),
      "step": .list(curve.steps.map { .integer($0) }), "time": JSONValue(curve.times),
      "test_loss": JSONValue(curve.testLoss), "train_loss": JSONValue(curve.trainLoss),
      "test_loss_se": .list(rows.map { Self.json(test[$0]) }),
      "train_loss_se": .list(rows.map { Self.json(train[$0]) }),
      "replicas_counted": .list(rows.map { .integer(test[$0].replicas) }),
    ]
    return .object(members.merging(extra) { own, _ in own })
  }
}
