import LinearAlgebra
import Problems

/// Independent random batches of given rows, equation (16.7): B of the P training rows drawn afresh at each step, averaged over draws.
///
/// A batch is independent of the residuals it meets, so that means are those of full batches. The noise of the gradient covaries between
/// directions, which second moments of the error remember:
///
///     V(t) = m mᵀ + diag f + Σ_{s<t} J(t, s) ∘ Sig(s),      J_kl(t, s) = (F_k Φ)(t, s) (F_l Φ)(t, s)
struct IndependentBatches: Sendable {
  /// Losses over the test rows.
  private(set) var testLoss: [Double] = []

  private let train: RowMoments
  private let test: RowMoments
  /// `β*`, and `e` of the training rows.
  private let fit: [Double]
  private let residuals: [Double]
  private let eigenvalues: [Double]
  /// `(1/p - 1) P/(P - 1)`, or `1/p` with replacement.
  private let factor: Double
  /// `Sig(s)` of the steps so far.
  private var noises: [DenseMatrix] = []

  /// Directions in which training rows vary; they come first.
  private var kept: Int { eigenvalues.prefix { $0 > 0 }.count }

  /// - Parameters:
  ///   - train: training rows.
  ///   - test: test rows.
  ///   - fit: `β*` of the training rows.
  ///   - eigenvalues: of the training rows, 0 for directions in which they do not vary.
  ///   - factor: on the covariance of one row's gradient.
  init(train: PreparedTable, test: PreparedTable, fit: [Double], eigenvalues: [Double], factor: Double) {
    self.train = RowMoments(train, hasCovariance: false)
    self.test = RowMoments(test, hasCovariance: true)
    self.fit = fit
    self.eigenvalues = eigenvalues
    self.factor = factor
    residuals = self.train.residuals(fit)
  }

  /// The loss of the next row, and the variance `Sig_kk(t)` of its gradient in each direction that training rows vary in.
  ///
  /// - Parameters:
  ///   - errors: `[F_k 1](t)` of those directions.
  ///   - variances: `<v_k v_k>(t)` of their random part.
  ///   - responses: `(F_k Φ)(t, s)` of those directions for each s < t.
  ///   - start: `B(t, t)`, the variance in all others.
  /// - Returns: a variance for each of those directions.
  mutating func advance(errors: [Double], variances: [Double], responses: [[Double]], start: Double) -> [Double] {
    let (size, dimension) = (fit.count, Double(fit.count))
    let mean = (0..<size).map { $0 < kept ? fit[$0] * errors[$0] : 0 }
    let spread = covariance(variances, responses, start)
    let learned = zip(fit, mean).map { $0 - $1 }
    testLoss.append(test.meanSquare(learned) + test.covariance.dot(spread) / dimension)
    let noise = gradientNoise(mean, spread)
    noises.append(noise)
    return (0..<kept).map { noise[$0, $0] }
  }

  /// `V - m mᵀ`.
  private func covariance(_ variances: [Double], _ responses: [[Double]], _ start: Double) -> DenseMatrix {
    let size = fit.count
    var entries = [Double](repeating: 0, count: size * size)
    for (response, noise) in zip(responses, noises) {
      for row in 0..<kept {
        for column in 0..<kept {
          entries[row * size + column] += response[row] * noise[row, column] * response[column]
        }
      }
    }
    for mode in 0..<size { entries[mode * (size + 1)] = mode < kept ? variances[mode] : start }
    return DenseMatrix(rows: size, columns: size, entries)
  }

  /// `Sig(t) = factor [(D/P²) Σ_μ d_μ x_μ x_μᵀ - (1/P) (λ λᵀ) ∘ V]`, `d_μ` the mean square residual of a row.
  private func gradientNoise(_ mean: [Double], _ spread: DenseMatrix) -> DenseMatrix {
    let (size, dimension) = (fit.count, Double(fit.count))
    let (inputs, count) = (train.inputs, Double(train.target.count))
    var means = residuals
    inputs.addProduct(1 / dimension.squareRoot(), mean, to: &means)
    let turned = DenseMatrix.product(.plain(inputs), .plain(spread))
    let squares = (0..<inputs.rows).map { row in
      let own = (0..<size).reduce(0) { $0 + turned[row, $1] * inputs[row, $1] }
      return means[row] * means[row] + own / dimension
    }
    var result = DenseMatrix.product(
      .transposed(inputs), .plain(inputs.scalingRows(by: squares)), scale: factor * dimension / (count * count)
    ).storage
    for row in 0..<size {
      for column in 0..<size {
        let second = spread[row, column] + mean[row] * mean[column]
        result[row * size + column] -= factor / count * eigenvalues[row] * eigenvalues[column] * second
      }
    }
    return DenseMatrix(rows: size, columns: size, result)
  }
}
