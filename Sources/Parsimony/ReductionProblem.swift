import Calculus
import Problems
import LinearAlgebra
import RealModule

/// A deep linear network that learns a matrix by the loss (10.1): what is trained in full, and what the small network
/// stands for.
public struct ReductionProblem: Sendable {
  /// The matrix to learn, d x d; zeros where the entry is unknown.
  public let target: DenseMatrix
  /// Ω, d x d: ones where an entry is observed; nil observes all.
  public let mask: DenseMatrix?
  /// Whether unobserved entries of the target are known, so that the error of their completion can be measured.
  public let knowsUnseen: Bool
  /// How many directions of the target are kept; nil keeps all that it has.
  public let rank: Int?
  /// Where the weights begin.
  public let start: StartingWeights.Kind
  /// `ε_l` of equation (10.3), one a weight matrix, input to output.
  public let scales: [Double]
  /// Variance of each of the d inputs, the diagonal of Σ; nil: all 1.
  public let inputVariances: [Double]?
  /// The optimiser, with the rate of the loss that is minimised.
  public let optimizer: LinearOptimizer
  /// Whether half the mean over all entries is minimised instead of half the sum.
  public let isMean: Bool
  /// Number of steps.
  public let steps: Int
  /// Completion: rate of the outer factors as a share of the rate, equation (10.11).
  public let outerRate: Double
  /// Seed of the weights.
  public let seed: Int

  /// - Parameters:
  ///   - target: d x d, not zero.
  ///   - mask: ones where an entry is observed; nil observes all.
  ///   - knowsUnseen: whether the target is known where it is not observed.
  ///   - rank: how many directions of the target are kept; with a mask it must be given.
  ///   - start: where the weights begin.
  ///   - scales: `ε_l` > 0, input to output, at least two.
  ///   - inputVariances: variance of each input; nil: all 1. Not together with a mask.
  ///   - optimizer: the optimiser.
  ///   - isMean: whether half the mean is minimised.
  ///   - steps: how many.
  ///   - outerRate: rate of the outer factors as a share of the rate.
  ///   - seed: of the weights.
  public init(
    target: DenseMatrix, mask: DenseMatrix? = nil, knowsUnseen: Bool = true, rank: Int? = nil,
    start: StartingWeights.Kind = .orthogonal, scales: [Double], inputVariances: [Double]? = nil,
    optimizer: LinearOptimizer, isMean: Bool = false, steps: Int, outerRate: Double = 0.01, seed: Int
  ) {
    precondition(target.rows == target.columns && (mask == nil || inputVariances == nil && rank != nil))
    self.target = target
    self.mask = mask
    self.knowsUnseen = knowsUnseen
    self.rank = rank
    self.start = start
    self.scales = scales
    self.inputVariances = inputVariances
    self.optimizer = optimizer
    self.isMean = isMean
    self.steps = steps
    self.outerRate = outerRate
    self.seed = seed
  }

  /// d.
  public var size: Int { target.rows }

  /// What makes a reported loss of half a sum of squares.
  public var lossFactor: Double { isMean ? 1 / Double(size * size) : 1 }

  /// The optimiser of half the sum of squares that takes the same steps.
  var sumOptimizer: LinearOptimizer { optimizer.forSum(lossFactor) }

  /// What the full network minimises, equation (10.1).
  var objective: Objective {
    let roots = inputVariances.map { Objective.CovarianceRoot.diagonal($0.map { $0.squareRoot() }) }
    return Objective(target: target, root: roots ?? .white, mask: mask)
  }

  /// The observed part of the target.
  var seenTarget: DenseMatrix {
    guard mask != nil else { return target }
    var seen = target
    seen.setDifference(target, DenseMatrix(rows: size, columns: size), mask: mask)
    return seen
  }
}

extension ReductionProblem {
  /// A matrix of low rank with singular values of about 1: `A Bᵀ / d` with normal entries.
  ///
  /// - Parameters:
  ///   - size: d.
  ///   - rank: columns of A and B.
  ///   - seed: the user's seed.
  /// - Returns: d x d.
  public static func randomTarget(size: Int, rank: Int, seed: Int) -> DenseMatrix {
    let factors = (0..<2).map { index in
      var stream = RandomStream(seed: seed, replica: 0, purpose: .target, substream: index)
      return DenseMatrix(rows: size, columns: rank, stream.normals(size * rank))
    }
    return .product(.plain(factors[0]), .transposed(factors[1]), scale: 1 / Double(size))
  }

  /// Which entries are observed.
  ///
  /// - Parameters:
  ///   - share: how large a part, above 0.
  ///   - size: d.
  ///   - seed: the user's seed.
  /// - Returns: d x d ones and zeros, as many ones as the share says, at least one.
  public static func randomMask(share: Double, size: Int, seed: Int) -> DenseMatrix {
    var stream = RandomStream(seed: seed, replica: 0, purpose: .mask)
    let total = size * size
    let count = min(total, max(1, Int((share * Double(total)).rounded())))
    var entries = [Double](repeating: 0, count: total)
    for index in stream.draw(count, of: total).drawn { entries[index] = 1 }
    return DenseMatrix(rows: size, columns: size, entries)
  }

  /// Variances of the inputs that fall as a power of their number, with mean 1.
  ///
  /// - Parameters:
  ///   - size: d.
  ///   - decay: the power.
  /// - Returns: one variance an input.
  public static func powerLawVariances(size: Int, decay: Double) -> [Double] {
    let powers = (1...size).map { Double.pow(Double($0), -decay) }
    let mean = powers.reduce(0, +) / Double(size)
    return powers.map { $0 / mean }
  }
}

extension LinearOptimizer {
  /// The optimiser of half a sum of squares that takes the same steps as this one on a mean: a smaller rate. Decay inside the loss shrinks
  /// with it; decoupled decay does not, and so must be larger beside the smaller rate.
  ///
  /// - Parameter factor: of the mean over the sum.
  /// - Returns: the optimiser.
  func forSum(_ factor: Double) -> LinearOptimizer {
    var optimizer = self
    optimizer.learningRate *= factor
    if case .decoupled(let strength) = weightDecay { optimizer.weightDecay = .decoupled(strength / factor) }
    return optimizer
  }
}
