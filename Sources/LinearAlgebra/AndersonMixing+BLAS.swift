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

  /// Least squares: which combination of the residuals' steps is nearest to the residual. Directions that are told apart by rounding
  /// only are left out (LAPACK dgelsy).
  private func shares(_ residual: [Double]) -> [Double] {
    let (rows, columns) = (Int32(residual.count), Int32(residualSteps.count))
    guard columns > 0 else { return [] }
    var matrix = residualSteps.flatMap { $0 }
    var right = residual + Array(repeating: 0, count: max(0, Int(columns - rows)))
    var pivots = [Int32](repeating: 0, count: Int(columns))
    var rank: Int32 = 0
    let status = LAPACKE_dgelsy(
      LAPACK_COL_MAJOR, rows, columns, 1, &matrix, rows, &right, max(rows, columns), &pivots, 1e-12, &rank)
    return status == 0 ? Array(right.prefix(Int(columns))) : Array(repeating: 0, count: Int(columns))
  }
}
