import LinearAlgebra

/// The data as the network sees it: sample residuals above, eigenmodes of the covariance in the middle, the input
/// layer below; the fields of equation (2.1) and the equations (3.8)-(3.14).
///
/// Three parts do the work: how samples answer (`SampleRule`), the random part of the modes (`Eigenmodes`), and the target's
/// deterministic part (`TargetPart`). This type holds what they make together and the order in which they do.
struct DataBlock: Sendable {
  /// `C_v`, equation (3.11).
  private(set) var errorCorrelation: Correlation
  /// `H^0`, equation (3.14).
  private(set) var inputCorrelation: Correlation
  /// `Â^0`, equation (3.14).
  private(set) var inputResponse: Response
  /// `-Φ = -K_0/γ0`, equation (3.8): how the gradients of the past move the error.
  private var errorMap: Response

  private var rule: any SampleRule
  private var modes: Eigenmodes
  private var target: TargetPart
  /// Given rows under a sequence of batches, in place of modes and samples; nil elsewhere.
  private(set) var sequence: BatchSequence?
  /// Given rows under independent batches, whose gradient noise has a variance in each mode; nil elsewhere.
  private(set) var independent: IndependentBatches?

  /// Whether `C_v` is the covariance of the predictor alone, equation (21.3), and losses come from the sample rule.
  let isOfLoss: Bool
  /// `1/(γ0² ν)`: variance of the initial predictor, 0 at infinite width.
  let predictorVariance: Double
  private let richness: Double
  private let layout: BlockLayout
  private var rows: Rows

  /// - Parameters:
  ///   - spectrum: both spectral measures, compressed or not.
  ///   - outputs: covariances of the targets and of their noise over the outputs.
  ///   - rule: how samples answer.
  ///   - richness: `γ0`.
  ///   - predictorVariance: `1/(γ0² ν)`.
  ///   - layout: of the rows.
  ///   - batches: how batches are taken from given rows; nil where all are taken or samples are drawn.
  ///   - cores: how many may share the modes.
  init(
    spectrum: SpectralMeasures, outputs: OutputCovariances, rule: any SampleRule, richness: Double,
    predictorVariance: Double, layout: BlockLayout, batches: GivenBatches? = nil, cores: Int
  ) {
    self.rule = rule
    isOfLoss = rule.answers != nil
    self.richness = richness
    self.predictorVariance = predictorVariance
    self.layout = layout
    modes = Eigenmodes(spectrum.fluctuation, layout: layout, cores: cores)
    target = TargetPart(spectrum.signal, targets: outputs, layout: layout, isPredictor: rule.answers != nil)
    errorMap = Response(size: layout.size, storage: layout.storage)
    inputResponse = errorMap
    errorCorrelation = Correlation(size: layout.size, storage: layout.storage)
    inputCorrelation = errorCorrelation
    rows = Rows(layout)
    sequence = batches?.sequence(responseScale: richness * predictorVariance)
    independent = batches?.independent
  }

  /// `R`, equation (3.12).
  var sampleResponse: Response { rule.samples.response }
  /// `C_Δ`, equations (3.12) and (3.13).
  var residualCorrelation: Correlation { rule.samples.residualCorrelation }

  /// Losses of a loss rule at all rows done; nil for squared error of a linear target.
  var answers: LossAnswers? { rule.answers }

  /// Whether a step sees a part of a fixed training set.
  var hasBatches: Bool { sequence != nil || independent != nil || rule.batchLoss(0, 0) != nil }
  /// The loss of the batch of a step before its update, between two outputs, equations (15.5) and (16.4); NaN without batches. A batch that
  /// is drawn independently of all others is like all rows.
  func batchLoss(_ row: Int, _ column: Int) -> Double {
    if let sequence { return sequence.batchLoss[row] }
    return independent == nil ? rule.batchLoss(row, column) ?? .nan : residualCorrelation[row, column]
  }
  /// The loss over given test rows where batches are taken from given rows; nil where it follows from the march.
  var givenTestLoss: [Double]? { sequence?.testLoss ?? independent?.testLoss }

  /// What a sample that is trained on makes of a shift of its own residual; nil where that is `sampleResponse`.
  var residualResponse: DenseMatrix? { rule.residualResponse }
  /// Covariance of the target noise over the outputs.
  var noise: OutputMatrix { rule.samples.noise }

  /// Rows of everything here, given the rows of `g^1`: the feedback and the initial predictor (3.8), the errors (3.9)-(3.11), the
  /// samples (3.12) and (3.13), and the gradient that reaches the input layer (3.9), (3.10), (3.14).
  ///
  /// - Parameters:
  ///   - inputLayer: hidden layer 1, whose backward rows are known.
  ///   - link: the input layer's weights.
  ///   - kernel: rows of κ.
  ///   - work: scratch.
  mutating func update(inputLayer: Junction, link: Link, kernel: RowBlock, work: inout ChainScratch) {
    link.setMap(
      &work.map, .down, response: inputLayer.backwardResponse, correlation: inputLayer.backwardCorrelation,
      kernel: kernel)
    rows.errorMap.begin(kernel.rows)
    rows.errorMap.add(work.map, scale: -1 / richness)
    errorMap.setRows(rows.errorMap)
    link.setSource(
      &work.source, correlation: inputLayer.backwardCorrelation, times: kernel.rows, scale: predictorVariance)
    guard sequence == nil else { return updateSequence(row: kernel.rows.lowerBound, predictor: work.source) }
    updateErrors(times: kernel.rows, predictor: work.source)
    if isOfLoss { rule.take(overlap: target.signalOverlap(kernel.rows.lowerBound)) }
    rule.update(modeResponse: rows.sampleMap, error: rows.error, errorCorrelation: errorCorrelation)
    let noises = independentNoises(row: kernel.rows.lowerBound, predictor: work.source)
    updateGradients(times: kernel.rows, noises: noises)
    if isOfLoss { rule.check(predictionGradientOverlap(kernel.rows.lowerBound)) }
  }

  /// Equations (16.4)-(16.6): the rows of everything here under a given sequence of batches.
  private mutating func updateSequence(row: Int, predictor: RowBlock) {
    guard
      let answer = sequence?.advance(
        feedback: (0..<row).map { -rows.errorMap[row, $0] }, predictor: (0...row).map { predictor[row, $0] })
    else { return }
    rows.sampleMap.begin(row..<row + 1)
    rows.error.begin(row..<row + 1)
    rows.inputResponse.begin(row..<row + 1)
    rows.inputCorrelation.begin(row..<row + 1)
    for column in 0...row {
      rows.error[row, column] = answer.error[column]
      rows.inputResponse[row, column] = answer.response[column]
      rows.inputCorrelation[row, column] = answer.correlation[column]
    }
    errorCorrelation.setRows(rows.error)
    inputResponse.setRows(rows.inputResponse)
    inputCorrelation.setRows(rows.inputCorrelation)
    rule.update(modeResponse: rows.sampleMap, error: rows.error, errorCorrelation: errorCorrelation)
  }

  /// Equation (16.7): the variance of the gradient noise of independent batches in each mode; nil for others.
  private mutating func independentNoises(row: Int, predictor: RowBlock) -> [Double]? {
    let count = modes.modes.count
    return independent?.advance(
      errors: (0..<count).map { target.errors[row, $0] },
      variances: modes.modes.map { $0.backwardCorrelation[row, row] },
      responses: (0..<row).map { past in modes.modes.map { -$0.backwardResponse[row, past] } },
      start: predictor[row, row])
  }

  private mutating func updateErrors(times: Range<Int>, predictor: RowBlock) {
    rows.sampleMap.begin(times)
    rows.error.begin(times)
    modes.updateErrors(
      map: rows.errorMap, predictor: predictor, samples: rule.samples, response: &rows.sampleMap, error: &rows.error)
    if layout.isImplicit { closeTarget() } else { target.updateErrors(map: rows.errorMap) }
    target.addErrors(to: &rows.error)
    errorCorrelation.setRows(rows.error)
  }

  private mutating func updateGradients(times: Range<Int>, noises: [Double]?) {
    rows.inputResponse.begin(times)
    rows.inputCorrelation.begin(times)
    modes.updateGradients(
      samples: rule.samples, noises: noises, response: &rows.inputResponse, scale: -richness * predictorVariance,
      correlation: &rows.inputCorrelation)
    if layout.isImplicit {
      closeTarget()
    } else {
      target.updateGradients(response: rule.samples.responseRows, signal: isOfLoss ? rule.answers?.signal : nil)
    }
    target.addGradients(to: &rows.inputCorrelation)
    inputResponse.setRows(rows.inputResponse)
    inputCorrelation.setRows(rows.inputCorrelation)
  }

  /// In an implicit block the target's errors and gradients depend on each other.
  private mutating func closeTarget() { target.close(map: rows.errorMap, response: rule.samples.responseRows) }

  /// `<β(t) · h^0(t)>/D` of a row, the network's side of the balance (6.7) as the data sees it.
  func predictionGradientOverlap(_ row: Int) -> Double {
    sequence?.overlaps[row] ?? (target.overlap(row) - modes.overlap(row))
  }

  /// Newest rows, which the march never allocates.
  private struct Rows: Sendable {
    var errorMap: RowBlock
    var sampleMap: RowBlock
    var error: RowBlock
    var inputResponse: RowBlock
    var inputCorrelation: RowBlock

    init(_ layout: BlockLayout) {
      errorMap = RowBlock(size: layout.size, capacity: layout.height)
      sampleMap = errorMap
      error = errorMap
      inputResponse = errorMap
      inputCorrelation = errorMap
    }
  }
}

extension DataBlock {
  /// `-Φ`, as solved.
  var feedback: Response { errorMap }
  /// Whether rows of a block depend on each other: maps are no triangles then.
  var isImplicit: Bool { layout.isImplicit }

  /// The covariance of the gradient noise between the first rows, all entries.
  func gradientNoise(rows: Int) -> [Double] {
    (0..<rows).flatMap { row in (0..<rows).map { rule.noise(max(row, $0), min(row, $0)) } }
  }

  /// Number of time matrices held beside the modes' junctions.
  static let sharedMatrices = 6

  /// What is unknown of an implicit block before it is swept.
  var unknowns: [[Double]] {
    get { rule.unknowns }
    set { rule.unknowns = newValue }
  }

  /// First guess for an implicit block.
  mutating func guess(_ block: Range<Int>, lengthRatio: Double) { rule.samples.guess(block, lengthRatio: lengthRatio) }

  /// The next guess starts from the rows of the block that is done.
  mutating func accept() { rule.samples.accept() }

  /// `v̄` and `h̄` of equation (3.10) for any eigenvalues, with the maps as solved.
  ///
  /// - Parameters:
  ///   - eigenvalues: where to evaluate.
  ///   - blocks: the blocks of rows as they were solved.
  /// - Returns: one vector over the rows for each eigenvalue; `moves` is `v̄ - 1`, without the cancellation.
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
      if layout.isImplicit {
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
}
