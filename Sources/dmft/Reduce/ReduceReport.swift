import DeepLinear
import Parsimony
import Records

/// A reduction in the forms that leave the program: text, JSON, run folder.
struct ReduceReport {
  let setting: ReductionSetting
  let reduction: Reduction
  let rows: [Reduction.Row]
  let layers: [LayerReport]

  /// A column of the table of steps.
  struct Column: Sendable {
    let name: String
    let value: @Sendable (Reduction.Row) -> Double?
  }

  /// The columns of `reduction.csv`, and of the JSON.
  static let columns = [
    Column(name: "time") { $0.time }, Column(name: "small_loss") { $0.smallLoss },
    Column(name: "predicted_loss") { $0.predictedLoss }, Column(name: "full_loss") { $0.fullLoss },
    Column(name: "known_term") { $0.knownTerm }, Column(name: "deviation") { $0.distance?.deviation },
    Column(name: "identity_error", value: identityError),
    Column(name: "remainder") { row in
      row.distance.flatMap { far in far.norm > 0 ? far.remainder.map { $0 / far.norm } : nil }
    },
    Column(name: "small_completion_error") { $0.completion?.small },
    Column(name: "full_completion_error") { $0.completion?.full },
  ]

  /// By how much the deviation misses the known term, as a share of `|W_{L:1}|_F`.
  @Sendable private static func identityError(_ row: Reduction.Row) -> Double? {
    guard let far = row.distance, let known = row.knownTerm, far.norm > 0 else { return nil }
    return abs(far.deviation - known) / far.norm
  }

  /// Full loss over small loss of processor seconds, set-up and drawing of the weights on both sides.
  var speedUp: Double? {
    let seconds = reduction.seconds
    return seconds.full.map {
      ($0 + seconds.drawing) / (seconds.small + seconds.setUp + seconds.drawing)
    }
  }

  var status: String { reduction.outcome == .completed && isFullFine ? "completed" : "diverged" }
  private var isFullFine: Bool { reduction.fullOutcome == nil || reduction.fullOutcome == .completed }
  var isExact: Bool { reduction.broken.isEmpty }

  /// What is to be said of a run that diverged.
  var remark: String? {
    if let text = ReduceText.outcome(reduction.outcome) {
      return "the small network \(text); try a smaller training.learningRate"
    }
    return reduction.fullOutcome.flatMap(ReduceText.outcome).map {
      "the whole network \($0), the small one did not; try a smaller training.learningRate"
    }
  }

  /// Tables and sentences for a person.
  var lines: [String] {
    [head, ""] + table + [""] + spectrum + [angles, completion, time, remark].compactMap { $0 }
  }

  private var head: String {
    "small network: \(reduction.small.width) of \(reduction.small.size) directions"
      + (reduction.subspace.rank.map { ", target of rank \($0)" } ?? "")
  }

  /// What came out, a sentence each.
  var findings: [String] {
    [head] + reduction.broken.map(ReduceText.sentence) + [completion, time, remark].compactMap { $0 }
  }

  private var table: [String] {
    let names: [(title: String, column: String)] =
      isExact
      ? reduction.full == nil
        ? [("time", "time"), ("small", "small_loss"), ("predicted", "predicted_loss"), ("known term", "known_term")]
        : [
          ("time", "time"), ("small", "small_loss"), ("predicted", "predicted_loss"), ("whole", "full_loss"),
          ("deviation", "deviation"), ("known term", "known_term"), ("off", "identity_error"),
          ("with all", "remainder"),
        ]
      : [("time", "time"), ("small", "small_loss"), ("whole", "full_loss"), ("deviation", "deviation")]
        + (rows.contains { $0.completion != nil }
          ? [("small, error", "small_completion_error"), ("whole, error", "full_completion_error")] : [])
    let columns = names.compactMap { name in Self.columns.first { $0.name == name.column } }
    let lines = CurveTable.lines(["step"] + names.map(\.title), rows: rows.count) { index in
      [String(rows[index].step)] + columns.map { $0.value(rows[index]).map(NumberText.short) ?? "-" }
    }
    return lines + legend
  }

  private var legend: [String] {
    guard reduction.full != nil else { return [] }
    return isExact
      ? [
        "(deviation: |W - U w V^T|, W the whole product, w the small one; off: its distance from the known term,",
        " with all: what is left when the directions that don't learn are taken away too, both over |W|)",
      ]
      : [
        "(deviation: |W - U w V^T|, W the whole product, w the small one; errors: |W - target| / |target|, all entries)"
      ]
  }

  private var spectrum: [String] {
    guard !layers.isEmpty else { return [] }
    let header = ["layer", "largest", "least", "others"] + (reduction.full == nil ? [] : ["off", "angle"])
    let lines =
      ([header]
      + layers.enumerated().map { index, layer in
        [
          String(index + 1), NumberText.short(layer.small.first ?? 0), NumberText.short(layer.small.last ?? 0),
          layer.inactive.map { "\(layer.inactiveCount) x " + NumberText.short(abs($0)) } ?? "-",
        ]
          + (reduction.full == nil
            ? []
            : [
              layer.spectrumError.map(NumberText.brief) ?? "-",
              layer.angles?.sines.first.map(NumberText.brief) ?? "-",
            ])
      }).map { row in
        row.enumerated().map { CurveTable.pad($1, $0 == 0 ? 8 : $0 == 3 ? 24 : 14) }.joined()
      }
    return ["singular values at the end: of the small network, and the one that all others have"] + lines
  }

  private var angles: String? {
    layers.contains { $0.angles != nil }
      ? "(off: largest difference from the whole network's, over its largest; angle: sine of the largest angle between the\n"
        + " directions predicted to learn and those in which the whole network moved)" : nil
  }

  private var completion: String? {
    guard let last = rows.last, let completion = last.completion else { return nil }
    return "completion: relative error \(NumberText.brief(completion.small)) of the small network, "
      + "\(NumberText.brief(completion.full)) of the whole one"
  }

  private var time: String {
    let seconds = reduction.seconds
    let small =
      "processor time: \(Self.precise(seconds.drawing)) drawing weights, \(Self.precise(seconds.setUp)) "
      + "set-up, \(Self.precise(seconds.small)) small network"
    guard let full = seconds.full, let speedUp else { return small }
    return small
      + ", \(Self.precise(full)) whole network: \(NumberText.brief(speedUp)) times as long with all of it counted"
  }

  private static func precise(_ seconds: Double) -> String {
    seconds < 1 ? NumberText.brief(1000 * seconds) + " ms" : NumberText.brief(seconds) + " s"
  }
}
