import Problems
import LinearAlgebra

/// Memory and time of a solve, counted before it starts.
public struct Cost: Sendable, Hashable {
  /// Bytes of all time matrices and mode vectors together; in long runs the most that they can take, for how far finished rows
  /// can be factored (`TimeTriangle`) is seen only then.
  public var bytes: Int { Int(exactly: bytes(steps: steps).rounded()) ?? .max }
  /// Seconds of one core, from the entries read and a typical rate; right within a factor of a few.
  public let seconds: Double

  /// Steps, and how many matrices and vectors over time a solve holds.
  private let steps: Int
  private let isStepped: Bool
  private let matrices: Int
  private let vectors: Int

  /// Entries of time matrices that one core reads in a second when they come from memory.
  private static let entriesPerSecond = 1.5e9
  /// Triangles that a junction reads for a row: one for each of ten products with responses and correlations, two of which
  /// share theirs with others, and two for each of two with cross correlations. The data block's own few are left out.
  private static let trianglesPerJunction = 12.0
  /// Rows behind which finished ones are factored, so that a triangle of n rows has no more than this many entries a row
  /// (typical).
  private static let entriesPerRow = 130.0
  /// Calls and small loops of one junction on one row, seconds.
  private static let overheadPerJunctionRow = 8e-6

  /// - Parameters:
  ///   - problem: what is solved.
  ///   - steps: last step.
  ///   - rule: the masses that the solve runs on.
  ///   - probed: eigenvalues that the error of a compressed spectrum is measured on afterwards.
  init(_ problem: TrainingProblem, steps: Int, rule: SpectralMeasures, probed: Int = 0) {
    self.init(problem, steps: steps, rule: rule, probed: probed, sweeps: nil)
  }

  /// The cost of a problem as it stands; what panels will take is a guess.
  init(_ problem: TrainingProblem, rule: SpectralMeasures, probed: Int) {
    switch problem.time.kind {
    case .discrete(let steps):
      self.init(problem, steps: steps, rule: rule, probed: probed, sweeps: nil)
    case .panels(let steps) where PanelGrid.isStepped(problem, rule):
      self.init(problem, steps: steps, rule: rule, probed: probed, sweeps: nil)
    case .flow, .panels:
      // Two marches, two solves of each junction a sweep; several rows at once cost less each.
      self.init(
        problem, steps: PanelGrid(problem, rule).likelyPoints, rule: rule, probed: probed, sweeps: Self.typicalSweeps)
    }
  }

  /// Sweeps of a panel in both marches, by what a row takes when it is made with others.
  private static let typicalSweeps = 5.0

  /// With the number of sweeps of panels; nil for single steps, which are made once.
  private init(_ problem: TrainingProblem, steps: Int, rule: SpectralMeasures, probed: Int, sweeps: Double?) {
    self.steps = steps
    isStepped = sweeps == nil
    let chain = ChainKind(problem.architecture).size(problem.architecture)
    matrices = DataBlock.sharedMatrices + chain.matrices + rule.fluctuation.count * Junction.matrices
    vectors = 2 * rule.signal.count + 3 * probed

    let junctions = Double(chain.junctions + rule.fluctuation.count)
    let time = Double(steps + 1)
    let once =
      junctions * Self.trianglesPerJunction * Self.reads(time, isStepped: sweeps == nil) / Self.entriesPerSecond
      + junctions * time * Self.overheadPerJunctionRow
      + Double(rule.signal.count + probed) * time * time / Self.entriesPerSecond
    seconds = (sweeps ?? 1) * once
  }

  /// Entries of one triangle that all rows of a run read.
  private static func reads(_ size: Double, isStepped: Bool) -> Double {
    let whole = isStepped ? min(size, 2 * entriesPerRow) : size
    return whole * whole * whole / 6 + entriesPerRow * (size * size - whole * whole) / 2
  }

  /// The largest number of steps that fits, for the same problem.
  ///
  /// - Parameter memory: bytes at hand.
  /// - Returns: number of steps.
  public func steps(within memory: Int) -> Int {
    // The bytes of a run grow with its steps, but for one fall where finished rows begin to be factored.
    var (fits, tooMany) = (0, 1)
    while bytes(steps: tooMany) <= Double(memory) { (fits, tooMany) = (tooMany, 2 * tooMany) }
    while tooMany - fits > 1 {
      let middle = (fits + tooMany) / 2
      if bytes(steps: middle) <= Double(memory) { fits = middle } else { tooMany = middle }
    }
    return fits
  }

  private func bytes(steps: Int) -> Double {
    let size = Double(steps + 1)
    let matrix = isStepped ? TimeTriangle.mostBytes(size: size) : 8 * size * size
    return Double(matrices) * matrix + 8 * Double(vectors) * size
  }
}
