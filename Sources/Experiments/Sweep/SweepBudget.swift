import Configurations
import JSON
import Reports

/// What a sweep takes: units, bytes, seconds, and into how many packs of some minutes it falls.
package struct SweepBudget: Sendable {
  /// Number of units.
  package let units: Int
  /// Units that are still to run, whose bytes and seconds these are.
  package let pending: Int
  /// Units that cannot be prepared.
  package let refused: Int
  /// Memory of the largest unit.
  package let bytes: Int
  /// Of one core, all units together.
  package let seconds: Double
  /// Of the longest unit.
  package let longest: Double
  /// Packs that the units are dealt to in turn.
  package let packs: Int
  /// The same of the units that fit into the memory of this computer.
  private let fitting: (bytes: Int, most: Int, seconds: Double)
  /// Whether the time of a unit cannot be known beforehand.
  private let isLeast: Bool
  private let disk: DiskUse

  /// Seconds of a pack unless its number is given: long against starting a job, short against a queue.
  private static let packSeconds = 180.0

  /// Without units that are to run, all of them; without a number of packs, some minutes each.
  package init(
    _ sweep: Sweep, pending: [Sweep.Unit]? = nil, packs: Int? = nil, progress: (Double) -> Void = { _ in }
  ) {
    let pending = pending ?? sweep.pending(sweep.units, in: nil)
    let available = MachineMemory.available
    var (bytes, seconds, longest, refused) = (0, 0.0, 0.0, 0)
    var fitting = (bytes: 0, most: 0, seconds: 0.0)
    var isLeast = false
    var rows = 0
    for (index, unit) in pending.enumerated() {
      if index % 256 == 0 { progress(Double(index) / Double(pending.count)) }
      guard let prepared = try? PreparedUnit(unit) else {
        refused += 1
        continue
      }
      let estimate = prepared.estimate
      bytes = max(bytes, estimate.most)
      isLeast = isLeast || estimate.isLeast
      rows += prepared.rows
      if estimate.fits(available) {
        fitting = (
          max(fitting.bytes, estimate.bytes), max(fitting.most, estimate.most), fitting.seconds + estimate.seconds
        )
      }
      seconds += estimate.seconds
      longest = max(longest, estimate.seconds)
    }
    units = sweep.units.count
    self.pending = pending.count
    (self.bytes, self.seconds, self.longest, self.refused) = (bytes, seconds, longest, refused)
    self.fitting = fitting
    self.isLeast = isLeast
    // Units are kept as plain numbers; each has a line of its own in the tables.
    disk = DiskUse(rows: rows + 20 * pending.count, columns: 1, series: 1, pictures: 2)
    let wanted = max(1, (seconds / Self.packSeconds).rounded(.up))
    self.packs = min(units, packs ?? Int(min(wanted, 1e6)))
  }

  /// What it takes here; a unit that does not fit fails by itself, so that nothing is refused.
  package func estimate(workers: Int) -> Estimate {
    let running = max(1, min(workers, pending, MachineMemory.available / max(1, fitting.most)))
    let hours = seconds < 360 ? "\(NumberText.brief(seconds)) CPU-s" : "\(NumberText.brief(seconds / 3600)) CPU-h"
    let left = pending < units ? "\(pending) to run, " : ""
    var estimate = Estimate(
      bytes: running * fitting.bytes, seconds: fitting.seconds / Double(running), subject: "units of this size take",
      remedy: "use fewer --workers",
      note: "\(units) unit\(units == 1 ? "" : "s") in \(packs) pack\(packs == 1 ? "" : "s"), \(left)\(hours), "
        + "at most \(NumberText.bytes(bytes)) each")
    estimate.isLeast = isLeast
    estimate.disk = disk
    return estimate
  }

  /// What `--plan` prints: the axes, and what cannot be run here.
  package func report(_ sweep: Sweep) -> Report {
    var report = Report(
      title: "Plan of a sweep", lead: "What a sweep would take; nothing was run.", problem: sweep.headline,
      status: "planned")
    report.tables = [Self.axes(sweep.plan)]
    let memory = MachineMemory.available
    if bytes > memory {
      report.findings.append(
        "the largest unit needs \(NumberText.bytes(bytes)), \(NumberText.bytes(memory)) are free here")
    }
    if refused > 0 { report.findings.append("\(refused) units cannot be prepared and would fail") }
    report.details = [
      "units": .integer(units), "packs": .integer(packs), "seconds": .number(seconds), "bytes": .integer(bytes),
      "longest_unit_seconds": .number(longest),
    ]
    return report
  }

  /// A row for each key; those of one axis move together.
  private static func axes(_ plan: Plan) -> Table {
    let axes = plan.axes.enumerated().flatMap { axis, columns in columns.map { (axis + 1, $0.path, $0.values) } }
    let repeats = plan.repeats > 1 ? [(plan.axes.count + 1, "repeat", (0..<plan.repeats).map(String.init))] : []
    let rows = axes + repeats
    return Table(
      nil, note: plan.axes.contains { $0.count > 1 } ? "Keys of one axis move together." : "", shown: .all,
      [
        Column("axis", integers: rows.map(\.0)), Column("key", texts: rows.map(\.1)),
        Column("count", integers: rows.map(\.2.count)), Column("values", texts: rows.map { list($0.2) }),
      ])
  }

  private static func list(_ values: [String]) -> String {
    let values = values.map { Double($0).map(NumberText.short) ?? $0 }
    return values.prefix(8).joined(separator: ", ") + (values.count > 8 ? ", ... \(values[values.count - 1])" : "")
  }
}
