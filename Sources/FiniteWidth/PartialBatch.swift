import Calculus
import LinearAlgebra
import Problems

/// A part of the same samples at every step, equation (8.18): exactly B of P are drawn, by one of the four ways of `Minibatches`.
struct PartialBatch: GradientSource {
  private let modes: Modes
  private let samples: Samples
  /// Rows of a real table that were not drawn.
  private let heldOut: Samples?
  private let rule: Minibatches
  private let size: Int
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
  ///   - modes: eigenvalues and target.
  ///   - samples: the training set, and rows for the test loss where there are some.
  ///   - rule: how batches are drawn.
  ///   - size: B.
  ///   - seed: the user's seed.
  ///   - replica: which network.
  ///   - sequence: samples of each step where they are given; later steps begin again.
  init(
    _ modes: Modes, samples: (drawn: Samples, left: Samples?), rule: Minibatches, size: Int, seed: Int, replica: Int,
    sequence: [[Int]]? = nil
  ) {
    self.sequence = sequence
    self.modes = modes
    self.samples = samples.drawn
    heldOut = samples.left
    self.rule = rule
    self.size = size
    self.seed = seed
    self.replica = replica
    ranges = rule.ranges(of: size, in: samples.drawn.count)
    order = Array(0..<samples.drawn.count)
  }

  mutating func respond(to predictor: [Double], step: Int) -> InputGradient {
    let error = modes.error(predictor)
    let scale = 1 / modes.dimension.squareRoot()
    let residuals = samples.residuals(predictor, scale: scale)
    let rows = batch(step)
    let part = residuals.parts(modes.outputs).flatMap { all in rows.map { all[all.startIndex + $0] } }
    var field = [Double](repeating: 0, count: predictor.count)
    samples.inputs.selecting(rows).addTransposedProduct(
      modes.dimension.squareRoot() / Double(rows.count), part, to: &field, vectors: modes.outputs)
    let test = heldOut.map { ($0, $0.residuals(predictor, scale: scale)) }
    return InputGradient(
      field: field, error: error.scaled, residuals: residuals,
      test: test.map { $0.meanSquares($1) } ?? error.losses, train: samples.meanSquares(residuals),
      batch: samples.meanSquares(part), testAccuracy: test.flatMap { $0.accuracy($1) },
      trainAccuracy: samples.accuracy(residuals))
  }

  /// The samples of a step.
  private mutating func batch(_ step: Int) -> [Int] {
    if let sequence { return sequence[step % sequence.count] }
    switch rule.shuffle {
    case .replacement:
      var stream = stream(step)
      return (0..<size).map { _ in stream.index(below: samples.count) }
    case .independent:
      var stream = stream(step)
      return stream.draw(size, of: samples.count).drawn
    case .epochs:
      if step / ranges.count != epoch {
        epoch = step / ranges.count
        var stream = stream(epoch)
        order = stream.draw(samples.count, of: samples.count).drawn
      }
      return Array(order[ranges[step % ranges.count]])
    case .fixed: return Array(ranges[step % ranges.count])
    }
  }

  private func stream(_ number: Int) -> RandomStream {
    RandomStream(seed: seed, replica: replica, purpose: .batches, substream: number)
  }
}
