import COpenBLAS

/// Point masses on the line: `∫ f dμ = Σ weights_j f(points_j)`.
public struct DiscreteMeasure: Hashable, Sendable {
  /// Where the masses sit.
  public var points: [Double]
  /// The masses, ≥ 0.
  public var weights: [Double]

  /// - Parameters:
  ///   - points: where the masses sit.
  ///   - weights: the masses, one for each point.
  public init(points: [Double] = [], weights: [Double] = []) {
    precondition(points.count == weights.count)
    self.points = points
    self.weights = weights
  }

  /// Number of point masses.
  public var count: Int { points.count }

  /// Each mass over its point: the masses without a factor that they carry.
  public var weightsOverPoints: [Double] { zip(weights, points).map { $0 / $1 } }

  /// Sum of the masses.
  public var total: Double { weights.reduce(0, +) }

  /// `Σ weights_j f(points_j)`.
  ///
  /// - Parameter function: the integrand.
  /// - Returns: its integral.
  public func integral(of function: (Double) -> Double) -> Double {
    var sum = 0.0
    for (point, weight) in zip(points, weights) { sum += weight * function(point) }
    return sum
  }

  /// The Gauss rule of this measure, equation (7.5): `count` masses that integrate polynomials of degree 2·count - 1 alike.
  ///
  /// Lanczos on the diagonal matrix of the points, started at the square roots of the weights, gives
  /// the Jacobi matrix (with full reorthogonalisation: the rules here are short); its eigenvalues are the
  /// nodes and the squared first components of its eigenvectors the weights (Golub and Welsch 1969).
  ///
  /// - Parameter nodes: number of masses wanted, ≥ 1. A measure that has no more keeps its own.
  /// - Returns: the rule; its nodes lie inside the hull of the points.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  public func gaussRule(_ nodes: Int) throws(LinearAlgebraFailure) -> DiscreteMeasure {
    let total = total
    guard count > nodes, total > 0 else { return self }
    return try Self.gaussRule(lanczos(steps: nodes, total: total), total: total)
  }

  /// A Gauss rule of the whole numbers 0 … count - 1, each of mass one: sums of polynomials of degree 2·nodes - 1 over them, exactly.
  ///
  /// Their orthogonal polynomials are those of Chebyshev and Gram, with a known three-term recurrence (Gautschi 2004, table 1.2).
  ///
  /// - Parameters:
  ///   - count: how many numbers, ≥ 0.
  ///   - nodes: number of masses wanted; no more numbers than that keep their own.
  /// - Returns: the rule.
  public static func wholeNumbers(count: Int, nodes: Int) -> DiscreteMeasure {
    let all = Double(count)
    func whole() -> DiscreteMeasure {
      DiscreteMeasure(points: (0..<count).map(Double.init), weights: Array(repeating: 1, count: count))
    }
    guard count > nodes else { return whole() }
    let offDiagonal = (1..<max(nodes, 1)).map { index in
      let square = Double(index * index)
      return (square * (all * all - square) / (4 * (4 * square - 1))).squareRoot()
    }
    let middle = [Double](repeating: (all - 1) / 2, count: nodes)
    // LAPACK does not fail on a finite matrix this small; the numbers themselves are right in any case.
    return (try? gaussRule((middle, offDiagonal + [0]), total: all)) ?? whole()
  }

  /// Nodes and weights of a measure whose Jacobi matrix is known.
  private static func gaussRule(_ jacobi: (diagonal: [Double], offDiagonal: [Double]), total: Double)
    throws(LinearAlgebraFailure) -> DiscreteMeasure
  {
    var (diagonal, offDiagonal) = jacobi
    let size = diagonal.count
    var vectors = [Double](repeating: 0, count: size * size)
    let status = LAPACKE_dstev(
      LAPACK_COL_MAJOR, 0x56 /* V */, Int32(size), &diagonal, &offDiagonal, &vectors, Int32(size))
    guard status == 0 else { throw LinearAlgebraFailure(routine: "dstev", status: Int(status)) }
    return DiscreteMeasure(
      points: diagonal, weights: (0..<size).map { total * vectors[$0 * size] * vectors[$0 * size] })
  }

  private func lanczos(steps: Int, total: Double) -> (diagonal: [Double], offDiagonal: [Double]) {
    var basis = [weights.map { ($0 / total).squareRoot() }]
    var diagonal: [Double] = []
    var offDiagonal: [Double] = []
    let scale = points.map { abs($0) }.max() ?? 0
    while true {
      let last = basis[basis.count - 1]
      var next = zip(points, last).map { $0 * $1 }
      diagonal.append(zip(next, last).reduce(0) { $0 + $1.0 * $1.1 })
      guard basis.count < steps else { break }
      for _ in 0..<2 {  // twice is enough (Kahan)
        for vector in basis {
          let overlap = zip(next, vector).reduce(0) { $0 + $1.0 * $1.1 }
          for index in next.indices { next[index] -= overlap * vector[index] }
        }
      }
      let norm = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
      // Fewer distinct points than nodes: the rule found so far is exact.
      guard norm > 1e-14 * scale else { break }
      offDiagonal.append(norm)
      basis.append(next.map { $0 / norm })
    }
    return (diagonal, offDiagonal + [0])
  }
}
