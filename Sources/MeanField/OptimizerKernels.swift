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
    let rates = (0..<size).map {
      optimizer.learningRate * optimizer.schedule.factor(step: $0, total: scheduleSteps)
    }
    self.rates = rates
    times = rates.dropLast().reduce(into: [0.0]) { $0.append($0[$0.count - 1] + $1) }
    blocks = stride(from: 0, to: size, by: blockLength).map { $0..<min(size, $0 + blockLength) }
    weightRow = Array(repeating: 0, count: size)
    bufferRow = weightRow

    var weight = [1.0]
    var buffer = [0.0]
    initialWeight = rates.map { rate in
      defer { Self.advance(&weight, &buffer, optimizer, rate: rate, impulse: nil) }
      return weight[0]
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
      Self.advance(&weightRow, &bufferRow, optimizer, rate: rates[time], impulse: time)
    }
    next = rows.upperBound
  }

  /// One step of the recursion (1.8) on rows of responses; the gradient is a unit impulse at `impulse`.
  private static func advance(
    _ weight: inout [Double], _ buffer: inout [Double], _ optimizer: LinearOptimizer, rate: Double,
    impulse: Int?
  ) {
    let momentum = optimizer.momentum.coefficient
    let decay = optimizer.weightDecay.strength
    var coupled = 0.0
    var kept = 1.0
    switch optimizer.weightDecay {
    case .none: break
    case .coupled: coupled = decay
    case .decoupled: kept = 1 - rate * decay
    }
    let lookAhead = optimizer.momentum.isNesterov
    let end = impulse.map { $0 + 1 } ?? weight.count
    for index in 0..<end {
      let gradient = (index == impulse ? 1 : 0) - coupled * weight[index]
      buffer[index] = momentum * buffer[index] + gradient
      let step = lookAhead ? gradient + momentum * buffer[index] : buffer[index]
      weight[index] = kept * weight[index] + rate * step
    }
  }
}
