import Problems

/// The masks `m(t)` of minibatches: 1/p(t) for a sample that is in the batch of step t, else 0; table (15.2).
///
/// Any product of masks at falling times has the mean `Q(t0, t1) Q(t1, t2) …`, and that is all that the equations ask of a way to draw
/// batches.
struct MaskLaw: Sendable, Hashable {
  private let shuffle: Minibatches.Shuffle
  /// `p_j` of the batches of an epoch; of independent batches one, which stands for all.
  private let shares: [Double]

  /// - Parameters:
  ///   - batches: how they are drawn.
  ///   - share: B/P.
  init(_ batches: Minibatches, share: Double) {
    shuffle = batches.shuffle
    shares = batches.shares(of: share)
  }

  /// `p(t)`: what share of the training set step t sees.
  func share(_ time: Int) -> Double { shares[time % shares.count] }

  /// `<m(t)²>`.
  func square(_ time: Int) -> Double { shuffle == .replacement ? 1 + 1 / share(time) : 1 / share(time) }

  /// `Q(t, s) = <m(t) m(s)>` of two different times.
  func product(_ time: Int, _ other: Int) -> Double {
    switch shuffle {
    case .independent, .replacement: 1
    case .epochs: time / shares.count == other / shares.count ? 0 : 1
    case .fixed: time % shares.count == other % shares.count ? 1 / share(time) : 0
    }
  }

  /// Whether all products of different times are 1.
  var isIndependent: Bool { !shuffle.isPartition }
}
