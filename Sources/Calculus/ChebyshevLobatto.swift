import RealModule

/// Polynomials on [0, 1] by their values at the extrema of a Chebyshev polynomial, both ends among them.
public struct ChebyshevLobatto: Sendable {
  /// The nodes, rising from 0 to 1.
  public var nodes: [Double] { basis.nodes }
  /// The polynomials that are 1 at one node and 0 at the others.
  public let basis: LagrangeBasis
  /// Entry [k][j]: coefficient of `T_k(2τ - 1)` in the polynomial that is 1 at node j and 0 at the others.
  public let coefficients: [[Double]]
  /// For each node the points of a Gauss rule from 0 to it, for integrals against smooth functions.
  private let rules: [[GaussPoint]]

  private struct GaussPoint {
    /// Distance to the rule's upper end.
    let distance: Double
    /// Weight of the value at each node.
    let shares: [Double]
  }

  /// Gauss points beyond those that a polynomial of the nodes' degree needs: they take care of an exponential beside it.
  private static let furtherPoints = 12

  /// - Parameter count: number of nodes, ≥ 2.
  public init(_ count: Int) {
    precondition(count >= 2, "an interval has two ends")
    let degree = count - 1
    let positions = (0..<count).map { Double.sin(.pi * Double(2 * $0 - degree) / Double(2 * degree)) }
    let basis = LagrangeBasis(positions.map { (1 + $0) / 2 })
    self.basis = basis
    let halving = { (index: Int) in index == 0 || index == degree ? 0.5 : 1.0 }
    coefficients = (0..<count).map { order in
      (0..<count).map { node in
        2 / Double(degree) * halving(order) * halving(node)
          * .cos(.pi * Double(order * (degree - node)) / Double(degree))
      }
    }
    let gauss = GaussLegendre((count + 1) / 2 + Self.furtherPoints)
    rules = basis.nodes.map { end in
      zip(gauss.nodes, gauss.weights).map { node, weight in
        let place = end * (1 + node) / 2
        let shares = basis.values(at: place).map { end * weight / 2 * $0 }
        return GaussPoint(distance: end - place, shares: shares)
      }
    }
  }

  /// Integrals from 0 up to every node, of a polynomial times an exponential that is 1 at the node:
  /// `∫_0^{τ_i} exp(rate (τ_i - τ)) l_j(τ) dτ`, the `w_ij` of equation (4.8).
  ///
  /// - Parameter rate: rate of the exponential; 0 gives the integration matrix.
  /// - Returns: entry [i][j] for node i and the polynomial that is 1 at node j.
  public func integrals(rate: Double) -> [[Double]] {
    rules.map { rule in
      var row = [Double](repeating: 0, count: nodes.count)
      for point in rule {
        let growth = Double.exp(rate * point.distance)
        for node in row.indices { row[node] += growth * point.shares[node] }
      }
      return row
    }
  }
}
