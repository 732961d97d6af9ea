import LinearAlgebra
import Parallel

/// The data as the network sees it: sample residuals above, eigenmodes of the covariance in the middle, the input
/// layer below; the fields of equation (2.1) and the equations (3.8)-(3.14).
///
/// Each eigenmode is a junction between the gradient `h^0_k` that the samples send into it and the error
/// `v_k` that the network leaves in it (3.9). Its target part is deterministic, so two vectors over time
/// carry it (3.10); only the random initial predictor and the sampling noise need matrices.
struct DataBlock: Sendable {
  /// How samples turn residuals into gradient noise, equation (3.13).
  enum Sampling: Sendable {
    case batch(sampleRatio: Double)
    case onePass(sampleRatio: Double)
    case population
  }

  /// `R`, equation (3.12).
  private(set) var sampleResponse: Response
  /// `C_v`, equation (3.11).
  private(set) var errorCorrelation: Correlation
  /// `C_Δ`, equations (3.12) and (3.13).
  private(set) var residualCorrelation: Correlation
  /// `H^0`, equation (3.14).
  private(set) var inputCorrelation: Correlation
  /// `Â^0`, equation (3.14).
  private(set) var inputResponse: Response

  /// `-Φ = -K_0/γ0`, equation (3.8): how the gradients of the past move the error.
  var errorMap: Response
  var modes: [Junction]
  /// `v̄_k` and `h̄_k`, equation (3.10).
  var signalError: TimeVectors
  var signalGradient: TimeVectors

  /// Eigenvalues with masses `w_k λ_k`, and with masses `w_k b_k λ_k`.
  let fluctuation: DiscreteMeasure
  let signal: DiscreteMeasure
  /// `w_k` and `w_k b_k`.
  private let fluctuationWeights: [Double]
  private let signalPowers: [Double]
  let sampling: Sampling
  private let noiseVariance: Double
  private let richness: Double
  /// `1/(γ0² ν)`: variance of the initial predictor, 0 at infinite width.
  let predictorVariance: Double
  var rows: Rows
  /// What the cores work with that share the modes.
  private var tools: [ChainScratch]
  /// Rows of R and of the noise of the last accepted block.
  var accepted: (response: RowBlock, noise: RowBlock)

  /// - Parameters:
  ///   - spectrum: both spectral measures, compressed or not.
  ///   - sampling: batch, one-pass or population.
  ///   - noiseVariance: `σ²`.
  ///   - richness: `γ0`.
  ///   - predictorVariance: `1/(γ0² ν)`.
  ///   - size: number of time points.
  ///   - causality: triangular or block triangular.
  ///   - capacity: largest block.
  ///   - cores: how many may share the modes.
  init(
    spectrum: SpectralMeasures, sampling: Sampling, noiseVariance: Double, richness: Double,
    predictorVariance: Double, size: Int, causality: Causality, capacity: Int, cores: Int
  ) {
    self.sampling = sampling
    self.noiseVariance = noiseVariance
    self.richness = richness
    self.predictorVariance = predictorVariance
    signal = spectrum.signal
    fluctuation = spectrum.fluctuation
    signalPowers = signal.weightsOverPoints
    fluctuationWeights = fluctuation.weightsOverPoints
    modes = Array(
      repeating: Junction(ChainShape(size: size, causality: causality, capacity: capacity)), count: fluctuation.count)
    signalError = TimeVectors(size: size, count: signal.count)
    signalGradient = signalError
    sampleResponse = Response(size: size, causality: causality)
    errorMap = sampleResponse
    inputResponse = sampleResponse
    errorCorrelation = Correlation(size: size, causality: causality)
    residualCorrelation = errorCorrelation
    inputCorrelation = errorCorrelation
    rows = Rows(size: size, capacity: capacity)
    let lanes = size * modes.count < Self.sharedEntries ? 1 : max(1, min(cores, modes.count))
    tools = Array(
      repeating: ChainScratch(size: size, capacity: capacity, isShared: cores > 1 && lanes == 1), count: lanes)
    accepted = (rows.response, rows.noise)
  }

  /// Rows of everything here, given the rows of `g^1`: first the feedback and the initial predictor, equation (3.8).
  ///
  /// - Parameters:
  ///   - inputLayer: hidden layer 1, whose backward rows are known.
  ///   - link: the input layer's weights.
  ///   - kernel: rows of κ.
  ///   - work: scratch.
  mutating func update(
    inputLayer: Junction, link: Link, kernel: RowBlock, work: inout ChainScratch
  ) {
    link.setMap(
      &work.map, response: inputLayer.backwardResponse,
      correlation: inputLayer.backwardCorrelation, kernel: kernel)
    rows.errorMap.begin(kernel.rows)
    rows.errorMap.add(work.map, scale: -1 / richness)
    errorMap.setRows(rows.errorMap)
    link.setSource(
      &work.source, correlation: inputLayer.backwardCorrelation, times: kernel.rows,
      scale: predictorVariance)
    updateErrors(times: kernel.rows, predictor: work.source)
    updateSamples()
    updateGradients()
  }

  /// Equations (3.9)-(3.11): the error in each mode, given the initial predictor's rows.
  private mutating func updateErrors(times: Range<Int>, predictor: RowBlock) {
    rows.sampleMap.begin(times)
    rows.error.begin(times)
    if isImplicit {
      for index in modes.indices { guessForward(index, times: times) }
    }
    let map = rows.errorMap
    SideBySide.update(&modes, tools: &tools) { _, mode, tool in
      mode.updateBackward(map: map, source: predictor, work: &tool.junction)
    }
    for (index, mass) in fluctuation.weights.enumerated() {
      rows.sampleMap.addRows(of: modes[index].backwardResponse, scale: mass)
      rows.error.addRows(of: modes[index].backwardCorrelation, scale: mass)
    }
    updateSignal { $0.signalError.setRows($0.rows.errorMap, times: $0.signalGradient, offset: 1) }
    rows.error.addGram(of: signalError, weights: signal.weights)
    errorCorrelation.setRows(rows.error)
  }

  /// Equations (3.12) and (3.13): `R_t = e + R_vh,t R / α` and `C_Δ,t = R_t (C_v + σ² 1) Rᵀ`, then the noise.
  private mutating func updateSamples() {
    let times = rows.error.rows
    rows.noise.begin(times)
    switch sampling {
    case .batch(let ratio):
      if isImplicit {
        rows.response.begin(times)
        rows.response.addPast(rows.sampleMap, times: sampleResponse, scale: 1 / ratio)
        rows.response.addIdentity()
        OwnSystem(rows.sampleMap, scale: 1 / ratio).solve(&rows.response, columns: 0..<times.upperBound)
      } else {
        rows.response.set(rows.sampleMap, times: sampleResponse, scale: 1 / ratio)
        rows.response.addIdentity()
      }
      sampleResponse.setRows(rows.response)
      rows.sampleMap.begin(times)
      rows.sampleMap.add(rows.response, times: errorCorrelation)
      rows.sampleMap.addRowSums(of: rows.response, scale: noiseVariance)
      rows.error.set(rows.sampleMap, timesTransposed: sampleResponse)
      rows.noise.add(rows.error, scale: 1 / ratio)
    case .onePass(let ratio):
      updateFreshSamples(times)
      rows.noise.addDiagonal(of: rows.error, scale: 1 / ratio)
    case .population:
      updateFreshSamples(times)
    }
    residualCorrelation.setRows(rows.error)
  }

  /// `R = I` and `C_Δ = C_v + σ² 1`: samples that were never seen before.
  private mutating func updateFreshSamples(_ times: Range<Int>) {
    rows.response.begin(times)
    rows.response.addIdentity()
    sampleResponse.setRows(rows.response)
    rows.error.add(constant: noiseVariance)
  }

  /// Equations (3.9), (3.10) and (3.14): the gradient that reaches the input layer.
  private mutating func updateGradients() {
    let times = rows.response.rows
    rows.inputResponse.begin(times)
    rows.inputCorrelation.begin(times)
    let (response, noise, eigenvalues) = (rows.response, rows.noise, fluctuation.points)
    SideBySide.update(&modes, tools: &tools) { index, mode, tool in
      tool.map.begin(times)
      tool.map.add(response, scale: eigenvalues[index])
      tool.source.begin(times)
      tool.source.add(noise, scale: eigenvalues[index])
      mode.updateForward(map: tool.map, source: tool.source, work: &tool.junction)
    }
    for (index, weight) in fluctuationWeights.enumerated() {
      rows.inputResponse.addRows(
        of: modes[index].forwardResponse, scale: -weight * richness * predictorVariance)
      rows.inputCorrelation.addRows(of: modes[index].forwardCorrelation, scale: weight)
    }
    updateSignal {
      $0.signalGradient.setRows($0.rows.response, times: $0.signalError, scales: $0.signal.points)
    }
    rows.inputCorrelation.addGram(of: signalGradient, weights: signalPowers)
    inputResponse.setRows(rows.inputResponse)
    inputCorrelation.setRows(rows.inputCorrelation)
  }

  /// `<β(t) · h^0(t)>/D`, the network's side of the balance (6.7) as the data sees it.
  func predictionGradientOverlap(_ time: Int) -> Double {
    var sum = 0.0
    for index in 0..<signal.count {
      let learned = 1 - signalError[time, index]
      sum += signalPowers[index] * learned * signalGradient[time, index]
    }
    for (index, mode) in modes.enumerated() {
      sum -= fluctuationWeights[index] * mode.crossCorrelation[time, time]
    }
    return sum
  }

  /// `v̄` and `h̄` of equation (3.10) for any eigenvalues, with the maps as solved.
  ///
  /// - Parameters:
  ///   - eigenvalues: where to ask.
  ///   - blocks: the blocks of time points as they were solved.
  /// - Returns: one vector over time for each eigenvalue; `moves` is `v̄ - 1`, without the cancellation.
  func probe(at eigenvalues: [Double], blocks: [Range<Int>])
    -> (errors: TimeVectors, gradients: TimeVectors, moves: TimeVectors)
  {
    var errors = TimeVectors(size: blocks.last?.upperBound ?? 0, count: eigenvalues.count)
    var gradients = errors
    var moves = errors
    var map = rows.errorMap
    var response = map
    for block in blocks {
      map.begin(block)
      map.addRows(of: errorMap)
      response.begin(block)
      response.addRows(of: sampleResponse)
      if isImplicit {
        TimeVectors.close(
          errors: &errors, gradients: &gradients, errorMap: map, response: response, scales: eigenvalues, offset: 1)
        moves.setRows(block, to: errors, offset: -1)
      } else {
        moves.setRows(map, times: gradients)
        errors.setRows(block, to: moves, offset: 1)
        gradients.setRows(response, times: errors, scales: eigenvalues)
      }
    }
    return (errors, gradients, moves)
  }

  /// Time points of all modes together from which they are shared between cores (measured).
  private static let sharedEntries = 2000

  /// Number of time matrices held beside the modes' junctions.
  static let sharedMatrices = 6

  struct Rows: Sendable {
    var errorMap: RowBlock
    var sampleMap: RowBlock
    var error: RowBlock
    var response: RowBlock
    var noise: RowBlock
    var inputResponse: RowBlock
    var inputCorrelation: RowBlock

    init(size: Int, capacity: Int) {
      errorMap = RowBlock(size: size, capacity: capacity)
      sampleMap = errorMap
      error = errorMap
      response = errorMap
      noise = errorMap
      inputResponse = errorMap
      inputCorrelation = errorMap
    }
  }
}
