import CGSL

/// A Gauss-Legendre rule on [-1, 1] (gsl_integration_glfixed).
public struct GaussLegendre: Sendable {
  /// Nodes in (-1, 1), rising.
  public let nodes: [Double]
  /// Weights; they sum to 2.
  public let weights: [Double]

  /// - Parameter count: number of nodes, ≥ 1.
  public init(_ count: Int) {
    precondition(errorsAreReturned)
    let table = gsl_integration_glfixed_table_alloc(count)
    defer { gsl_integration_glfixed_table_free(table) }
    var nodes = [Double](repeating: 0, count: count)
    var weights = nodes
    for index in 0..<count {
      gsl_integration_glfixed_point(-1, 1, index, &nodes[index], &weights[index], table)
    }
    self.nodes = nodes
    self.weights = weights
  }
}
