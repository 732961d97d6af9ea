import Calculus
import Problems

/// Which batches sampled paths are in, equation (21.14): the masks of `MaskLaw`, drawn for each path.
///
/// What a path's residual does to its own future needs its masks; means over paths need only what a mask is expected to be given the past,
/// which scatters less.
struct PathMasks: Sendable {
  private let law: MaskLaw
  private let shuffle: Minibatches.Shuffle
  private let shares: [Double]
  private let paths: Int
  private let seed: Int
  /// Which batch of the epoch each path is in; beyond the last one: in none.
  private var slots: [Int] = []
  private var epoch = -1

  /// `m` of the newest step, and its mean given all masks before, path by path.
  private(set) var masks: [Double] = []
  private(set) var expected: [Double] = []

  /// - Parameters:
  ///   - rule: how batches are drawn.
  ///   - share: B/P.
  ///   - paths: how many.
  ///   - seed: of the draws.
  init(_ rule: Minibatches, share: Double, paths: Int, seed: Int) {
    law = MaskLaw(rule, share: share)
    shuffle = rule.shuffle
    shares = rule.shares(of: share)
    (self.paths, self.seed) = (paths, seed)
  }

  /// `<m^2>/<m>` of a path that is in the batch or not yet known to be: what a squared residual counts beside `expected`.
  func squareFactor(_ time: Int) -> Double { law.square(time) }

  /// Draws the masks of a step; steps come one after the other.
  mutating func advance(_ time: Int) {
    if shuffle.isPartition { partition(time) } else { draw(time) }
  }

  /// A new partition each epoch, or the first one for ever.
  private mutating func partition(_ time: Int) {
    let (turn, slot) = time.quotientAndRemainder(dividingBy: shares.count)
    if slots.isEmpty || shuffle == .epochs && turn != epoch { deal(turn) }
    epoch = turn
    let share = Double(slots.count { $0 == slot }) / Double(paths)
    masks = slots.map { $0 == slot ? 1 / share : 0 }
    if shuffle == .fixed, turn > 0 {
      expected = masks
      return
    }
    let unseen = Double(slots.count { $0 >= slot }) / Double(paths)
    expected = slots.map { $0 >= slot ? 1 / unseen : 0 }
  }

  private mutating func deal(_ turn: Int) {
    var stream = RandomStream(seed: seed, replica: 0, purpose: .batches, substream: turn)
    let order = stream.draw(paths, of: paths).drawn
    slots = Array(repeating: shares.count, count: paths)
    var (start, end) = (0, 0.0)
    for (slot, share) in shares.enumerated() {
      end += share * Double(paths)
      let stop = min(paths, max(start + 1, Int(end.rounded())))
      for place in start..<max(start, stop) { slots[order[place]] = slot }
      start = max(start, stop)
    }
  }

  private mutating func draw(_ time: Int) {
    var stream = RandomStream(seed: seed, replica: 0, purpose: .batches, substream: time)
    let size = max(1, Int((law.share(time) * Double(paths)).rounded()))
    let part = Double(paths) / Double(size)
    expected = Array(repeating: 1, count: paths)
    masks = Array(repeating: 0, count: paths)
    if shuffle == .replacement {
      for _ in 0..<size { masks[stream.index(below: paths)] += part }
    } else {
      for path in stream.draw(size, of: paths).drawn { masks[path] = part }
    }
  }
}
