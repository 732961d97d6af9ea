/// What is made of a matrix `M = U B Vᵀ` in order to make it orthogonal, where of U and V the Gram matrices `UᵀU` and `VᵀV` are
/// known and nothing else: the coefficients X of the result `U X Vᵀ`.
///
///     let x = try PolarFactor.exact(b, left: g, right: h)
///     let y = PolarFactor.newtonSchulz(b, left: g, right: h, steps: 5, coefficients: [3.4445, -4.7750, 2.0315])
public enum PolarFactor {
  /// Directions of a Gram matrix below this share of the largest eigenvalue are rounding.
  private static let leastEigenvalue = 4e-16
  /// Singular values below this share of the largest are none.
  private static let leastSingularValue = 1e-14

  /// The orthogonal polar factor, equation (17.7), zero off the range of M.
  ///
  /// Gram matrices know singular values to the root of the rounding alone: those below some 1e-8 of the largest are lost.
  ///
  /// - Parameters:
  ///   - core: B.
  ///   - left: `UᵀU`; nil: the identity.
  ///   - right: `VᵀV`; nil: the identity.
  /// - Returns: X, of the shape of B.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  public static func exact(_ core: DenseMatrix, left: DenseMatrix?, right: DenseMatrix?)
    throws(LinearAlgebraFailure) -> DenseMatrix
  {
    let (above, below) = (try left.map(Root.init), try right.map(Root.init))
    var middle = core
    if let above { middle = .product(.plain(above.root), .plain(middle)) }
    if let below { middle = .product(.plain(middle), .transposed(below.root)) }
    guard middle.rows > 0, middle.columns > 0 else { return DenseMatrix(rows: core.rows, columns: core.columns) }
    let parts = try SingularValues(middle, vectors: true)
    guard let u = parts.left, let v = parts.right, let largest = parts.values.first, largest > 0 else {
      return DenseMatrix(rows: core.rows, columns: core.columns)
    }
    let kept = parts.values.map { $0 > leastSingularValue * largest ? 1.0 : 0 }
    var factor = DenseMatrix.product(.plain(u), .plain(v.scalingRows(by: kept)))
    if let above { factor = .product(.transposed(above.inverse), .plain(factor)) }
    if let below { factor = .product(.plain(factor), .plain(below.inverse)) }
    return factor
  }

  /// The root `R = Λ^{1/2} Eᵀ` of a Gram matrix, `RᵀR`, over its range, and `Λ^{-1/2} Eᵀ`, whose transpose is its inverse there.
  private struct Root {
    let root: DenseMatrix
    let inverse: DenseMatrix

    init(_ gram: DenseMatrix) throws(LinearAlgebraFailure) {
      let parts = try SymmetricEigenproblem(gram.storage, size: gram.rows)
      let largest = parts.eigenvalues.first ?? 0
      let kept = parts.eigenvalues.prefix { $0 > leastEigenvalue * largest && $0 > 0 }
      let vectors = DenseMatrix(
        rows: kept.count, columns: gram.rows, Array(parts.eigenvectors.prefix(kept.count * gram.rows)))
      root = vectors.scalingRows(by: kept.map { $0.squareRoot() })
      inverse = vectors.scalingRows(by: kept.map { 1 / $0.squareRoot() })
    }
  }

  /// The Newton-Schulz iteration, equation (17.8): `X <- a X + b Q X + c Q² X` with `Q = X V Xᵀ U` of the Gram matrices, from `B / f`.
  ///
  /// - Parameters:
  ///   - core: B.
  ///   - left: `UᵀU`; nil: the identity.
  ///   - right: `VᵀV`; nil: the identity.
  ///   - steps: of the iteration.
  ///   - coefficients: a, b, c.
  ///   - weights: how often each row of B counts in the length f; nil: once.
  /// - Returns: X, of the shape of B; zero where M is.
  public static func newtonSchulz(
    _ core: DenseMatrix, left: DenseMatrix?, right: DenseMatrix?, steps: Int, coefficients: [Double],
    weights: [Double]? = nil
  ) -> DenseMatrix {
    func square(_ x: DenseMatrix) -> DenseMatrix {
      let half = right.map { DenseMatrix.product(.plain(x), .plain($0)) } ?? x
      let whole = DenseMatrix.product(.plain(half), .transposed(x))
      return left.map { .product(.plain(whole), .plain($0)) } ?? whole
    }
    var x = core
    let diagonal = square(core).diagonal
    let length = diagonal.enumerated().reduce(0) { $0 + (weights?[$1.offset] ?? 1) * $1.element }
    guard length > 0, length.isFinite else { return DenseMatrix(rows: core.rows, columns: core.columns) }
    x.combine(own: 1 / length.squareRoot(), weight: 0, other: nil)
    for _ in 0..<steps {
      let q = square(x)
      let once = DenseMatrix.product(.plain(q), .plain(x))
      // b Q X + c Q² X = Q (b X + c Q X).
      var inner = x
      inner.combine(own: coefficients[1], weight: coefficients[2], other: once)
      x.setProduct(1, .plain(q), .plain(inner), own: coefficients[0])
    }
    return x
  }
}
