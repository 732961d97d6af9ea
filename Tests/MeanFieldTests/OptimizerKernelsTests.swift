import Fixtures
import Problems
import LinearAlgebra
import Testing

@testable import MeanField

/// (d, κ) by their definition: the optimiser run on one scalar weight, once with a unit start, once for each unit gradient.
func scalarOptimizer(_ optimizer: LinearOptimizer, steps: Int) -> ([Double], DenseMatrix) {
  func run(start: Double, impulse: Int?) -> [Double] {
    var weight = start
    var buffer = 0.0
    var path = [weight]
    for step in 0..<steps {
      let rate = optimizer.learningRate * optimizer.schedule.factor(step: step, total: steps)
      var downhill = step == impulse ? 1.0 : 0.0
      if case .coupled(let strength) = optimizer.weightDecay { downhill -= strength * weight }
      if case .decoupled(let strength) = optimizer.weightDecay { weight *= 1 - rate * strength }
      switch optimizer.momentum {
      case .none: weight += rate * downhill
      case .heavyBall(let momentum):
        buffer = momentum * buffer + downhill
        weight += rate * buffer
      case .nesterov(let momentum):
        buffer = momentum * buffer + downhill
        weight += rate * (downhill + momentum * buffer)
      }
      path.append(weight)
    }
    return path
  }
  let columns = (0...steps).map { run(start: 0, impulse: $0) }
  return (run(start: 1, impulse: nil), DenseMatrix(size: steps + 1) { columns[$1][$0] })
}

@Suite("Optimiser kernels")
struct OptimizerKernelsTests {
  @Test("rows are the optimiser's answers to unit gradients", arguments: [1, 3])
  func rows(blockLength: Int) {
    for (name, optimizer) in DenseEquationsTests.optimizers {
      let (weight, kernel) = scalarOptimizer(optimizer, steps: 9)
      let made = kernels(optimizer, steps: 9, blockLength: blockLength)
      #expect(DenseMatrix(made.1).distance(kernel) < 1e-14, "\(name)")
      for (made, expected) in zip(made.0, weight) { #expect(abs(made - expected) < 1e-14) }
    }
  }

  @Test("SGD: d = 1 and κ(t, s) = η_s for s < t; times are sums of rates")
  func gradientDescent() {
    let optimizer = LinearOptimizer(
      learningRate: 0.5, schedule: .multipliers([1, 0.5, 0.25, 2]))
    let made = OptimizerKernels(optimizer, scheduleSteps: 4, steps: 4)
    #expect(kernels(optimizer, steps: 4, blockLength: 1).0 == [1, 1, 1, 1, 1])
    #expect(made.times == [0, 0.5, 0.75, 0.875, 1.875])
    let matrix = DenseMatrix(kernels(optimizer, steps: 4, blockLength: 1).1)
    #expect(matrix[4, 0] == 0.5 && matrix[4, 3] == 1 && matrix[2, 2] == 0 && matrix[1, 2] == 0)
  }

  @Test("heavy ball without decay: κ(t, s) = η (1 - μ^{t-s}) / (1 - μ)")
  func heavyBall() {
    let optimizer = LinearOptimizer(learningRate: 0.1, momentum: .heavyBall(0.8))
    let matrix = DenseMatrix(kernels(optimizer, steps: 6, blockLength: 1).1)
    for (t, s, power) in [(6, 0, 0.262144), (5, 2, 0.512), (3, 2, 0.8)] {
      #expect(abs(matrix[t, s] - 0.1 * (1 - power) / 0.2) < 1e-15)
    }
  }

  private func kernels(
    _ optimizer: LinearOptimizer, steps: Int, blockLength: Int
  ) -> ([Double], [Double]) {
    var kernels = OptimizerKernels(
      optimizer, scheduleSteps: steps, steps: steps, blockLength: blockLength)
    var matrix = Response(size: steps + 1, storage: .square)
    var rows = RowBlock(size: steps + 1, capacity: blockLength)
    var weight = [Double](repeating: 0, count: steps + 1)
    while let block = kernels.begin() {
      kernels.fill(block, into: &rows, initialWeight: &weight)
      matrix.setRows(rows)
    }
    return (weight, matrix.entries)
  }
}
