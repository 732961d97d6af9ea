import Calculus
import Problems
import LinearAlgebra

@testable import Parsimony

/// Problems and matrices that several tests use.
enum Examples {
  static func problem(
    size: Int = 30, rank: Int = 3, scales: [Double] = [1, 1, 1], rate: Double = 1, steps: Int = 400,
    momentum: LinearOptimizer.Momentum = .none, decay: LinearOptimizer.WeightDecay = .none, isMean: Bool = true,
    start: StartingWeights.Kind = .orthogonal, variances: [Double]? = nil, mask: DenseMatrix? = nil, kept: Int? = nil,
    outerRate: Double = 0.01, seed: Int = 1, schedule: Schedule = .constant
  ) -> ReductionProblem {
    ReductionProblem(
      target: ReductionProblem.randomTarget(size: size, rank: rank, seed: seed), mask: mask, rank: kept, start: start,
      scales: scales, inputVariances: variances,
      optimizer: LinearOptimizer(learningRate: rate, schedule: schedule, momentum: momentum, weightDecay: decay),
      isMean: isMean, steps: steps, outerRate: outerRate, seed: seed)
  }

  static func reduction(_ problem: ReductionProblem) throws -> Reduction { try Reduction(problem) { 0 } }

  static func random(_ rows: Int, _ columns: Int, _ substream: Int = 0) -> DenseMatrix {
    var stream = RandomStream(seed: 7, replica: 1, purpose: .inputs, substream: substream)
    return DenseMatrix(rows: rows, columns: columns, stream.normals(rows * columns))
  }

  static func difference(_ a: DenseMatrix, _ b: DenseMatrix) -> Double {
    zip(a.storage, b.storage).map { abs($0 - $1) }.max() ?? 0
  }
}
