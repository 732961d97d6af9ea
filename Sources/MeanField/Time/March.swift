import LinearAlgebra

/// Equations that are causal in time: each block of rows follows from the blocks before it.
protocol CausalEquations {
  /// Prepares the next block: its kernel rows and a first guess; nil at the end of time.
  mutating func begin() -> Range<Int>?
  /// Whether one sweep makes the block exact (a single step that answers to earlier times only).
  func isExplicit(_ block: Range<Int>) -> Bool
  /// Makes the rows of the block once from everything known.
  mutating func sweep(_ block: Range<Int>)
  /// What a sweep reads of the block's own rows before it recomputes them, in groups of like size: a sweep is a map from
  /// these to themselves. Never read in explicit blocks.
  var unknowns: [[Double]] { get set }
  /// What an iteration inside the sweep of an explicit block has left, as a relative change; 0 where it settled.
  var unsettledChange: Double { get }
  /// Judges a block that was swept to the end.
  mutating func finish(_ block: Range<Int>, isSettled: Bool) -> March.Verdict
}

extension CausalEquations {
  var unsettledChange: Double { 0 }
}

/// The block-causal march, equation (5.1): fix the past, make the new rows, move on. It knows no physics.
struct March {
  /// Change below which an implicit block counts as solved, relative to the largest entry of each group of unknowns.
  var tolerance = 1e-14
  /// Sweeps after which an implicit block is given up.
  var sweepLimit = 500
  /// Points that Anderson's acceleration remembers.
  var memory = 20
  /// Whether time is over: asked after every block that does not end the run.
  var isOver: @Sendable () -> Bool = { false }

  /// What becomes of a block.
  enum Verdict {
    /// The next block follows.
    case goOn
    /// The block was too long; `begin` offers a shorter one at the same place.
    case again
    /// The run ends at this time point: a loss has blown up.
    case stop(at: Int)
    /// The sweeps did not settle and nothing shorter is left.
    case giveUp
  }

  /// What happened.
  struct Report: Sendable, Hashable {
    /// Sweeps of all blocks together, those of blocks made again included.
    var sweeps = 0
    /// Blocks that were made again because they were too long.
    var rejected = 0
    /// Largest change in the last sweep of any implicit block; 0 where all blocks were explicit.
    var residual = 0.0
    /// Time point at which the equations asked to stop.
    var stoppedAt: Int?
    /// First time point of a block whose sweeps did not settle.
    var unsettledAt: Int?
    /// Whether time was over before the end.
    var isCut = false
  }

  /// Equation (5.1): runs to the end of the blocks, or to where the equations ask to stop, or to a block that does
  /// not settle.
  ///
  /// - Parameters:
  ///   - equations: what to solve; afterwards it holds the solution.
  ///   - progress: receives the number of time points done after each block.
  /// - Returns: sweeps, residual and where it stopped.
  func run<Equations: CausalEquations>(
    _ equations: inout Equations, progress: (Int) -> Void = { _ in }
  ) -> Report {
    var report = Report()
    var largest: [Double] = []
    while let block = equations.begin() {
      let (sweeps, change) = settle(&equations, block, largest)
      report.sweeps += sweeps
      switch equations.finish(block, isSettled: change <= tolerance) {
      case .again:
        report.rejected += 1
        continue
      case .goOn:
        if !equations.isExplicit(block) { largest = Self.larger(equations.unknowns, largest) }
      case .stop(let time): report.stoppedAt = time
      case .giveUp: report.unsettledAt = block.lowerBound
      }
      report.residual = max(report.residual, change)
      progress(block.upperBound)
      if report.stoppedAt != nil || report.unsettledAt != nil { break }
      report.isCut = isOver()
      if report.isCut { break }
    }
    return report
  }

  /// A group that has faded counts as this share of the largest that it has been: what is left of it is rounding.
  private static let faded = 1e-3

  /// Iteration and test of equation (5.1): sweeps until the unknowns stop changing; every next guess is Anderson's.
  private func settle<Equations: CausalEquations>(
    _ equations: inout Equations, _ block: Range<Int>, _ largest: [Double]
  ) -> (sweeps: Int, change: Double) {
    guard !equations.isExplicit(block) else {
      equations.sweep(block)
      return (1, equations.unsettledChange)
    }
    var mixing = AndersonMixing(memory: memory)
    // The mixing's units stay those of the first sweep.
    var units: [Double] = []
    for sweep in 1... {
      let before = equations.unknowns
      equations.sweep(block)
      let after = equations.unknowns
      let scales = Self.scales(after, largest)
      let change = Self.distance(Self.flat(before, over: scales), Self.flat(after, over: scales))
      // A change that is not a number belongs to rows that blew up.
      if !(change > tolerance) || sweep == sweepLimit { return (sweep, change) }
      if units.isEmpty { units = scales }
      let next = mixing.next(after: Self.flat(before, over: units), image: Self.flat(after, over: units))
      equations.unknowns = Self.groups(next, like: after, times: units)
    }
    preconditionFailure("the loop ends at the sweep limit")
  }

  /// The largest entry of each group, as it is now or as it counts from before.
  private static func scales(_ groups: [[Double]], _ largest: [Double]) -> [Double] {
    larger(groups, largest.map { faded * $0 }).map { $0 > 0 ? $0 : 1 }
  }

  private static func larger(_ groups: [[Double]], _ largest: [Double]) -> [Double] {
    groups.enumerated().map { index, group in
      group.reduce(index < largest.count ? largest[index] : 0) { max($0, abs($1)) }
    }
  }

  private static func distance(_ old: [Double], _ new: [Double]) -> Double {
    var worst = 0.0
    for (old, new) in zip(old, new) {
      guard new.isFinite else { return .nan }
      worst = max(worst, abs(new - old))
    }
    return worst
  }

  private static func flat(_ groups: [[Double]], over scales: [Double]) -> [Double] {
    zip(groups, scales).flatMap { group, scale in group.map { $0 / scale } }
  }

  private static func groups(_ flat: [Double], like groups: [[Double]], times scales: [Double]) -> [[Double]] {
    var start = 0
    return zip(groups, scales).map { group, scale in
      defer { start += group.count }
      return flat[start..<start + group.count].map { $0 * scale }
    }
  }
}
