import LinearAlgebra

/// The hidden layers, in the two halves of a row: backward fields from the readout down, forward fields from the data up.
protocol Chain: Sendable {
  /// The hidden layers 1 … L, at index l - 1, with the correlations and responses of the network's own fields.
  var layers: [Junction] { get }
  /// Weights from the input layer to the readout; at infinite depth all branches are one entry.
  var links: [Link] { get set }
  /// How well the depth is resolved; nil for a finite number of layers, which are exact.
  var depth: DepthReport? { get }
  /// Whether `depth` is as good as was asked for.
  var isResolved: Bool { get }
  /// Change in the last sweep of a single step's row that did not settle inside the chain; 0 where all settled.
  var unsettledChange: Double { get }

  /// The weights by which a layer (from 0, the input) sends its field up, and by which (from 1) it sends its field down.
  func weightsAbove(_ layer: Int) -> Link
  func weightsBelow(_ layer: Int) -> Link

  /// How strongly a gradient at a time moves the error one instant later, by the unit of rate: equation (5.10). With several outputs
  /// a bound: the sum over them.
  ///
  /// - Parameter rows: those of the time.
  /// - Returns: the rate, a number ≥ 0.
  func kernel(at rows: Range<Int>) -> Double

  /// Goes through every junction, those that are no layer included.
  mutating func updateEach(_ body: (inout Junction) -> Void)

  /// Rows of `g^L … g^1`.
  mutating func updateBackward(kernel: RowBlock, work: inout ChainScratch)
  /// Rows of `h^1 … h^L`, given those of `h^0`.
  mutating func updateForward(
    inputResponse: Response, inputCorrelation: Correlation, kernel: RowBlock,
    work: inout ChainScratch)
  /// Looks at finished rows.
  mutating func finish(_ times: Range<Int>)

  /// Prepares an implicit block: a first guess at what is unknown of its rows.
  mutating func guess(_ block: Range<Int>, lengthRatio: Double)
  /// The next guess starts from the rows of the block that is done.
  mutating func accept()
  /// What is unknown of an implicit block before it is swept.
  var unknowns: [[Double]] { get set }
}

/// A chain of finitely many layers makes explicit rows and has nothing to resolve.
extension Chain {
  var depth: DepthReport? { nil }
  var isResolved: Bool { true }
  var unsettledChange: Double { 0 }
  func weightsAbove(_ layer: Int) -> Link { links[layer] }
  func weightsBelow(_ layer: Int) -> Link { links[layer - 1] }
  mutating func finish(_ times: Range<Int>) {}

  /// Equation (5.10), with `a = 1` where skip connections lead past a layer's weights, else 0.
  func kernel(at rows: Range<Int>, skip: Double) -> Double {
    let richness = links.map(\.rate)
    let first = rows.lowerBound
    func square(_ link: Link) -> Double { link.initialWeight[first] * link.initialWeight[first] }
    var passed = square(links[0])
    var sum = richness[0] * layers[0].backwardCorrelation.strength(rows)
    for index in 1..<layers.count {
      let above = layers[index].backwardCorrelation.strength(rows)
      sum += richness[index] * links[index].branchFactor * above * passed
      passed *= skip + links[index].branchFactor * square(links[index])
    }
    return sum + richness[layers.count] * passed
  }
}

/// Where nothing but the junctions carries rows from one sweep to the next.
extension Chain {
  mutating func guess(_ block: Range<Int>, lengthRatio: Double) {
    updateEach { $0.guess(block, lengthRatio: lengthRatio) }
  }

  mutating func accept() { updateEach { $0.accept() } }

  var unknowns: [[Double]] {
    get {
      var all: [[Double]] = []
      var copy = self
      copy.updateEach { all += $0.unknowns }
      return all
    }
    set {
      var next = 0
      updateEach {
        $0.unknowns = [newValue[next], newValue[next + 1]]
        next += 2
      }
    }
  }
}

/// Row blocks that chains and data share while a block is made.
struct ChainScratch: Sendable {
  var map: RowBlock
  var source: RowBlock
  var junction: Junction.Scratch

  init(layout: BlockLayout, isShared: Bool) {
    map = RowBlock(size: layout.size, capacity: layout.height)
    source = map
    junction = Junction.Scratch(size: layout.size, capacity: layout.height, isShared: isShared)
  }
}
