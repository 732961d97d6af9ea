import Records

/// What a sweep takes: units, bytes, seconds, and into how many packs of some minutes it falls.
struct SweepBudget {
  let units: Int
  /// Units that are still to run, whose bytes and seconds these are.
  let pending: Int
  /// Units that can't be run on this machine, with the reason.
  let refused: Int
  /// Largest memory of a unit.
  let bytes: Int
  /// Of one core, all units together.
  let seconds: Double
  /// Of the longest unit.
  let longest: Double
  /// Packs that the units are dealt to in turn.
  let shards: Int
  let workers: Int

  /// Seconds that one pack takes unless told otherwise: long against starting a job, short against a queue.
  private static let packSeconds = 180.0

  /// - Parameters:
  ///   - pending: the units that are to run.
  ///   - sweep: all units.
  ///   - shards: number of packs; nil: some minutes each.
  ///   - workers: units run at a time on this machine.
  init(_ pending: [Sweep.Unit], of sweep: Sweep, shards: Int?, workers: Int) {
    var (refused, bytes, seconds, longest) = (0, 0, 0.0, 0.0)
    for unit in pending {
      guard let expense = try? UnitMachine.expense(unit) else {
        refused += 1
        continue
      }
      bytes = max(bytes, expense.bytes)
      seconds += expense.seconds
      longest = max(longest, expense.seconds)
    }
    units = sweep.units.count
    self.pending = pending.count
    (self.refused, self.bytes, self.seconds, self.longest) = (refused, bytes, seconds, longest)
    let packs = max(1, (seconds / Self.packSeconds).rounded(.up))
    self.shards = min(units, shards ?? Int(min(packs, 1e6)))
    self.workers = workers
  }

  /// `2400 units in 40 packs, 0.2 CPU-h, peak 210 MB a worker`.
  var line: String {
    let hours = seconds < 360 ? "\(NumberText.brief(seconds)) CPU-s" : "\(NumberText.brief(seconds / 3600)) CPU-h"
    let packs = shards == 1 ? "1 pack" : "\(shards) packs"
    let left = pending < units ? " (\(pending) to run)" : ""
    let here = seconds / Double(max(1, min(workers, pending)))
    return
      "\(units) unit\(units == 1 ? "" : "s")\(left) in \(packs), \(hours), peak \(NumberText.bytes(bytes)) a worker, here "
      + (here < 0.05 ? "" : "about ") + NumberText.seconds(here)
  }

  /// Prints what `--plan` tells.
  func report(_ sweep: Sweep, json: Bool) {
    let memory = MachineMemory.available
    if json {
      let members: [String: JSONValue] = [
        "units": .integer(units), "packs": .integer(shards), "seconds": .number(seconds), "bytes": .integer(bytes),
        "longest_unit_seconds": .number(longest), "hash": .text(sweep.plan.hash), "configuration": sweep.plan.json,
      ]
      return print(JSONValue.object(members).text())
    }
    print(line)
    for axis in sweep.plan.axes {
      for column in axis {
        let shown =
          column.values.prefix(8).joined(separator: ", ")
          + (column.values.count > 8 ? ", ... \(column.values.last ?? "")" : "")
        print(
          "  \(axis.count > 1 ? "together " : "")\(column.path): \(column.values.count == 1 ? "1 value" : "\(column.values.count) values"), \(shown)"
        )
      }
    }
    if sweep.plan.repeats > 1 { print("  repeat: \(sweep.plan.repeats)") }
    if bytes > memory {
      print("  the largest unit needs \(NumberText.bytes(bytes)), \(NumberText.bytes(memory)) are free here")
    }
    if refused > 0 { print("  \(refused) units can't be prepared and would fail") }
  }
}
