import LinearAlgebra

/// Batches from a fixed training set: a sample (15.1) and its averages (15.3)-(15.5); one recursion for all ways to draw them.
///
/// Goals, in this order: exact for any masks of a `MaskLaw`; a row costs a few products with time matrices, as a full batch's does; several
/// outputs have the same masks, so that products of masks are numbers and everything else is a block over pairs of outputs.
struct MinibatchRule: SampleRule {
  /// R is `<∂y/∂ξ>` and the residuals are those of the whole training set, `C_Δ` of equation (15.4).
  var samples: SampleRows
  /// `α = P/D`.
  private let sampleRatio: Double
  private let masks: MaskLaw
  /// `K = R_vh/α`: how the residual of a sample answers to what was masked of itself.
  private var memory: Response
  /// `C_y = <y yᵀ>`, y the masked residual.
  private var masked: Correlation
  private var rows: Rows

  /// - Parameters:
  ///   - samples: rows of the problem's layout, of single steps.
  ///   - layout: of the rows.
  ///   - sampleRatio: `α`, of the whole training set.
  ///   - masks: how batches are drawn.
  init(_ samples: SampleRows, layout: BlockLayout, sampleRatio: Double, masks: MaskLaw) {
    precondition(!layout.isImplicit, "batches belong to single steps")
    self.samples = samples
    self.sampleRatio = sampleRatio
    self.masks = masks
    memory = Response(size: layout.size, storage: layout.storage)
    masked = Correlation(size: layout.size, storage: layout.storage)
    rows = Rows(layout)
  }

  mutating func update(modeResponse: RowBlock, error: RowBlock, errorCorrelation: Correlation) {
    rows.begin(modeResponse, scale: 1 / sampleRatio, masks: masks, outputs: samples.noise.outputs)
    memory.setRows(rows.memory)
    rows.shift.copy(error)
    rows.shift.add(samples.noise)
    updateResponse()
    updateMasked()
    updateResiduals(errorCorrelation)
    samples.noiseRows.begin(modeResponse.rows)
    samples.noiseRows.add(rows.masked, scale: 1 / sampleRatio)
  }

  /// Equations (15.3) and (15.5): `R_t = e + q R`, and `x = C'_t Rᵀ` at earlier times, which reads R once more at the same time.
  private mutating func updateResponse() {
    samples.responseRows.set(rows.seen, times: samples.response, and: &rows.answer, rows.shift)
    samples.responseRows.addIdentity()
    samples.response.setRows(samples.responseRows)
  }

  /// Equation (15.5): `C_y(t, s) = Q(t, s) (x + o C_y)(s)`, and at equal times `<m²>` times the loss of the batch.
  private mutating func updateMasked() {
    let times = rows.memory.rows
    rows.past.begin(times)
    rows.past.add(rows.open, times: masked)
    rows.masked.begin(times)
    rows.masked.add(rows.answer)
    rows.masked.add(rows.past)
    rows.masked.scaleColumns(by: rows.products)
    let square = masks.square(times.lowerBound / samples.noise.outputs)
    for row in times {
      for column in times {
        let loss =
          rows.shift[row, column] + rows.seen.product(row, rows.answer, column)
          + rows.seen.product(column, rows.answer, row) + rows.seen.product(row, rows.past, column)
        rows.masked[row, column] = square * loss
      }
    }
    masked.setRows(rows.masked)
  }

  /// Equation (15.4): `C_Δ = C' + K R C' + (K R C')ᵀ + K C_y Kᵀ`, over the whole training set.
  private mutating func updateResiduals(_ errorCorrelation: Correlation) {
    let times = rows.memory.rows
    samples.residualRows.copy(rows.shift)
    // Where every product of masks is 1, K R is what R has beyond the identity, and all masks are open.
    if masks.isIndependent {
      rows.reach.copy(samples.responseRows)
      rows.reach.addIdentity(scale: -1)
    } else {
      rows.reach.set(rows.memory, times: samples.response)
      rows.past.begin(times)
      rows.past.add(rows.memory, times: masked)
    }
    samples.residualRows.add(rows.reach, times: errorCorrelation)
    samples.residualRows.addTimeSums(of: rows.reach, times: samples.noise)
    rows.past.add(rows.answer)
    rows.reach.set(rows.past, timesTransposed: memory)
    samples.residualRows.add(rows.reach)
    samples.residualCorrelation.setRows(samples.residualRows)
  }

  func noise(_ row: Int, _ column: Int) -> Double { masked[row, column] / sampleRatio }

  /// Equation (15.5): the loss of the batch of a step, before its update.
  func batchLoss(_ row: Int, _ column: Int) -> Double? {
    masked[row, column] / masks.square(row / samples.noise.outputs)
  }

  /// `I + K R`, equation (15.7).
  var residualResponse: DenseMatrix? {
    let size = memory.size
    let (memory, response) = (
      DenseMatrix(rows: size, columns: size, memory.entries),
      DenseMatrix(rows: size, columns: size, samples.response.entries)
    )
    var result = DenseMatrix.product(.plain(memory), .plain(response))
    result.addToDiagonal(1)
    return result
  }

  /// Newest rows.
  private struct Rows: Sendable {
    /// `k`, `q = k ∘ Q`, and `o`, which is k where Q is not 0.
    var memory: RowBlock
    var seen: RowBlock
    var open: RowBlock
    /// `C'`.
    var shift: RowBlock
    /// `x`, and `o C_y`, then `k C_y`.
    var answer: RowBlock
    var past: RowBlock
    /// `C_y`.
    var masked: RowBlock
    /// Scratch.
    var reach: RowBlock
    /// `Q(t, ·)`, one number a row, and 1 at times that are not before t.
    var products: [Double]

    init(_ layout: BlockLayout) {
      memory = RowBlock(size: layout.size, capacity: layout.height)
      seen = memory
      open = memory
      shift = memory
      answer = memory
      past = memory
      masked = memory
      reach = memory
      products = Array(repeating: 1, count: layout.size)
    }

    /// The rows of K, and what the masks leave of them.
    mutating func begin(_ modeResponse: RowBlock, scale: Double, masks: MaskLaw, outputs: Int) {
      memory.begin(modeResponse.rows)
      memory.add(modeResponse, scale: scale)
      seen.copy(memory)
      open.copy(memory)
      guard !masks.isIndependent else { return }
      let time = modeResponse.rows.lowerBound / outputs
      for column in 0..<time * outputs { products[column] = masks.product(time, column / outputs) }
      seen.scaleColumns(by: products)
      open.scaleColumns(by: products.map { $0 == 0 ? 0 : 1 })
    }
  }
}
