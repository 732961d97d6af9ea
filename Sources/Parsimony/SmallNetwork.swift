import Problems
import LinearAlgebra

/// The network within the active subspaces, m wide, equation (10.5), and its predictions for the full one.
public struct SmallNetwork: Sendable {
  /// The chain that is trained: m x m matrices, and for completion the outer factors around them, equation (10.11).
  public private(set) var chain: LinearChain
  /// Strength of all other directions, equation (10.6); nil where the law of parsimony does not hold.
  public private(set) var inactive: InactiveScale?
  /// d, the width of the full network.
  public let size: Int
  /// m, the width of this one.
  public let width: Int

  private let subspace: ActiveSubspace
  private let trainsOuterFactors: Bool

  /// - Parameters:
  ///   - problem: what is learned.
  ///   - subspace: the directions that learn.
  ///   - weights: at the start.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  public init(_ problem: ReductionProblem, _ subspace: ActiveSubspace, _ weights: StartingWeights)
    throws(LinearAlgebraFailure)
  {
    self.subspace = subspace
    size = problem.size
    width = subspace.width
    trainsOuterFactors = problem.mask != nil
    inactive = BrokenAssumption.all(of: problem, subspace).isEmpty ? InactiveScale(weights.scales) : nil
    let inner = try Self.innerWeights(subspace, weights)
    if trainsOuterFactors {
      // Equation (10.11): outer factors are trained too, slowly, on the observed entries.
      let outer = [subspace.bases[0].transposed] + inner + [subspace.bases[weights.scales.count]]
      let multipliers = [problem.outerRate] + inner.map { _ in 1.0 } + [problem.outerRate]
      chain = LinearChain(
        outer, objective: problem.objective, optimizer: problem.sumOptimizer, multipliers: multipliers)
    } else {
      chain = LinearChain(
        inner, objective: try Self.objective(problem, subspace), optimizer: problem.sumOptimizer)
    }
  }

  /// `V_{l+1}ᵀ W_l(0) V_l`; of an orthogonal start `ε_l` times the identity, equation (10.5).
  private static func innerWeights(_ subspace: ActiveSubspace, _ weights: StartingWeights)
    throws(LinearAlgebraFailure) -> [DenseMatrix]
  {
    var inner: [DenseMatrix] = []
    for (layer, scale) in weights.scales.enumerated() {
      if weights.kind == .orthogonal {
        inner.append(.identity(subspace.width, scale: scale))
      } else {
        let image = try weights.direction(layer, subspace.bases[layer])
        inner.append(.product(.transposed(subspace.bases[layer + 1]), .plain(image), scale: scale))
      }
    }
    return inner
  }

  /// The loss within the subspaces, equation (10.10), and what is left of the full one outside of them.
  private static func objective(_ problem: ReductionProblem, _ subspace: ActiveSubspace)
    throws(LinearAlgebraFailure) -> Objective
  {
    let (input, output) = (subspace.bases[0], subspace.bases[subspace.bases.count - 1])
    var root = Objective.CovarianceRoot.white
    var weighted = input
    var inverse: DenseMatrix?
    if let variances = problem.inputVariances {
      weighted = input.scalingRows(by: variances)
      let eigen = try CovarianceEigenvectors(.product(.transposed(input), .plain(weighted)))
      root = .dense(eigen.matrix { $0.squareRoot() })
      inverse = eigen.matrix { 1 / $0 }
    }
    let seen = DenseMatrix.product(.plain(problem.target), .plain(weighted))
    var target = DenseMatrix.product(.transposed(output), .plain(seen))
    if let inverse { target = .product(.plain(target), .plain(inverse)) }
    var rest = problem.target
    rest.setProduct(
      -1, .plain(.product(.plain(output), .plain(target))), .transposed(input), own: 1)
    if let variances = problem.inputVariances { rest.scaleColumns(by: variances.map { $0.squareRoot() }) }
    return Objective(target: target, root: root, floor: rest.squaredNorm / 2)
  }

  /// Takes a step.
  mutating func step(rate: Double, _ rule: OptimizerStep) {
    chain.step(rate: rate)
    inactive?.advance(rule)
  }

  /// Its loss, half a sum of squares.
  mutating func evaluate() -> Double { chain.evaluate() }

  /// `√(d-m) Π ρ_l`, the known distance of the full network from this one; equation (10.7). Nil where the law fails.
  public var knownTerm: Double? {
    inactive.map { Double(size - width).squareRoot() * abs($0.product) }
  }

  /// Takes this network's map, d x d, from another: `W - U W̃_L … W̃_1 Vᵀ`.
  func subtract(from matrix: inout DenseMatrix) {
    if trainsOuterFactors {
      matrix.combine(own: 1, weight: -1, other: chain.product)
    } else {
      let output = DenseMatrix.product(.plain(subspace.bases[subspace.bases.count - 1]), .plain(chain.product))
      matrix.setProduct(-1, .plain(output), .transposed(subspace.bases[0]), own: 1)
    }
  }

  /// U, d x m, as it is now.
  public var output: DenseMatrix {
    trainsOuterFactors ? chain.weights[chain.weights.count - 1] : subspace.bases[subspace.bases.count - 1]
  }

  /// V, d x m, as it is now.
  public var input: DenseMatrix { trainsOuterFactors ? chain.weights[0].transposed : subspace.bases[0] }

  /// `W̃_1 … W̃_L`, m x m.
  public var inner: [DenseMatrix] {
    trainsOuterFactors ? Array(chain.weights.dropFirst().dropLast()) : chain.weights
  }
}
