import COpenBLAS
import RealModule

/// How many eigenvalues of a real symmetric matrix are negative, and its determinant, from one factorisation.
///
/// By Sylvester's law of inertia the factors of `A = L D Lᵀ` have as many negative eigenvalues as A has; D has blocks of one or two rows
/// (dsytrf, Bunch and Kaufman).
public struct SymmetricInertia: Hashable, Sendable {
  /// Number of negative eigenvalues; meaningless where the logarithm is not a number.
  public let negatives: Int
  /// Logarithm of the absolute value of the determinant; not a number where an entry is none, minus infinity for a singular matrix.
  public let logDeterminant: Double

  /// - Parameter matrix: square and symmetric, at least one row; only one triangle is read.
  public init(_ matrix: DenseMatrix) {
    precondition(matrix.rows == matrix.columns)
    let size = matrix.rows
    var factors = matrix.storage
    var pivots = [Int32](repeating: 0, count: size)
    let status = LAPACKE_dsytrf(LAPACK_COL_MAJOR, 0x4C /* L */, Int32(size), &factors, Int32(size), &pivots)
    var (negatives, logarithm) = (0, status < 0 ? Double.nan : 0)
    var row = 0
    while row < size {
      let first = factors[row * size + row]
      if pivots[row] > 0 || row + 1 == size {
        negatives += first < 0 ? 1 : 0
        logarithm += .log(abs(first))
        row += 1
      } else {
        let (second, beside) = (factors[(row + 1) * size + row + 1], factors[row * size + row + 1])
        let determinant = first * second - beside * beside
        negatives += determinant < 0 ? 1 : (first + second < 0 ? 2 : 0)
        logarithm += .log(abs(determinant))
        row += 2
      }
    }
    self.negatives = negatives
    logDeterminant = logarithm
  }
}
