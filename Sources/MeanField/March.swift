/// Equations that are causal in time: each block of rows follows from the blocks before it.
protocol CausalEquations {
  /// Blocks of time points, in order, without gaps.
  var blocks: [Range<Int>] { get }
  /// Whether one sweep makes the block exact (a single step that answers to earlier times only).
  func isExplicit(_ block: Range<Int>) -> Bool
  /// Prepares a block: kernels, first guess.
  mutating func begin(_ block: Range<Int>)
  /// Makes the rows of the block once from everything known.
  ///
  /// - Returns: the largest change of a row since the sweep before, relative to the row.
  mutating func sweep(_ block: Range<Int>) -> Double
  /// What an iteration inside the sweep of an explicit block has left, as a relative change; 0 where it settled.
  var unsettledChange: Double { get }
  /// Whether the march has to stop behind this block, and at which time point.
  mutating func finish(_ block: Range<Int>) -> Int?
}

extension CausalEquations {
  var unsettledChange: Double { 0 }
}

/// The block-causal march, equation (5.1): fix the past, make the new rows, move on. It knows no physics.
struct March {
  /// Change below which an implicit block counts as solved.
  var tolerance = 1e-14
  /// Sweeps after which an implicit block is given up.
  var sweepLimit = 500

  /// What happened.
  struct Report: Sendable, Hashable {
    /// Sweeps of all blocks together.
    var sweeps = 0
    /// Largest change in the last sweep of any implicit block; 0 where all blocks were explicit.
    var residual = 0.0
    /// Time point at which the equations asked to stop.
    var stoppedAt: Int?
    /// First time point of a block whose sweeps did not settle.
    var unsettledAt: Int?
  }

  /// Runs to the end of the blocks, or to where the equations ask to stop, or to a block that does not settle.
  ///
  /// - Parameters:
  ///   - equations: what to solve; afterwards it holds the solution.
  ///   - progress: told the number of time points done after each block.
  /// - Returns: sweeps, residual and where it stopped.
  func run<Equations: CausalEquations>(
    _ equations: inout Equations, progress: (Int) -> Void = { _ in }
  ) -> Report {
    var report = Report()
    for block in equations.blocks {
      equations.begin(block)
      let (sweeps, change) = settle(&equations, block)
      report.sweeps += sweeps
      report.residual = max(report.residual, change)
      // A change that is not a number belongs to a loss that blew up; the equations say so below.
      if change > tolerance { report.unsettledAt = block.lowerBound }
      report.stoppedAt = equations.finish(block)
      progress(block.upperBound)
      if report.stoppedAt != nil || report.unsettledAt != nil { break }
    }
    return report
  }

  private func settle<Equations: CausalEquations>(
    _ equations: inout Equations, _ block: Range<Int>
  ) -> (sweeps: Int, change: Double) {
    var change = equations.sweep(block)
    if equations.isExplicit(block) { return (1, equations.unsettledChange) }
    var sweeps = 1
    while change > tolerance && sweeps < sweepLimit {
      change = equations.sweep(block)
      sweeps += 1
    }
    return (sweeps, change)
  }
}
