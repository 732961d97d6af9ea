import DeepLinear
import LinearAlgebra
import RealModule

/// A plain chain with an activation, sample by sample; equations (12.1) and (12.2).
struct GatedNetwork: Sendable {
  /// What stands between the layers.
  enum Gates: Sendable {
    case open
    case rectified
    /// Open where these fields `h^1 … h^L`, one row a sample, are positive.
    case frozen([DenseMatrix])
  }

  /// What is trained on.
  let samples: Samples
  let gates: Gates
  /// `m_0 … m_L`.
  let multipliers: [Double]
  /// `γ² D`.
  private let gradientScale: Double

  private init(_ network: GatedNetwork, gates: Gates) {
    samples = network.samples
    multipliers = network.multipliers
    gradientScale = network.gradientScale
    self.gates = gates
  }

  /// The linear network whose gates are those of these weights.
  func holdingGates(at weights: [DenseMatrix]) -> GatedNetwork {
    GatedNetwork(self, gates: .frozen(forward(weights).fields))
  }

  /// - Parameters:
  ///   - problem: a plain chain in whole numbers.
  ///   - samples: what is trained on.
  ///   - gates: what stands between the layers.
  init(_ problem: TrainingProblem, samples: Samples, gates: Gates) {
    self.samples = samples
    self.gates = gates
    let dimension = problem.data.normalizingDimension
    let width = problem.widthRatio * dimension
    let richness = problem.effectiveRichness * problem.widthRatio.squareRoot()
    let hidden = Array(repeating: 1 / width.squareRoot(), count: problem.architecture.hiddenLayers - 1)
    multipliers = [1 / dimension.squareRoot()] + hidden + [1 / (richness * width.squareRoot())]
    gradientScale = richness * richness * dimension
  }

  /// All fields of one pass.
  struct Pass {
    /// `h^1 … h^L`, one row a sample.
    let fields: [DenseMatrix]
    /// `z^0 … z^L`.
    let features: [DenseMatrix]
    /// f, one number a sample.
    let outputs: [Double]
  }

  /// Rate of the mode that all weight layers carry equally, equation (12.9).
  func balancedRate(weightLayers: Int) -> Double {
    let product = multipliers.reduce(1, *)
    return gradientScale * .pow(product, 2 / Double(weightLayers))
  }

  /// The forward pass, equation (12.1).
  ///
  /// - Parameters:
  ///   - weights: `W^0 … W^{L-1}`, and w as one row.
  ///   - inputs: one row a sample; with frozen gates those of `samples`.
  /// - Returns: all fields.
  func forward(_ weights: [DenseMatrix], on inputs: DenseMatrix) -> Pass {
    var fields: [DenseMatrix] = []
    var features = [inputs]
    for (layer, weight) in weights.enumerated() {
      let field = DenseMatrix.product(.plain(features[layer]), .transposed(weight), scale: multipliers[layer])
      guard layer < weights.count - 1 else { return Pass(fields: fields, features: features, outputs: field.storage) }
      fields.append(field)
      features.append(gated(field, by: field, layer: layer))
    }
    return Pass(fields: fields, features: features, outputs: [])
  }

  /// `φ'(h) ∘ x`.
  private func gated(_ values: DenseMatrix, by field: DenseMatrix, layer: Int) -> DenseMatrix {
    var values = values
    switch gates {
    case .open: break
    case .rectified: values.keep(wherePositive: field)
    case .frozen(let references): values.keep(wherePositive: references[layer])
    }
    return values
  }

  /// The forward pass on the samples that are trained on.
  func forward(_ weights: [DenseMatrix]) -> Pass { forward(weights, on: samples.inputs) }

  /// Residuals `Δ = y - f`.
  func residuals(_ pass: Pass) -> [Double] { zip(samples.target, pass.outputs).map { $0 - $1 } }

  /// The downhill gradients `F^0 … F^L`, equation (12.2).
  ///
  /// - Parameters:
  ///   - weights: where.
  ///   - pass: the forward pass with these weights on `samples`.
  /// - Returns: in the shapes of the weights.
  func downhill(_ weights: [DenseMatrix], _ pass: Pass) -> [DenseMatrix] {
    let scale = gradientScale / Double(samples.count)
    var above = DenseMatrix(rows: samples.count, columns: 1, residuals(pass))
    var gradients: [DenseMatrix] = []
    for layer in weights.indices.reversed() {
      gradients.append(
        .product(.transposed(above), .plain(pass.features[layer]), scale: scale * multipliers[layer]))
      guard layer > 0 else { break }
      let below = DenseMatrix.product(.plain(above), .plain(weights[layer]), scale: multipliers[layer])
      above = gated(below, by: pass.fields[layer - 1], layer: layer - 1)
    }
    return gradients.reversed()
  }
}
