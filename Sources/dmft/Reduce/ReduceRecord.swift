import Foundation
import LinearAlgebra
import Parsimony
import Records

/// Run folder and JSON of a reduction.
extension ReduceReport {
  /// What the run folder holds.
  func record(arrays: Bool) -> RunRecord {
    let seconds = reduction.seconds
    var timings = ["drawing": seconds.drawing, "setUp": seconds.setUp, "small": seconds.small]
    timings["full"] = seconds.full
    var record = RunRecord(
      version: DMFT.version, status: status, outcome: remark, arrays: arrays ? stepArrays : [],
      texts: [
        NamedText(path: "reduction.csv", text: reductionCSV),
        NamedText(path: "singular_values.csv", text: spectrumCSV),
      ], timings: timings, blas: .running, extra: extra)
    record.archive = factors
    record.problem = setting.line.components(separatedBy: " | ")
    record.findings = findings
    return record
  }

  private var reductionCSV: String {
    var text = CSVLine.text(["step"] + Self.columns.map(\.name))
    for row in rows { text += CSVLine.text([String(row.step)] + Self.columns.map { CSVLine.cell($0.value(row)) }) }
    return text
  }

  /// One line a singular value; those that all others have are one line with their number.
  private var spectrumCSV: String {
    var text = CSVLine.text(["layer", "network", "singular_value", "multiplicity"])
    for (index, layer) in layers.enumerated() {
      let number = String(index + 1)
      for value in layer.small { text += CSVLine.text([number, "small", CSVLine.cell(value), "1"]) }
      if let inactive = layer.inactive {
        text += CSVLine.text([number, "inactive", CSVLine.cell(abs(inactive)), String(layer.inactiveCount)])
      }
      for value in layer.full ?? [] { text += CSVLine.text([number, "full", CSVLine.cell(value), "1"]) }
    }
    return text
  }

  /// The small network: with it the whole one can be made without having been trained.
  private var factors: NamedArchive? {
    guard reduction.outcome == .completed else { return nil }
    let small = reduction.small
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

  private var stepArrays: [NamedArray] {
    let rows = rows
    let target = reduction.problem.target
    return [
      NamedArray(name: "step", shape: [rows.count]) { rows.map { Double($0.step) } },
      NamedArray(name: "target", shape: [target.rows, target.columns]) { target.storage },
    ]
      + Self.columns.map { column in
        let values = rows.map { column.value($0) ?? .nan }
        return NamedArray(name: column.name, shape: [rows.count]) { values }
      }
  }

  private var extra: [String: JSONValue] {
    let angles = layers.compactMap { $0.angles?.sines.first }
    return [
      "size": .integer(reduction.small.size), "width": .integer(reduction.small.width),
      "rank": reduction.subspace.rank.map { .integer($0) } ?? .null,
      "exact": .flag(isExact),
      "broken_assumptions": .list(reduction.broken.map { .text(ReduceText.sentence($0)) }),
      "speed_up": speedUp.map { .number($0) } ?? .null,
      "subspace_sines": JSONValue(angles),
      "spectrum_errors": JSONValue(layers.compactMap(\.spectrumError)),
      "rho": reduction.small.inactive.map { JSONValue($0.layers) } ?? .null,
    ]
  }

  /// The result of `--json`.
  var json: JSONValue {
    let seconds = reduction.seconds
    var members: [String: JSONValue] = [
      "version": .text(DMFT.version), "command": .text("reduce"), "status": .text(status),
      "outcome": remark.map { .text($0) } ?? .null, "configuration": setting.configuration.json,
      "hash": .text(setting.configuration.hash), "step": .list(rows.map { .integer($0.step) }),
      "singular_values": .list(layers.map { JSONValue($0.small) }),
      "seconds": .object([
        "drawing": .number(seconds.drawing), "set_up": .number(seconds.setUp), "small": .number(seconds.small),
        "full": seconds.full.map { .number($0) } ?? .null,
      ]),
    ]
    for column in Self.columns {
      members[column.name] = .list(rows.map { column.value($0).map { .number($0) } ?? .null })
    }
    return .object(members.merging(extra) { own, _ in own })
  }
}
