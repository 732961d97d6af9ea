import LinearAlgebra
import Problems
import RealModule

/// The coefficients `C_l(t)` of what each layer has learned, equation (17.3), under an optimiser that reads the gradient.
///
/// The linear optimisers beside it (`OptimizerKernels`) have `C_l(t) = κ(t, ·)`, the same for all layers. Here row t of all correlations
/// says what the rule of table (17.2) makes of the gradient at t, and the rows after t need nothing else. A rule that acts on each
/// gradient adds a block for each time, and κ carries it on, equation (17.5); one that acts on the momentum buffer makes a new
/// matrix over all times at each step, equation (17.6), some fifty operations for each of its entries and rows under Newton-Schulz.
struct GradientCoefficients: Sendable {
  private let rule: GradientRule
  private let optimizer: LinearOptimizer
  private let outputs: Int
  /// How often each output stands for one of the network.
  private let multiplicities: [Double]
  /// `a_l`, `s_l` and `ω_l` of each link.
  private let branches: [Double]
  private let scales: [Double]
  private let weights: [Double]
  private let richness: Double
  private var share = 1.0

  /// `E(t)`, equation (17.1), at each time done.
  private(set) var norms: [Double] = []
  /// `η_l(t)` over rate and layer's multiplier, one list a time with a number a layer; nil where a step is no number times a gradient.
  private(set) var factors: [[Double]]?
  /// What the rule made of the gradients: K x K blocks for each link, one after the other.
  private var blocks: [[Double]]
  /// Under a rule that acts on the buffer: what is known of the fields of each link below the readout.
  private var buffers: [BufferedLink]
  private var readout: BufferedReadout?
  /// The largest square of each gradient so far.
  private var largest: [Double]

  /// Squares below this share of the largest so far are rounding: such a gradient makes no step.
  static let floor = 1e-13

  /// - Parameters:
  ///   - problem: with a rule.
  ///   - multiplicities: how often each output of the march stands for one of the network.
  init?(_ problem: TrainingProblem, multiplicities: [Double]) {
    guard let rule = problem.gradientRule else { return nil }
    self.rule = rule
    optimizer = problem.optimizer
    outputs = multiplicities.count
    self.multiplicities = multiplicities
    scales = problem.architecture.initScale
    let last = scales.count - 1
    let branch = problem.architecture.branchFactor ?? 1
    branches = (0...last).map { $0 > 0 && $0 < last ? branch : 1 }
    weights = problem.gradientWeights
    richness = problem.effectiveRichness
    blocks = Array(repeating: [], count: last + 1)
    largest = Array(repeating: 0, count: last + 1)
    let isBuffered = problem.orthogonalBuffer != nil
    buffers = isBuffered ? Array(repeating: BufferedLink(outputs: outputs), count: last) : []
    readout = isBuffered ? BufferedReadout(outputs: outputs) : nil
    if case .muon = rule, isBuffered || outputs > 1 { factors = nil } else { factors = [] }
  }

  /// Gives every link its coefficients at the next time, equations (17.3) and (17.5).
  ///
  /// - Parameters:
  ///   - links: from the input layer to the readout.
  ///   - kernel: row of κ over times, of the linear optimiser behind the rule.
  ///   - share: d.
  mutating func begin(_ links: inout [Link], kernel: RowBlock, share: Double) {
    let time = kernel.rows.lowerBound
    self.share = share
    guard buffers.isEmpty else { return beginBuffered(&links, rate: time > 0 ? kernel[time, time - 1] : 0) }
    let square = outputs * outputs
    for index in links.indices {
      guard outputs > 1 else {
        var own = kernel
        own.set(kernel, columnsScaledBy: blocks[index])
        links[index].learned = .own(own)
        continue
      }
      var carried = blocks[index]
      for place in carried.indices { carried[place] *= kernel[time, place / square] }
      links[index].learned = .blocks(carried)
    }
  }

  /// Equation (17.6).
  private mutating func beginBuffered(_ links: inout [Link], rate: Double) {
    let kept = 1 - rate * optimizer.weightDecay.strength
    for index in buffers.indices {
      buffers[index].advance(kept: kept, rate: rate / (richness * branches[index]))
      links[index].learned = .whole(buffers[index].coefficients)
    }
    readout?.advance(kept: kept, rate: rate / richness)
    if let readout { links[buffers.count].learned = .blocks(readout.coefficients) }
  }

  /// Takes the newest rows of all correlations, equation (17.1), and applies the rule, table (17.2).
  ///
  /// - Parameters:
  ///   - rows: of a time that is done.
  ///   - forward: `H^0 … H^L`.
  ///   - backward: `G^1 … G^L`.
  mutating func finish(_ rows: Range<Int>, forward: [Correlation], backward: [Correlation]) {
    let last = backward.count
    let gradients = (0...last).map { index in
      Gradient(
        left: index < last ? Self.block(backward[index], rows) : nil, right: Self.block(forward[index], rows))
    }
    let squares = gradients.enumerated().map { index, gradient in
      branches[index] * branches[index] * gradient.square(multiplicities)
    }
    let total = zip(squares, weights).reduce(0) { $0 + $1.0 * $1.1 }
    norms.append(max(total, 0).squareRoot())
    for (index, square) in squares.enumerated() where square > largest[index] { largest[index] = square }
    guard buffers.isEmpty else { return finishBuffered(rows, forward: forward, backward: backward) }
    var step: [Double] = []
    for (index, gradient) in gradients.enumerated() {
      if case .muon(let muon) = rule, outputs > 1 {
        let factor = isGone(squares[index], index) ? nil : muon.factor(of: gradient, multiplicities)
        let scale = 1 / (richness * branches[index])
        blocks[index] += factor.map { $0.map { scale * $0 } } ?? gradient.nothing
        continue
      }
      let factor = factor(
        index, squares, readout: index == last ? Self.trace(backward[last - 1], rows, multiplicities) : 0)
      step.append(factor)
      blocks[index] += gradient.identity(factor)
    }
    factors?.append(step)
  }

  /// `η_l(t)` over rate and layer's multiplier, table (17.2).
  private func factor(_ index: Int, _ squares: [Double], readout: Double) -> Double {
    let length = norms[norms.count - 1]
    let total = zip(largest, weights).reduce(0) { $0 + $1.0 * $1.1 }
    switch rule {
    case .clip(let limit): return length > limit ? limit / length : 1
    case .normalized(.global): return length * length > Self.floor * total ? 1 / (richness * length) : 0
    case _ where isGone(squares[index], index): return 0
    case .normalized(.layer): return 1 / (richness * squares[index].squareRoot())
    case .muon(let muon): return muon.loneSingularValue / (richness * squares[index].squareRoot())
    case .lars:
      let weight = index == squares.count - 1 ? readout.squareRoot() : scales[index] * share
      return weight / (richness * squares[index].squareRoot())
    }
  }

  private func isGone(_ square: Double, _ index: Int) -> Bool { !(square > Self.floor * largest[index]) }

  private mutating func finishBuffered(_ rows: Range<Int>, forward: [Correlation], backward: [Correlation]) {
    guard case .muon(let muon) = rule else { return }
    let rule = BufferRule(muon: muon, momentum: optimizer.momentum, multiplicities: multiplicities)
    for index in buffers.indices {
      buffers[index].take(rows, left: backward[index], right: forward[index])
      buffers[index].orthogonalize(rule)
    }
    readout?.take(rows, right: forward[backward.count])
    readout?.orthogonalize(rule)
  }

  /// A block of equal times, where what has fallen to nothing and is rounding of either sign counts as zero.
  private static func block(_ correlation: Correlation, _ rows: Range<Int>) -> [Double] {
    rows.flatMap { row in
      rows.map { row == $0 ? correlation.strength(row) : correlation[max(row, $0), min(row, $0)] }
    }
  }

  private static func trace(_ correlation: Correlation, _ rows: Range<Int>, _ weights: [Double]) -> Double {
    zip(rows, weights).reduce(0) { $0 + $1.1 * correlation.strength($1.0) }
  }
}

/// The gradient of one layer at one time, by the Gram matrices of its two factors over the outputs.
private struct Gradient {
  /// `G^{l+1}(t,t)`; nil: the identity.
  let left: [Double]?
  /// `H^l(t,t)`.
  let right: [Double]

  var outputs: Int { right.count == 1 ? 1 : Int(Double(right.count).squareRoot().rounded()) }
  var nothing: [Double] { Array(repeating: 0, count: right.count) }

  /// `tr(G^{l+1} H^l)(t,t)`, equation (17.1).
  func square(_ weights: [Double]) -> Double {
    let outputs = outputs
    var sum = 0.0
    for row in 0..<outputs {
      guard let left else {
        sum += weights[row] * right[row * outputs + row]
        continue
      }
      for column in 0..<outputs { sum += weights[row] * left[row * outputs + column] * right[column * outputs + row] }
    }
    return sum
  }

  func identity(_ factor: Double) -> [Double] {
    right.indices.map { $0 % (outputs + 1) == 0 ? factor : 0 }
  }
}

extension Muon {
  /// What is made of the gradient of one time, equation (17.7) or (17.8): K x K numbers.
  fileprivate func factor(of gradient: Gradient, _ weights: [Double]) -> [Double] {
    let count = gradient.outputs
    func matrix(_ entries: [Double]) -> DenseMatrix { DenseMatrix(rows: count, columns: count, entries) }
    return orthogonalized(
      matrix(gradient.identity(1)), left: gradient.left.map(matrix), right: matrix(gradient.right), weights
    ).storage
  }

  /// Equation (17.7) or (17.8).
  func orthogonalized(
    _ core: DenseMatrix, left: DenseMatrix?, right: DenseMatrix, _ weights: [Double]
  ) -> DenseMatrix {
    switch orthogonalization {
    case .exact:
      guard let factor = try? PolarFactor.exact(core, left: left, right: right) else {
        // LAPACK gives up on what is not a number; the losses show it.
        return DenseMatrix(
          rows: core.rows, columns: core.columns, Array(repeating: .nan, count: core.rows * core.columns))
      }
      return factor
    case .newtonSchulz(let steps, let coefficients):
      return PolarFactor.newtonSchulz(
        core, left: left, right: right, steps: steps, coefficients: coefficients, weights: weights)
    }
  }
}
