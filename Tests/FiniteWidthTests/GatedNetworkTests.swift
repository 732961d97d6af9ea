import Fixtures
import Problems
import LinearAlgebra
import Testing

@testable import FiniteWidth

/// Small problems for section 12 of the notes: three weight layers of width 20 on 40 samples.
enum SmallLayers {
  static func problem(
    hiddenLayers: Int = 2, width: Int = 20, dimension: Int = 20, samples: Int = 40, noise: Double = 0,
    rates: Double = 1, scale: Double = 1, rate: Double = 0.02, time: TimeGrid.Kind = .discrete(steps: 200),
    decay: LinearOptimizer.WeightDecay = .none
  ) -> TrainingProblem {
    TrainingProblem(
      architecture: Architecture(
        hiddenLayers: hiddenLayers, width: .units(width), initScale: Array(repeating: scale, count: hiddenLayers + 1),
        layerRates: Array(repeating: rates, count: hiddenLayers + 1)),
      parameterization: Parameterization(.muP),
      data: DataModel(inputDimension: dimension, noise: noise, sampling: .batch(.count(samples))),
      optimizer: LinearOptimizer(learningRate: rate, weightDecay: decay), time: TimeGrid(time))
  }

  static func history(
    _ problem: TrainingProblem, _ activation: Activation, refinement: Int = 1, start: LayerStart = .random,
    whitened: Bool = false, seed: Int = 5
  ) throws -> LayerHistory {
    let layers = try LayerProblem(problem, table: nil, seed: seed, start: start, isWhitened: whitened)
    let training = try #require(LayerTraining(layers, replica: 0))
    return try #require(try training.train(activation, refinement: refinement))
  }
}

@Suite("A network sample by sample")
struct GatedNetworkTests {
  @Test("gradients are those of the loss, for every activation", arguments: [Activation.linear, .relu, .frozenGates])
  func gradient(activation: Activation) throws {
    var problem = SmallLayers.problem(hiddenLayers: 3, width: 5, dimension: 4, samples: 7, noise: 0.3)
    problem.parameterization = Parameterization(.ntk, richness: 0.7)
    let layers = try LayerProblem(problem, table: nil, seed: 3)
    let samples = try #require(layers.samples(replica: 0)).trained
    let open = GatedNetwork(problem, samples: samples, gates: .open)
    var weights = LayerStart.random.weights(open, problem, seed: 3, replica: 0)
    let other = LayerStart.random.weights(open, problem, seed: 4, replica: 0)
    let rectified = GatedNetwork(problem, samples: samples, gates: .rectified)
    let network: GatedNetwork =
      switch activation {
      case .linear: open
      case .relu: rectified
      case .frozenGates: GatedNetwork(problem, samples: samples, gates: .frozen(rectified.forward(other).fields))
      }
    func loss(_ weights: [DenseMatrix]) -> Double {
      network.residuals(network.forward(weights)).reduce(0) { $0 + $1 * $1 } / (2 * Double(samples.count))
    }
    var pass = network.forward(weights)
    network.descend(weights, &pass)
    let gradients = pass.gradients
    // The plain rate of table (1.6), γ² D, turns the gradient of the loss into F.
    let scale = 0.7 * 0.7 * 4.0
    for layer in weights.indices {
      for entry in [0, weights[layer].storage.count - 1] {
        let original = weights[layer]
        let slopes = [1e-5, -1e-5].map { shift -> Double in
          var storage = original.storage
          storage[entry] += shift
          weights[layer] = DenseMatrix(rows: original.rows, columns: original.columns, storage)
          return loss(weights)
        }
        weights[layer] = original
        let expected = -scale * (slopes[0] - slopes[1]) / 2e-5
        #expect(abs(gradients[layer].storage[entry] - expected) < 1e-7 * max(1, abs(expected)))
      }
    }
  }

  @Test("a linear network is the one that is trained by products with vectors")
  func linear() throws {
    let problem = SmallLayers.problem(hiddenLayers: 3, noise: 0.2)
    let simulator = try Simulator(problem, table: nil, seed: 5)
    let expected = try #require(simulator.train(replica: 0)).curve.trainLoss
    let found = try SmallLayers.history(problem, .linear).moments
    #expect(found.count == 201)
    for moment in found {
      #expect(abs(moment.trainLoss - expected[moment.step]) < 1e-10 * expected[moment.step])
    }
  }
}

@Suite("Conserved matrices")
struct ConservedMatricesTests {
  private func drift(_ history: LayerHistory) -> (whole: Double, diagonal: Double) {
    (history.moments.map(\.drift).max() ?? .nan, history.moments.map(\.diagonalDrift).max() ?? .nan)
  }

  private func growths(_ history: LayerHistory) -> [Double] {
    history.moments[0].squaredNorms.indices.map { history.growth($0).last ?? .nan }
  }

  @Test("gradient flow keeps the matrices of a linear network and the diagonals of any")
  func flow() throws {
    let problem = SmallLayers.problem(time: .flow(horizon: 4))
    let linear = try SmallLayers.history(problem, .linear)
    #expect(drift(linear).whole < 1e-8 && drift(linear).diagonal < 1e-8)
    for activation in [Activation.relu, .frozenGates] {
      let gated = try SmallLayers.history(problem, activation)
      #expect(drift(gated).diagonal < 1e-8)
      #expect(drift(gated).whole > 1e-2)
      let growth = growths(gated)
      for layer in growth { #expect(abs(layer - growth[0]) < 1e-7 * growth[0]) }
    }
  }

  @Test("weight decay under flow shrinks them alike")
  func decay() throws {
    let problem = SmallLayers.problem(time: .flow(horizon: 2), decay: .coupled(0.3))
    #expect(drift(try SmallLayers.history(problem, .linear)).whole < 1e-8)
    #expect(drift(try SmallLayers.history(problem, .relu)).diagonal < 1e-8)
  }

  @Test("layers of different rates conserve the weighted difference")
  func rates() throws {
    var problem = SmallLayers.problem(time: .flow(horizon: 2))
    problem.architecture.layerRates = [1, 0.3, 2]
    #expect(drift(try SmallLayers.history(problem, .linear)).whole < 1e-8)
    problem.architecture.layerRates = [1, 0, 2]
    #expect(drift(try SmallLayers.history(problem, .relu)).diagonal < 1e-8)
  }

  @Test("steps drift by their size where flow conserves, and by the same where it does not")
  func steps() throws {
    let problem = SmallLayers.problem()
    func ratios(_ activation: Activation) throws -> (whole: Double, diagonal: Double) {
      let (plain, fine) = (
        drift(try SmallLayers.history(problem, activation)),
        drift(try SmallLayers.history(problem, activation, refinement: 4))
      )
      return (plain.whole / fine.whole, plain.diagonal / fine.diagonal)
    }
    let linear = try ratios(.linear)
    let relu = try ratios(.relu)
    #expect(abs(linear.whole - 4) < 0.3 && abs(linear.diagonal - 4) < 0.3)
    #expect(abs(relu.diagonal - 4) < 0.2)
    #expect(abs(relu.whole - 1) < 0.01)
  }

  @Test("one step moves the matrices by the square of the rate, equation (12.5)")
  func oneStep() throws {
    let problem = SmallLayers.problem(hiddenLayers: 1, width: 6, dimension: 5, samples: 9, noise: 0.2)
    let layers = try LayerProblem(problem, table: nil, seed: 5)
    let network = GatedNetwork(problem, samples: try #require(layers.samples(replica: 0)).trained, gates: .open)
    let start = LayerStart.random.weights(network, problem, seed: 5, replica: 0)
    var pass = network.forward(start)
    network.descend(start, &pass)
    let rate = 0.1
    let moved = zip(start, pass.gradients).map { weight, gradient in
      var weight = weight
      weight.combine(own: 1, weight: rate, other: gradient)
      return weight
    }
    let drift = ConservedMatrices(moved, rates: [1, 1]).drift(from: ConservedMatrices(start, rates: [1, 1]), share: 1)
    func square(_ matrices: [DenseMatrix]) -> (DenseMatrix, DenseMatrix) {
      (.product(.transposed(matrices[1]), .plain(matrices[1])), .product(.plain(matrices[0]), .transposed(matrices[0])))
    }
    var expected = square(pass.gradients).0
    expected.combine(own: rate * rate, weight: -rate * rate, other: square(pass.gradients).1)
    let (above, below) = square(moved)
    let scale = above.squaredNorm.squareRoot() + below.squaredNorm.squareRoot()
    #expect(abs(drift.whole - expected.squaredNorm.squareRoot() / scale) < 1e-14)
    #expect(drift.whole > 1e-6)
  }

  @Test("deviations are relative to the outputs")
  func deviations() {
    func history(_ outputs: [Double]) -> LayerHistory {
      var history = LayerHistory(width: 1)
      history.moments = [
        LayerHistory.Moment(
          step: 0, time: 0, trainLoss: 0, testLoss: 0, squaredNorms: [], share: 1, drift: 0, diagonalDrift: 0,
          outputs: outputs, flipped: nil)
      ]
      return history
    }
    #expect(abs(history([3, 4]).deviations(from: history([3, 3]))[0] - 0.2) < 1e-15)
    #expect(history([0, 0]).deviations(from: history([0, 0])) == [0])
  }

  @Test("inside a gate cell ReLU and its linearisation are one network; afterwards they part")
  func gates() throws {
    let problem = SmallLayers.problem(rate: 1e-4)
    let relu = try SmallLayers.history(problem, .relu)
    let deviations = relu.deviations(from: try SmallLayers.history(problem, .frozenGates))
    let flips = relu.moments.map { $0.flipped ?? .nan }
    let first = try #require(flips.firstIndex { $0 > 0 })
    #expect(first > 1 && first < flips.count - 10)
    #expect(deviations[..<first].allSatisfy { $0 < 1e-13 })
    #expect((deviations.last ?? 0) > 1e-8)
  }

  @Test("the flow of a ReLU network does not depend on how often its gates are looked at, to first order", .slow(.long))
  func stretches() throws {
    let problem = SmallLayers.problem(time: .flow(horizon: 2))
    let layers = try LayerProblem(problem, table: nil, seed: 5)
    let samples = try #require(layers.samples(replica: 0)).trained
    let network = GatedNetwork(problem, samples: samples, gates: .rectified)
    let start = LayerStart.random.weights(network, problem, seed: 5, replica: layers.key(0))
    func outputs(_ stretches: Int) throws -> [Double] {
      var last: [Double] = []
      try LayerFlow(problem, start: start, stretches: stretches).visit(network, [0, 1, 2]) { _, weights in
        last = network.forward(weights).outputs
        return true
      }
      return last
    }
    let limit = try outputs(4000)
    let errors = try [100, 1000].map { stretches in
      zip(try outputs(stretches), limit).map { abs($0 - $1) }.max() ?? 0
    }
    #expect(errors[0] < 0.05 && errors[1] < errors[0] / 4, "\(errors)")
  }
}

@Suite("The gain of ReLU")
struct LayerGainTests {
  /// Mean square of the outputs at the start, over 200 networks of width 64; of a linear network 1/(γ0² ν) = 1.
  private func output(_ activation: Activation, _ gain: LayerGain) throws -> Double {
    let problem = SmallLayers.problem(
      hiddenLayers: 3, width: 64, dimension: 64, samples: 4, time: .discrete(steps: 0))
    let layers = try LayerProblem(problem, table: nil, seed: 3, gain: gain)
    let squares = try (0..<200).map { replica in
      let training = try #require(LayerTraining(layers, replica: replica))
      let history = try #require(try training.train(activation))
      let outputs = try #require(history.moments.first?.outputs)
      return outputs.reduce(0) { $0 + $1 * $1 } / Double(outputs.count)
    }
    return squares.reduce(0, +) / 200
  }

  @Test(
    "with it signals start as strong as in the linear network, without at an eighth behind three gates",
    .slow(.statistical))
  func strength() throws {
    #expect(abs(try output(.relu, .he) - 1) < 0.35)
    #expect(abs(try output(.frozenGates, .he) - 1) < 0.35)
    #expect(abs(8 * (try output(.relu, .none)) - 1) < 0.35)
  }

  @Test("neither the linear network nor a balanced start has it")
  func noGain() throws {
    let problem = SmallLayers.problem()
    for (start, activation) in [(LayerStart.random, Activation.linear), (.balanced(share: 0.01), .relu)] {
      let losses = try [LayerGain.he, .none].map { gain in
        let layers = try LayerProblem(problem, table: nil, seed: 5, start: start, gain: gain)
        return try LayerTraining(layers, replica: 0)?.train(activation)?.moments.map(\.trainLoss)
      }
      #expect(losses[0] != nil && losses[0] == losses[1])
    }
  }
}
