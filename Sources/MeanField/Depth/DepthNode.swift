import LinearAlgebra

/// One place τ in an infinitely deep residual chain: the network's own fields there, and the two halves that meet.
struct DepthNode: Sendable {
  /// Equation (4.4): maps `P, Q`, sources `Π, Ψ`.
  private(set) var layer: Junction
  private var below: EmbeddedHalf
  private var above: EmbeddedHalf

  /// Number of time matrices that a node holds.
  static let matrices = Junction.matrices + 2 * EmbeddedHalf.matrices
  /// Junctions that a node's row takes the time of, with the usual number of sweeps.
  static let usualJunctions = 9
  /// Junctions that one sweep of a node's rows takes the time of.
  static let sweptJunctions = 4

  init(layout: BlockLayout) {
    layer = Junction(layout)
    below = EmbeddedHalf(layout: layout)
    above = below
  }

  /// The rows of g here from those of Q and Ψ, with the rates at which Q and Ψ grow towards the input.
  ///
  /// - Parameters:
  ///   - branch: the weights of the branches.
  ///   - kernel: rows of κ.
  ///   - growth: the share of Q and Ψ in their own rates that is left out.
  ///   - work: holds the rows of Q and Ψ, receives the rates.
  mutating func updateBackward(branch: Link, kernel: RowBlock, growth: Double, work: inout DepthScratch) {
    layer.updateBackward(map: work.map, source: work.source, work: &work.junction)
    branch.setMap(
      &work.mapRate, .down, response: layer.backwardResponse, correlation: layer.backwardCorrelation, kernel: kernel)
    branch.setSource(&work.sourceRate, correlation: layer.backwardCorrelation, times: kernel.rows)
    below.setTurn(work.mapRate)
    above.addRates(
      opposite: layer.forwardCorrelation, weights: branch.initialWeight, growth: growth, work: &work)
  }

  /// Completes the backward half: what the settled rows of k do to the half below.
  mutating func finishBackward(_ times: Range<Int>, work: inout DepthScratch) {
    below.setEchoes(times, work: &work)
  }

  /// The rows of h here from those of P and Π, with the rates at which P and Π grow towards the readout.
  ///
  /// - Parameters:
  ///   - branch: the weights of the branches.
  ///   - kernel: rows of κ.
  ///   - growth: the share of P and Π in their own rates that is left out.
  ///   - work: holds the rows of P and Π, receives the rates.
  mutating func updateForward(branch: Link, kernel: RowBlock, growth: Double, work: inout DepthScratch) {
    layer.updateForward(map: work.map, source: work.source, work: &work.junction)
    branch.setMap(
      &work.mapRate, .up, response: layer.forwardResponse, correlation: layer.forwardCorrelation, kernel: kernel)
    branch.setSource(&work.sourceRate, correlation: layer.forwardCorrelation, times: kernel.rows)
    above.setTurn(work.mapRate)
    below.addRates(
      opposite: layer.backwardCorrelation, weights: branch.initialWeight, growth: growth, work: &work)
  }

  /// Completes the forward half: what the settled rows of m do to the half above.
  mutating func finishForward(_ times: Range<Int>, work: inout DepthScratch) {
    above.setEchoes(times, work: &work)
  }
}

/// Implicit blocks.
extension DepthNode {
  /// Groups of unknowns of a node.
  static let unknownGroups = 3

  /// What is unknown here when a sweep begins: rows of P, Π and m.
  var unknowns: [[Double]] {
    get { layer.unknowns + [above.turnRows.entries] }
    set {
      layer.unknowns = Array(newValue.prefix(2))
      above.turnRows.entries = newValue[2]
    }
  }

  mutating func guess(_ block: Range<Int>, lengthRatio: Double) {
    layer.guess(block, lengthRatio: lengthRatio)
    above.guess(block, lengthRatio: lengthRatio)
  }

  mutating func accept() {
    layer.accept()
    above.accept()
  }

  mutating func updateLayer(_ body: (inout Junction) -> Void) { body(&layer) }
}

/// Row blocks that the nodes share while a block is made.
struct DepthScratch: Sendable {
  /// Rows of P or Q, and of Π or Ψ, at the node at hand.
  var map: RowBlock
  var source: RowBlock
  /// Their rates of change along τ.
  var mapRate: RowBlock
  var sourceRate: RowBlock
  /// Rows of P and Π, or Q and Ψ, at the end where they are known.
  var mapEnd: RowBlock
  var sourceEnd: RowBlock
  var first: RowBlock
  var second: RowBlock
  var third: RowBlock
  var junction: Junction.Scratch

  init(layout: BlockLayout) {
    map = RowBlock(size: layout.size, capacity: layout.height)
    source = map
    mapRate = map
    sourceRate = map
    mapEnd = map
    sourceEnd = map
    first = map
    second = map
    third = map
    junction = Junction.Scratch(size: layout.size, capacity: layout.height)
  }
}
