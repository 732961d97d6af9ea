import JSON
import LinearAlgebra
import Parsimony
import Reports
import RunStore

// What came of a reduction, in numbers.

extension ReducedNetwork {
  /// Steps, singular values as a file, and as printed tables.
  var tables: [Table] { [steps, spectrumFile] + (layers.isEmpty ? [] : [spectrum]) }

  private var steps: Table {
    let legend =
      isExact
      ? "(deviation: |W - U w V^T|, W the full product, w the small one; off: its distance from the known term,\n"
        + " with all: what is left when the directions that don't learn are taken away too, both over |W|)"
      : "(deviation: |W - U w V^T|, W the full product, w the small one; errors: |W - target| / |target|, all entries)"
    return Table(
      "reduction", note: hasFull ? legend : "",
      [Column("step", integers: rows.map { $0.step })] + stepColumns)
  }

  /// The columns of `reduction.csv` beside the step, which are arrays too.
  private var stepColumns: [Column] {
    [
      Column("time", "sum of the learning rates", rows.map { $0.time }),
      Column("small_loss", "loss of the small network alone", heading: "small", rows.map { $0.smallLoss }),
      Column(
        "predicted_loss", "its prediction of the full loss", heading: "predicted",
        rows.map(\.predictedLoss)),
      Column("full_loss", "loss of the full network", heading: "full", rows.map(\.fullLoss)),
      Column("known_term", "the deviation predicted by the law", heading: "known term", rows.map(\.knownTerm)),
      Column("deviation", "", rows.map { $0.distance?.deviation }),
      Column("identity_error", heading: "off", rows.map(\.identityError)),
      Column("remainder", heading: "with all", rows.map(\.remainderShare)),
      Column("small_completion_error", heading: "small, error", rows.map { $0.completion?.small }),
      Column("full_completion_error", heading: "full, error", rows.map { $0.completion?.full }),
    ]
  }

  /// One line a singular value; those that all others have are one line with their number.
  private var spectrumFile: Table {
    let rows = layers.enumerated().flatMap {
      index, layer -> [(layer: Int, network: String, value: Double, count: Int)] in
      let inactive = layer.inactive.map { (index + 1, "inactive", abs($0), layer.inactiveCount) }
      return layer.small.map { (index + 1, "small", $0, 1) } + (inactive.map { [$0] } ?? [])
        + (layer.full ?? []).map { (index + 1, "full", $0, 1) }
    }
    return Table(
      "singular_values", shown: nil,
      [
        Column("layer", integers: rows.map { $0.layer }), Column("network", texts: rows.map(\.network)),
        Column("singular_value", "of the weight matrix at the end", rows.map { $0.value }),
        Column("multiplicity", integers: rows.map { $0.count }),
      ])
  }

  private var spectrum: Table {
    let hasAngles = layers.contains { $0.angles != nil }
    return Table(
      nil, title: "singular values at the end: of the small network, and the one that all others have",
      note: hasAngles
        ? "(off: largest difference from the full network's, over its largest; angle: sine of the largest angle between the\n"
          + " directions predicted to learn and those in which the full network moved)" : "",
      shown: .all,
      [
        Column("layer", integers: layers.indices.map { $0 + 1 }), Column("largest", "", layers.map { $0.small.first }),
        Column("least", "", layers.map { $0.small.last }),
        Column(
          "others",
          texts: layers.map { layer in
            layer.inactive.map { "\(layer.inactiveCount) x \(NumberText.short(abs($0)))" }
          }), Column("off", "", layers.map(\.spectrumError)),
        Column("angle", "", layers.map { $0.angles?.sines.first }),
      ])
  }

  /// Numbers in the JSON in addition to the tables.
  var details: [String: JSONValue] {
    [
      "size": .integer(size), "width": .integer(width), "rank": rank.map { .integer($0) } ?? .null,
      "exact": .flag(isExact), "broken_assumptions": .list(broken.map { .text($0.sentence) }),
      "speed_up": speedUp.map { .number($0) } ?? .null,
      "subspace_sines": JSONValue(layers.compactMap { $0.angles?.sines.first }),
      "spectrum_errors": JSONValue(layers.compactMap(\.spectrumError)),
      "rho": inactive.map { JSONValue($0) } ?? .null, "outcome": remark.map { .text($0) } ?? .null,
      "seconds": .object([
        "drawing": .number(seconds.drawing), "set_up": .number(seconds.setUp), "small": .number(seconds.small),
        "full": seconds.full.map { .number($0) } ?? .null,
      ]),
    ]
  }

  /// The steps and the target as arrays.
  func arrays(target: DenseMatrix) -> [NamedArray] {
    let steps = rows.map { Double($0.step) }
    return [
      NamedArray(name: "step", shape: [steps.count]) { steps },
      NamedArray(name: "target", shape: [target.rows, target.columns]) { target.storage },
    ]
      + stepColumns.compactMap { column in
        guard case .numbers(let values) = column.values else { return nil }
        return NamedArray(name: column.name, shape: [values.count]) { values.map { $0 ?? .nan } }
      }
  }
}

extension Reduction {
  /// The small network: with it the full one can be made without having been trained; nil of a run that diverged.
  var factors: NamedArchive? {
    guard outcome == .completed else { return nil }
    let small = small
    let (size, width) = (small.size, small.width)
    var arrays = [
      NamedArray(name: "U", shape: [size, width]) { small.output.storage },
      NamedArray(name: "V", shape: [size, width]) { small.input.storage },
      NamedArray(name: "W", shape: [small.inner.count, width, width]) { small.inner.flatMap(\.storage) },
    ]
    if let inactive = small.inactive {
      arrays.append(NamedArray(name: "rho", shape: [inactive.layers.count]) { inactive.layers })
    }
    return NamedArchive(path: "factors.npz", arrays: arrays)
  }
}
