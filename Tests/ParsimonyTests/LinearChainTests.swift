import Problems
import LinearAlgebra
import Testing

@testable import Parsimony

@Suite("Training of a chain")
struct LinearChainTests {
  private static let mask = DenseMatrix(
    rows: 3, columns: 5, Examples.random(3, 5, 9).storage.map { $0 > 0 ? 1 : 0 })
  private static let square: DenseMatrix = .product(
    .transposed(Examples.random(5, 5, 8)), .plain(Examples.random(5, 5, 8)))

  private func objective(_ kind: Int) -> Objective {
    let target = Examples.random(3, 5, 1)
    switch kind {
    case 0: return Objective(target: target)
    case 1: return Objective(target: target, root: .diagonal([0.5, 1, 2, 0.1, 0]))
    case 2: return Objective(target: target, root: .dense(Self.square), floor: 0.7)
    default: return Objective(target: target, mask: Self.mask)
    }
  }

  @Test("gradients of every weight against finite differences, all losses, rectangular layers", arguments: 0..<4)
  func gradients(kind: Int) throws {
    let shapes = [(4, 5), (6, 4), (2, 6), (3, 2)]
    let weights = shapes.enumerated().map { Examples.random($1.0, $1.1, 20 + $0) }
    func chain(_ weights: [DenseMatrix]) -> LinearChain {
      LinearChain(weights, objective: objective(kind), optimizer: LinearOptimizer(learningRate: 1))
    }
    var trained = chain(weights)
    _ = trained.evaluate()
    trained.step(rate: 0)
    #expect(zip(trained.weights, weights).allSatisfy { $0.storage == $1.storage })
    for (layer, gradient) in trained.lastGradients.enumerated() {
      for index in gradient.storage.indices {
        func loss(_ shift: Double) -> Double {
          var moved = weights
          var entries = moved[layer].storage
          entries[index] += shift
          moved[layer] = DenseMatrix(rows: moved[layer].rows, columns: moved[layer].columns, entries)
          var chain = chain(moved)
          return chain.evaluate()
        }
        let slope = (loss(1e-5) - loss(-1e-5)) / 2e-5
        #expect(abs(slope - gradient.storage[index]) < 1e-6 * (1 + abs(slope)), "layer \(layer), entry \(index)")
      }
    }
  }

  @Test(
    "matrices step as single weights do, entry by entry",
    arguments: [
      LinearOptimizer(learningRate: 0.1), LinearOptimizer(learningRate: 0.1, weightDecay: .coupled(0.3)),
      LinearOptimizer(learningRate: 0.1, weightDecay: .decoupled(0.3)),
      LinearOptimizer(learningRate: 0.1, momentum: .heavyBall(0.9)),
      LinearOptimizer(learningRate: 0.1, momentum: .heavyBall(0.9), weightDecay: .coupled(0.3)),
      LinearOptimizer(learningRate: 0.1, momentum: .heavyBall(0.9), weightDecay: .decoupled(0.3)),
      LinearOptimizer(learningRate: 0.1, momentum: .nesterov(0.9)),
      LinearOptimizer(learningRate: 0.1, momentum: .nesterov(0.9), weightDecay: .coupled(0.3)),
      LinearOptimizer(learningRate: 0.1, momentum: .nesterov(0.9), weightDecay: .decoupled(0.3)),
    ])
  func steps(optimizer: LinearOptimizer) {
    var optimizer = optimizer
    optimizer.schedule = .warmup(steps: 3, decay: .linear, finalFraction: 0.2)
    var matrix = Examples.random(4, 3)
    var buffer = DenseMatrix(rows: optimizer.momentum == .none ? 0 : 4, columns: 3)
    var (single, singleBuffer) = (matrix.storage, [Double](repeating: 0, count: 12))
    for (step, rate) in optimizer.rates(8, scheduleSteps: 8).enumerated() {
      let gradient = Examples.random(4, 3, step + 1)
      matrix.advance(buffer: &buffer, gradient: gradient, optimizer.matrixStep(rate: rate))
      let rule = OptimizerStep(optimizer, rate: rate)
      for index in single.indices {
        rule.advance(&single[index], &singleBuffer[index], downhill: -gradient.storage[index])
        #expect(abs(single[index] - matrix.storage[index]) < 1e-14, "step \(step), entry \(index)")
      }
    }
  }

  @Test("the inactive scale is a one-unit chain with nothing to learn")
  func inactiveScale() {
    let optimizer = LinearOptimizer(learningRate: 0.2, momentum: .nesterov(0.7), weightDecay: .coupled(0.1))
    var scale = InactiveScale([0.9, 1.1, 0.7, 1.3])
    var chain = LinearChain(
      scale.layers.map { DenseMatrix(rows: 1, columns: 1, [$0]) },
      objective: Objective(target: DenseMatrix(rows: 1, columns: 1)), optimizer: optimizer)
    for _ in 0..<50 {
      _ = chain.evaluate()
      chain.step(rate: 0.2)
      scale.advance(OptimizerStep(optimizer, rate: 0.2))
      for (a, b) in zip(scale.layers, chain.weights) { #expect(abs(a - b.storage[0]) < 1e-14) }
    }
    #expect(abs(scale.product - scale.layers[0] * scale.layers[1] * scale.layers[2] * scale.layers[3]) < 1e-15)
  }
}
