import COpenBLAS

/// Anderson's acceleration of a fixed-point iteration `x <- F(x)`: the next point is where the residuals `F(x) - x` of the last points,
/// taken as linear, would be smallest (Anderson 1965; type II of Fang and Saad 2009).
public struct AndersonMixing: Sendable {
  /// Most points that are remembered.
  public let memory: Int
  private var point: [Double] = []
  private var residual: [Double] = []
  /// Differences of consecutive points and residuals, one after another.
  private var pointSteps: [[Double]] = []
  private var residualSteps: [[Double]] = []

  /// - Parameter memory: most points that are remembered.
  public init(memory: Int) {
    self.memory = memory
  }

  /// The next point to try.
  ///
  /// - Parameters:
  ///   - point: x, in units in which all entries matter alike.
  ///   - image: F(x).
  /// - Returns: a better x.
  public mutating func next(after point: [Double], image: [Double]) -> [Double] {
    precondition(point.count == image.count && (self.point.isEmpty || self.point.count == point.count))
    let residual = zip(image, point).map { $0 - $1 }
    if !self.point.isEmpty {
      pointSteps.append(zip(point, self.point).map { $0 - $1 })
      residualSteps.append(zip(residual, self.residual).map { $0 - $1 })
      if pointSteps.count > memory {
        pointSteps.removeFirst()
        residualSteps.removeFirst()
      }
    }
    self.point = point
    self.residual = residual
    var next = image
    for (index, share) in shares(residual).enumerated() {
      cblas_daxpy(Int32(next.count), -share, pointSteps[index], 1, &next, 1)
      cblas_daxpy(Int32(next.count), -share, residualSteps[index], 1, &next, 1)
    }
    return next
  }

  /// Least squares: which combination of the residuals' steps is nearest to the residual, by the normal equations. A ridge at rounding
  /// excludes directions that differ by rounding only (LAPACK dposv).
  private func shares(_ residual: [Double]) -> [Double] {
    let (length, count) = (Int32(residual.count), residualSteps.count)
    let norms = residualSteps.map { cblas_dnrm2(length, $0, 1) }
    guard count > 0, norms.allSatisfy({ $0 > 0 }) else { return [] }
    var gram = [Double](repeating: 0, count: count * count)
    var right = (0..<count).map { cblas_ddot(length, residualSteps[$0], 1, residual, 1) / norms[$0] }
    for row in 0..<count {
      for column in 0...row {
        gram[row * count + column] =
          cblas_ddot(length, residualSteps[row], 1, residualSteps[column], 1) / (norms[row] * norms[column])
      }
      gram[row * count + row] += 1e-13
    }
    let status = LAPACKE_dposv(
      LAPACK_ROW_MAJOR, 0x4C /* L */, Int32(count), 1, &gram, Int32(count), &right, 1)
    return status == 0 ? zip(right, norms).map { $0 / $1 } : Array(repeating: 0, count: count)
  }
}
