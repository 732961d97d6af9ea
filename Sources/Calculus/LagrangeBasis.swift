/// The polynomials that are one at a node and zero at the others, in barycentric form (Berrut and Trefethen 2004).
public struct LagrangeBasis: Hashable, Sendable {
  /// The nodes, all different.
  public let nodes: [Double]
  private let weights: [Double]

  /// - Parameter nodes: at least one, all different.
  public init(_ nodes: [Double]) {
    precondition(!nodes.isEmpty, "a polynomial needs a node")
    self.nodes = nodes
    // Scaled by the spread, so that the products of many differences stay in range.
    let spread = max((nodes.max() ?? 1) - (nodes.min() ?? 0), .leastNormalMagnitude)
    weights = nodes.indices.map { index in
      nodes.indices.reduce(1.0) { product, other in
        other == index ? product : product * spread / (4 * (nodes[index] - nodes[other]))
      }
    }
  }

  /// Every polynomial at one place: what values at the nodes are weighted with there.
  ///
  /// - Parameter place: anywhere; outside the nodes this extrapolates.
  /// - Returns: one number a node; they sum to 1.
  public func values(at place: Double) -> [Double] {
    if let hit = nodes.firstIndex(of: place) {
      return nodes.indices.map { $0 == hit ? 1 : 0 }
    }
    let terms = zip(weights, nodes).map { $0 / (place - $1) }
    let sum = terms.reduce(0, +)
    return terms.map { $0 / sum }
  }

  /// The derivative of every polynomial at one of the nodes.
  ///
  /// - Parameter index: which node.
  /// - Returns: one number a node; they sum to 0.
  public func derivatives(atNode index: Int) -> [Double] {
    var result = nodes.indices.map { other in
      other == index ? 0 : weights[other] / weights[index] / (nodes[index] - nodes[other])
    }
    result[index] = -result.reduce(0, +)
    return result
  }

  /// The derivative of the polynomial through some values.
  ///
  /// - Parameters:
  ///   - values: one a node.
  ///   - place: anywhere.
  /// - Returns: its slope there.
  public func slope(of values: [Double], at place: Double) -> Double {
    // The derivative is a polynomial of lower degree: it is known by its values at the nodes.
    let slopes = nodes.indices.map { node in
      zip(derivatives(atNode: node), values).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return zip(self.values(at: place), slopes).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Integrals of every polynomial from a start to some places.
  ///
  /// - Parameters:
  ///   - start: lower end of all integrals.
  ///   - ends: upper ends.
  /// - Returns: one row an end, one number a node; exact up to rounding.
  public func integrals(from start: Double, to ends: [Double]) -> [[Double]] {
    let rule = GaussLegendre((nodes.count + 1) / 2)
    return ends.map { end in
      let half = (end - start) / 2
      var row = [Double](repeating: 0, count: nodes.count)
      for (point, weight) in zip(rule.nodes, rule.weights) {
        let values = values(at: start + half * (1 + point))
        for index in row.indices { row[index] += half * weight * values[index] }
      }
      return row
    }
  }
}
