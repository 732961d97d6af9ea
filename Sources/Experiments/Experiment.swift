import Parallel
import Reports
import RunStore

/// A command as a value: what is asked, what it costs, how it is run, and how its result is reported.
///
/// The command line, sweeps and other Swift programs call the same code:
///
///     let result = try Solve(problem).run()
///
/// The result is a plain value. Everything that leaves the program, text, JSON, tables, figures and citations, is a
/// rendering of `report(_:)`, which a stored result answers as well as a fresh one.
public protocol Experiment: Sendable {
  /// What was found, whole: it decodes from `result.json` of a run folder.
  associatedtype Result: Codable & Sendable

  /// The command, such as `solve`.
  static var name: String { get }
  /// Configuration keys that decide the result, and so the identity of a run.
  static var keys: KeySelection { get }

  /// Options other than those keys that determine the result, as `--name value`.
  var options: [String] { get }
  /// The problem in a line or two, printed before the run.
  var headline: [String] { get }

  /// Memory, time and disk, counted before anything is computed.
  ///
  /// - Parameter workers: things done at a time.
  /// - Returns: the estimate.
  /// - Throws: what cannot be run, with what to do.
  func estimate(workers: Int) throws(ExperimentFailure) -> Estimate

  /// Runs it.
  ///
  /// - Parameter context: workers, progress, finished parts that are kept.
  /// - Returns: the result, and arrays that are too large for it.
  /// - Throws: what cannot be run, an interrupt.
  func run(in context: RunContext) throws(ExperimentFailure) -> Finished<Result>

  /// The report of a result.
  ///
  /// - Parameters:
  ///   - result: fresh, or decoded from a run folder.
  ///   - arrays: its arrays; nil where none were kept.
  /// - Returns: the report.
  static func report(_ result: Result, arrays: (any ArraySource)?) -> Report
}

extension Experiment {
  /// Nothing but the keys.
  public var options: [String] { [] }

  /// Runs it on all cores, without progress.
  ///
  /// - Returns: the result.
  /// - Throws: what cannot be run.
  public func run() throws(ExperimentFailure) -> Result {
    let context = RunContext()
    try estimate(workers: context.workers).refuseBeyondMemory()
    return try run(in: context).result
  }
}

/// What a run writes.
public struct Finished<Result: Sendable>: Sendable {
  /// The result.
  public let result: Result
  /// Arrays of `arrays.npz`, computed when they are written.
  public var arrays: [NamedArray] = []
  /// Arrays of an archive of its own, written unasked.
  public var archive: NamedArchive?

  /// - Parameters:
  ///   - result: the result.
  ///   - arrays: arrays of `arrays.npz`.
  ///   - archive: arrays of an archive of its own.
  public init(_ result: Result, arrays: [NamedArray] = [], archive: NamedArchive? = nil) {
    self.result = result
    self.arrays = arrays
    self.archive = archive
  }
}
