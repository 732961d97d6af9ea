import LinearAlgebra

/// Functions of a covariance matrix by its eigenvalues; directions without variance count as absent.
struct CovarianceEigenvectors {
  private let eigen: SymmetricEigenproblem
  private let size: Int

  /// Share of the largest eigenvalue below which a direction has no variance.
  static let tolerance = 1e-12

  init(_ covariance: DenseMatrix) throws(LinearAlgebraFailure) {
    size = covariance.rows
    eigen = try SymmetricEigenproblem(covariance.storage, size: size)
  }

  /// Number of directions with variance.
  var rank: Int { eigen.eigenvalues.count { $0 > Self.tolerance * eigen.eigenvalues[0] } }

  /// `Σ_k f(λ_k) q_k q_kᵀ` over directions with variance.
  func matrix(_ function: (Double) -> Double) -> DenseMatrix {
    let count = max(1, rank)
    let vectors = DenseMatrix(rows: count, columns: size, Array(eigen.eigenvectors.prefix(count * size)))
    let scaled = vectors.scalingRows(by: eigen.eigenvalues.prefix(count).map(function))
    return .product(.transposed(vectors), .plain(scaled))
  }
}
