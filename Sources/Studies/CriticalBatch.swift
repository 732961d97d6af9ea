import RealModule

/// Up to which size a larger batch pays, from the losses at the optimal rate of each size, equation (9.5).
///
/// At equal steps a doubling of the batch costs twice the samples and lowers the loss; at equal epochs it halves the steps and raises it.
public struct CriticalBatch: Codable, Hashable, Sendable {
  /// Share of the loss that a doubling gains, or costs, at the critical batch.
  public static let share = 0.1

  /// What is kept while the batch grows.
  public enum Budget: String, Codable, Hashable, Sendable {
    case steps
    case epochs
  }

  /// Samples of a batch.
  public enum Size: Codable, Hashable, Sendable {
    case at(Double)
    /// Below the smallest or above the largest batch.
    case below(Double)
    case above(Double)
  }

  /// What is kept while the batch grows.
  public let budget: Budget
  /// The critical batch.
  public let size: Size
  /// What each doubling gains at equal steps, or costs at equal epochs, as a share of the loss: one number for each two neighbouring sizes.
  public let shares: [Double]

  /// Nil with fewer than two sizes that have an optimum.
  ///
  /// - Parameters:
  ///   - sizes: samples of a batch, rising.
  ///   - losses: at the optimum of each; nil without one.
  ///   - budget: what all of them have in common.
  public init?(sizes: [Double], losses: [Double?], budget: Budget) {
    let known = zip(sizes, losses).compactMap { size, loss in loss.map { (size: size, loss: $0) } }
      .filter { $0.size > 0 && $0.loss > 0 && $0.loss.isFinite }
    guard known.count > 1 else { return nil }
    let pairs = zip(known, known.dropFirst())
    let shares = pairs.map { small, large in
      let doubling = Double.exp2(.log2(large.loss / small.loss) / .log2(large.size / small.size))
      return budget == .steps ? 1 - doubling : doubling - 1
    }
    // Up to the critical batch doublings gain more, or cost less.
    let pays = shares.map { budget == .steps ? $0 >= Self.share : $0 <= Self.share }
    let places = pairs.map { (Double.log2($0.size) + .log2($1.size)) / 2 }
    self.budget = budget
    self.shares = shares
    guard let end = pays.firstIndex(of: false) else {
      size = .above(known[known.count - 1].size)
      return
    }
    guard end > 0 else {
      size = .below(known[0].size)
      return
    }
    let weight = (Self.share - shares[end - 1]) / (shares[end] - shares[end - 1])
    size = .at(.exp2(places[end - 1] + weight * (places[end] - places[end - 1])))
  }
}
