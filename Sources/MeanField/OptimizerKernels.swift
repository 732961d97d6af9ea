import DeepLinear
import LinearAlgebra

/// Time as the equations see it: the grid with its optimiser kernels (d, κ) and its blocks, equation (1.7).
///
/// Discrete steps and every linear optimiser differ only here. The pair is what one scalar weight does:
/// d(t) with a unit start and no gradient, κ(t, s) with no start and a unit gradient at s. Rows of κ come in
/// order, from the optimiser's own recursion (1.8) run on whole rows; the matrix κ is never stored.
struct OptimizerKernels: Sendable {
  /// The blocks that the march takes one by one: here single steps, unless asked otherwise.
  let blocks: [Range<Int>]
  /// Sum of the learning rates before each time point.
  let times: [Double]
  /// `d(t)`.
  let initialWeight: [Double]
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
    blocks = stride(from: 0, to: size, by: blockLength).map { $0..<min(size, $0 + blockLength) }
    weightRow = Array(repeating: 0, count: size)
    bufferRow = weightRow

    var weight = 1.0
    var buffer = 0.0
    initialWeight = rates.map { rate in
      defer { OptimizerStep(optimizer, rate: rate).advance(&weight, &buffer, downhill: 0) }
      return weight
    }
  }

  /// Number of time points.
  var size: Int { times.count }

  /// Writes the rows of κ of the next block; blocks must be asked for in order.
  mutating func fill(_ rows: Range<Int>, into kernel: inout RowBlock) {
    precondition(rows.lowerBound == next, "kernel rows are made in order")
    kernel.begin(rows)
    for time in rows {
      for column in 0..<time { kernel[time, column] = weightRow[column] }
      // The gradient of this step is a unit impulse; later ones have not come yet.
      let step = OptimizerStep(optimizer, rate: rates[time])
      for column in 0...time {
        step.advance(&weightRow[column], &bufferRow[column], downhill: column == time ? 1 : 0)
      }
    }
    next = rows.upperBound
  }
}
