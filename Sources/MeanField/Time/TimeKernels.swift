import LinearAlgebra

/// Time as the equations see it: a grid with its blocks and the pair (d, κ) of equation (1.7). Discrete steps, gradient flow and
/// compressed steps differ only here.
protocol TimeKernels: Sendable {
  /// Most time points that there can be.
  var size: Int { get }
  /// Longest block.
  var capacity: Int { get }
  /// Time of each point begun so far: sum of the learning rates before it, or flow time.
  var times: [Double] { get }
  /// Change of the unknowns below which an implicit block counts as settled.
  var settling: Double { get }

  /// Prepares the next block, or again the last one if it was refused, then shorter.
  ///
  /// - Returns: its time points; nil at the end of time.
  mutating func begin() -> Range<Int>?
  /// Whether a block of these points answers to earlier times only.
  func isExplicit(_ block: Range<Int>) -> Bool
  /// Writes the rows of κ and the entries of d that belong to the block begun.
  mutating func fill(_ block: Range<Int>, into kernel: inout RowBlock, initialWeight: inout [Double])
  /// Length of the last block over that of the block begun; 1 where all are alike.
  var lengthRatio: Double { get }
  /// What values at the block's points are weighted with to extrapolate to the last point before the block;
  /// nil where blocks are no choice and nothing is judged.
  var backward: [Double]? { get }
  /// Takes or refuses the block begun.
  ///
  /// - Parameters:
  ///   - isSettled: whether its sweeps settled.
  ///   - mismatch: largest difference between what was known before the block and what `backward` makes of the block, equation (5.7).
  ///   - fastestRate: largest eigenvalue times kernel at the block's end, equation (5.10), by the unit of time.
  /// - Returns: `goOn`, `again` or `giveUp`.
  mutating func judge(isSettled: Bool, mismatch: Double, fastestRate: Double) -> March.Verdict
}
