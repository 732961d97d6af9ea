import Calculus
import LinearAlgebra

/// The newest rows of P, Q, Π or Ψ along the depth, by what drives them at each node, equation (4.8).
///
/// With x the rows, c their value at the end where they are known, and f their rate without the share `λ x` that the skip
/// connections alone would give: `x_i = exp(λ τ_i) c + b² Σ_j w_ij f_j`, with τ counted from that end.
struct DepthProfile: Sendable {
  /// Rows of f at each node, counted from the end where x is known.
  private var rates: [RowBlock]
  private var forecasts: [RowForecast]
  /// Largest change of f in the sweep under way, and largest x.
  private var change = 0.0
  private var size = 0.0

  init(nodes: Int, layout: BlockLayout) {
    rates = Array(repeating: RowBlock(size: layout.size, capacity: layout.height), count: nodes)
    forecasts = Array(repeating: RowForecast(), count: nodes)
  }

  /// Turns to a new block and guesses its rates.
  mutating func begin(_ times: Range<Int>) {
    for index in rates.indices { forecasts[index].guess(times, into: &rates[index]) }
  }

  /// The block is done: later guesses start from it.
  mutating func remember() {
    for index in rates.indices { forecasts[index].append(rates[index]) }
  }

  /// Rates at the nodes.
  var unknowns: [[Double]] {
    get { rates.map(\.entries) }
    set {
      for index in rates.indices { rates[index].entries = newValue[index] }
    }
  }

  /// Writes the rows x at a node, from the newest rates, equation (4.8).
  ///
  /// - Parameters:
  ///   - index: which node, counted from the end where x is known.
  ///   - rows: overwritten.
  ///   - end: rows of c.
  ///   - weights: of the block.
  func setRows(at index: Int, _ rows: inout RowBlock, end: RowBlock, weights: DepthWeights) {
    rows.begin(end.rows)
    rows.add(end, scale: weights.ends[index])
    if index == 0 { return }
    for (rate, weight) in zip(rates, weights.rates[index]) { rows.add(rate, scale: weight) }
  }

  /// Takes the rates that the rows x at a node give.
  mutating func setRates(at index: Int, _ new: RowBlock, rows: RowBlock) {
    let difference = new.largestDifference(from: rates[index])
    let largest = rows.largestEntry
    // Written so that what is not a number stays so.
    if !(difference <= change) { change = difference }
    if !(largest <= size) { size = largest }
    rates[index] = new
  }

  /// How far the sweep just done changed the rates, relative to the rows; not a number if one is not.
  mutating func takeChange() -> Double {
    defer { (change, size) = (0, 0) }
    return change == 0 ? 0 : change / size
  }
}

/// Weights of one block's rows in equation (4.8).
struct DepthWeights: Sendable {
  /// `exp(λ τ_i)`.
  let ends: [Double]
  /// `b² ∫_0^{τ_i} exp(λ (τ_i - τ)) l_j(τ) dτ`.
  let rates: [[Double]]

  /// Before the first block.
  static let none = DepthWeights(ends: [], rates: [])

  private init(ends: [Double], rates: [[Double]]) {
    self.ends = ends
    self.rates = rates
  }

  /// The factors of equation (4.8).
  ///
  /// - Parameters:
  ///   - places: the nodes.
  ///   - branchVariance: b².
  ///   - growth: λ/b².
  init(_ places: ChebyshevLobatto, branchVariance: Double, growth: Double) {
    let rate = branchVariance * growth
    ends = places.nodes.map { .exp(rate * $0) }
    rates = places.integrals(rate: rate).map { $0.map { branchVariance * $0 } }
  }
}
