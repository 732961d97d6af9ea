import LinearAlgebra
import Problems

/// The matrices that sharpness is made of, over all steps up to the last that is asked for; each is a row-major square of `count` rows.
struct SharpnessHistory: Sendable {
  /// How a hidden layer's fields answer and correlate, l = 1 … L.
  struct Layer: Sendable {
    /// `H^l`, `G^l`, `A^l` (l < L), `S^l`.
    let forward: [Double]
    let backward: [Double]
    let forwardResponse: [Double]
    let backwardResponse: [Double]
    /// `(I - MK)⁻¹ D_{l-1}` and `(I - KM)⁻¹ D_l`.
    let ofForward: [Double]
    let ofBackward: [Double]
    /// `<h^l g^lᵀ>`.
    let cross: [Double]
  }

  /// Data of one mode of eigenvalue 1, and the samples.
  struct Data: Sendable {
    /// `(I + RΦ)⁻¹`, `-(I + ΦR)⁻¹ Φ`, `-(I + ΦR)⁻¹ D_0/(γ0 ν)`, and `A^0`.
    let gradientBySamples: [Double]
    let errorBySamples: [Double]
    let errorByNetwork: [Double]
    let gradientByNetwork: [Double]
    /// `<h^0 vᵀ>`, `H^0`, `C_v`.
    let cross: [Double]
    let gradient: [Double]
    let error: [Double]
    /// `R` and `C_Δ`.
    let response: [Double]
    let residual: [Double]
  }

  let count: Int
  let layers: [Layer]
  let data: Data
  /// `s_l d(t)`, a list for each layer of weights.
  let initialWeights: [[Double]]
  /// `c_l`, `γ0`, `1/ν`, and `1/α` of a training set, 0 where samples are fresh.
  let layerRates: [Double]
  let richness: Double
  let inverseWidth: Double
  let inverseSamples: Double

  /// nil where sums over outputs are known alone.
  init?(_ solution: Solution, count: Int) {
    let (problem, parameters) = (solution.problem, solution.orderParameters)
    guard let march = parameters.marches?.first, march.outputs == 1, march.multiplicity == 1 else { return nil }
    self.count = count
    let size = march.layers[0].forwardGain.size
    func cut(_ entries: [Double]) -> [Double] {
      (0..<count).flatMap { entries[$0 * size..<$0 * size + count] }
    }
    let depth = march.layers.count
    layers = march.layers.enumerated().map { index, layer in
      let (below, above) = (march.above[index].initialWeight, march.above[index + 1].initialWeight)
      return Layer(
        forward: cut(layer.forwardCorrelation.entries), backward: cut(layer.backwardCorrelation.entries),
        forwardResponse: index + 1 < depth ? cut(layer.forwardResponse.scaled(by: 1, columns: above)) : [],
        backwardResponse: cut(layer.backwardResponse.scaled(by: 1, columns: below)),
        ofForward: cut(layer.forwardGain.scaled(by: 1, columns: below)),
        ofBackward: cut(layer.backwardGain.scaled(by: 1, columns: above)), cross: cut(layer.crossCorrelation.entries))
    }
    initialWeights = march.above.map(\.initialWeight)
    layerRates = problem.layerRates
    richness = problem.effectiveRichness
    inverseWidth = problem.widthRatio.isInfinite ? 0 : 1 / problem.widthRatio
    var samples = 0.0
    if case .batch = problem.sampling, let ratio = problem.sampleRatio { samples = 1 / ratio }
    inverseSamples = samples
    let (start, first, variance) = (march.above[0].initialWeight, layers[0].backward, problem.predictorVariance)
    let predictor = (0..<count * count).map { entry in
      variance * start[entry / count] * start[entry % count] * first[entry]
    }
    data = Data(
      march.data, count: count, predictor: predictor, start: start,
      scale: problem.richness(1) * problem.predictorVariance, cut: cut)
  }
}

extension SharpnessHistory.Data {
  /// Equation (22.14): the fields of the data, from the feedback and the samples.
  fileprivate init(
    _ block: DataBlock, count: Int, predictor: [Double], start: [Double], scale: Double, cut: ([Double]) -> [Double]
  ) {
    func matrix(_ entries: [Double]) -> DenseMatrix { DenseMatrix(rows: count, columns: count, entries) }
    func times(_ left: DenseMatrix.Factor, _ right: DenseMatrix.Factor) -> DenseMatrix { .product(left, right) }
    let response = matrix(cut(block.sampleResponse.entries))
    let feedback = matrix(cut(block.feedback.entries).map { -$0 })
    let noise = matrix(block.gradientNoise(rows: count))
    func inverse(_ product: DenseMatrix) -> DenseMatrix {
      var identity = DenseMatrix.identity(count)
      // `ΦR` and `RΦ` are strictly lower triangles.
      identity.divideByUnitLower(product)
      return identity
    }
    let ofErrors = inverse(times(.plain(feedback), .plain(response)))
    let ofGradients = inverse(times(.plain(response), .plain(feedback)))
    gradientBySamples = ofGradients.storage
    errorBySamples = times(.plain(ofErrors), .plain(feedback)).storage.map { -$0 }
    errorByNetwork = ofErrors.storage.enumerated().map { -$1 * start[$0 % count] * scale }
    gradientByNetwork = times(.plain(ofGradients), .plain(response)).storage.enumerated().map {
      -$1 * start[$0 % count] * scale
    }
    var source = times(.plain(response), .plain(matrix(predictor.map { 1 + $0 })))
    source.setProduct(-1, .plain(noise), .transposed(feedback), own: 1)
    cross = times(.plain(times(.plain(ofGradients), .plain(source))), .transposed(ofErrors)).storage
    gradient = cut(block.inputCorrelation.entries)
    error = cut(block.errorCorrelation.entries)
    self.response = response.storage
    residual = cut(block.residualCorrelation.entries)
  }
}
