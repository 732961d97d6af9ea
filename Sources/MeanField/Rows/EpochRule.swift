import LinearAlgebra

/// Random partitions of given training rows, a new one in each epoch, equation (16.8): each row once an epoch. All rows are taken to
/// react to themselves alike, which is an approximation.
///
/// The population problem of full batches holds the whole reaction of rows to themselves; inside an epoch none has come yet, and is taken out:
///
///     K = R_vh/α,      R = (I + K^in)^{-1},      N(t, s) = (δ_ts/p - 1) C^-(t, s) inside an epoch, else 0
///     C^- = R C_Δ Rᵀ + [R K R N (R - I)ᵀ + transpose] + (R - I) N (R - I)ᵀ,      noise = R N Rᵀ/α
struct EpochRule: SampleRule {
  var samples: SampleRows
  /// Rows of `C^-`, whose equal times are the losses of batches before their updates.
  private var fresh: [[Double]] = []

  private let sampleRatio: Double
  private let outputs: Int
  /// Epoch and share p of each step.
  private let slots: [(epoch: Int, share: Double)]
  /// Rows of R, of `K R`, of `R K R`, of `C_Δ`, and of N.
  private var gains: [[Double]] = []
  private var drives: [[Double]] = []
  private var echoes: [[Double]] = []
  private var residuals: [[Double]] = []
  private var noises: [[Double]] = []

  /// - Parameters:
  ///   - samples: matrices and newest rows.
  ///   - layout: of the rows.
  ///   - sampleRatio: `α = P/D`.
  ///   - slots: epoch and share of the training rows of each step.
  init(_ samples: SampleRows, layout: BlockLayout, sampleRatio: Double, slots: [(epoch: Int, share: Double)]) {
    precondition(!layout.isImplicit, "batches of steps need single steps")
    self.samples = samples
    self.sampleRatio = sampleRatio
    self.slots = slots
    outputs = layout.outputs
  }

  mutating func update(modeResponse: RowBlock, error: RowBlock, errorCorrelation: Correlation) {
    let rows = modeResponse.rows
    samples.residualRows.copy(error)
    samples.residualRows.add(samples.noise)
    samples.residualCorrelation.setRows(samples.residualRows)
    samples.responseRows.begin(rows)
    samples.noiseRows.begin(rows)
    for row in rows { addResponses(row, modeResponse) }
    for row in rows { residuals.append((0..<rows.upperBound).map { samples.residualRows[row, $0] }) }
    fresh += rows.map(freshCovariances)
    for row in rows { addNoise(row, fresh[row]) }
    for row in rows {
      for column in 0..<rows.upperBound {
        samples.noiseRows[row, column] = noiseCovariance(max(row, column), min(row, column)) / sampleRatio
      }
    }
    samples.response.setRows(samples.responseRows)
  }

  func batchLoss(_ row: Int, _ column: Int) -> Double? { fresh[max(row, column)][min(row, column)] }

  func noise(_ row: Int, _ column: Int) -> Double { noiseCovariance(row, column) / sampleRatio }

  private func isOneEpoch(_ row: Int, _ column: Int) -> Bool {
    slots[row / outputs].epoch == slots[column / outputs].epoch
  }

  /// `R_t = e - Σ K^in R`, `(K R)_t`, `(R K R)_t`.
  private mutating func addResponses(_ row: Int, _ modeResponse: RowBlock) {
    let first = row / outputs * outputs
    var (gain, drive) = ([Double](repeating: 0, count: row + 1), [Double](repeating: 0, count: row + 1))
    gain[row] = 1
    for past in 0..<first {
      let own = modeResponse[row, past] / sampleRatio
      VectorSums.add(own, gains[past], to: &drive)
      if isOneEpoch(row, past) { VectorSums.add(-own, gains[past], to: &gain) }
    }
    gains.append(gain)
    drives.append(drive)
    var echo = [Double](repeating: 0, count: row + 1)
    for past in 0...row where gain[past] != 0 { VectorSums.add(gain[past], drives[past], to: &echo) }
    echoes.append(echo)
    for column in 0...row { samples.responseRows[row, column] = gain[column] }
  }

  /// An entry of a lower triangle as one of the symmetric matrix.
  private func symmetric(_ rows: [[Double]], _ row: Int, _ column: Int) -> Double {
    rows[max(row, column)][min(row, column)]
  }

  /// `R - I`, an entry.
  private func reaction(_ row: Int, _ column: Int) -> Double { row == column ? 0 : gains[row][column] }

  /// `C^-`, the entries of a row up to its own.
  private func freshCovariances(_ row: Int) -> [Double] {
    var mixed = [Double](repeating: 0, count: row + 1)
    for left in epochStart(row)...row where gains[row][left] != 0 {
      for column in 0...row { mixed[column] += gains[row][left] * symmetric(residuals, left, column) }
    }
    // `R K R N`.
    let driven = (0..<past(row)).map { column in
      var sum = 0.0
      for left in epochStart(column)..<past(row) {
        guard isOneEpoch(left, column) else { break }
        sum += echoes[row][left] * symmetric(noises, left, column)
      }
      return sum
    }
    return (0...row).map { column in
      var sum = 0.0
      for right in epochStart(column)...column { sum += gains[column][right] * mixed[right] }
      for right in epochStart(column)..<past(column) { sum += driven[right] * reaction(column, right) }
      return isOneEpoch(row, column) ? sum + withinEpoch(row, column) : sum
    }
  }

  /// What a row and an earlier one of its epoch have besides: the transposed term, and `(R - I) N (R - I)ᵀ`.
  private func withinEpoch(_ row: Int, _ column: Int) -> Double {
    let start = epochStart(row)
    var sum = 0.0
    for left in start..<past(row) where reaction(row, left) != 0 {
      for right in start..<past(column) {
        sum += reaction(row, left) * symmetric(noises, left, right) * (reaction(column, right) + echoes[column][right])
      }
    }
    return sum
  }

  /// The first row of the epoch of a row, and the first row of its time: R and N reach no further back and no further on.
  private func epochStart(_ row: Int) -> Int {
    var time = row / outputs
    while time > 0, slots[time - 1].epoch == slots[time].epoch { time -= 1 }
    return time * outputs
  }

  private func past(_ row: Int) -> Int { row / outputs * outputs }

  /// `N_t`.
  private mutating func addNoise(_ row: Int, _ fresh: [Double]) {
    let slot = slots[row / outputs]
    noises.append(
      (0...row).map { column in
        guard isOneEpoch(row, column) else { return 0 }
        let isSameStep = row / outputs == column / outputs
        return ((isSameStep ? 1 / slot.share : 0) - 1) * fresh[column]
      })
  }

  /// `R N Rᵀ`, an entry of rows that are done, `column` at most `row`.
  private func noiseCovariance(_ row: Int, _ column: Int) -> Double {
    guard isOneEpoch(row, column) else { return 0 }
    var sum = 0.0
    for left in epochStart(row)...row where gains[row][left] != 0 {
      for right in epochStart(column)...column where gains[column][right] != 0 {
        sum += gains[row][left] * symmetric(noises, left, right) * gains[column][right]
      }
    }
    return sum
  }
}
