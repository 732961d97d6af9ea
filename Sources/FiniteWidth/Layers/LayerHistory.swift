import Problems

/// What was seen of the layers along one training.
public struct LayerHistory: Sendable {
  /// One moment.
  public struct Moment: Sendable {
    /// Step; under flow the number of the moment.
    public let step: Int
    /// Sum of the rates `η_t` of all steps before, or flow time.
    public let time: Double
    /// Mean squared residual of the samples that are trained on, equation (2.4).
    public let trainLoss: Double
    /// The same of samples that are not.
    public let testLoss: Double
    /// `|W^l|²`, the squares of all entries added up, l = 0 … L.
    public let squaredNorms: [Double]
    /// `d(t)`: what weight decay alone leaves of a weight, equation (1.7).
    public let share: Double
    /// Largest drift of the conserved matrices, equation (12.4), relative to the terms that they are differences of.
    public let drift: Double
    /// The same of their diagonals alone.
    public let diagonalDrift: Double
    /// f of each of the P samples that are trained on; empty without gates.
    public let outputs: [Double]
    /// Share of the gates that differ from the start, equation (12.11); nil without gates.
    public let flipped: Double?
  }

  /// The moments that were requested, up to the end.
  public internal(set) var moments: [Moment] = []
  /// How the training ended.
  public internal(set) var outcome = Outcome.completed
  /// N.
  public let width: Int

  /// What was learned of `|W^l|²`, for each neuron, at every moment; equation (12.6).
  ///
  /// - Parameter layer: l from 0 to L.
  /// - Returns: `Γ_l`, one number a moment.
  public func growth(_ layer: Int) -> [Double] {
    guard let start = moments.first else { return [] }
    return moments.map {
      ($0.squaredNorms[layer] - $0.share * $0.share * start.squaredNorms[layer]) / Double(width)
    }
  }

  /// How far the outputs are from those of another network at the same moments, equation (12.11).
  ///
  /// - Parameter other: for example with frozen gates.
  /// - Returns: δ, one number for each moment that both have.
  public func deviations(from other: LayerHistory) -> [Double] {
    zip(moments, other.moments).map { mine, its in
      let size = mine.outputs.reduce(0) { $0 + $1 * $1 }
      let difference = zip(mine.outputs, its.outputs).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return difference == 0 ? 0 : (difference / size).squareRoot()
    }
  }
}
