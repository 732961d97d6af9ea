import LinearAlgebra

/// What the random initial predictor becomes under a given sequence of batches, equation (16.5): responses of predictor and gradient to it,
/// a D x D matrix for each pair of times.
///
///     Y(t, s) = δ_ts I + Σ_{u<t} Φ(t, u) Z(u, s),      Z(t, s) = -C_t Y(t, s)
///
/// Matrices are kept transposed, those of one row after each other. Only Z is kept: correlations with earlier rows of Y follow from
/// those with Z by the first equation.
struct RandomPredictor: Sendable {
  /// What a row brings.
  struct Answer {
    /// `tr Z(t, s)` for s ≤ t.
    let traces: [Double]
    /// `Σ B(s, s') tr Z(t, s) Z(t', s')ᵀ` for t' ≤ t.
    let correlation: [Double]
    /// `Σ B(s, s') tr Λ Y(t, s) Y(t', s')ᵀ` for t' ≤ t.
    let error: [Double]
    /// `Σ B(s, s') Y(t, s) Y(t, s')ᵀ`, the predictor's covariance.
    let covariance: DenseMatrix
  }

  private let dimension: Int
  /// Row t: `Z(t, s)ᵀ` for s ≤ t.
  private var gradients: [[Double]] = []
  /// Rows of B.
  private var predictors: [[Double]] = []

  init(dimension: Int) { self.dimension = dimension }

  /// Bytes for a number of rows, those of one row's scratch included.
  static func bytes(dimension: Int, rows: Double) -> Double {
    let entries = Double(dimension) * Double(dimension)
    return 8 * entries * (rows * rows / 2 + 5 * rows)
  }

  /// Seconds of one core for a number of rows, by the operations of BLAS.
  static func seconds(dimension: Int, rows: Double) -> Double {
    let (size, pairs) = (Double(dimension), rows * rows)
    return (4 * pairs * rows / 3 * size * size + 3 * pairs * size * size * size + pairs * rows / 2 * size * size) / 6e9
  }

  mutating func advance(feedback: [Double], predictor: [Double], covariance: DenseMatrix, weights: [Double]) -> Answer {
    let (time, size) = (gradients.count, dimension * dimension)
    var own = [Double](repeating: 0, count: (time + 1) * size)
    for (weight, row) in zip(feedback, gradients) { VectorSums.add(weight, row, to: &own) }
    for index in 0..<dimension { own[time * size + index * (dimension + 1)] += 1 }
    let stacked = DenseMatrix(rows: (time + 1) * dimension, columns: dimension, own)
    // (C Y)ᵀ = Yᵀ C.
    gradients.append(DenseMatrix.product(.plain(stacked), .plain(covariance), scale: -1).storage)
    predictors.append(predictor)
    let start = DenseMatrix(
      rows: time + 1, columns: time + 1,
      (0...time).flatMap { row in (0...time).map { predictors[max(row, $0)][min(row, $0)] } })
    func driven(_ row: [Double]) -> DenseMatrix {
      .product(.plain(start), .plain(DenseMatrix(rows: time + 1, columns: size, row)))
    }
    let ofGradients = driven(gradients[time]).storage
    let ofPredictors = DenseMatrix(rows: stacked.rows, columns: dimension, driven(own).storage)
    var weighted = ofPredictors
    weighted.scaleColumns(by: weights)
    return Answer(
      traces: (0...time).map { trace(gradients[time], $0) },
      correlation: gradients.map { VectorSums.dot($0, ofGradients) },
      error: errors(weighted.storage, feedback),
      covariance: .product(.transposed(ofPredictors), .plain(stacked)))
  }

  /// Rows of Φ, all of them.
  private var feedbacks: [[Double]] = []

  /// `<W, Y(t', ·)>` for t' ≤ t, from the products with Z and the equation for Y.
  private mutating func errors(_ weighted: [Double], _ feedback: [Double]) -> [Double] {
    feedbacks.append(feedback)
    let products = gradients.map { VectorSums.dot($0, weighted) }
    return feedbacks.indices.map { row in
      zip(feedbacks[row], products).reduce(trace(weighted, row)) { $0 + $1.0 * $1.1 }
    }
  }

  private func trace(_ row: [Double], _ place: Int) -> Double {
    let first = place * dimension * dimension
    return (0..<dimension).reduce(0) { $0 + row[first + $1 * (dimension + 1)] }
  }
}
