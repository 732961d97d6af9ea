import Configurations
import Problems
import Reports
import RunStore

/// A family of problems, unit by unit, by the theory, by trained networks or by both.
public struct Sweep: Experiment {
  /// How a unit is run.
  public enum Method: String, Codable, Hashable, Sendable, CaseIterable {
    /// The equations are solved.
    case theory
    /// Networks are trained.
    case simulation

    /// Keys that decide what comes out, and so the name of a unit.
    var keys: KeySelection { self == .theory ? .problem : Sweep.keys }
  }

  /// One point by one method.
  public struct Unit: Sendable {
    /// Its number in `summary.csv`, from 0.
    public let index: Int
    /// How it is run.
    public let method: Method
    /// The problem.
    public let point: Plan.Point
    /// Name by which its result is kept: the same run has the same name in any sweep.
    public let name: String
  }

  /// The command.
  public static let name = "sweep"
  /// Network, data, training, and the networks that are trained.
  public static let keys = KeySelection(["network", "data", "training", "simulation"])

  /// The family.
  public let plan: Plan
  /// How each point is run.
  public let methods: [Method]
  /// Every unit in the order of the points.
  public let units: [Unit]
  /// Whether the result has the losses of every row of every unit.
  var keepsCurves: Bool

  /// - Parameters:
  ///   - plan: the family, read with the keys of these methods.
  ///   - methods: how each point is run; the theory does not repeat itself.
  ///   - keepsCurves: whether the result has the losses of every row of every unit.
  public init(_ plan: Plan, by methods: [Method] = [.theory], keepsCurves: Bool = false) {
    self.plan = plan
    self.methods = methods
    self.keepsCurves = keepsCurves
    var hashes = methods.map { ConfigurationHash(of: $0.keys.includes) }
    var units: [Unit] = []
    for point in plan.points {
      for (place, method) in methods.enumerated() where method == .simulation || point.repetition == 0 {
        let hash = hashes[place].hash(point.configuration)
        units.append(Unit(index: units.count, method: method, point: point, name: "\(method.rawValue)-\(hash)"))
      }
    }
    self.units = units
  }

  /// Options other than the family that determine the results.
  public var options: [String] { methods == [.theory] ? [] : [Self.prefix + Self.word(methods)] }
  /// What is varied, and the first of the problems.
  public var headline: [String] {
    SweepResult.problem(units: units.count, varied: plan.columns, first: plan.points.first?.configuration.problem)
  }

  /// Every unit, as if none had been run.
  ///
  /// - Parameter workers: units run at a time.
  /// - Returns: the estimate; a unit that does not fit into memory fails by itself and does not count.
  public func estimate(workers: Int) -> Estimate { SweepBudget(self).estimate(workers: workers) }

  /// Runs the units that have no result yet; a unit that cannot be run is part of the result.
  ///
  /// - Parameter context: workers, progress, where the results of units are kept.
  /// - Returns: what is known of every unit.
  /// - Throws: an interrupt; a unit that cannot be kept.
  public func run(in context: RunContext) throws(ExperimentFailure) -> Finished<SweepResult> {
    let states = try run(units, in: context)
    return Finished(result { context.units?.state(of: $0) ?? states[$0.name] ?? .missing })
  }

  /// What is known of every unit.
  func result(_ state: (Unit) -> UnitState) -> SweepResult {
    SweepResult(
      columns: plan.columns, repeats: plan.repeats, methods: methods, hasCurves: keepsCurves,
      units: units.map { unit in
        SweepResult.Unit(
          index: unit.index, method: unit.method, labels: unit.point.labels,
          repetition: unit.method == .theory ? nil : unit.point.repetition, name: unit.name,
          state: keepsCurves ? state(unit) : state(unit).short)
      }, examples: examples)
  }

  /// The first problem, and each that cites further works.
  private var examples: [TrainingProblem] {
    var known: Set<String> = []
    return plan.points.map(\.configuration.problem).filter { problem in
      let keys = Citation.solving(problem, isCompressed: false).map(\.key)
      defer { known.formUnion(keys) }
      return !known.isSuperset(of: keys)
    }
  }
}

extension Sweep {
  /// Words of the option `--run`.
  package static let words = Method.allCases.map(\.rawValue) + ["both"]
  private static let prefix = "--run "

  private static func word(_ methods: [Method]) -> String { methods.count > 1 ? "both" : methods[0].rawValue }

  /// Methods by their word; nil for another word.
  package static func methods(_ word: String) -> [Method]? {
    word == "both" ? Method.allCases : Method(rawValue: word).map { [$0] }
  }

  /// Methods by the options of a run.
  static func methods(options: [String]) -> [Method]? {
    if options.isEmpty { return [.theory] }
    guard options.count == 1, options[0].hasPrefix(prefix) else { return nil }
    return methods(String(options[0].dropFirst(prefix.count)))
  }

  /// What a run of it is known by: the family, by the keys that its methods use.
  package var identity: RunIdentity { plan.identity(of: Self.keys(of: methods)) }

  /// Keys that have an effect on some methods.
  package static func keys(of methods: [Method]) -> KeySelection { methods == [.theory] ? .problem : keys }
}
