import LinearAlgebra
import Problems

/// How the outputs of a network were solved.
public struct OutputReport: Codable, Hashable, Sendable {
  /// Number of outputs K.
  public let outputs: Int
  /// Outputs that train together, for each group that was solved, and how often the same problem occurs.
  public let groups: [Group]
  /// Whether couplings between outputs were left out, equation (14.8).
  public let isApproximate: Bool
  /// The largest relative difference from the exact total loss over the first steps; nil where nothing was left out, or where not even
  /// one step fits.
  public internal(set) var error: Double?
  /// Over how many first steps that was measured.
  public internal(set) var measuredSteps: Int?

  /// A group of outputs.
  public struct Group: Codable, Hashable, Sendable {
    /// How many outputs train together.
    public let size: Int
    /// How many such groups are the same problem, which is solved once.
    public let copies: Int
  }

  /// Outputs that train by themselves, all alike.
  package init(separate outputs: Int) {
    self.outputs = outputs
    groups = [Group(size: 1, copies: outputs)]
    isApproximate = false
    error = nil
    measuredSteps = nil
  }

  init(_ plan: OutputDecoupling, outputs: Int) {
    self.outputs = outputs
    groups = plan.groups.map { Group(size: $0.size, copies: $0.copies.count) }
    isApproximate = plan.isApproximate
    error = nil
    measuredSteps = nil
  }
}

/// The marches that a problem takes: one for one output, and for several one for each group that trains by itself.
struct OutputPlan: Sendable {
  let marches: [PreparedMarch]
  /// Nil for one output.
  let report: OutputReport?

  /// Any marches.
  init(marches: [PreparedMarch], report: OutputReport?) {
    self.marches = marches
    self.report = report
  }

  /// Seconds that outputs that couple may take before they are decoupled, where the problem leaves it open.
  static let exactSeconds = 60.0

  /// - Parameters:
  ///   - problem: with any number of outputs.
  ///   - compressing: false keeps every eigenvalue.
  ///   - steps: how many steps if not as many as the problem has.
  ///   - accuracy: of the losses.
  ///   - coupling: nil: as the problem asks.
  ///   - fits: whether some marches take no more memory and time than is at hand; decides where the problem leaves it open.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  init(
    _ problem: TrainingProblem, compressing: Bool, steps: Int? = nil, accuracy: Compression.Accuracy = .losses,
    coupling: OutputModel.Coupling? = nil, fits: ([PreparedMarch]) -> Bool
  ) throws(LinearAlgebraFailure) {
    guard let outputs = problem.data.outputs else {
      marches = [try PreparedMarch(problem, compressing: compressing, accuracy: accuracy)]
      report = nil
      return
    }
    let signal = OutputSignal(problem.data, outputs)
    var decoupling = try OutputDecoupling(signal)
    func prepared(_ decoupling: OutputDecoupling) throws(LinearAlgebraFailure) -> [PreparedMarch] {
      try Self.marches(problem, decoupling, compressing: compressing, steps: steps, accuracy: accuracy)
    }
    var found = try prepared(decoupling)
    let couples = decoupling.groups.contains { $0.size > 1 }
    let leaves: Bool
    switch coupling ?? outputs.coupling {
    case .exact: leaves = false
    case .decoupled: leaves = couples
    case .auto: leaves = couples && !fits(found)
    }
    if leaves {
      decoupling = try OutputDecoupling(approximating: signal)
      found = try prepared(decoupling)
    }
    self.marches = found
    report = OutputReport(decoupling, outputs: signal.outputs)
  }

  /// A march for each group. One for all where time is cut as the march asks, so that they have their time points in common, and where
  /// the optimiser looks at the gradients of all outputs together; exact polar factors of outputs that decouple do so too.
  private static func marches(
    _ problem: TrainingProblem, _ decoupling: OutputDecoupling, compressing: Bool, steps: Int?,
    accuracy: Compression.Accuracy
  ) throws(LinearAlgebraFailure) -> [PreparedMarch] {
    func march(_ groups: [OutputGroup]) throws(LinearAlgebraFailure) -> PreparedMarch {
      try PreparedMarch(problem, groups: groups, compressing: compressing, steps: steps, accuracy: accuracy)
    }
    guard case .discrete = problem.time.kind, problem.gradientRule?.couplesOutputs != true else {
      return [try march(decoupling.groups)]
    }
    var marches: [PreparedMarch] = []
    for group in decoupling.groups { marches.append(try march([group])) }
    return marches
  }
}
