import LinearAlgebra

/// How the depth of an infinitely deep chain was resolved: by collocation along it, equations (4.8) and (4.9).
public struct DepthReport: Codable, Sendable, Hashable {
  /// The nodes τ (Chebyshev-Lobatto), rising from 0 to 1; layer l of the order parameters is node l - 1.
  public let places: [Double]
  /// Estimated error of order parameters and losses from the finite number of nodes, equation (4.9), relative, over the
  /// whole run. A loss that has fallen far below its start takes it over with a larger factor.
  public private(set) var error = 0.0
  /// Sweeps over all nodes in a half of a step (backward or forward), on average.
  public var sweeps: Double { halves == 0 ? 0 : Double(total) / Double(halves) }
  private var total = 0
  private var halves = 0

  init(places: [Double]) { self.places = places }

  mutating func count(_ sweeps: Int) {
    total += sweeps
    halves += 1
  }

  mutating func raise(error new: Double) {
    if !(new <= error) { error = new }
  }
}
