import CGSL

/// The Radau IIA collocation rule on [0, 1]: nodes with the right end among them, an implicit Runge-Kutta method that damps the
/// stiffest modes within one panel (L-stable) and is of order 2n - 1 at the panel's end (Hairer and Wanner, Solving ODEs II, IV.5).
public struct RadauRule: Hashable, Sendable {
  /// Nodes in (0, 1], rising; the last is 1.
  public let nodes: [Double]
  /// The polynomials through the nodes.
  public let basis: LagrangeBasis
  /// `integrals[i][j] = ∫_0^{nodes[i]}` of the polynomial of node j; the last row is the quadrature rule of the whole panel.
  public let integrals: [[Double]]

  /// - Parameter count: number of nodes, ≥ 2.
  public init(_ count: Int) {
    precondition(errorsAreReturned && count >= 2, "a Radau rule needs two nodes")
    // All nodes but the right end are those of the Gauss rule with weight 1 - x.
    let workspace = gsl_integration_fixed_alloc(gslx_fixed_jacobi(), count - 1, 0, 1, 1, 0)
    defer { gsl_integration_fixed_free(workspace) }
    let inner = UnsafeBufferPointer(start: gsl_integration_fixed_nodes(workspace), count: count - 1)
    nodes = inner.sorted() + [1]
    basis = LagrangeBasis(nodes)
    integrals = basis.integrals(from: 0, to: nodes)
  }
}
