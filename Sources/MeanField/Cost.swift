import Problems
import LinearAlgebra

/// Memory and time of a solve, counted before it starts.
public struct Cost: Sendable, Hashable {
  /// Bytes at the peak, right within a factor of three: time matrices, as far as finished rows are usually factored (`TimeTriangle`), mode
  /// vectors, and what the iteration of panels remembers.
  public var bytes: Int { Self.whole(bytes(steps: steps)) }
  /// Bytes where no finished row can be factored: the most that single steps can take, which should be free.
  public var mostBytes: Int { Self.whole(bytes(steps: steps, isFactored: false)) }
  /// Seconds of one core, from the entries read and a typical rate, right within a factor of three; where `isLeast`, a solve can take far
  /// more.
  public let seconds: Double
  /// Whether the iterations that a solve will need cannot be known beforehand, so that the seconds are those of an easy problem.
  public let isLeast: Bool

  /// What each march holds; those of one problem have their steps in common.
  private let marches: [March]
  /// Bytes that belong to no march.
  private var otherBytes = 0.0
  /// Last step, or time point.
  private let steps: Int

  /// What a march holds.
  private struct March: Hashable {
    /// How many matrices and vectors over time.
    let matrices: Int
    let vectors: Int
    /// Whether finished rows are factored; panels, and several outputs, are square arrays.
    let store: Store
    /// Rows over time that panels hold beside their matrices.
    let rows: Int
    /// Rows of a time point.
    let outputs: Int
    /// Rows over time of matrices that an orthogonal momentum buffer holds, not counted in `matrices`.
    var buffers = 0
    /// Directions of given rows under a sequence of batches, whose squares are kept for each pair of times; 0 elsewhere.
    var directions = 0

    func bytes(steps: Int, isFactored: Bool) -> Double {
      let size = Double(steps + 1) * Double(outputs)
      let matrix =
        switch store {
        case .squares: 8 * size * size
        case .factored where isFactored: TimeTriangle.usualBytes(size: size)
        case .factored, .triangles: TimeTriangle.mostBytes(size: size)
        }
      return Double(matrices) * matrix + 8 * Double(vectors + rows) * size + 8 * Double(buffers) * size * size
        + RandomPredictor.bytes(dimension: directions, rows: size)
    }
  }

  private enum Store: Hashable { case factored, triangles, squares }

  /// Entries of time matrices that one core reads in a second when they come from memory.
  private static let entriesPerSecond = 1.3e9
  /// Triangles that a junction reads for a row: one for each of ten products with responses and correlations, two of which
  /// share theirs with others, and two for each of two with cross correlations. The data block's own few are left out.
  private static let trianglesPerJunction = 12.0
  /// Eigenvalues whose vectors are held together where the error of a compressed spectrum is measured.
  private static let probedTogether = 64
  /// Calls and small loops of one junction on one row, seconds.
  private static let overheadPerJunctionRow = 8e-6

  /// - Parameters:
  ///   - problem: what is solved, in single steps.
  ///   - steps: last step.
  ///   - rule: the masses that the solve runs on.
  ///   - outputs: rows of a time point.
  ///   - probed: eigenvalues that the error of a compressed spectrum is measured on afterwards.
  ///   - alternates: whether modes alternate from step to step, so that rows cannot be factored; nil: as at the problem's rate.
  init(
    _ problem: TrainingProblem, steps: Int, rule: SpectralMeasures, outputs: Int = 1, probed: Int = 0,
    alternates: Bool? = nil
  ) {
    let alternates = alternates ?? PanelGrid.alternates(problem, rule)
    let size = Size(problem, rule: rule, steps: steps)
    self.steps = steps
    otherBytes = LossCost(problem).bytes(Double(steps + 1))
    marches = [
      March(
        matrices: size.matrices, vectors: outputs * (2 * rule.signal.count + 3 * min(probed, Self.probedTogether)),
        store: outputs > 1 ? .squares : alternates ? .triangles : .factored, rows: 0, outputs: outputs,
        buffers: GradientCost.matrices(problem), directions: GivenBatches(problem)?.heldDirections ?? 0)
    ]
    isLeast = size.isInfinitelyDeep && (alternates || size.isStrong)
    let (time, junctions) = (Double(steps + 1), Double(size.junctions))
    let rows = time * Double(outputs)
    let vectors =
      Double(outputs * (rule.signal.count + probed)) * rows * rows / Self.entriesPerSecond
      + RandomPredictor.seconds(dimension: marches[0].directions, rows: time)
      + GradientCost.seconds(problem, times: time, outputs: Double(outputs)) + LossCost(problem).seconds(time)
    guard outputs == 1 else {
      seconds =
        junctions
        * (Self.productsPerJunction * rows * rows * rows / Self.flopsPerSecond + time * Self.overheadPerJunctionRow)
        + vectors
      return
    }
    seconds =
      junctions * Self.trianglesPerJunction * Self.reads(time, isFactored: !alternates) / Self.entriesPerSecond
      + junctions * time * Self.overheadPerJunctionRow + vectors
  }

  /// Operations of a junction for the cube of its rows where a time point has several: twelve products of a block of rows with what is
  /// there already, two operations an entry. And how many one core makes in a second (measured).
  private static let productsPerJunction = 8.0
  private static let flopsPerSecond = 8e9

  /// The cost of a march as it stands; what panels will take is what usual ones do.
  init(_ march: PreparedMarch) {
    let (problem, rule) = (march.problem, march.spectra.rule)
    let probed = march.spectra.compression.isCompressed ? march.spectra.measures.signal.count : 0
    switch problem.time.kind {
    case .discrete(let steps):
      self.init(problem, steps: steps, rule: rule, outputs: march.size, probed: probed)
    case .panels(let steps) where PanelGrid.isStepped(problem, rule):
      self.init(problem, steps: steps, rule: rule, outputs: march.size, probed: probed)
    case .flow, .panels:
      self.init(panels: PanelGrid(problem, rule), of: problem, rule: rule, outputs: march.size, probed: probed)
    }
  }

  /// Marches of one problem in single steps.
  ///
  /// - Parameters:
  ///   - marches: at least one.
  ///   - steps: last step.
  ///   - alternates: whether modes alternate from step to step; nil: as at the problem's rate.
  init(_ marches: [PreparedMarch], steps: Int, alternates: Bool? = nil) {
    self.init(
      marches.map { march in
        Cost(march.problem, steps: steps, rule: march.spectra.rule, outputs: march.size, alternates: alternates)
      })
  }

  /// The cost of a network of infinite width.
  init(_ wide: WideSolver) {
    marches = []
    steps = 0
    seconds = wide.seconds
    isLeast = false
    otherBytes = wide.bytes
  }

  /// Several marches, whose results are held together.
  ///
  /// - Parameter costs: at least one, over the same steps.
  init(_ costs: [Cost]) {
    marches = costs.flatMap(\.marches)
    otherBytes = costs.reduce(0) { $0 + $1.otherBytes }
    steps = costs[0].steps
    seconds = costs.reduce(0) { $0 + $1.seconds }
    isLeast = costs.contains(where: \.isLeast)
  }

  /// Panels: square arrays, swept until they settle.
  private init(
    panels grid: PanelGrid, of problem: TrainingProblem, rule: SpectralMeasures, outputs: Int, probed: Int
  ) {
    let size = Size(problem, rule: rule, steps: 0)
    steps = grid.allocatedPoints - 1
    marches = [
      March(
        matrices: size.matrices, vectors: outputs * (2 * rule.signal.count + 3 * min(probed, Self.probedTogether)),
        store: .squares,
        // What is unknown of a panel, as often as the mixing remembers it, and what each junction keeps of its newest rows.
        rows: outputs * (grid.nodes + 1) * (size.sweptJunctions * (2 * Self.remembered + 14) + 2 * Self.remembered),
        outputs: outputs)
    ]
    isLeast = true
    let points = Double(grid.usualPoints) * Double(outputs)
    seconds =
      grid.usualSweeps(problem) * Double(size.sweptJunctions) * Self.secondsPerSquare * points * points
      * Double(outputs)
      + Double(outputs * (rule.signal.count + probed)) * points * points / Self.entriesPerSecond
  }

  /// Vectors of unknowns that an accelerated iteration holds: two differences for each point that it remembers, and some between them.
  private static let remembered = 48
  /// Seconds that a sweep of a panel takes for each junction and for the square of the time points at the end, on average over a run
  /// (measured).
  private static let secondsPerSquare = 2e-8

  /// Entries of one triangle that all rows of a run read.
  private static func reads(_ size: Double, isFactored: Bool) -> Double {
    let each = TimeTriangle.usualEntriesPerRow(size: size)
    let whole = isFactored ? min(size, 2 * each) : size
    return whole * whole * whole / 6 + each * (size * size - whole * whole) / 2
  }

  /// The largest number of steps that fits even where nothing can be factored, for the same problem.
  ///
  /// - Parameter memory: bytes at hand.
  /// - Returns: number of steps.
  public func steps(within memory: Int) -> Int {
    guard !marches.isEmpty else { return steps }
    // The bytes of a run grow with its steps, but for one fall where finished rows begin to be factored.
    var (fits, tooMany) = (0, 1)
    while bytes(steps: tooMany, isFactored: false) <= Double(memory) { (fits, tooMany) = (tooMany, 2 * tooMany) }
    while tooMany - fits > 1 {
      let middle = (fits + tooMany) / 2
      if bytes(steps: middle, isFactored: false) <= Double(memory) { fits = middle } else { tooMany = middle }
    }
    return fits
  }

  private func bytes(steps: Int, isFactored: Bool = true) -> Double {
    marches.reduce(otherBytes) { $0 + $1.bytes(steps: steps, isFactored: isFactored) }
  }

  private static func whole(_ bytes: Double) -> Int { Int(exactly: bytes.rounded()) ?? .max }
}

extension Cost {
  /// What a chain and the modes of the data hold and take.
  private struct Size {
    let matrices: Int
    /// Junctions whose time a row takes in single steps, and in one sweep of a panel.
    let junctions: Int
    let sweptJunctions: Int
    let isInfinitelyDeep: Bool
    /// Whether the branches are strong enough to ask for more nodes in depth than runs begin with.
    var isStrong = false

    init(_ problem: TrainingProblem, rule: SpectralMeasures, steps: Int) {
      let (architecture, modes) = (problem.architecture, rule.fluctuation.count)
      // Minibatches keep how a sample answers to its own masked residuals, and the correlation of those.
      let shared = DataBlock.sharedMatrices + (problem.minibatches == nil ? 0 : 2) + modes * Junction.matrices
      if case .infinite(let scale) = ChainKind(architecture) {
        let nodes = ChainMarch.usualNodes(problem, branchScale: scale, steps: steps)
        matrices = shared + nodes * DepthNode.matrices
        junctions = modes + nodes * DepthNode.usualJunctions
        sweptJunctions = modes + nodes * DepthNode.sweptJunctions
        isStrong = scale * architecture.initScale[1] > 1
        isInfinitelyDeep = true
      } else {
        let chain = ChainKind(architecture).size(architecture)
        matrices = shared + chain.matrices
        junctions = modes + chain.junctions
        sweptJunctions = junctions
        isInfinitelyDeep = false
      }
    }
  }
}

extension TimeTriangle {
  /// Entries that a triangle of so many rows holds, over the number of rows, where finished rows are factored (measured on smooth runs).
  static func usualEntriesPerRow(size: Double) -> Double { 70 + 30 * .log2(max(size, 100) / 100) }

  /// Bytes of a triangle of a smooth run.
  static func usualBytes(size: Double) -> Double {
    min(mostBytes(size: size), 8 * size * usualEntriesPerRow(size: size))
  }
}
