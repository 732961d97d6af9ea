import Calculus
import LinearAlgebra

/// The strongest singular directions of a matrix, found with thin products from random probes, equation (10.13).
public struct LeadingDirections: Sendable {
  /// Singular values, largest first.
  public let values: [Double]
  /// rows x (number of values), orthonormal columns.
  public let left: DenseMatrix
  /// (number of values) x columns, orthonormal rows.
  public let right: DenseMatrix

  /// Share of the matrix's Frobenius norm below which a direction counts as absent, equation (10.13).
  public static let tolerance = 1e-13

  private init(_ singular: SingularValues, count: Int, within basis: DenseMatrix? = nil) {
    let found = singular.left ?? DenseMatrix(rows: 0, columns: 1)
    let left = basis.map { .product(.plain($0), .plain(found)) } ?? found
    values = Array(singular.values.prefix(count))
    self.left = left.firstColumns(count)
    right = (singular.right ?? DenseMatrix(rows: 0, columns: 1)).selecting(Array(0..<count))
  }

  /// All directions of a matrix of low rank: random probes until nothing is left of it, equation (10.13).
  ///
  /// - Parameters:
  ///   - matrix: square, not zero.
  ///   - seed: of the probes.
  /// - Returns: as many directions as the numerical rank.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  public static func all(of matrix: DenseMatrix, seed: Int) throws(LinearAlgebraFailure) -> LeadingDirections {
    let least = tolerance * matrix.squaredNorm.squareRoot()
    var width = 16
    while 2 * width < matrix.columns {
      let probes = random(matrix.columns, width, seed: seed)
      let basis = try DenseMatrix.product(.plain(matrix), .plain(probes)).orthonormalColumns()
      let factor = DenseMatrix.product(.transposed(basis), .plain(matrix))
      var rest = matrix
      rest.setProduct(-1, .plain(basis), .plain(factor), own: 1)
      if rest.squaredNorm.squareRoot() <= least {
        let singular = try SingularValues(factor, vectors: true)
        return LeadingDirections(singular, count: max(1, singular.values.count { $0 > least }), within: basis)
      }
      width *= 2
    }
    let singular = try SingularValues(matrix, vectors: true)
    return LeadingDirections(singular, count: max(1, singular.values.count { $0 > least }))
  }

  /// The first directions of any matrix, by repeated products with it and its transpose.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - matrix: what they are of.
  ///   - seed: of the probes.
  /// - Returns: so many directions.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  public static func first(_ count: Int, of matrix: DenseMatrix, seed: Int) throws(LinearAlgebraFailure)
    -> LeadingDirections
  {
    let shorter = min(matrix.rows, matrix.columns)
    let width = 2 * count + 10
    guard 2 * width < shorter else {
      return LeadingDirections(try SingularValues(matrix, vectors: true), count: min(count, shorter))
    }
    var basis = try DenseMatrix.product(.plain(matrix), .plain(random(matrix.columns, width, seed: seed)))
      .orthonormalColumns()
    var values = [Double](repeating: 0, count: width)
    // The wanted directions stand out by so little in a matrix with missing entries that a few dozen turns may be needed.
    for _ in 0..<100 {
      let factor = DenseMatrix.product(.transposed(basis), .plain(matrix))
      let singular = try SingularValues(factor, vectors: true)
      let change = zip(singular.values, values).prefix(count).map { abs($0 - $1) }.max() ?? 0
      // Values settle with the square of the directions' error.
      if !(change > 1e-14 * singular.values[0]) {
        return LeadingDirections(singular, count: count, within: basis)
      }
      values = singular.values
      let back = try DenseMatrix.product(.transposed(matrix), .plain(basis)).orthonormalColumns()
      basis = try DenseMatrix.product(.plain(matrix), .plain(back)).orthonormalColumns()
    }
    let factor = DenseMatrix.product(.transposed(basis), .plain(matrix))
    return LeadingDirections(try SingularValues(factor, vectors: true), count: count, within: basis)
  }

  private static func random(_ rows: Int, _ columns: Int, seed: Int) -> DenseMatrix {
    var stream = RandomStream(seed: seed, replica: 0, purpose: .probes, substream: columns)
    return DenseMatrix(rows: rows, columns: columns, stream.normals(rows * columns))
  }
}
