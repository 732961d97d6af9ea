import LinearAlgebra
import Problems

/// The Gauss-Newton matrix of a network at one step, by its products with vectors: equation (22.18).
///
/// Over a training set it is the tangent kernel of the samples, else that of the kernel seen through the covariance of the inputs. Vectors of
/// several outputs stand one after the other.
struct GaussNewton {
  private let network: Network
  /// `a_l G_cc'` of each layer of weights, K x K numbers.
  private let strengths: [[Double]]
  /// The training set; nil for the distribution of the inputs.
  private let inputs: DenseMatrix?
  private let modes: Modes
  private let outputs: Int

  /// - Parameters:
  ///   - network: at the step.
  ///   - backward: `g^1 … g^L`.
  ///   - inputs: the training set; nil for the distribution of the inputs.
  ///   - modes: that distribution.
  init(_ network: Network, backward: [[Double]], inputs: DenseMatrix?, modes: Modes) {
    (self.network, self.inputs, self.modes) = (network, inputs, modes)
    outputs = modes.outputs
    let factors = network.gaussNewtonFactors(dimension: modes.dimension)
    let outputs = outputs
    strengths = factors.enumerated().map { layer, factor in
      if layer == backward.count { return DenseMatrix.identity(outputs, scale: factor).storage }
      return Self.products(backward[layer], backward[layer], outputs).map { factor * $0 }
    }
  }

  /// `x_c · y_c'`.
  private static func products(_ x: [Double], _ y: [Double], _ outputs: Int) -> [Double] {
    let (left, right) = (x.parts(outputs), y.parts(outputs))
    return left.flatMap { one in right.map { other in zip(one, other).reduce(0) { $0 + $1.0 * $1.1 } } }
  }

  /// `K u` of a vector over the input dimensions.
  private func kernel(_ vector: [Double]) -> [Double] {
    let fields = [vector] + network.forwardPass(vector)
    let mixed = zip(fields, strengths).map { field, strength -> [Double] in
      guard outputs > 1 else { return field.map { strength[0] * $0 } }
      let parts = field.parts(outputs).map(Array.init)
      return (0..<outputs).flatMap { row in
        var sum = [Double](repeating: 0, count: parts[0].count)
        for (column, part) in parts.enumerated() {
          OrthonormalVectors.add(strength[row * outputs + column], part, to: &sum)
        }
        return sum
      }
    }
    return network.transposedPass(mixed)
  }

  /// `X K Xᵀ w / P`, or `Λ^½ K Λ^½ w`.
  func product(_ vector: [Double]) -> [Double] {
    guard let inputs else { return modes.scaledByRoots(kernel(modes.scaledByRoots(vector))) }
    var field = [Double](repeating: 0, count: inputs.columns * outputs)
    inputs.addTransposedProduct(1 / Double(inputs.rows), vector, to: &field, vectors: outputs)
    var result = [Double](repeating: 0, count: inputs.rows * outputs)
    inputs.addProduct(1, kernel(field), to: &result, vectors: outputs)
    return result
  }

  /// Rows of all outputs.
  var size: Int { (inputs?.rows ?? modes.count) * outputs }

  /// `Σ_l a_l Σ_cc' (g_c·g_c') (h_c·h_c') / (D C_Δ)`: the quotient of the residuals, equation (22.10).
  ///
  /// - Parameters:
  ///   - fields: `h^0 … h^L`.
  ///   - loss: train loss.
  /// - Returns: how fast the train loss falls.
  func rayleigh(_ fields: [[Double]], loss: Double) -> Double {
    let sum = zip(fields, strengths).reduce(0.0) { sum, one in
      sum + zip(one.1, Self.products(one.0, one.0, outputs)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return sum / (modes.dimension * loss)
  }
}
