import Problems
import LinearAlgebra

/// Discrete steps of a linear optimiser, equation (1.7): blocks are single steps, unless asked otherwise.
///
/// The pair (d, κ) is what one scalar weight does:
/// d(t) with a unit start and no gradient, κ(t, s) with no start and a unit gradient at s. Rows of κ come in
/// order, from the optimiser's own recursion (1.8) run on whole rows; the matrix κ is never stored.
struct OptimizerKernels: TimeKernels {
  private let blockLength: Int
  /// Sum of the learning rates before each time point.
  let times: [Double]
  /// `d(t)`.
  private let weights: [Double]
  /// `η_t`.
  private let rates: [Double]
  private let optimizer: LinearOptimizer
  /// Rows of weight and momentum buffer at `next`, as responses to the gradients of all earlier steps.
  private var weightRow: [Double]
  private var bufferRow: [Double]
  private var next = 0

  /// - Parameters:
  ///   - optimizer: the optimiser.
  ///   - scheduleSteps: steps that the schedule is laid out for.
  ///   - steps: last step to reach.
  ///   - blockLength: steps that are made at once.
  init(_ optimizer: LinearOptimizer, scheduleSteps: Int, steps: Int, blockLength: Int = 1) {
    let size = steps + 1
    self.optimizer = optimizer
    let rates = optimizer.rates(size, scheduleSteps: scheduleSteps)
    self.rates = rates
    times = LinearOptimizer.times(rates)
    self.blockLength = blockLength
    weightRow = Array(repeating: 0, count: size)
    bufferRow = weightRow

    var weight = 1.0
    var buffer = 0.0
    weights = rates.map { rate in
      defer { OptimizerStep(optimizer, rate: rate).advance(&weight, &buffer, downhill: 0) }
      return weight
    }
  }

  /// Number of time points.
  var size: Int { times.count }

  var capacity: Int { blockLength }
  var settling: Double { 1e-14 }
  var backward: [Double]? { nil }
  var lengthRatio: Double { 1 }

  func isExplicit(_ block: Range<Int>) -> Bool { blockLength == 1 }

  mutating func begin() -> Range<Int>? {
    next < size ? next..<min(size, next + blockLength) : nil
  }

  /// Equation (1.7): κ is what unit gradients leave when the recursion (1.8) runs on a whole row of them.
  mutating func fill(_ block: Range<Int>, into kernel: inout RowBlock, initialWeight: inout [Double]) {
    precondition(block.lowerBound == next, "kernel rows are made in order")
    kernel.begin(block)
    for time in block {
      initialWeight[time] = weights[time]
      for column in 0..<time { kernel[time, column] = weightRow[column] }
      // The gradient of this step is a unit impulse; later ones have not come yet.
      let step = OptimizerStep(optimizer, rate: rates[time])
      for column in 0...time {
        step.advance(&weightRow[column], &bufferRow[column], downhill: column == time ? 1 : 0)
      }
    }
    next = block.upperBound
  }

  mutating func judge(isSettled: Bool, mismatch: Double, fastestRate: Double) -> March.Verdict {
    isSettled ? .goOn : .giveUp
  }
}
