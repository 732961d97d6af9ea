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
  /// What is made of gradients first; nil for a linear optimiser.
  private let gradientStep: GradientStep?
  /// Of each layer and the readout where the rule acts on the momentum buffer; empty elsewhere.
  private var buffers: [MomentumBuffer]
  /// Factor on `W x` in each of `W^0 … W^{L-1}`, by its fan-in: `D^{-1/2}`, then `e_l N_l^{-1/2}`.
  private let multipliers: [Double]
  /// Factor on `Wᵀ g` likewise, by its fan-out: `e_l N_{l+1}^{-1/2}`; that of the input layer is `outputScale`.
  private let backwardMultipliers: [Double]
  private let isResidual: Bool
  /// `1/(γ √N_1)`, the factor of the predictor.
  private let outputScale: Double
  /// `γ_{l+1} c_l`, by which each layer learns, the readout's last.
  private let learning: [Double]
  /// `c_l`, and the factor of `F^l` on the outer product of both fields without it.
  private let layerRates: [Double]
  private let gradientScales: [Double]
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
    optimizer = problem.linearOptimizer
    gradientStep = GradientStep(problem, sizes)
    let isBuffered = problem.orthogonalBuffer != nil
    outputs = sizes.outputs
    widths = sizes.widths
    inputDimension = sizes.inputDimension
    // Weights whose norm is read, or that get whole matrices, are multiplied out at each step.
    let capacity = isBuffered || gradientStep?.readsWeights == true ? 1 : sizes.factorCapacity
    self.capacity = capacity
    weights = (0..<layers).map { layer in
      FactoredWeight(
        start(
          layer, rows: sizes.widths[layer], columns: layer == 0 ? sizes.inputDimension : sizes.widths[layer - 1]),
        capacity: capacity, outputs: sizes.outputs, hasMomentum: problem.linearOptimizer.momentum.coefficient > 0)
    }
    readout = start(layers, rows: sizes.outputs, columns: sizes.widths[layers - 1]).storage
    readoutBuffer = Array(repeating: 0, count: readout.count)
    let inputs = [sizes.inputDimension] + sizes.widths
    buffers =
      !isBuffered
      ? []
      : (0...layers).map { layer in
        MomentumBuffer(
          rows: layer < layers ? sizes.widths[layer] : sizes.outputs, columns: inputs[layer], outputs: sizes.outputs,
          momentum: problem.optimizer.momentum)
      }
    isResidual = problem.architecture.branchFactor != nil
    let branch = problem.architecture.branchFactor ?? 1
    let roots = sizes.widths.map { Double($0).squareRoot() }
    let multipliers = [1 / problem.data.normalizingDimension.squareRoot()] + roots.dropLast().map { branch / $0 }
    self.multipliers = multipliers
    backwardMultipliers = [1] + roots.dropFirst().map { branch / $0 }
    learning = problem.layerRates.enumerated().map { layer, rate in
      rate * problem.richness(min(layer + 1, layers))
    }
    layerRates = problem.layerRates
    gradientScales = (0...layers).map { layer in
      problem.richness(min(layer + 1, layers)) * (layer < layers ? multipliers[layer] : 1)
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

  /// `W^l(t)`, l < L.
  func weight(_ layer: Int) -> DenseMatrix { weights[layer].value(coefficients) }

  /// `Σ_l F_lᵀ u_l`, F_l the map from the input to layer l that `forwardPass` applies.
  ///
  /// - Parameter fields: `u_0 … u_L`, for each output of as many numbers as the layers have units.
  /// - Returns: for each output as many numbers as input dimensions.
  func transposedPass(_ fields: [[Double]]) -> [Double] {
    var field = fields[weights.count]
    for layer in weights.indices.reversed() {
      var below = fields[layer]
      if isResidual && layer > 0 { for unit in below.indices { below[unit] += field[unit] } }
      weights[layer].addTransposedProduct(multipliers[layer], field, coefficients, to: &below)
      field = below
    }
    return field
  }

  /// `a_l`, l = 0 … L, by which `|g^{l+1}|²` weighs the layers in the Gauss-Newton matrix, equation (22.18).
  ///
  /// A step moves `W^l` by `η` times `learning · multiplier`, and what that does to an output goes through the layers above with the factors of
  /// the predictor.
  ///
  /// - Parameter dimension: D, or 1 where sums replace means.
  /// - Returns: one number a layer, the readout's last.
  func gaussNewtonFactors(dimension: Double) -> [Double] {
    var through = outputScale / dimension.squareRoot()
    return (0...weights.count).map { layer in
      guard layer > 0 else { return learning[0] * multipliers[0] * through * dimension.squareRoot() }
      if layer == 1 { through /= multipliers[0] }
      defer { if layer < weights.count { through *= backwardMultipliers[layer] / multipliers[layer] } }
      let own = layer < weights.count ? multipliers[layer] * backwardMultipliers[layer] : 1
      return learning[layer] * own * through * dimension.squareRoot()
    }
  }

  /// One step of the optimiser with the gradients `F^l` of equation (8.1): hidden weights learn from the sum over all outputs,
  /// the readout of each output from its own features, equation (8.14); an optimiser that reads the gradient first makes of them what
  /// table (17.2) says.
  ///
  /// - Parameters:
  ///   - rate: `η_t`.
  ///   - input: `h^0`.
  ///   - forward: `h^1 … h^L`.
  ///   - backward: `g^1 … g^L`.
  mutating func step(rate: Double, input: [Double], forward: [[Double]], backward: [[Double]]) {
    let step = OptimizerStep(optimizer, rate: rate)
    let fields = [input] + forward
    guard buffers.isEmpty else { return stepByBuffers(rate: rate, fields, backward) }
    let gradients = gradients(fields, backward)
    let newest = coefficients.gradients
    let last = weights.count
    for layer in weights.indices { weights[layer].keep(gradients[layer].left, gradients[layer].right, as: newest) }
    for unit in readout.indices {
      step.advance(&readout[unit], &readoutBuffer[unit], downhill: gradients[last].right[unit])
    }
    coefficients.advance(step)
    guard coefficients.gradients == capacity else { return }
    for layer in weights.indices { weights[layer].merge(coefficients) }
    coefficients = OptimizerCoefficients()
  }
}

extension Network {
  /// What the linear optimiser gets in place of each gradient: the terms of an outer product for each output, of the readout the
  /// right ones alone.
  private func gradients(_ fields: [[Double]], _ backward: [[Double]]) -> [(left: [Double], right: [Double])] {
    let last = weights.count
    if outputs > 1, let gradientStep, let orthogonalizer = gradientStep.orthogonalizer {
      return (0...last).map { layer in
        orthogonal(layer, fields[layer], layer < last ? backward[layer] : nil, gradientStep, orthogonalizer)
      }
    }
    let factors = factors(fields, backward)
    return (0...last).map { layer in
      let scale = learning[layer] * (layer < last ? multipliers[layer] : 1) * factors[layer]
      return layer < last
        ? (backward[layer].map { scale * $0 }, fields[layer]) : ([], fields[layer].map { scale * $0 })
    }
  }

  /// Table (17.2) for rules whose step is a number times the gradient; ones for a linear optimiser.
  private func factors(_ fields: [[Double]], _ backward: [[Double]]) -> [Double] {
    let last = weights.count
    guard let gradientStep else { return Array(repeating: 1, count: last + 1) }
    let squares = (0...last).map { layer in
      let right = TallMatrix.rotated(
        fields[layer], columns: fields[layer].count / outputs, onto: fields[layer], scale: 1)
      let scale = gradientScales[layer] * gradientScales[layer]
      guard layer < last else { return scale * (0..<outputs).reduce(0) { $0 + right[$1 * (outputs + 1)] } }
      let left = TallMatrix.rotated(
        backward[layer], columns: backward[layer].count / outputs, onto: backward[layer], scale: 1)
      return scale * zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let norms =
      gradientStep.readsWeights
      ? weights.map(\.squaredNorm) + [readout.reduce(0) { $0 + $1 * $1 }] : []
    return gradientStep.factors(squares, weightSquares: norms)
  }

  /// The gradient of one layer made orthogonal, several outputs at one time.
  private func orthogonal(
    _ layer: Int, _ fields: [Double], _ backward: [Double]?, _ gradientStep: GradientStep,
    _ orthogonalizer: Orthogonalizer
  ) -> (left: [Double], right: [Double]) {
    let scale = layerRates[layer] * gradientStep.orthogonalScale
    let right = DenseMatrix(rows: outputs, columns: fields.count / outputs, fields)
    guard let backward else {
      let whole = orthogonalizer.applied(
        to: right.scalingRows(by: Array(repeating: gradientScales[layer], count: outputs)))
      return ([], whole.storage.map { scale * $0 })
    }
    let left = DenseMatrix(
      rows: outputs, columns: backward.count / outputs, backward.map { gradientScales[layer] * $0 })
    guard let (above, below) = orthogonalizer.applied(left: left, right: right) else {
      return (backward.map { _ in .nan }, fields)
    }
    return (above.storage.map { scale * $0 }, below.storage)
  }

  /// Equation (17.6) of a real network: every buffer takes its gradient, is made orthogonal, and moves its weights.
  private mutating func stepByBuffers(rate: Double, _ fields: [[Double]], _ backward: [[Double]]) {
    guard let gradientStep, let orthogonalizer = gradientStep.orthogonalizer else { return }
    let kept = optimizer.weightDecay.isDecoupled ? 1 - rate * optimizer.weightDecay.strength : 1
    let last = weights.count
    for layer in 0...last {
      let scale = rate * layerRates[layer] * gradientStep.orthogonalScale
      guard layer < last else {
        // The output side of a readout's gradient is the unit vector of each output.
        let direction = buffers[layer].step(
          DenseMatrix.identity(outputs, scale: gradientScales[layer]).storage, fields[layer], orthogonalizer)
        for unit in readout.indices { readout[unit] = kept * readout[unit] + scale * direction.storage[unit] }
        continue
      }
      let direction = buffers[layer].step(
        backward[layer].map { gradientScales[layer] * $0 }, fields[layer], orthogonalizer)
      weights[layer].move(kept: kept, scale, direction)
    }
  }
}
