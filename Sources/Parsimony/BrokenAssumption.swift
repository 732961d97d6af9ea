import LinearAlgebra

/// The assumptions of the law of parsimony that a problem violates; the small network is then a projection, not exact.
public enum BrokenAssumption: Codable, Hashable, Sendable {
  /// The start is Gaussian and not orthogonal.
  case gaussianStart
  /// Inputs have different variances, from the least to the largest.
  case coloredInputs(least: Double, largest: Double)
  /// Only some entries are observed.
  case unseenEntries(seen: Int, total: Int)
  /// The target has more directions than were kept; the share of its norm that is lost.
  case truncated(rank: Int, kept: Int, lost: Double)
  /// Twice the rank reaches the size, so that no directions are left that do not learn.
  case noInactiveDirections(size: Int, rank: Int)

  /// All that fail.
  ///
  /// - Parameters:
  ///   - problem: what is learned.
  ///   - subspace: the directions that learn.
  /// - Returns: in a fixed order; empty where the law holds.
  public static func all(of problem: ReductionProblem, _ subspace: ActiveSubspace) -> [BrokenAssumption] {
    var broken: [BrokenAssumption] = []
    if problem.start == .gaussian { broken.append(.gaussianStart) }
    if let variances = problem.inputVariances, let least = variances.min(), let largest = variances.max(),
      largest > least
    {
      broken.append(.coloredInputs(least: least, largest: largest))
    }
    if let mask = problem.mask {
      broken.append(.unseenEntries(seen: Int(mask.squaredNorm), total: problem.size * problem.size))
    }
    if let rank = subspace.rank, subspace.kept < rank {
      let squares = subspace.targetValues.map { $0 * $0 }
      let share = squares.dropFirst(subspace.kept).reduce(0, +) / squares.reduce(0, +)
      broken.append(.truncated(rank: rank, kept: subspace.kept, lost: share.squareRoot()))
    }
    if problem.size <= 2 * subspace.kept {
      broken.append(.noInactiveDirections(size: problem.size, rank: subspace.kept))
    }
    return broken
  }
}
