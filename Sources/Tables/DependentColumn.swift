import LinearAlgebra

/// A column that is a linear combination of others.
struct DependentColumn {
  /// Coefficients below this share of the largest are rounding: the column does not take part.
  static let leastCoefficient = 1e-9

  /// Share by which the last column counts less than the first: where columns are as independent as each other up to rounding,
  /// the earlier one in the table is kept and the later one is called dependent.
  private static let preference = 1e-6

  /// Number of the column.
  let column: Int
  /// Numbers of the columns that it is a combination of, the largest coefficient first.
  let others: [Int]
  /// What the best combination leaves of the column, relative to its size.
  let remainder: Double

  /// Names as many columns as there are beyond the rank. QR with column pivoting sets the most independent ones apart; what
  /// comes after them is solved for.
  ///
  /// - Parameters:
  ///   - factor: R of a table whose columns have equal sizes.
  ///   - rank: number of independent columns.
  /// - Returns: the dependent columns, by their number.
  /// - Throws: what LAPACK throws.
  static func columns(of factor: DenseMatrix, rank: Int) throws(LinearAlgebraFailure) -> [DependentColumn] {
    var preferred = factor
    preferred.scaleColumns(
      by: (0..<factor.columns).map { 1 - preference * Double($0) / Double(factor.columns) })
    let (order, triangle) = try preferred.pivotedTriangularFactor()
    let size = abs(triangle[0, 0])
    return (rank..<order.count).map { place in
      var coefficients = [Double](repeating: 0, count: rank)
      for row in (0..<rank).reversed() {
        let known = (row + 1..<rank).reduce(0.0) { $0 + triangle[row, $1] * coefficients[$1] }
        coefficients[row] = (triangle[row, place] - known) / triangle[row, row]
      }
      let largest = coefficients.reduce(0) { max($0, abs($1)) }
      let used = (0..<rank).filter { abs(coefficients[$0]) > leastCoefficient * largest }
        .sorted { abs(coefficients[$0]) > abs(coefficients[$1]) }
      let rest = (rank..<max(rank, triangle.rows)).reduce(0.0) { $0 + triangle[$1, place] * triangle[$1, place] }
      return DependentColumn(column: order[place], others: used.map { order[$0] }, remainder: rest.squareRoot() / size)
    }.sorted { $0.column < $1.column }
  }
}
