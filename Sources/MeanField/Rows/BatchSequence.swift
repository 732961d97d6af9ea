import LinearAlgebra
import Problems

/// Training on a given sequence of batches of given rows, equations (16.4)-(16.6): what the data answer to the network's feedback, exactly,
/// whatever rows a step takes.
///
/// Nothing is averaged over but the initial weights, so that each step has a covariance of its own and modes do not decouple. The mean
/// predictor is a vector over the D directions; what the random initial predictor becomes takes a D x D matrix for each pair of times,
/// and nothing at infinite width.
struct BatchSequence: Sendable {
  /// What a row of the march needs, and what is reported.
  struct Answer {
    /// `Â^0(t, s)` and `H^0(t, s)` for s ≤ t.
    var response: [Double]
    var correlation: [Double]
    /// `C_v(t, s)` over the training rows.
    var error: [Double]
  }

  /// Losses over the test rows, and over the rows of each step's batch before its update.
  private(set) var testLoss: [Double] = []
  private(set) var batchLoss: [Double] = []
  /// `<β(t) · h^0(t)>/D`, the balance (6.7) as the data see it.
  private(set) var overlaps: [Double] = []

  private let batches: RowBatches
  private let train: RowMoments
  private let test: RowMoments
  /// `β*`, and `γ0/(γ0² ν)`, by which responses are scaled.
  private let fit: [Double]
  private let responseScale: Double
  /// `β̄(t)`, `h̄(t)`.
  private var predictors: [[Double]] = []
  private var gradients: [[Double]] = []
  /// Nil at infinite width.
  private var random: RandomPredictor?

  private var dimension: Int { fit.count }

  /// - Parameters:
  ///   - batches: which rows each step takes.
  ///   - train: all training rows.
  ///   - test: all test rows.
  ///   - fit: `β*` of the training rows.
  ///   - responseScale: `γ0/(γ0² ν)`; 0 at infinite width.
  init(batches: RowBatches, train: PreparedTable, test: PreparedTable, fit: [Double], responseScale: Double) {
    self.batches = batches
    self.fit = fit
    self.responseScale = responseScale
    let isFinite = responseScale > 0
    self.train = RowMoments(train, hasCovariance: isFinite)
    self.test = RowMoments(test, hasCovariance: isFinite)
    random = isFinite ? RandomPredictor(dimension: fit.count) : nil
  }

  /// The next row, equation (16.6).
  ///
  /// - Parameters:
  ///   - feedback: `Φ(t, s)` for s < t.
  ///   - predictor: `B(t, s)` for s ≤ t.
  /// - Returns: rows of the fields at the input.
  mutating func advance(feedback: [Double], predictor: [Double]) -> Answer {
    let (time, dimension) = (predictors.count, Double(dimension))
    var mean = [Double](repeating: 0, count: fit.count)
    for (weight, gradient) in zip(feedback, gradients) { VectorSums.add(weight, gradient, to: &mean) }
    let batch = batches.moments(time)
    predictors.append(mean)
    gradients.append(batch.gradient(mean))
    let rest = predictors.map { zip(fit, $0).map { $0 - $1 } }
    let weighted = zip(rest[time], train.squares).map { $0 * $1 }
    var answer = Answer(
      response: Array(repeating: 0, count: time + 1),
      correlation: gradients.map { VectorSums.dot($0, gradients[time]) / dimension },
      error: rest.map { VectorSums.dot($0, weighted) / dimension })
    var (spread, own, overlap) = (0.0, 0.0, VectorSums.dot(mean, gradients[time]))
    if let part = random?.advance(
      feedback: feedback, predictor: predictor, covariance: batch.covariance, weights: train.squares)
    {
      for index in 0...time {
        answer.response[index] = responseScale * part.traces[index] / dimension
        answer.correlation[index] += part.correlation[index] / dimension
        answer.error[index] += part.error[index] / dimension
      }
      spread = test.covariance.dot(part.covariance) / dimension
      own = batch.covariance.dot(part.covariance) / dimension
      overlap -= dimension * own
    }
    testLoss.append(test.meanSquare(mean) + spread)
    batchLoss.append(batch.meanSquare(mean) + own)
    overlaps.append(overlap / dimension)
    return answer
  }
}

/// Some rows, and what a linear predictor meets in them.
struct RowMoments: Sendable {
  let inputs: DenseMatrix
  let target: [Double]
  /// `XᵀX/n`; empty where it is not needed.
  let covariance: DenseMatrix
  /// Its diagonal.
  let squares: [Double]

  init(_ rows: PreparedTable, _ chosen: [Int]? = nil, hasCovariance: Bool) {
    let all = DenseMatrix(rows: rows.rows, columns: rows.inputs.count / rows.rows, rows.inputs)
    inputs = chosen.map(all.selecting) ?? all
    target = chosen.map { chosen in chosen.map { rows.target[$0] } } ?? rows.target
    let (inputs, count) = (inputs, Double(target.count))
    squares = (0..<inputs.columns).map { column in
      (0..<inputs.rows).reduce(0) { $0 + inputs[$1, column] * inputs[$1, column] } / count
    }
    covariance =
      hasCovariance
      ? DenseMatrix.product(.transposed(inputs), .plain(inputs), scale: 1 / count) : DenseMatrix(rows: 0, columns: 1)
  }

  /// `y - X β/√D`.
  func residuals(_ predictor: [Double]) -> [Double] {
    var rest = target
    inputs.addProduct(-1 / Double(inputs.columns).squareRoot(), predictor, to: &rest)
    return rest
  }

  func meanSquare(_ predictor: [Double]) -> Double {
    residuals(predictor).reduce(0) { $0 + $1 * $1 } / Double(target.count)
  }

  /// `(√D/n) Xᵀ (y - X β/√D)`.
  func gradient(_ predictor: [Double]) -> [Double] {
    let scale = Double(inputs.columns).squareRoot() / Double(target.count)
    return TallMatrix.transposed(inputs.storage, columns: inputs.columns, times: residuals(predictor)).map {
      scale * $0
    }
  }
}

/// Which rows each step takes, in a sequence that is known beforehand.
struct RowBatches: Sendable {
  /// Batches that occur, each once.
  private let moments: [RowMoments]
  /// Which of them a step takes; later steps begin again.
  private let places: [Int]

  /// - Parameters:
  ///   - batches: rows of each step; steps beyond begin again.
  ///   - train: all training rows.
  ///   - hasCovariance: whether their covariances are needed.
  init(_ batches: [[Int]], of train: PreparedTable, hasCovariance: Bool) {
    var (known, moments): ([[Int]: Int], [RowMoments]) = ([:], [])
    places = batches.map { batch in
      if let place = known[batch] { return place }
      known[batch] = moments.count
      moments.append(RowMoments(train, batch, hasCovariance: hasCovariance))
      return moments.count - 1
    }
    self.moments = moments
  }

  func moments(_ step: Int) -> RowMoments { moments[places[step % places.count]] }
}
