import FiniteWidth
import JSON
import Problems
import Reports
import Studies

// What was seen of the layers, in numbers.

extension LayerDynamics {
  /// Losses, growth and drift as files, and as printed tables.
  var tables: [Table] { [curves, gateTable, growthView, growthFile, conserved].compactMap { $0 } }

  /// A list as long as the curves of the networks that were requested.
  private func padded(_ values: [Double]) -> [Double?] {
    own.steps.indices.map { $0 < values.count ? values[$0] : nil }
  }

  private var timeMeaning: String { problem.time.isFlow ? "time of gradient flow" : "sum of the learning rates" }

  private var moments: [Column] {
    [
      Column("step", heading: problem.time.isFlow ? "row" : "step", integers: own.steps),
      Column("time", timeMeaning, own.times),
    ]
  }

  private var curves: Table {
    let loss = "mean squared error, mean of \(replicas) networks"
    var columns = moments
    columns += [
      Column("test_loss", loss, heading: "test, \(own.activation.title)", own.testLoss.map(\.value)),
      Column("train_loss", loss, heading: "train, \(own.activation.title)", own.trainLoss.map(\.value)),
      Column("test_loss_se", "standard error", isShown: false, own.testLoss.map(\.standardError)),
      Column("train_loss_se", "standard error", isShown: false, own.trainLoss.map(\.standardError)),
    ]
    for other in networks.dropFirst() {
      let name = other.activation.rawValue
      let title = other.activation.title
      columns.append(
        Column("train_loss_\(name)", loss, heading: "train, \(title)", padded(other.trainLoss.map(\.value))))
      guard other.activation != .frozenGates else { continue }
      columns.append(Column("test_loss_\(name)", loss, heading: "test, \(title)", padded(other.testLoss.map(\.value))))
    }
    if let theory {
      columns += [
        Column("test_loss_theory", heading: "test, theory", padded(theory.curve.testLoss)),
        Column("train_loss_theory", heading: "train, theory", padded(theory.curve.trainLoss)),
      ]
    }
    return Table("curves", title: "losses, means of \(replicas) networks", columns)
  }

  private var gateTable: Table? {
    gates.map { gates in
      Table(
        nil, title: "gates, means of \(replicas) networks",
        moments + [
          Column("flipped", "share of the gates that differ from the start", padded(gates.flipped)),
          Column(
            "deviation", "relative difference of the outputs from those with frozen gates", padded(gates.deviations)),
        ])
    }
  }

  /// Layers that have a column: all of a few, or first, middle and last.
  private var shownLayers: [Int] {
    let last = problem.architecture.hiddenLayers
    return last <= 3 ? Array(0...last) : [0, last / 2, last]
  }

  private var growthView: Table {
    func columns(_ title: String, _ growth: [[Double]]) -> [Column] {
      shownLayers.map { Column(title.isEmpty ? "W\($0)" : "\(title) W\($0)", "", padded(growth[$0])) }
    }
    let trained = free.flatMap { networks in
      columns(free.count > 1 ? networks.activation.title : "", networks.growth.map { $0.map(\.value) })
    }
    return Table(
      nil, title: "growth of |W|^2 for each neuron, by layers from the input",
      moments + trained + (theory.map { columns("theory", $0.layers) } ?? []))
  }

  /// Growth of every layer of every activation at every moment.
  private var growthFile: Table {
    let rows = networks.flatMap { networks in
      networks.growth.indices.flatMap { layer in
        networks.steps.indices.map { (networks: networks, layer: layer, row: $0) }
      }
    }
    return Table(
      "growth", shown: nil,
      [
        Column("step", integers: rows.map { $0.networks.steps[$0.row] }),
        Column("time", timeMeaning, rows.map { $0.networks.times[$0.row] }),
        Column("activation", texts: rows.map { $0.networks.activation.rawValue }),
        Column("layer", "from the input", integers: rows.map { $0.layer }),
        Column("growth", "of |W|^2 for each neuron", rows.map { $0.networks.growth[$0.layer][$0.row].value }),
        Column("growth_se", "standard error", rows.map { $0.networks.growth[$0.layer][$0.row].standardError }),
        Column(
          "growth_theory", "the same of the theory",
          rows.map { networks, layer, row -> Double? in
            guard networks.activation == .linear, let predicted = theory?.layers[layer] else { return nil }
            return row < predicted.count ? predicted[row] : nil
          }),
      ])
  }

  /// Drift of the first network of each activation, and again at a quarter of the rate; gates where there are any.
  private var conserved: Table {
    let rows = networks.flatMap { networks in
      networks.drifts.flatMap { drift in
        drift.steps.indices.map { (activation: networks.activation, drift: drift, row: $0) }
      }
    }
    return Table(
      "conserved", shown: nil,
      [
        Column("step", integers: rows.map { $0.drift.steps[$0.row] }),
        Column("time", timeMeaning, rows.map { $0.drift.times[$0.row] }),
        Column("activation", texts: rows.map { $0.activation.rawValue }),
        Column("rate_share", "its rate over the rate of the problem", rows.map { $0.drift.rateShare }),
        Column("drift", "of W'W - WW' between layers, relative", rows.map { $0.drift.matrix[$0.row] }),
        Column("diagonal_drift", "the same of the diagonals", rows.map { $0.drift.diagonal[$0.row] }),
        Column("flipped", "share of the gates that differ from the start", rows.map { $0.drift.flipped?[$0.row] }),
        Column(
          "deviation", "relative difference of the outputs from those with frozen gates",
          rows.map { activation, drift, row -> Double? in
            guard activation == .relu, drift.rateShare == 1, let gates else { return nil }
            return row < gates.firstDeviations.count ? gates.firstDeviations[row] : nil
          }),
      ])
  }

  /// Numbers in the JSON in addition to the tables.
  var details: [String: JSONValue] {
    var members: [String: JSONValue] = ["replicas": .integer(replicas)]
    members["gain"] = gain.map { .text($0.rawValue) }
    members["phases"] = .object(Dictionary(uniqueKeysWithValues: phases.map { ($0.name, $0.phases.json) }))
    members["drift"] = .object(
      Dictionary(
        uniqueKeysWithValues: networks.map { networks in
          let drifts = networks.drifts.map(\.largest)
          var drift: [String: JSONValue] = [
            "matrix": .number(drifts[0].matrix), "diagonal": .number(drifts[0].diagonal),
          ]
          drift["matrix_quarter_rate"] = drifts.dropFirst().first.map { .number($0.matrix) }
          drift["diagonal_quarter_rate"] = drifts.dropFirst().first.map { .number($0.diagonal) }
          return (networks.activation.rawValue, .object(drift))
        }))
    members["predicted"] = mode.map {
      .object([
        "half_time": .number($0.halfTime), "plateau_time": .number($0.plateauTime),
        "relaxation_rate": .number($0.relaxationRate),
      ])
    }
    members["gates"] = gates?.json
    members["diverged_at_step"] = own.firstDivergence.map { .integer($0) }
    return members
  }
}

extension GrowthPhases {
  fileprivate var json: JSONValue {
    .object([
      "plateau_end": .number(plateauEnd), "half_time": .number(halfTime), "transition_end": .number(transitionEnd),
      "has_plateau": .flag(hasPlateau), "is_finished": .flag(isFinished),
      "relaxation_rate": relaxationRate.map { .number($0) } ?? .null,
    ])
  }
}

extension LayerDynamics.Gates {
  fileprivate var json: JSONValue {
    func member(_ share: Double) -> JSONValue {
      parting(share).map { .object(["time": .number($0.time), "flipped": .number($0.flipped)]) } ?? .null
    }
    return .object([
      "flipped": JSONValue(flipped), "deviation": JSONValue(deviations),
      "deviation_before_first_flip": .number(deviationBefore), "beyond_1_percent": member(0.01),
      "beyond_10_percent": member(0.1),
    ])
  }
}
