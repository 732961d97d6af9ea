import DeepLinear
import Foundation

/// The run folder of a sweep: results of units are kept in it one by one, by any number of processes, and made into one
/// table when asked.
///
/// Each unit is a file of its own, written whole under a temporary name and renamed, and the same unit always comes to the
/// same bytes. So processes need not know of each other: whoever meets on a unit writes the same file twice.
public struct SweepFolder: Sendable {
  /// What is known of a unit.
  public enum State: Sendable {
    case done(UnitCurve)
    case failed(String)
    case missing
  }

  /// What is run.
  public let sweep: Sweep
  /// The folder as the user named it.
  public var path: String { runFolder.path }
  private let runFolder: RunFolder
  private let units: UnitStore

  /// Claims a folder for a sweep: an empty or missing one, or one of the same sweep.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - sweep: what is run.
  ///   - version: of dmft.
  /// - Throws: 65 for a folder that holds anything else, 74 for one that can't be written.
  public init(claiming path: String, sweep: Sweep, version: String) throws(WritingProblem) {
    try self.init(path, sweep, version: version, tidies: true)
  }

  private init(_ path: String, _ sweep: Sweep, version: String, tidies: Bool) throws(WritingProblem) {
    runFolder = try RunFolder(claiming: path, identity: sweep.plan.identity, command: "sweep", options: sweep.options)
    self.sweep = sweep
    units = try runFolder.beginShared(version: version, tidies: tidies)
  }

  /// Opens the folder of a sweep that was begun before.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - version: of dmft.
  ///   - load: reads the family from the configuration file whose path it is given.
  /// - Returns: the folder.
  /// - Throws: 65 for a folder without a sweep, or whose data have changed since.
  public static func open(
    _ path: String, version: String, load: (String) throws(InvalidConfiguration) -> Plan
  ) throws(WritingProblem) -> SweepFolder {
    guard let directory = try Directory.open(path) else { throw .foreign("\(path): no such folder") }
    guard let earlier = EarlierRun(in: directory) else { throw .foreign("\(path) holds no run") }
    guard earlier.command == "sweep", let machines = Sweep.machines(fromOptions: earlier.options) else {
      throw .foreign("\(path) is a run of dmft \(earlier.command), not of dmft sweep")
    }
    let plan: Plan
    do {
      plan = try load(path + "/config.yaml")
    } catch {
      throw .foreign("\(path)/config.yaml can't be used:\n\(error)")
    }
    guard plan.hash == earlier.hash else {
      throw .foreign(
        "\(path)/config.yaml no longer gives the problems that the sweep was begun with: it, or a table it names, has "
          + "changed; put it back, or start anew in another folder")
    }
    return try SweepFolder(path, Sweep(plan, by: machines), version: version, tidies: false)
  }

  /// What is known of a unit; one whose file is damaged is missing.
  ///
  /// - Parameter unit: a unit of the sweep.
  /// - Returns: its state.
  public func state(of unit: Sweep.Unit) -> State {
    if let curve = units.read(unit.name).flatMap(UnitCurve.init(numbers:)) { return .done(curve) }
    return units.readNote(unit.name).map { .failed($0) } ?? .missing
  }

  /// Keeps the result of a unit.
  ///
  /// - Parameters:
  ///   - curve: what it came to.
  ///   - unit: a unit of the sweep.
  /// - Throws: 74 where writing fails.
  public func keep(_ curve: UnitCurve, of unit: Sweep.Unit) throws(WritingProblem) {
    try units.write(unit.name, curve.numbers)
    units.removeNote(unit.name)
  }

  /// Keeps the reason why a unit failed; it will be tried again.
  ///
  /// - Parameters:
  ///   - unit: a unit of the sweep.
  ///   - reason: a sentence.
  /// - Throws: 74 where writing fails.
  public func fail(_ unit: Sweep.Unit, reason: String) throws(WritingProblem) {
    try units.writeNote(unit.name, reason)
  }

  /// Writes texts into the folder, each whole, such as scripts for a scheduler.
  ///
  /// - Parameter texts: paths within the folder, and what stands in them.
  /// - Returns: their absolute paths.
  /// - Throws: 74 where writing fails.
  public func write(_ texts: [NamedText]) throws(WritingProblem) -> [String] {
    try runFolder.write(texts)
  }

  /// Makes `summary.csv` of what is done, and the manifest; may be called while units are still being run.
  ///
  /// - Parameters:
  ///   - version: of dmft.
  ///   - curves: whether the losses of every row of every unit are written too, `curves.csv`.
  ///   - blas: which linear algebra ran underneath.
  ///   - describe: says what the units are and what came out, for the manifest.
  ///   - finish: gives files that are made of the tables, as for writing any run.
  /// - Returns: what there was, and the names of the files.
  /// - Throws: 65 or 74 as writing a run does.
  public func merge(
    version: String, curves: Bool, blas: BLASName, describe: (SweepCount) -> (problem: [String], findings: [String]),
    finish: (StoredRun, [String]) -> [NamedFile]
  ) throws(WritingProblem) -> (count: SweepCount, files: [String]) {
    let lock = try runFolder.lockForMerging()
    defer { withExtendedLifetime(lock) {} }
    var count = SweepCount()
    // A table that was asked for once is kept up to date.
    let hadCurves = FileManager.default.fileExists(atPath: path + "/curves.csv")
    var summary = SweepTables(sweep, withCurves: curves || hadCurves)
    for unit in sweep.units {
      let state = state(of: unit)
      count.add(unit, state)
      summary.add(unit, state)
    }
    var record = RunRecord(
      version: version,
      status: count.missing > 0 ? Manifest.unfinished : count.failed.isEmpty ? "completed" : "failed units",
      texts: summary.texts, blas: blas, extra: count.json)
    record.keepsUnits = true
    (record.problem, record.findings) = describe(count)
    return (count, try runFolder.write(record, finish: finish).names)
  }
}

/// How many units of a sweep are done.
public struct SweepCount: Sendable {
  /// With a result, diverged ones among them.
  public private(set) var done = 0
  /// With a result that is a divergence.
  public private(set) var diverged = 0
  /// Without a result yet.
  public private(set) var missing = 0
  /// For each machine the completed unit with the smallest test loss at its end, and that loss.
  public private(set) var best: [Sweep.Machine: (unit: Sweep.Unit, loss: Double)] = [:]
  /// Units that failed: line of the summary, what they are, why.
  public private(set) var failed: [(index: Int, labels: String, reason: String)] = []

  /// Counts nothing yet.
  public init() {}

  /// Counts a unit.
  ///
  /// - Parameters:
  ///   - unit: the unit.
  ///   - state: what is known of it.
  public mutating func add(_ unit: Sweep.Unit, _ state: SweepFolder.State) {
    switch state {
    case .done(let curve):
      done += 1
      diverged += curve.outcome == .completed ? 0 : 1
      if curve.outcome == .completed, let loss = curve.curve.testLoss.last, loss < best[unit.machine]?.loss ?? .infinity
      {
        best[unit.machine] = (unit, loss)
      }
    case .failed(let reason):
      failed.append((unit.index, "\(unit.machine.rawValue) \(unit.point.labels.joined(separator: " "))", reason))
    case .missing: missing += 1
    }
  }

  /// The same for manifest and JSON.
  public var json: [String: JSONValue] {
    let list = failed.map {
      JSONValue.object(["unit": .integer($0.index), "is": .text($0.labels), "reason": .text($0.reason)])
    }
    return [
      "done": .integer(done), "diverged": .integer(diverged), "missing": .integer(missing), "failed": .list(list),
    ]
  }
}
