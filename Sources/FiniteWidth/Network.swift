import Calculus
import Problems
import LinearAlgebra
import RealModule

/// One finite network with its optimiser state: equations (1.1)-(1.4) in products with vectors, equation (8.1).
///
/// Fields of several outputs stand one after the other in one list: hidden weights act on all of them, equation (14.1).
struct Network {
  /// `W^0 … W^{L-1}`.
  private var weights: [FactoredWeight]
  /// `w_1 … w_K` one after the other, and their momentum buffer.
  private var readout: [Double]
  private var readoutBuffer: [Double]
  private var coefficients = OptimizerCoefficients()

  private let optimizer: LinearOptimizer
  /// Factor on `W x` in each of `W^0 … W^{L-1}`, by its fan-in: `D^{-1/2}`, then `e_l N_l^{-1/2}`.
  private let multipliers: [Double]
  /// Factor on `Wᵀ g` likewise, by its fan-out: `e_l N_{l+1}^{-1/2}`; that of the input layer is `outputScale`.
  private let backwardMultipliers: [Double]
  private let isResidual: Bool
  /// `1/(γ √N_1)`, the factor of the predictor.
  private let outputScale: Double
  /// `γ_{l+1} c_l`, by which each layer learns, the readout's last.
  private let learning: [Double]
  private let outputs: Int
  private let widths: [Int]
  private let inputDimension: Int
  /// Gradients kept as factors before a merge.
  private let capacity: Int

  /// Draws a network at its start, with the initial weights of equation (1.4); layers of unequal widths learn by equation (14.6).
  ///
  /// - Parameters:
  ///   - problem: a problem in whole numbers.
  ///   - sizes: its sizes.
  ///   - seed: the user's seed.
  ///   - replica: which network.
  init(_ problem: TrainingProblem, _ sizes: Sizes, seed: Int, replica: Int) {
    let layers = problem.architecture.hiddenLayers
    let scale = problem.architecture.initScale
    func start(_ layer: Int, rows: Int, columns: Int) -> DenseMatrix {
      var stream = RandomStream(seed: seed, replica: replica, purpose: .weights, substream: layer)
      return DenseMatrix(
        rows: rows, columns: columns, stream.normals(rows * columns, deviation: scale[layer]))
    }
    optimizer = problem.optimizer
    outputs = sizes.outputs
    widths = sizes.widths
    inputDimension = sizes.inputDimension
    let capacity = sizes.factorCapacity
    self.capacity = capacity
    weights = (0..<layers).map { layer in
      FactoredWeight(
        start(
          layer, rows: sizes.widths[layer], columns: layer == 0 ? sizes.inputDimension : sizes.widths[layer - 1]),
        capacity: capacity, outputs: sizes.outputs, hasMomentum: problem.optimizer.momentum.coefficient > 0)
    }
    readout = start(layers, rows: sizes.outputs, columns: sizes.widths[layers - 1]).storage
    readoutBuffer = Array(repeating: 0, count: readout.count)
    isResidual = problem.architecture.branchFactor != nil
    let branch = problem.architecture.branchFactor ?? 1
    let roots = sizes.widths.map { Double($0).squareRoot() }
    multipliers = [1 / problem.data.normalizingDimension.squareRoot()] + roots.dropLast().map { branch / $0 }
    backwardMultipliers = [1] + roots.dropFirst().map { branch / $0 }
    learning = problem.layerRates.enumerated().map { layer, rate in
      rate * problem.richness(min(layer + 1, layers))
    }
    outputScale =
      1 / (problem.effectiveRichness * (problem.widthRatio * Double(sizes.widths[0])).squareRoot())
  }

  /// `g^1 … g^L` of every output, equation (8.1).
  func backwardPass() -> [[Double]] {
    var fields = [readout]
    for layer in (1..<weights.count).reversed() {
      let above = fields[fields.count - 1]
      var field = isResidual ? above : Array(repeating: 0, count: outputs * widths[layer - 1])
      weights[layer].addTransposedProduct(backwardMultipliers[layer], above, coefficients, to: &field)
      fields.append(field)
    }
    return fields.reversed()
  }

  /// The linear predictors β_c, equation (8.1): what the readout of equation (1.4) makes of all layers.
  ///
  /// - Parameter backward: `g^1 … g^L`.
  /// - Returns: for each output as many numbers as input dimensions.
  func predictor(_ backward: [[Double]]) -> [Double] {
    var predictor = [Double](repeating: 0, count: outputs * inputDimension)
    weights[0].addTransposedProduct(outputScale, backward[0], coefficients, to: &predictor)
    return predictor
  }

  /// `h^1 … h^L`, equation (8.1): the layers (1.1)-(1.3).
  ///
  /// - Parameter input: `h^0`.
  /// - Returns: L fields, for each output of as many numbers as the layers have units.
  func forwardPass(_ input: [Double]) -> [[Double]] {
    var fields: [[Double]] = []
    for layer in weights.indices {
      let below = fields.last ?? input
      var field = isResidual && layer > 0 ? below : Array(repeating: 0, count: outputs * widths[layer])
      weights[layer].addProduct(multipliers[layer], below, coefficients, to: &field)
      fields.append(field)
    }
    return fields
  }

  /// One step of the optimiser with the gradients `F^l` of equation (8.1): hidden weights learn from the sum over all outputs,
  /// the readout of each output from its own features, equation (8.14).
  ///
  /// - Parameters:
  ///   - rate: `η_t`.
  ///   - input: `h^0`.
  ///   - forward: `h^1 … h^L`.
  ///   - backward: `g^1 … g^L`.
  mutating func step(rate: Double, input: [Double], forward: [[Double]], backward: [[Double]]) {
    let step = OptimizerStep(optimizer, rate: rate)
    let newest = coefficients.gradients
    for layer in weights.indices {
      let scale = learning[layer] * multipliers[layer]
      weights[layer].keep(
        backward[layer].map { scale * $0 }, layer == 0 ? input : forward[layer - 1], as: newest)
    }
    let last = weights.count
    for unit in readout.indices {
      step.advance(
        &readout[unit], &readoutBuffer[unit],
        downhill: learning[last] * forward[last - 1][unit])
    }
    coefficients.advance(step)
    guard coefficients.gradients == capacity else { return }
    for layer in weights.indices { weights[layer].merge(coefficients) }
    coefficients = OptimizerCoefficients()
  }
}
