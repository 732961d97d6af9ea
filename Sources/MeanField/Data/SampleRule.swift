import LinearAlgebra
import Problems

/// How training samples turn the errors that the network leaves in the modes into residuals and into noise of the gradient,
/// equations (3.12) and (3.13). One type for each way in which samples reach the optimiser; in the simulator the same split is
/// `GradientSource`.
protocol SampleRule: Sendable {
  /// Matrices and newest rows.
  var samples: SampleRows { get set }
  /// Makes the newest rows of R, of C_Δ and of the gradient noise.
  ///
  /// - Parameters:
  ///   - modeResponse: rows of `R_vh`, the modes' response to the gradient.
  ///   - error: rows of C_v.
  ///   - errorCorrelation: C_v with these rows.
  mutating func update(modeResponse: RowBlock, error: RowBlock, errorCorrelation: Correlation)
  /// Covariance of the gradient noise, `Σ_k <p p>` over λ: an entry of rows that are done, `column` at most `row`.
  func noise(_ row: Int, _ column: Int) -> Double
  /// The loss of the batch of a step before its update, between two outputs: rows of one time that are done. Nil where every step sees the
  /// whole training set or only new samples.
  func batchLoss(_ row: Int, _ column: Int) -> Double?
  /// What a sample that is trained on makes of a shift of its own residual, `<∂Δ/∂ξ>`; nil where that is R.
  var residualResponse: DenseMatrix? { get }
  /// Rows that an implicit block iterates on: what a sweep reads before it has made it.
  var unknowns: [[Double]] { get set }
  /// Of a loss rule: `c` of the newest row, how residuals answer to the signal, and the losses so far; nil for squared error, whose `c` is `R 1`.
  var answers: LossAnswers? { get }
  /// Of a loss rule: the overlap `m` of the output with the signal at the newest row, before `update`.
  mutating func take(overlap: Double)
  /// Of a loss rule: `<f Delta>` of the newest row as the modes have it, after `update`.
  mutating func check(_ overlap: Double)
}

extension SampleRule {
  func batchLoss(_ row: Int, _ column: Int) -> Double? { nil }
  var residualResponse: DenseMatrix? { nil }
  var answers: LossAnswers? { nil }
  mutating func take(overlap: Double) {}
  mutating func check(_ overlap: Double) {}
  /// Nothing: the rows of single steps follow from those before them.
  var unknowns: [[Double]] {
    get { [] }
    set {}
  }
}

/// What every rule holds.
struct SampleRows: Sendable {
  /// `R`, equation (3.12).
  var response: Response
  /// `C_Δ`, equations (3.12) and (3.13).
  var residualCorrelation: Correlation
  /// Newest rows of R, of C_Δ, and of the covariance of the gradient noise.
  var responseRows: RowBlock
  var residualRows: RowBlock
  var noiseRows: RowBlock
  /// Covariance Σ of the target noise over the outputs; of one output `σ²`.
  let noise: OutputMatrix
  private var accepted: (response: RowBlock, noise: RowBlock)

  init(layout: BlockLayout, noise: OutputMatrix) {
    response = Response(size: layout.size, storage: layout.storage)
    residualCorrelation = Correlation(size: layout.size, storage: layout.storage)
    responseRows = RowBlock(size: layout.size, capacity: layout.height)
    residualRows = responseRows
    noiseRows = responseRows
    accepted = (responseRows, responseRows)
    self.noise = noise
  }

  /// First guess for an implicit block: every entry continues as the last block ended.
  mutating func guess(_ block: Range<Int>, lengthRatio: Double) {
    guard accepted.response.count > 0 else {
      responseRows.begin(block)
      responseRows.addIdentity()
      noiseRows.begin(block)
      return
    }
    responseRows = accepted.response.goingOn(to: block, square: .response(scale: lengthRatio))
    noiseRows = accepted.noise.goingOn(to: block, square: .correlation)
  }

  /// The next guess starts from the rows of the block that is done.
  mutating func accept() { accepted = (responseRows, noiseRows) }
}

/// Full batches: the same samples at every step, so that residuals remember, equation (3.12).
struct BatchRule: SampleRule {
  var samples: SampleRows
  /// `α = P/D`.
  private let sampleRatio: Double
  private let isImplicit: Bool
  private var work: RowBlock

  init(_ samples: SampleRows, layout: BlockLayout, sampleRatio: Double) {
    self.samples = samples
    self.sampleRatio = sampleRatio
    isImplicit = layout.isImplicit
    work = samples.noiseRows
  }

  /// `R_t = e + R_vh,t R / α`, `C_Δ,t = R_t (C_v + 1 1ᵀ ⊗ Σ) Rᵀ`, and noise `C_Δ/α`.
  mutating func update(modeResponse: RowBlock, error: RowBlock, errorCorrelation: Correlation) {
    let times = modeResponse.rows
    if isImplicit {
      samples.responseRows.begin(times)
      samples.responseRows.addPast(modeResponse, times: samples.response, scale: 1 / sampleRatio)
      samples.responseRows.addIdentity()
      OwnSystem(modeResponse, scale: 1 / sampleRatio).solve(&samples.responseRows, columns: 0..<times.upperBound)
    } else {
      samples.responseRows.set(modeResponse, times: samples.response, scale: 1 / sampleRatio)
      samples.responseRows.addIdentity()
    }
    samples.response.setRows(samples.responseRows)
    work.begin(times)
    work.add(samples.responseRows, times: errorCorrelation)
    work.addTimeSums(of: samples.responseRows, times: samples.noise)
    samples.residualRows.set(work, timesTransposed: samples.response)
    samples.residualCorrelation.setRows(samples.residualRows)
    samples.noiseRows.begin(times)
    samples.noiseRows.add(samples.residualRows, scale: 1 / sampleRatio)
  }

  func noise(_ row: Int, _ column: Int) -> Double { samples.residualCorrelation[row, column] / sampleRatio }

  var unknowns: [[Double]] {
    get { [samples.responseRows.entries, samples.noiseRows.entries] }
    set {
      samples.responseRows.entries = newValue[0]
      samples.noiseRows.entries = newValue[1]
    }
  }
}

/// Samples that were never seen before: `R = I` and `C_Δ = C_v + 1 1ᵀ ⊗ Σ`, table (3.13).
struct FreshRule: SampleRule {
  var samples: SampleRows
  /// `α` of one pass, whose gradient noise of different steps is independent; nil for the population, which has none.
  private let sampleRatio: Double?

  init(_ samples: SampleRows, sampleRatio: Double?) {
    self.samples = samples
    self.sampleRatio = sampleRatio
  }

  mutating func update(modeResponse: RowBlock, error: RowBlock, errorCorrelation: Correlation) {
    let times = error.rows
    samples.responseRows.begin(times)
    samples.responseRows.addIdentity()
    samples.response.setRows(samples.responseRows)
    samples.residualRows.copy(error)
    samples.residualRows.add(samples.noise)
    samples.residualCorrelation.setRows(samples.residualRows)
    samples.noiseRows.begin(times)
    if let sampleRatio {
      samples.noiseRows.addEqualTimes(of: samples.residualRows, scale: 1 / sampleRatio, outputs: samples.noise.outputs)
    }
  }

  func noise(_ row: Int, _ column: Int) -> Double {
    let outputs = samples.noise.outputs
    guard let sampleRatio, row / outputs == column / outputs else { return 0 }
    return samples.residualCorrelation[row, column] / sampleRatio
  }

  /// Nothing where there is no noise: R is known.
  var unknowns: [[Double]] {
    get { sampleRatio == nil ? [] : [samples.noiseRows.entries] }
    set {
      if sampleRatio != nil { samples.noiseRows.entries = newValue[0] }
    }
  }
}

extension TrainingProblem {
  /// The rule of this problem's samples.
  func sampleRule(layout: BlockLayout, noise: OutputMatrix, cores: Int = 1) -> any SampleRule {
    let samples = SampleRows(layout: layout, noise: noise)
    if let rule = lossRule(samples, rows: layout.size, cores: cores) { return rule }
    if let batches = GivenBatches(self) { return batches.rule(samples, layout: layout) }
    switch sampling {
    case .batch: return BatchRule(samples, layout: layout, sampleRatio: sampleRatio ?? .infinity)
    case .minibatch(_, let batches):
      return MinibatchRule(
        samples, layout: layout, sampleRatio: sampleRatio ?? .infinity,
        masks: MaskLaw(batches, share: minibatches?.share ?? 1))
    case .onePass: return FreshRule(samples, sampleRatio: sampleRatio ?? .infinity)
    case .population: return FreshRule(samples, sampleRatio: nil)
    }
  }
}
