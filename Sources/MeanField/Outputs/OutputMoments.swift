import LinearAlgebra

/// Means of all outputs on all rows of a table, and their covariances mode by mode, at all times.
struct OutputMoments: Sendable {
  /// Rows against times and, within, outputs; without what centring removed.
  let means: DenseMatrix
  /// Modes against times and, within, pairs of outputs `(c, d)` with d ≤ c, row by row of the triangle: with the squares `x_k²/D` of a row
  /// their sum over the modes is the covariance of its outputs.
  let covariances: DenseMatrix
  let times: Int
  let outputs: Int

  /// Pairs of outputs.
  var pairs: Int { Self.pairs(outputs) }

  static func pairs(_ outputs: Int) -> Int { outputs * (outputs + 1) / 2 }

  /// The place of a pair.
  static func pair(_ one: Int, _ other: Int) -> Int {
    let (row, column) = (max(one, other), min(one, other))
    return row * (row + 1) / 2 + column
  }
}
