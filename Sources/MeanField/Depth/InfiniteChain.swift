import Calculus
import LinearAlgebra
import RealModule

/// The residual chain of infinitely many layers, by collocation in depth: equations (4.5)-(4.8).
///
/// Depth is τ from 0 (the first hidden layer) to 1 (the last), with Chebyshev nodes. Once the past is known, the new rows of
/// Q and Ψ follow from a linear problem along τ, and then those of P and Π; each is swept from node to node until it settles.
struct InfiniteChain: Chain {
  var links: [Link]
  private var nodes: [DepthNode]
  private let places: ChebyshevLobatto
  private let layout: BlockLayout
  private let branchVariance: Double
  /// Error above which a run stops, to begin again with more nodes.
  private let errorLimit: Double
  /// Q and Ψ, from τ = 1 down; P and Π, from τ = 0 up.
  private var backward: DepthSweep
  private var forward: DepthSweep
  private var growth = 0.0
  private var scratch: DepthScratch
  private var newest = 0..<0
  private var report: DepthReport
  private(set) var unsettledChange = 0.0

  /// Change of the rates, relative to the rows, at which a single step's row counts as settled.
  static let tolerance = 1e-11
  /// Sweeps after which a row is given up.
  static let sweepLimit = 60

  /// - Parameters:
  ///   - links: input weights, branches, readout.
  ///   - layout: of the rows.
  ///   - branchScale: b.
  ///   - nodes: number of nodes in depth.
  ///   - errorLimit: estimated error above which the run stops.
  init(links: [Link], layout: BlockLayout, branchScale: Double, nodes: Int, errorLimit: Double) {
    self.links = links
    self.errorLimit = errorLimit
    self.layout = layout
    branchVariance = branchScale * branchScale
    places = ChebyshevLobatto(nodes)
    self.nodes = Array(repeating: DepthNode(layout: layout), count: nodes)
    backward = DepthSweep(nodes: nodes, layout: layout)
    forward = backward
    scratch = DepthScratch(layout: layout)
    report = DepthReport(places: places.nodes)
  }

  var layers: [Junction] { nodes.map(\.layer) }
  var depth: DepthReport? { report }
  var isResolved: Bool { report.error <= errorLimit }

  func weightsAbove(_ layer: Int) -> Link { layer == 0 ? links[0] : links[1] }
  func weightsBelow(_ layer: Int) -> Link { links[1] }

  /// Equation (5.10) with the sum over layers as an integral over depth, of which this is a bound.
  func kernel(at rows: Range<Int>) -> Double {
    let first = rows.lowerBound
    let weights = links.map { $0.initialWeight[first] * $0.initialWeight[first] }
    let growth = Double.exp(branchVariance * weights[1])
    // The integral over depth, no more than with its largest integrand.
    let strongest = nodes.reduce(0) { max($0, $1.layer.backwardCorrelation.strength(rows)) }
    return links[0].rate * nodes[0].layer.backwardCorrelation.strength(rows)
      + weights[0] * growth * (branchVariance * links[1].rate * strongest + links[2].rate)
  }

  mutating func updateEach(_ body: (inout Junction) -> Void) {
    for index in nodes.indices { nodes[index].updateLayer(body) }
  }

  mutating func updateBackward(kernel: RowBlock, work: inout ChainScratch) {
    if kernel.rows != newest { begin(kernel.rows) }
    links[2].setReadoutMap(&scratch.mapEnd, kernel: kernel)
    links[2].setReadoutSource(&scratch.sourceEnd, times: kernel.rows)
    settle(\.backward, single: kernel.count == layout.outputs) { chain in
      for index in chain.nodes.indices.reversed() {
        let distance = chain.nodes.count - 1 - index
        chain.backward.setRows(at: distance, &chain.scratch)
        chain.nodes[index].updateBackward(
          branch: chain.links[1], kernel: kernel, growth: chain.growth, work: &chain.scratch)
        chain.backward.setRates(at: distance, chain.scratch)
      }
    }
    for index in nodes.indices { nodes[index].finishBackward(kernel.rows, work: &scratch) }
  }

  mutating func updateForward(
    inputResponse: Response, inputCorrelation: Correlation, kernel: RowBlock, work: inout ChainScratch
  ) {
    links[0].setMap(&scratch.mapEnd, .up, response: inputResponse, correlation: inputCorrelation, kernel: kernel)
    links[0].setSource(&scratch.sourceEnd, correlation: inputCorrelation, times: kernel.rows)
    settle(\.forward, single: kernel.count == layout.outputs) { chain in
      for index in chain.nodes.indices {
        chain.forward.setRows(at: index, &chain.scratch)
        chain.nodes[index].updateForward(
          branch: chain.links[1], kernel: kernel, growth: chain.growth, work: &chain.scratch)
        chain.forward.setRates(at: index, chain.scratch)
      }
    }
    for index in nodes.indices { nodes[index].finishForward(kernel.rows, work: &scratch) }
  }

  /// Turns to a new block: guesses its rates, and takes the growth that the branches alone would give at its first time.
  private mutating func begin(_ times: Range<Int>) {
    newest = times
    unsettledChange = 0
    let weight = links[1].initialWeight[times.lowerBound]
    if times.lowerBound == 0 || weight * weight != growth {
      growth = weight * weight
      let weights = DepthWeights(places, branchVariance: branchVariance, growth: growth)
      backward.weights = weights
      forward.weights = weights
    }
    backward.begin(times)
    forward.begin(times)
  }

  /// Sweeps a single step's row until it settles. A block of several rows is swept once: the march repeats the whole
  /// block, and judges it.
  private mutating func settle(
    _ half: WritableKeyPath<InfiniteChain, DepthSweep>, single: Bool, _ sweep: (inout InfiniteChain) -> Void
  ) {
    var change = Double.infinity
    var sweeps = 0
    repeat {
      sweep(&self)
      sweeps += 1
      change = branchVariance * self[keyPath: half].takeChange()
    } while single && change > Self.tolerance && sweeps < Self.sweepLimit
    report.count(sweeps)
    if single && change > Self.tolerance { unsettledChange = max(unsettledChange, change) }
  }

  mutating func finish(_ times: Range<Int>) {
    backward.remember()
    forward.remember()
    for row in times.suffix(layout.outputs) {
      report.raise(error: DepthError(layers, row: row, places.coefficients).value)
    }
  }
}

/// Implicit blocks: beside what every junction carries from sweep to sweep, the rates at the nodes and the rows of m.
extension InfiniteChain {
  mutating func guess(_ block: Range<Int>, lengthRatio: Double) {
    begin(block)
    for index in nodes.indices { nodes[index].guess(block, lengthRatio: lengthRatio) }
  }

  mutating func accept() {
    for index in nodes.indices { nodes[index].accept() }
  }

  var unknowns: [[Double]] {
    get { nodes.flatMap(\.unknowns) + backward.unknowns + forward.unknowns }
    set {
      var rest = newValue[...]
      for index in nodes.indices { nodes[index].unknowns = Array(rest.take(DepthNode.unknownGroups)) }
      backward.unknowns = Array(rest.take(2 * nodes.count))
      forward.unknowns = Array(rest.take(2 * nodes.count))
    }
  }
}

extension ArraySlice {
  /// Removes and returns the first elements.
  fileprivate mutating func take(_ count: Int) -> ArraySlice {
    defer { removeFirst(count) }
    return prefix(count)
  }
}
