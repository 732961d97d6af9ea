import Files
import LinearAlgebra
import MeanField
import Problems

/// Why an experiment ended without a result.
public struct ExperimentFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of reason it is; each has an exit code of its own.
  public enum Kind: Hashable, Sendable {
    /// What is asked cannot be done: contradictions, bad data, more memory than there is.
    case refused
    /// A numerical method gave up.
    case failed
    /// Files cannot be read or written.
    case inputOutput
    /// It was stopped; what was kept is said.
    case interrupted
  }

  /// What kind of reason it is.
  public let kind: Kind
  /// Every reason, a sentence each, with what to do.
  public let reasons: [String]

  /// - Parameters:
  ///   - kind: what kind of reason it is.
  ///   - reasons: every reason, a sentence each.
  public init(_ kind: Kind, _ reasons: [String]) {
    self.kind = kind
    self.reasons = reasons
  }

  /// The reasons, a line each.
  public var description: String { reasons.joined(separator: "\n") }

  /// What theory or networks cannot do.
  init(_ refusals: [Refusal]) {
    self.init(
      .refused, refusals.map { "\($0.key): \($0.reason)" + ($0.suggestion.map { "; \($0)" } ?? "") })
  }

  /// What the solver refused, or where it gave up.
  init(_ failure: SolverFailure) {
    switch failure {
    case .refused(let refusals): self.init(refusals)
    case .linearAlgebra(let problem): self.init(.refused, ["the spectrum could not be compressed: \(problem)"])
    }
  }

  /// A file or folder that cannot be written.
  init(_ problem: WritingProblem) {
    self.init(problem.exitCode == 65 ? .refused : .inputOutput, [problem.reason])
  }

  /// A start beyond the range of numbers, of which there is no curve.
  static let lossBeyondNumbers = ExperimentFailure(
    .refused,
    [
      "no curve: the loss before the first step is beyond the range of numbers (1e308); "
        + "use smaller network.initScale, network.branchScale or data.noise, a larger network.richness, or fewer layers"
    ])

  /// Weights at their start whose loss is beyond the range of numbers.
  ///
  /// - Parameter network: what starts so.
  /// - Returns: the refusal.
  static func startBeyondNumbers(of network: String) -> ExperimentFailure {
    ExperimentFailure(
      .refused,
      [
        "no curve: the loss of \(network) before the first step is beyond the range of numbers (1e308); "
          + "use a smaller reduce.initScale or fewer reduce.weightLayers"
      ])
  }

  /// A start within the range of numbers whose next times leave it: implicit time is solved from the start on, many times at once.
  static let firstTimesBeyondNumbers = ExperimentFailure(
    .refused,
    [
      "no curve: the times after the start, which are solved together, leave the range of numbers (1e308); "
        + "use a smaller data.noise or network.initScale, a larger network.richness, or steps instead of flow"
    ])

  /// Does linear algebra whose failure ends an experiment.
  static func catching<Value>(_ body: () throws(LinearAlgebraFailure) -> Value) throws(ExperimentFailure) -> Value {
    do {
      return try body()
    } catch {
      throw ExperimentFailure(.failed, ["\(error)"])
    }
  }
}
