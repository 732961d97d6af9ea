import LinearAlgebra
import Problems

/// What an optimiser that reads the gradient does in a real network, table (17.2), with the small numbers that public codes add to
/// norms before they divide.
///
/// Gradients come as `F = γ² D (-∂)`, equation (8.1), in which plain SGD has the rate η.
struct GradientStep {
  private let rule: GradientRule
  /// `γ² D = γ0² N_L`.
  private let unit: Double
  private let richness: Double
  /// `√N_L`.
  private let rootWidth: Double
  /// `ω_l/D`, equation (17.9).
  private let weights: [Double]
  private let clipNormFactor: Double
  /// `√(N_L/(N_{l+1} N_l))`, the trust ratio of LARS below the readout over the rate; 1 for the readout.
  private let trust: [Double]

  /// What `clip_grad_norm_` adds to the norm, and what public codes of Muon do.
  private static let clipEpsilon = 1e-6
  private static let muonEpsilon = 1e-7

  init?(_ problem: TrainingProblem, _ sizes: Sizes) {
    guard let rule = problem.gradientRule else { return nil }
    self.rule = rule
    richness = problem.effectiveRichness
    let width = Double(sizes.widths[sizes.widths.count - 1])
    rootWidth = width.squareRoot()
    unit = richness * richness * width
    weights = problem.gradientWeights
    clipNormFactor = problem.clipNormFactor
    let inputs = [sizes.inputDimension] + sizes.widths
    trust = zip(inputs, sizes.widths).map { (width / (Double($0) * Double($1))).squareRoot() } + [1]
  }

  /// The orthogonalisation of Muon; nil for other rules.
  var orthogonalizer: Orthogonalizer? {
    if case .muon(let muon) = rule { Orthogonalizer(muon: muon, epsilon: Self.muonEpsilon * unit) } else { nil }
  }

  /// Whether the norms of the weights are asked for.
  var readsWeights: Bool { rule == .lars }

  /// What one orthogonal step is multiplied with: `√N_L`, as the rate is a length over it.
  var orthogonalScale: Double { rootWidth }

  /// Factors on the gradients of all layers, in the place of `η_l(t)` over rate and multiplier.
  ///
  /// - Parameters:
  ///   - squares: `|F^l|²` from the input layer to the readout.
  ///   - norms: `|W^l|²` likewise, where they are asked for.
  /// - Returns: one number a layer.
  func factors(_ squares: [Double], weightSquares norms: [Double]) -> [Double] {
    // |F|² over γ² D is what the theory calls the square of a layer.
    let total = (zip(squares, weights).reduce(0) { $0 + $1.0 * $1.1 } / unit).squareRoot()
    switch rule {
    case .clip(let limit):
      let length = total * clipNormFactor
      let factor = min(1, limit * clipNormFactor / (length + Self.clipEpsilon))
      return squares.map { _ in factor }
    case .normalized(.global): return squares.map { _ in total > 0 ? 1 / (richness * total) : 0 }
    case .normalized(.layer): return squares.map { $0 > 0 ? rootWidth / $0.squareRoot() : 0 }
    case .lars:
      return squares.indices.map { layer in
        squares[layer] > 0 ? trust[layer] * (norms[layer] / squares[layer]).squareRoot() : 0
      }
    case .muon(let muon):
      // One singular value: the orthogonalisation of a number.
      return squares.map { square in
        let length = square.squareRoot()
        guard length > 0, let orthogonalizer else { return 0 }
        return muon.orthogonalization == .exact
          ? rootWidth / length
          : rootWidth / length * orthogonalizer.iterated(DenseMatrix(rows: 1, columns: 1, [length]))[0, 0]
      }
    }
  }
}

/// Makes a real matrix orthogonal, as Muon does.
struct Orthogonalizer {
  let muon: Muon
  /// Added to the Frobenius norm before the iteration.
  let epsilon: Double

  /// Singular values below this share of the largest are rounding.
  private static let leastSingularValue = 1e-13

  /// The polar factor over the range, or what the public iteration makes of the matrix.
  ///
  /// - Parameter matrix: any.
  /// - Returns: of the same shape; not a number where LAPACK gives up, which it does on what is not a number.
  func applied(to matrix: DenseMatrix) -> DenseMatrix {
    guard muon.orthogonalization == .exact else { return iterated(matrix) }
    let nothing = [Double](repeating: .nan, count: matrix.rows * matrix.columns)
    guard let parts = try? SingularValues(matrix, vectors: true), let left = parts.left, let right = parts.right,
      let largest = parts.values.first
    else { return DenseMatrix(rows: matrix.rows, columns: matrix.columns, nothing) }
    let kept = parts.values.map { largest > 0 && $0 > Self.leastSingularValue * largest ? 1.0 : 0 }
    return .product(.plain(left), .plain(right.scalingRows(by: kept)))
  }

  /// The Newton-Schulz iteration of public codes, on the shorter side: `A = X Xᵀ`, `X <- a X + (b A + c A²) X`.
  func iterated(_ matrix: DenseMatrix) -> DenseMatrix {
    guard case .newtonSchulz(let steps, let coefficients) = muon.orthogonalization else { return matrix }
    guard matrix.rows <= matrix.columns else { return iterated(matrix.transposed).transposed }
    var x = matrix
    x.combine(own: 1 / (matrix.squaredNorm.squareRoot() + epsilon), weight: 0, other: nil)
    for _ in 0..<steps {
      let square = DenseMatrix.product(.plain(x), .transposed(x))
      var inner = square
      inner.setProduct(coefficients[2], .plain(square), .plain(square), own: coefficients[1])
      let old = x
      x.setProduct(1, .plain(inner), .plain(old), own: coefficients[0])
    }
    return x
  }

  /// A matrix of low rank, `Σ_i l_i r_iᵀ`, made orthogonal by the triangular factors of its two sides.
  ///
  /// - Parameters:
  ///   - left: l, one a row.
  ///   - right: r, as many.
  /// - Returns: rows whose outer products add up to the result; nil where LAPACK gives up.
  func applied(left: DenseMatrix, right: DenseMatrix) -> (left: DenseMatrix, right: DenseMatrix)? {
    guard let above = try? left.transposed.orthonormalColumns(), let below = try? right.transposed.orthonormalColumns()
    else { return nil }
    let core = DenseMatrix.product(
      .transposed(DenseMatrix.product(.plain(left), .plain(above))),
      .plain(DenseMatrix.product(.plain(right), .plain(below))))
    let factor = applied(to: core)
    return (.product(.transposed(factor), .transposed(above)), below.transposed)
  }
}
