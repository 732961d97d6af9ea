/// Point masses on the line: `∫ f dμ = Σ weights_j f(points_j)`.
public struct DiscreteMeasure: Hashable, Sendable {
  /// Where the masses sit.
  public var points: [Double]
  /// The masses, ≥ 0 for a rule to be made of them.
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
  /// - Parameter nodes: number of masses wanted, ≥ 1. A measure that has no more keeps its own.
  /// - Returns: the rule; its nodes lie inside the hull of the points.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  public func gaussRule(_ nodes: Int) throws(LinearAlgebraFailure) -> DiscreteMeasure {
    guard count > nodes, total > 0 else { return self }
    return try JacobiMatrix(self, size: nodes).gaussRule(nodes)
  }

  /// A Gauss rule of the whole numbers 0 … count - 1, each of mass one: sums of polynomials of degree 2·nodes - 1 over them, exactly.
  ///
  /// Equation (5.8). Their orthogonal polynomials are those of Chebyshev and Gram, with a known three-term recurrence
  /// (Gautschi 2004, table 1.2).
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
    let jacobi = JacobiMatrix(diagonal: middle, offDiagonal: offDiagonal, total: all)
    // LAPACK does not fail on a finite matrix this small; the numbers themselves are right in any case.
    return (try? jacobi.gaussRule(nodes)) ?? whole()
  }
}
