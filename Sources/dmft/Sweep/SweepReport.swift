import Records

/// How far a sweep is, and what came out best.
struct SweepReport {
  let folder: SweepFolder
  let count: SweepCount

  /// Looks at every unit.
  init(folder: SweepFolder) {
    var count = SweepCount()
    for unit in folder.sweep.units { count.add(unit, folder.state(of: unit)) }
    self.init(folder: folder, count: count)
  }

  init(folder: SweepFolder, count: SweepCount) {
    self.folder = folder
    self.count = count
  }

  /// `done 2391, diverged 7, failed 2, to go 0`, then the failed ones.
  var lines: [String] {
    let counts = "done \(count.done), diverged \(count.diverged), failed \(count.failed.count), to go \(count.missing)"
    let list = count.failed.prefix(20).map { "  failed: unit \($0.index) (\($0.labels)): \($0.reason)" }
    let rest = count.failed.count - list.count
    return [counts] + list + (rest > 0 ? ["  and \(rest) more (manifest.json)"] : [])
  }

  /// What was varied, and the first of the problems.
  var problem: [String] {
    let plan = folder.sweep.plan
    let first = plan.points[0].configuration
    return ["\(folder.sweep.units.count) units over \(plan.columns.joined(separator: ", ")); the first of them:"]
      + ProblemText.clauses(first.problem)
  }

  /// The unit of each machine with the smallest test loss at its end.
  var bestLines: [String] {
    Sweep.Machine.allCases.compactMap { machine in
      count.best[machine].map { best in
        let place = zip(folder.sweep.plan.columns, best.unit.point.labels).map { "\($0)=\($1)" }.joined(separator: " ")
        return "smallest test loss at the end (\(machine.rawValue)): \(NumberText.short(best.loss))"
          + (place.isEmpty ? "" : " at \(place)")
      }
    }
  }

  var json: JSONValue {
    let own: [String: JSONValue] = [
      "version": .text(DMFT.version), "run": .text(folder.path), "units": .integer(folder.sweep.units.count),
    ]
    return .object(own.merging(count.json) { own, _ in own })
  }
}
