import Problems
import LinearAlgebra

/// A product of weight matrices in training: full-batch steps of an optimiser that is linear in the gradients.
///
/// A step takes 3 (L - 1) matrix products: the products of the first weights are kept on the way forward, those of the
/// errors with the last weights are shared on the way back; equation (10.2).
public struct LinearChain: Sendable {
  /// Weight matrices, input to output.
  public private(set) var weights: [DenseMatrix]
  /// Factor on the rate of each.
  let multipliers: [Double]

  private var buffers: [DenseMatrix]
  /// `W_l … W_1`, from the second on.
  private var products: [DenseMatrix]
  /// `W_{l+1}ᵀ … W_Lᵀ E`, by layer; the last is E itself.
  private var backward: [DenseMatrix]
  private var gradients: [DenseMatrix]
  private var scratch: DenseMatrix
  private let optimizer: LinearOptimizer
  private let objective: Objective

  /// - Parameters:
  ///   - weights: at the start, input to output; each takes what the one before gives.
  ///   - objective: what is minimised.
  ///   - optimizer: whose rate is that of the sum of squares.
  ///   - multipliers: factor on the rate of each matrix; nil: 1.
  init(
    _ weights: [DenseMatrix], objective: Objective, optimizer: LinearOptimizer, multipliers: [Double]? = nil
  ) {
    self.weights = weights
    self.objective = objective
    self.optimizer = optimizer
    self.multipliers = multipliers ?? Array(repeating: 1, count: weights.count)
    let inputs = weights[0].columns
    let nothing = DenseMatrix(rows: 0, columns: 1)
    let carries = optimizer.momentum.coefficient != 0
    buffers = weights.map { carries ? DenseMatrix(rows: $0.rows, columns: $0.columns) : nothing }
    products = weights.indices.map { $0 == 0 ? nothing : DenseMatrix(rows: weights[$0].rows, columns: inputs) }
    backward = weights.map { DenseMatrix(rows: $0.rows, columns: inputs) }
    gradients = weights.indices.map {
      $0 == 0 ? nothing : DenseMatrix(rows: weights[$0].rows, columns: weights[$0].columns)
    }
    scratch = objective.needsScratch ? backward[weights.count - 1] : nothing
  }

  private var last: Int { weights.count - 1 }

  /// The product of all weights, as of the last evaluation.
  public var product: DenseMatrix { last == 0 ? weights[0] : products[last] }

  /// Makes the product of the weights and its error.
  ///
  /// - Returns: the loss, half a sum of squares.
  mutating func evaluate() -> Double {
    for layer in weights.indices.dropFirst() {
      products[layer].setProduct(1, .plain(weights[layer]), .plain(layer == 1 ? weights[0] : products[layer - 1]))
    }
    return objective.evaluate(product, error: &backward[last], scratch: &scratch)
  }

  /// Takes a step from the weights of the last evaluation, equation (10.2).
  ///
  /// - Parameter rate: `η_t`.
  mutating func step(rate: Double) {
    for layer in weights.indices.reversed() {
      if layer > 0 {
        gradients[layer].setProduct(
          1, .plain(backward[layer]), .transposed(layer == 1 ? weights[0] : products[layer - 1]))
        backward[layer - 1].setProduct(1, .transposed(weights[layer]), .plain(backward[layer]))
      }
      advance(layer, rate: rate)
    }
  }

  /// The derivatives of the loss by each weight, of the last step that was taken.
  var lastGradients: [DenseMatrix] { [backward[0]] + gradients.dropFirst() }

  private mutating func advance(_ layer: Int, rate: Double) {
    let step = optimizer.matrixStep(rate: rate * multipliers[layer])
    // The first matrix acts on the inputs themselves: its gradient is the error carried back.
    weights[layer].advance(
      buffer: &buffers[layer], gradient: layer == 0 ? backward[0] : gradients[layer], step)
  }
}
