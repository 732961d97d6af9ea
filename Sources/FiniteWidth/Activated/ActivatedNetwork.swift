import Calculus
import LinearAlgebra
import Problems
import RealModule

/// A finite network with an activation, sample by sample, equation (20.14): plain or residual, of any number of outputs.
///
///     h^1 = W^0 x/√D,      h^{l+1} = [h^l +] e W^l φ(h^l)/√N_l,      f_c = w_c · φ(h^L)/(γ √N)
struct ActivatedNetwork: Sendable {
  private let activation: ActivationFunction
  /// `m_0 … m_L`.
  private let multipliers: [Double]
  /// `γ² D c_l`: gradient steps at rate η are plain ones at η times this.
  private let learning: [Double]
  private let isResidual: Bool
  private let optimizer: LinearOptimizer
  /// `W^0 … W^{L-1}`, and the readouts as rows.
  private(set) var weights: [DenseMatrix]
  private var buffers: [DenseMatrix]

  /// Draws a network at its start, with the gain (20.9) behind activations; the same random numbers as those of the linear network.
  ///
  /// - Parameters:
  ///   - problem: a problem in whole numbers.
  ///   - sizes: its sizes.
  ///   - seed: the user's seed.
  ///   - replica: which network.
  init(_ problem: TrainingProblem, _ sizes: Sizes, seed: Int, replica: Int) {
    let (layers, architecture) = (problem.architecture.hiddenLayers, problem.architecture)
    let scale = architecture.startScale
    activation = architecture.activation
    optimizer = problem.optimizer
    isResidual = architecture.branchFactor != nil
    let shapes = (0...layers).map { layer in
      (
        layer == layers ? sizes.outputs : sizes.widths[layer],
        layer == 0 ? sizes.inputDimension : sizes.widths[layer - 1]
      )
    }
    weights = shapes.enumerated().map { layer, shape in
      var stream = RandomStream(seed: seed, replica: replica, purpose: .weights, substream: layer)
      return DenseMatrix(
        rows: shape.0, columns: shape.1, stream.normals(shape.0 * shape.1, deviation: scale[layer]))
    }
    let carries = optimizer.momentum.coefficient > 0
    buffers = shapes.map { DenseMatrix(rows: carries ? $0.0 : 0, columns: $0.1) }
    let dimension = problem.data.normalizingDimension
    let richness = problem.effectiveRichness * problem.widthRatio.squareRoot()
    let branch = architecture.branchFactor ?? 1
    multipliers = (0...layers).map { layer in
      let fanIn = layer == 0 ? dimension : Double(sizes.widths[layer - 1])
      return (layer == layers ? 1 / richness : layer == 0 ? 1 : branch) / fanIn.squareRoot()
    }
    learning = problem.layerRates.map { richness * richness * dimension * $0 }
  }

  /// Fields of one pass, in storage that is used again.
  struct Pass: Sendable {
    /// `h^1 … h^L`, a sample a row.
    fileprivate(set) var fields: [DenseMatrix] = []
    /// `φ(h^l)` and `φ'(h^l)`.
    fileprivate(set) var features: [DenseMatrix] = []
    fileprivate var slopes: [DenseMatrix] = []
    /// f, a sample a row.
    fileprivate(set) var outputs = DenseMatrix(rows: 0, columns: 1)
    /// Derivatives of the loss by `h^l`, times -P.
    fileprivate(set) var backward: [DenseMatrix] = []
  }

  /// The forward pass.
  ///
  /// - Parameters:
  ///   - inputs: a sample a row.
  ///   - pass: takes the fields.
  func forward(_ inputs: DenseMatrix, into pass: inout Pass) {
    let last = weights.count - 1
    if pass.outputs.rows != inputs.rows {
      pass.fields = weights.dropLast().map { DenseMatrix(rows: inputs.rows, columns: $0.rows) }
      pass.features = pass.fields
      pass.slopes = pass.fields
      pass.backward = pass.fields
      pass.outputs = DenseMatrix(rows: inputs.rows, columns: weights[last].rows)
    }
    for layer in 0..<last {
      if layer > 0, isResidual { pass.fields[layer] = pass.fields[layer - 1] }
      pass.fields[layer].setProduct(
        multipliers[layer], .plain(layer == 0 ? inputs : pass.features[layer - 1]),
        .transposed(weights[layer]),
        own: layer > 0 && isResidual ? 1 : 0)
      activate(&pass.features[layer], pass.fields[layer])
    }
    pass.outputs.setProduct(
      multipliers[last], .plain(pass.features[last - 1]), .transposed(weights[last]))
  }

  private func activate(_ features: inout DenseMatrix, _ fields: DenseMatrix) {
    switch activation {
    case .linear: features = fields
    case .relu: features.keep(fields, wherePositive: fields)
    case .erf: features.setMap(of: fields) { .erf($0) }
    case .tanh: features.setMap(of: fields) { .tanh($0) }
    case .gelu: features.setMap(of: fields) { ActivationFunction.gelu.value($0) }
    case .silu: features.setMap(of: fields) { ActivationFunction.silu.value($0) }
    }
  }

  /// `x ∘ φ'(h)`.
  private func gate(_ values: inout DenseMatrix, _ slopes: inout DenseMatrix, _ fields: DenseMatrix) {
    switch activation {
    case .linear: break
    case .relu: values.keep(wherePositive: fields)
    default:
      slopes.setMap(of: fields) { [activation] in activation.slope($0) }
      values.multiplyEntries(by: slopes)
    }
  }

  /// The backward pass, equation (20.14).
  ///
  /// - Parameters:
  ///   - errors: `y - f`, a sample a row.
  ///   - pass: the forward pass on the same samples.
  func backward(errors: DenseMatrix, _ pass: inout Pass) {
    let last = weights.count - 1
    for layer in (0..<last).reversed() {
      let isTop = layer == last - 1
      pass.backward[layer].setProduct(
        multipliers[layer + 1], .plain(isTop ? errors : pass.backward[layer + 1]),
        .plain(weights[layer + 1]))
      gate(&pass.backward[layer], &pass.slopes[layer], pass.fields[layer])
      if !isTop, isResidual {
        pass.backward[layer].combine(own: 1, weight: 1, other: pass.backward[layer + 1])
      }
    }
  }

  /// A step of the optimiser, equation (20.14).
  ///
  /// - Parameters:
  ///   - inputs: a sample a row.
  ///   - errors: `y - f`, a sample a row.
  ///   - rate: `η_t`.
  ///   - pass: forward and backward pass on the inputs.
  mutating func step(_ inputs: DenseMatrix, errors: DenseMatrix, rate: Double, _ pass: Pass) {
    let last = weights.count - 1
    let step = OptimizerStep(optimizer, rate: rate)
    let ofMatrix = DenseMatrix.LinearStep(
      momentum: step.momentum, looksAhead: step.looksAhead, decay: step.coupledDecay, left: step.kept, rate: rate)
    for layer in weights.indices {
      var gradient = DenseMatrix(rows: weights[layer].rows, columns: weights[layer].columns)
      // Uphill.
      gradient.setProduct(
        -learning[layer] * multipliers[layer] / Double(inputs.rows),
        .transposed(layer == last ? errors : pass.backward[layer]),
        .plain(layer == 0 ? inputs : pass.features[layer - 1]))
      weights[layer].advance(buffer: &buffers[layer], gradient: gradient, ofMatrix)
    }
  }

  /// `H^0(t,t), …` and `G^1(t,t), …` of a network with an activation, equation (20.15): strengths of what goes forward and back; for a linear
  /// network those of (8.5).
  func strengths(_ inputs: DenseMatrix, errors: DenseMatrix, _ pass: Pass, dimension: Double) -> (
    forward: [Double], backward: [Double]
  ) {
    let scale = dimension.squareRoot() / Double(inputs.rows)
    let power = errors.squaredNorm
    let forward = ([inputs] + pass.features).map { features in
      DenseMatrix.product(.transposed(errors), .plain(features), scale: scale).squaredNorm
        / Double(features.columns)
    }
    let top = multipliers[multipliers.count - 1]
    let outputs = Double(errors.columns)
    // Of unequal layers the width of the last: a field is passed down by the fan-out there, and by the fan-in here.
    let width = Double(pass.backward.last?.columns ?? 1)
    let backward = pass.backward.map { field in
      power > 0 ? outputs * field.squaredNorm / (top * top * power * width) : 0
    }
    var first = forward
    // Means over the input dimensions, or sums where these replace means.
    first[0] *= Double(inputs.columns) / dimension
    return (first, backward)
  }
}
