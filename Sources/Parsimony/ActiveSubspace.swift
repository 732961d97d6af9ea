import LinearAlgebra

/// The directions that learn, layer by layer, known before the first step; equation (10.4).
public struct ActiveSubspace: Sendable {
  /// `V_1 … V_{L+1}`, d x m each with orthonormal columns: what goes into each layer, and what leaves the last.
  public let bases: [DenseMatrix]
  /// Numerical rank of the target; nil where entries are missing, so that it is unknown.
  public let rank: Int?
  /// How many directions of the target were kept.
  public let kept: Int
  /// Singular values of the target that were found, largest first.
  public let targetValues: [Double]

  /// m, the width of the small network.
  public var width: Int { bases[0].columns }

  /// Finds the subspaces with thin products alone, unless the target itself is of high rank.
  ///
  /// - Parameters:
  ///   - problem: what is learned.
  ///   - weights: at the start.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  public init(_ problem: ReductionProblem, _ weights: StartingWeights) throws(LinearAlgebraFailure) {
    let directions: LeadingDirections
    if problem.mask == nil {
      directions = try .all(of: problem.target, seed: problem.seed)
      rank = directions.values.count
    } else {
      directions = try .first(problem.rank ?? 1, of: problem.seenTarget, seed: problem.seed)
      rank = nil
    }
    targetValues = directions.values
    kept = min(problem.rank ?? directions.values.count, directions.values.count)
    // The target's outputs carried back through the full network, beside its inputs.
    var carried = directions.left.firstColumns(kept)
    for layer in weights.scales.indices.reversed() {
      carried = try weights.direction(layer, carried, transposed: true)
    }
    if weights.kind == .gaussian { carried = try carried.columnSpace() }
    let inputs = directions.right.selecting(Array(0..<kept)).transposed
    var bases = [try inputs.appendingColumns(carried).columnSpace()]
    for layer in weights.scales.indices {
      let image = try weights.direction(layer, bases[layer])
      bases.append(weights.kind == .orthogonal ? image : try image.orthonormalColumns())
    }
    self.bases = bases
  }
}
