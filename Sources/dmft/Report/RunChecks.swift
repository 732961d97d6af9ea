import Foundation
import Pages
import Records

/// How far a run can be trusted: what was measured while it was made, and what that means.
struct RunChecks {
  private let run: StoredRun

  init(_ run: StoredRun) { self.run = run }

  var blocks: [Page.Block] {
    let rows = solution + agreement + transfer + reduction + growth
    return rows.isEmpty ? [] : [.table(Page.Table(header: ["check", "result", "what it says"], rows: rows))]
  }

  private func number(_ path: String) -> String? { run.manifest[path]?.number.map(NumberText.brief) }

  /// The solver's own measures.
  private var solution: [[String]] {
    var rows: [[String]] = []
    if let residual = number("residual") {
      rows.append([
        "balance of the layers", residual,
        "the mean of forward times backward field is one number for all layers (equation 6.7); its largest violation, "
          + "relative to the fields",
      ])
    }
    if let error = number("compression.measured_error"), let points = run.manifest["compression.points"]?.number,
      points > 1
    {
      rows.append([
        "spectrum of \(NumberText.short(points)) points, compressed", error,
        "error of the quadrature that stands for the spectrum, measured",
      ])
    }
    if let error = number("panels.error"), let tolerance = number("panels.tolerance") {
      rows.append([
        "continuous time", error,
        "largest error of a loss against a second solution with more nodes; asked: \(tolerance)",
      ])
    }
    if let error = number("depth.error") {
      rows.append(["infinite depth", error, "estimated error of the nodes that stand for infinitely many layers"])
    }
    return rows
  }

  private var agreement: [[String]] {
    guard let tolerance = run.manifest["tolerance"]?.number, let value = number("p_value") else { return [] }
    let percent = NumberText.brief(100 * tolerance)
    func word(_ key: String) -> String { run.manifest[key]?.text ?? "" }
    var rows = [
      [
        "theory against \(number("replicas") ?? "the") networks", word("networks_verdict"),
        "whether the difference is shown to be within \(percent) % at every step of either loss, or beyond at some, at "
          + "\(NumberText.brief(100 * (run.manifest["confidence"]?.number ?? 0.99))) % confidence for all together (bootstrap over whole curves)",
      ]
    ]
    if run.manifest["sizes.limit.verdict"] != nil {
      rows.append([
        "their limit of infinite size", word("sizes.limit.verdict"),
        "the same for what is left when the bias is extrapolated",
      ])
    }
    rows.append([
      "any difference at all", "p = \(value)",
      "small where finite networks differ from their limit, as they must in the end",
    ])
    if let width = run.manifest["largest_half_width"]?.number {
      rows.append([
        "width of the band", "+-\(NumberText.brief(100 * width)) %",
        "half the width of the band at its widest, relative to the theory",
      ])
    }
    return rows
  }

  private var transfer: [[String]] {
    guard run.command == "transfer" else { return [] }
    let tolerance = run.value("transfer.tolerance")?.number ?? 0.01
    return (run.manifest["families"]?.elements ?? []).map { family in
      var verdicts: [String] = []
      for verdict in (family["horizons"]?.elements ?? []).compactMap({ $0["verdict"]?.text })
      where verdicts.last != verdict {
        verdicts.append(verdict)
      }
      return [
        family["name"]?.text ?? "", verdicts.joined(separator: ", then "),
        "whether an optimum carried over costs at most \(NumberText.brief(100 * tolerance)) % and settles as the size grows",
      ]
    }
  }

  private var reduction: [[String]] {
    guard run.command == "reduce" else { return [] }
    var rows: [[String]] = (run.manifest["broken_assumptions"]?.elements ?? []).compactMap(\.text).map {
      ["law of parsimony", "does not hold", $0]
    }
    let errors = run.table("reduction.csv")?.numbers("identity_error").filter { !$0.isNaN } ?? []
    if let worst = errors.max() {
      rows.append([
        "distance of the whole network", NumberText.brief(worst),
        "largest miss of the known term, over the whole product",
      ])
    }
    if let worst = run.manifest["spectrum_errors"]?.elements.compactMap(\.number).max() {
      rows.append([
        "singular values", NumberText.brief(worst),
        "largest difference from those of the whole network, over its largest",
      ])
    }
    return rows
  }

  private var growth: [[String]] {
    guard run.command == "layers" else { return [] }
    return (run.manifest["drift"]?.members ?? [:]).sorted { $0.key < $1.key }.flatMap { activation, drift in
      [
        ("matrix", "the matrix", activation == "linear"), ("diagonal", "its diagonal, neuron by neuron,", true),
      ].compactMap { key, words, isConserved in
        drift[key]?.number.map {
          [
            "drift of the \(key), \(activation)", NumberText.brief($0),
            "largest relative drift of \(words) that flow "
              + (isConserved ? "conserves" : "would conserve without gates"),
          ]
        }
      }
    }
  }
}
