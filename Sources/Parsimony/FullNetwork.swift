import DeepLinear
import LinearAlgebra

/// The whole network, trained as it is, and how far it is from what the small one says.
public struct FullNetwork: Sendable {
  /// The chain of d x d matrices.
  public private(set) var chain: LinearChain
  /// `(Π 1/ε_l) W_{L:1}(0) (1 - V_1 V_1ᵀ)`, equation (10.8); made at the first comparison.
  private var complement: DenseMatrix?
  private var scratch: DenseMatrix
  private let scales: [Double]

  /// - Parameters:
  ///   - problem: what is learned.
  ///   - weights: at the start.
  /// - Throws: `LinearAlgebraFailure` when LAPACK refuses.
  public init(_ problem: ReductionProblem, _ weights: StartingWeights) throws(LinearAlgebraFailure) {
    var dense: [DenseMatrix] = []
    for layer in weights.scales.indices { dense.append(try weights.dense(layer)) }
    chain = LinearChain(dense, objective: problem.objective, optimizer: problem.sumOptimizer)
    scratch = DenseMatrix(rows: problem.size, columns: problem.size)
    scales = weights.scales
  }

  mutating func evaluate() -> Double { chain.evaluate() }

  mutating func step(rate: Double) { chain.step(rate: rate) }

  /// How far the whole network is from the small one.
  public struct Distance: Hashable, Sendable {
    /// `|W_{L:1}|_F`.
    public let norm: Double
    /// `|W_{L:1} - U W̃ Vᵀ|_F`.
    public let deviation: Double
    /// What is left of it with the known complement taken away too, equation (10.8); nil where the law fails.
    public let remainder: Double?
  }

  /// Measures the distance; the first call must come before the first step.
  mutating func distance(to small: SmallNetwork) -> Distance {
    let norm = chain.product.squaredNorm.squareRoot()
    if complement == nil, small.inactive != nil {
      var whole = chain.product
      let inside = DenseMatrix.product(.plain(whole), .plain(small.input))
      whole.setProduct(-1, .plain(inside), .transposed(small.input), own: 1)
      whole.combine(own: 1 / scales.reduce(1, *), weight: 0, other: nil)
      complement = whole
    }
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
