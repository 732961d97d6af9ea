import Calculus
import Problems

/// Which of P samples each step takes, by one of the four ways of `Minibatches` or a given order, equation (8.18).
struct BatchRows: Sendable {
  private let rule: Minibatches
  private let size: Int
  private let count: Int
  private let seed: Int
  private let replica: Int
  /// Batches of an epoch as ranges of its order.
  private let ranges: [Range<Int>]
  /// The order of the samples in the epoch at hand.
  private var order: [Int]
  private var epoch = -1
  /// Samples of each step where they are given; nil elsewhere.
  private let sequence: [[Int]]?

  /// - Parameters:
  ///   - rule: how batches are drawn.
  ///   - size: B.
  ///   - count: P.
  ///   - seed: the user's seed.
  ///   - replica: which network.
  ///   - sequence: samples of each step where they are given; later steps begin again.
  init(rule: Minibatches, size: Int, count: Int, seed: Int, replica: Int, sequence: [[Int]]?) {
    self.rule = rule
    self.size = size
    self.count = count
    self.seed = seed
    self.replica = replica
    self.sequence = sequence
    ranges = rule.ranges(of: size, in: count)
    order = Array(0..<count)
  }

  /// The samples of a step.
  mutating func rows(_ step: Int) -> [Int] {
    if let sequence { return sequence[step % sequence.count] }
    switch rule.shuffle {
    case .replacement:
      var stream = stream(step)
      return (0..<size).map { _ in stream.index(below: count) }
    case .independent:
      var stream = stream(step)
      return stream.draw(size, of: count).drawn
    case .epochs:
      if step / ranges.count != epoch {
        epoch = step / ranges.count
        var stream = stream(epoch)
        order = stream.draw(count, of: count).drawn
      }
      return Array(order[ranges[step % ranges.count]])
    case .fixed: return Array(ranges[step % ranges.count])
    }
  }

  private func stream(_ number: Int) -> RandomStream {
    RandomStream(seed: seed, replica: replica, purpose: .batches, substream: number)
  }
}
