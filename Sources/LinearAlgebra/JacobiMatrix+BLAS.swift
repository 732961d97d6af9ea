import COpenBLAS

/// The recurrence of the polynomials that are orthogonal under a measure: a symmetric tridiagonal matrix, from which
/// Gauss rules of every length up to its size follow, equation (7.5).
public struct JacobiMatrix: Sendable {
  private let diagonal: [Double]
  private let offDiagonal: [Double]
  /// Mass of the measure.
  private let total: Double

  /// A known recurrence.
  init(diagonal: [Double], offDiagonal: [Double], total: Double) {
    precondition(offDiagonal.count == diagonal.count - 1)
    self.diagonal = diagonal
    self.offDiagonal = offDiagonal
    self.total = total
  }

  /// Lanczos on the diagonal matrix of the points, started at the square roots of the masses; with full
  /// reorthogonalisation, which is affordable as rules are short.
  ///
  /// - Parameters:
  ///   - measure: masses that are positive together.
  ///   - size: number of steps, ≥ 1; ended before where the measure has fewer distinct points.
  public init(_ measure: DiscreteMeasure, size: Int) {
    total = measure.total
    let points = measure.points
    let length = points.count
    let scale = points.map { abs($0) }.max() ?? 0
    var basis = measure.weights.map { [total] in ($0 / total).squareRoot() }
    basis.reserveCapacity(size * length)
    var next = [Double](repeating: 0, count: length)
    var overlaps = [Double](repeating: 0, count: size)
    var (diagonal, offDiagonal): ([Double], [Double]) = ([], [])
    for step in 1...max(size, 1) {
      let last = (step - 1) * length
      for index in 0..<length { next[index] = points[index] * basis[last + index] }
      // Twice is enough (Kahan).
      let overlap = Self.orthogonalize(&next, basis: basis, count: step, overlaps: &overlaps)
      diagonal.append(overlap + Self.orthogonalize(&next, basis: basis, count: step, overlaps: &overlaps))
      let norm = cblas_dnrm2(Int32(length), next, 1)
      // Fewer distinct points than steps: what has been found is exact.
      guard step < size, norm > 1e-14 * scale else { break }
      offDiagonal.append(norm)
      for value in next { basis.append(value / norm) }
    }
    self.diagonal = diagonal
    self.offDiagonal = offDiagonal
  }

  /// Takes the parts along the basis vectors off a vector.
  ///
  /// - Returns: its component along the last of them.
  private static func orthogonalize(
    _ vector: inout [Double], basis: [Double], count: Int, overlaps: inout [Double]
  ) -> Double {
    let (rows, columns) = (Int32(vector.count), Int32(count))
    cblas_dgemv(CblasColMajor, CblasTrans, rows, columns, 1, basis, rows, vector, 1, 0, &overlaps, 1)
    cblas_dgemv(CblasColMajor, CblasNoTrans, rows, columns, -1, basis, rows, overlaps, 1, 1, &vector, 1)
    return overlaps[count - 1]
  }

  /// Nodes of the longest rule.
  public var size: Int { diagonal.count }

  /// The Gauss rule whose nodes are the eigenvalues of the leading block, and whose masses are the squared first components of its eigenvectors
  /// (Golub and Welsch 1969).
  ///
  /// - Parameter nodes: number of masses wanted, ≥ 1; no more than the matrix has rows.
  /// - Returns: the rule; its nodes rise and lie inside the hull of the points.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  public func gaussRule(_ nodes: Int) throws(LinearAlgebraFailure) -> DiscreteMeasure {
    let size = min(nodes, size)
    var diagonal = Array(diagonal.prefix(size))
    var offDiagonal = Array(offDiagonal.prefix(size - 1)) + [0]
    var vectors = [Double](repeating: 0, count: size * size)
    let status = LAPACKE_dstev(
      LAPACK_COL_MAJOR, 0x56 /* V */, Int32(size), &diagonal, &offDiagonal, &vectors, Int32(size))
    guard status == 0 else { throw LinearAlgebraFailure(routine: "dstev", status: Int(status)) }
    return DiscreteMeasure(
      points: diagonal, weights: (0..<size).map { total * vectors[$0 * size] * vectors[$0 * size] })
  }
}
