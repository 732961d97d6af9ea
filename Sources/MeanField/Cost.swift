import DeepLinear

/// Memory and time of a solve, counted before it starts.
public struct Cost: Sendable, Hashable {
  /// Bytes of all time matrices and mode vectors together.
  public var bytes: Int { Int(exactly: bytes(steps: steps).rounded()) ?? .max }
  /// Seconds of one core, from the entries read and a typical rate; right within a factor of a few.
  public let seconds: Double

  /// Steps, and how many matrices and vectors over time a solve holds.
  private let steps: Int
  private let matrices: Int
  private let vectors: Int

  /// Entries of time matrices that one core reads in a second when they come from memory.
  private static let entriesPerSecond = 1.5e9
  /// Entries that a junction reads for row t, in units of t²: eight triangular and two symmetric products read half
  /// of their matrix, two cross products all. The data block's own few products with matrices are left out.
  private static let readsPerJunction = 7.0
  /// Calls and small loops of one junction on one row, seconds.
  private static let overheadPerJunctionRow = 8e-6

  /// - Parameters:
  ///   - problem: what is solved.
  ///   - steps: last step.
  ///   - rule: the masses that the solve runs on.
  ///   - probed: eigenvalues that the error of a compressed spectrum is measured on afterwards.
  init(_ problem: TrainingProblem, steps: Int, rule: SpectralMeasures, probed: Int = 0) {
    self.init(problem, steps: steps, rule: rule, probed: probed, sweeps: 1)
  }

  /// The cost of a problem as it stands; what panels will take is a guess.
  init(_ problem: TrainingProblem, rule: SpectralMeasures, probed: Int) {
    switch problem.time.kind {
    case .discrete(let steps):
      self.init(problem, steps: steps, rule: rule, probed: probed, sweeps: 1)
    case .panels(let steps) where PanelGrid.isStepped(problem, rule):
      self.init(problem, steps: steps, rule: rule, probed: probed, sweeps: 1)
    case .flow, .panels:
      // Two marches, two solves of each junction a sweep; several rows at once cost less each.
      self.init(
        problem, steps: PanelGrid(problem, rule).likelyPoints, rule: rule, probed: probed, sweeps: Self.typicalSweeps)
    }
  }

  /// Sweeps of a panel in both marches, by what a row takes when it is made with others.
  private static let typicalSweeps = 5.0

  private init(_ problem: TrainingProblem, steps: Int, rule: SpectralMeasures, probed: Int, sweeps: Double) {
    self.steps = steps
    let chain = ChainKind(problem.architecture).size(problem.architecture)
    matrices = DataBlock.sharedMatrices + chain.matrices + rule.fluctuation.count * Junction.matrices
    vectors = 2 * rule.signal.count + 3 * probed

    let junctions = Double(chain.junctions + rule.fluctuation.count)
    let time = Double(steps + 1)
    let once =
      junctions * Self.readsPerJunction * time * time * time / 3 / Self.entriesPerSecond
      + junctions * time * Self.overheadPerJunctionRow
      + Double(rule.signal.count + probed) * time * time / Self.entriesPerSecond
    seconds = sweeps * once
  }

  /// The largest number of steps that fits, for the same problem.
  ///
  /// - Parameter memory: bytes at hand.
  /// - Returns: number of steps.
  public func steps(within memory: Int) -> Int {
    // matrices n² + vectors n = entries, for the number of time points n.
    let entries = Double(memory) / 8
    let half = Double(vectors) / Double(2 * matrices)
    let points = (half * half + entries / Double(matrices)).squareRoot() - half
    return max(0, Int(points) - 1)
  }

  private func bytes(steps: Int) -> Double {
    let size = Double(steps + 1)
    return 8 * (Double(matrices) * size * size + Double(vectors) * size)
  }
}
