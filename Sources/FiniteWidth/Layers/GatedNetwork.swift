import Problems
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

  /// Rate of the mode that all weight layers carry equally, equation (12.9).
  func balancedRate(weightLayers: Int) -> Double {
    gradientScale * .pow(multipliers.reduce(1, *), 2 / Double(weightLayers))
  }

  /// All fields of one pass, in storage that is used again: a pass is made thousands of times, and fresh pages cost as much as the products.
  struct Pass {
    /// `h^1 … h^L`, one row a sample.
    fileprivate(set) var fields: [DenseMatrix] = []
    /// `z^1 … z^L`; empty without gates, where they are the fields.
    fileprivate var features: [DenseMatrix] = []
    /// `Δ ĝ^1 … Δ ĝ^L`.
    fileprivate var backward: [DenseMatrix] = []
    /// `F^0 … F^L`.
    fileprivate(set) var gradients: [DenseMatrix] = []
    fileprivate var output = DenseMatrix(rows: 0, columns: 1)

    /// f, one number a sample.
    var outputs: [Double] { output.storage }

    fileprivate func below(_ layer: Int, _ inputs: DenseMatrix) -> DenseMatrix {
      layer == 0 ? inputs : features.isEmpty ? fields[layer - 1] : features[layer - 1]
    }
  }

  /// The forward pass, equation (12.1).
  ///
  /// - Parameters:
  ///   - weights: `W^0 … W^{L-1}`, and w as one row.
  ///   - inputs: one row a sample; with frozen gates those of `samples`.
  ///   - pass: takes the fields.
  func forward(_ weights: [DenseMatrix], on inputs: DenseMatrix, into pass: inout Pass) {
    if pass.output.rows != inputs.rows { pass = emptyPass(weights, samples: inputs.rows) }
    for layer in weights.indices.dropLast() {
      pass.fields[layer].setProduct(
        multipliers[layer], .plain(pass.below(layer, inputs)), .transposed(weights[layer]))
      gate(&pass.features, pass.fields[layer], by: pass.fields[layer], layer: layer)
    }
    let last = weights.count - 1
    pass.output.setProduct(multipliers[last], .plain(pass.below(last, inputs)), .transposed(weights[last]))
  }

  /// The forward pass with storage of its own, by default on the training samples.
  func forward(_ weights: [DenseMatrix], on inputs: DenseMatrix? = nil) -> Pass {
    var pass = Pass()
    forward(weights, on: inputs ?? samples.inputs, into: &pass)
    return pass
  }

  private func emptyPass(_ weights: [DenseMatrix], samples count: Int) -> Pass {
    let fields = weights.dropLast().map { DenseMatrix(rows: count, columns: $0.rows) }
    var pass = Pass()
    pass.fields = fields
    if case .open = gates {} else { pass.features = fields }
    pass.backward = fields
    pass.gradients = weights.map { DenseMatrix(rows: $0.rows, columns: $0.columns) }
    pass.output = DenseMatrix(rows: count, columns: 1)
    return pass
  }

  /// `φ'(h) ∘ x` in place of an entry of a list; without gates nothing changes.
  private func gate(_ list: inout [DenseMatrix], _ values: DenseMatrix? = nil, by field: DenseMatrix, layer: Int) {
    switch gates {
    case .open: break
    case .rectified: list[layer].keep(values, wherePositive: field)
    case .frozen(let references): list[layer].keep(values, wherePositive: references[layer])
    }
  }

  /// Residuals `Δ = y - f`.
  func residuals(_ pass: Pass) -> [Double] { zip(samples.target, pass.outputs).map { $0 - $1 } }

  /// The downhill gradients `F^0 … F^L`, equation (12.2).
  ///
  /// - Parameters:
  ///   - weights: where.
  ///   - pass: the forward pass with these weights on `samples`; takes the gradients.
  func descend(_ weights: [DenseMatrix], _ pass: inout Pass) {
    let scale = gradientScale / Double(samples.count)
    let last = weights.count - 1
    let error = DenseMatrix(rows: samples.count, columns: 1, residuals(pass))
    for layer in weights.indices.reversed() {
      let above = layer == last ? error : pass.backward[layer]
      pass.gradients[layer].setProduct(
        scale * multipliers[layer], .transposed(above), .plain(pass.below(layer, samples.inputs)))
      guard layer > 0 else { break }
      pass.backward[layer - 1].setProduct(multipliers[layer], .plain(above), .plain(weights[layer]))
      gate(&pass.backward, by: pass.fields[layer - 1], layer: layer - 1)
    }
  }
}
