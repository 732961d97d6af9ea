import COpenBLAS

/// The largest eigenvalue of a symmetric operator that is known by its products with vectors: Lanczos with full reorthogonalisation.
///
/// The largest eigenvalue of the tridiagonal matrix converges first; it is taken when the residual of its vector is below `tolerance` times
/// itself, so that the eigenvalue is off by about the square of that over the gap to the next.
public struct LargestEigenvalue: Hashable, Sendable {
  /// The eigenvalue.
  public let value: Double
  /// Products that it took.
  public let products: Int
  /// Norm of the residual over the eigenvalue; above `tolerance` where `mostProducts` did not do.
  public let residual: Double

  /// - Parameters:
  ///   - start: a vector with a part along the wanted one, such as a random one.
  ///   - tolerance: of the residual, relative.
  ///   - mostProducts: where to end.
  ///   - product: the operator, symmetric.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge, or a product is not a number.
  public init(
    from start: [Double], tolerance: Double = 1e-7, mostProducts: Int = 400, _ product: ([Double]) -> [Double]
  ) throws(LinearAlgebraFailure) {
    let length = start.count
    let most = min(mostProducts, length)
    let norm = cblas_dnrm2(Int32(length), start, 1)
    guard norm > 0, norm.isFinite else { throw LinearAlgebraFailure(routine: "Lanczos", status: 0) }
    var basis = start.map { $0 / norm }
    var (diagonal, offDiagonal): ([Double], [Double]) = ([], [])
    var overlaps = [Double](repeating: 0, count: most)
    var (value, residual, scale) = (Double.nan, Double.infinity, 0.0)
    for step in 1...most {
      var next = product(Array(basis[(step - 1) * length..<step * length]))
      var along = 0.0
      // Twice is enough (Kahan).
      for _ in 0..<2 {
        let (rows, columns) = (Int32(length), Int32(step))
        cblas_dgemv(CblasColMajor, CblasTrans, rows, columns, 1, basis, rows, next, 1, 0, &overlaps, 1)
        cblas_dgemv(CblasColMajor, CblasNoTrans, rows, columns, -1, basis, rows, overlaps, 1, 1, &next, 1)
        along += overlaps[step - 1]
      }
      diagonal.append(along)
      let beside = cblas_dnrm2(Int32(length), next, 1)
      guard beside.isFinite, along.isFinite else { throw LinearAlgebraFailure(routine: "Lanczos", status: step) }
      scale = max(scale, abs(along), beside)
      // Nothing is left beside what has been seen: what has been found is exact.
      let isWhole = beside <= 1e-13 * scale
      if step % 5 == 0 || step == most || isWhole {
        (value, residual) = try Self.top(diagonal, offDiagonal, beside: beside)
        guard residual > tolerance * abs(value), !isWhole else { break }
      }
      offDiagonal.append(beside)
      for entry in next { basis.append(entry / beside) }
    }
    self.value = value
    products = diagonal.count
    self.residual = residual > 0 ? residual / abs(value) : 0
  }

  /// The largest eigenvalue of the tridiagonal matrix, and the norm of its residual: the next off-diagonal entry times the last component.
  private static func top(
    _ diagonal: [Double], _ offDiagonal: [Double], beside: Double
  ) throws(LinearAlgebraFailure) -> (value: Double, residual: Double) {
    let size = diagonal.count
    var (values, others) = (diagonal, offDiagonal + [0])
    var vectors = [Double](repeating: 0, count: size * size)
    let status = LAPACKE_dstev(
      LAPACK_COL_MAJOR, 0x56 /* V */, Int32(size), &values, &others, &vectors, Int32(size))
    guard status == 0 else { throw LinearAlgebraFailure(routine: "dstev", status: Int(status)) }
    return (values[size - 1], beside * abs(vectors[size * size - 1]))
  }
}
