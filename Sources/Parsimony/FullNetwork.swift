import Problems
import LinearAlgebra

/// The full network, trained as it is by the gradients (10.2), and its distance from the prediction of the small one.
public struct FullNetwork: Sendable {
  /// The chain of d x d matrices.
  public private(set) var chain: LinearChain
  /// `(Π 1/ε_l) W_{L:1}(0) (1 - V_1 V_1ᵀ)`, equation (10.8); nil where the law fails.
  private let complement: DenseMatrix?
  private var scratch: DenseMatrix
  /// `ε_l`.
  private let scales: [Double]

  /// - Parameters:
  ///   - problem: what is learned.
  ///   - weights: at the start.
  ///   - small: the small network at its start.
  /// - Throws: `LinearAlgebraFailure` when LAPACK refuses.
  public init(_ problem: ReductionProblem, _ weights: StartingWeights, beside small: SmallNetwork)
    throws(LinearAlgebraFailure)
  {
    var dense: [DenseMatrix] = []
    for layer in weights.scales.indices { dense.append(try weights.dense(layer)) }
    chain = LinearChain(dense, objective: problem.objective, optimizer: problem.sumOptimizer)
    scratch = DenseMatrix(rows: problem.size, columns: problem.size)
    scales = weights.scales
    complement = small.inactive.map { _ in Self.complement(of: dense, to: small, scales: weights.scales) }
  }

  private static func complement(of weights: [DenseMatrix], to small: SmallNetwork, scales: [Double]) -> DenseMatrix {
    // Each factor by its own scale: the product of many small ones is no number any more.
    var whole = zip(weights, scales).dropFirst().reduce(scaled(weights[0], scales[0])) {
      DenseMatrix.product(.plain($1.0), .plain($0), scale: 1 / $1.1)
    }
    let inside = DenseMatrix.product(.plain(whole), .plain(small.input))
    whole.setProduct(-1, .plain(inside), .transposed(small.input), own: 1)
    return whole
  }

  private static func scaled(_ matrix: DenseMatrix, _ scale: Double) -> DenseMatrix {
    var matrix = matrix
    matrix.combine(own: 1 / scale, weight: 0, other: nil)
    return matrix
  }

  mutating func evaluate() -> Double { chain.evaluate() }

  mutating func step(rate: Double) { chain.step(rate: rate) }

  /// How far the full network is from the small one.
  public struct Distance: Codable, Hashable, Sendable {
    /// `|W_{L:1}|_F`, Frobenius norm of the product of all weights.
    public let norm: Double
    /// `|W_{L:1} - U W̃ Vᵀ|_F`, the left side of equation (10.7).
    public let deviation: Double
    /// What is left of it with the known complement taken away too, equation (10.8); nil where the law fails.
    public let remainder: Double?
  }

  /// Measures the distance, equations (10.7) and (10.8).
  mutating func distance(to small: SmallNetwork) -> Distance {
    let norm = chain.product.squaredNorm.squareRoot()
    scratch.combine(own: 0, weight: 1, other: chain.product)
    small.subtract(from: &scratch)
    let deviation = scratch.squaredNorm.squareRoot()
    guard let inactive = small.inactive, let complement else {
      return Distance(norm: norm, deviation: deviation, remainder: nil)
    }
    scratch.combine(own: 1, weight: -inactive.product, other: complement)
    return Distance(norm: norm, deviation: deviation, remainder: scratch.squaredNorm.squareRoot())
  }
}
