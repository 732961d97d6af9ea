import DeepLinear

/// Memory and time of a solve, counted before it starts.
public struct Cost: Sendable, Hashable {
  /// Bytes of all time matrices together.
  public let bytes: Int
  /// Seconds of one core, from the entries read and a typical rate; right within a factor of a few.
  public let seconds: Double

  /// Entries of time matrices that one core reads in a second when they come from memory.
  private static let entriesPerSecond = 1.5e9
  /// Triangles of a time matrix that a junction reads for one row: eight triangular and two symmetric
  /// products read half of theirs, two cross products all.
  private static let readsPerJunction = 7.0
  /// Calls and small loops of one junction on one row, seconds.
  private static let overheadPerJunctionRow = 8e-6

  init(_ problem: TrainingProblem, steps: Int, rule: SpectralMeasures) {
    let size = steps + 1
    let layers = problem.architecture.hiddenLayers
    let modes = rule.fluctuation.count
    let isResidual = problem.architecture.branchFactor != nil
    let chain =
      isResidual
      ? ResidualChain.matrices(hiddenLayers: layers) : PlainChain.matrices(hiddenLayers: layers)
    let matrices = chain + DataBlock.matrices(modes: modes)
    let (square, overflows) = size.multipliedReportingOverflow(by: size)
    let (total, overflowsToo) = square.multipliedReportingOverflow(by: 8 * matrices)
    bytes = overflows || overflowsToo ? .max : total

    let junctions = Double((isResidual ? 3 * layers - 2 : layers) + modes)
    let time = Double(size)
    seconds =
      junctions * Self.readsPerJunction * time * time * time / 3 / Self.entriesPerSecond
      + junctions * time * Self.overheadPerJunctionRow
  }

  /// The largest number of steps whose time matrices fit, for the same problem.
  ///
  /// - Parameters:
  ///   - memory: bytes at hand.
  ///   - steps: number of steps that this cost was counted for.
  /// - Returns: number of steps.
  public func steps(within memory: Int, of steps: Int) -> Int {
    let size = Double(steps + 1)
    let perEntry = Double(bytes) / (size * size)
    return max(0, Int((Double(memory) / perEntry).squareRoot()) - 1)
  }
}
