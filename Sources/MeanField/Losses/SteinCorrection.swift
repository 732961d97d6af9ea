/// Sampled responses with what Stein's identity says of them, equation (21.17).
///
/// `<J>` is a mean of products of slopes, which jump where a loss has a kink, so that even points are no better than random ones. What a
/// residual has in common with the normal numbers of its path says the same in all directions that its output moves in, and residuals do
/// not jump. Both are joined by their variances: directions of small loadings, where the second is blind, keep the first.
struct SteinCorrection {
  /// Variance of a product of a residual with a normal number under even points, over that of independent draws.
  static let evenness = 0.03

  /// `L(s, ·)` of every row so far.
  let loadings: [[Double]]
  /// `<Delta(t) n_j>`, one for each column of the loadings.
  let targets: [Double]
  /// Variances of `J(t, s)` between paths, and of residuals.
  let variances: [Double]
  let residual: Double

  /// `r + V L (L^T V L + e)^-1 (g - L^T r)`.
  ///
  /// - Parameter responses: `r`, `<J(t, s)>`.
  /// - Returns: the row with the correction.
  func corrected(_ responses: [Double]) -> [Double] {
    let count = targets.count
    let noise = Self.evenness * residual
    guard count > 0, noise > 0 else { return responses }
    var matrix = [Double](repeating: 0, count: count * count)
    var right = targets
    for (row, loading) in loadings.enumerated() {
      for (first, left) in loading.enumerated() where left != 0 {
        right[first] -= left * responses[row]
        let scaled = variances[row] * left
        for second in 0...first { matrix[first * count + second] += scaled * loading[second] }
      }
    }
    for index in 0..<count { matrix[index * count + index] += noise }
    Self.solve(&matrix, &right)
    return responses.indices.map { row in
      responses[row] + variances[row] * zip(loadings[row], right).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  /// Solves a positive definite system, whose lower triangle is given, by Cholesky's method.
  private static func solve(_ matrix: inout [Double], _ right: inout [Double]) {
    let count = right.count
    for column in 0..<count {
      for row in column..<count {
        var value = matrix[row * count + column]
        for other in 0..<column { value -= matrix[row * count + other] * matrix[column * count + other] }
        matrix[row * count + column] = row == column ? value.squareRoot() : value / matrix[column * count + column]
      }
      for other in 0..<column { right[column] -= matrix[column * count + other] * right[other] }
      right[column] /= matrix[column * count + column]
    }
    for column in stride(from: count - 1, through: 0, by: -1) {
      for other in column + 1..<max(count, column + 1) {
        right[column] -= matrix[other * count + column] * right[other]
      }
      right[column] /= matrix[column * count + column]
    }
  }
}
