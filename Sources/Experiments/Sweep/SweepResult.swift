import Problems

/// What is known of every unit of a sweep.
public struct SweepResult: Codable, Sendable {
  /// One unit.
  public struct Unit: Codable, Hashable, Sendable {
    /// Its number, from 0.
    public let index: Int
    /// How it is run.
    public let method: Sweep.Method
    /// The value of each key that is varied, as YAML text.
    public let labels: [String]
    /// Which repetition, from 0; nil for the theory, which has nothing to repeat.
    public let repetition: Int?
    /// Name by which its result is kept.
    public let name: String
    /// What is known of it.
    public let state: UnitState
  }

  /// The keys that run through values.
  public let columns: [String]
  /// How often each simulation is repeated.
  public let repeats: Int
  /// How each point is run.
  public let methods: [Sweep.Method]
  /// Whether units have all rows of their curves.
  public let hasCurves: Bool
  /// Every unit.
  public let units: [Unit]
  /// The first problem, and each that cites further works.
  let examples: [TrainingProblem]
}

/// What is known of a unit.
public enum UnitState: Codable, Hashable, Sendable {
  /// It has a result.
  case done(UnitCurve)
  /// It could not be run, for this reason.
  case failed(String)
  /// It has not been run.
  case missing

  /// Its result.
  public var curve: UnitCurve? {
    if case .done(let curve) = self { curve } else { nil }
  }

  /// In a word.
  var word: String {
    switch self {
    case .done(let curve): curve.outcome.word
    case .failed: "failed"
    case .missing: "missing"
    }
  }

  /// The same with no more than the best row and the last.
  var short: UnitState {
    guard case .done(var curve) = self, let best = curve.best else { return self }
    curve.keep([best, curve.curve.steps.count - 1])
    return .done(curve)
  }
}

extension SweepResult {
  /// Units that have not been run.
  public var missing: Int { units.count { $0.state == .missing } }
  /// Units whose curve is complete.
  public var done: Int { units.count { $0.state.curve?.outcome == .completed } }
  /// Units with a result, complete or not.
  public var ended: Int { done + diverged }
  /// Units whose curve ends early.
  public var diverged: Int { units.count { $0.state.curve.map { $0.outcome != .completed } ?? false } }

  /// Units that could not be run, with the reasons.
  public var failed: [(unit: Unit, reason: String)] {
    units.compactMap { unit in
      if case .failed(let reason) = unit.state { (unit, reason) } else { nil }
    }
  }

  /// The completed unit with the smallest test loss at its end, and that loss; nil where none is completed.
  public func best(_ method: Sweep.Method) -> (unit: Unit, loss: Double)? {
    units.compactMap { unit -> (unit: Unit, loss: Double)? in
      guard unit.method == method, let curve = unit.state.curve, curve.outcome == .completed,
        let loss = curve.curve.testLoss.last, !loss.isNaN
      else { return nil }
      return (unit, loss)
    }.min { $0.loss < $1.loss }
  }
}
