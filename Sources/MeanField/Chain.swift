import LinearAlgebra

/// The hidden layers, in the two halves of a row: backward fields from the readout down, forward fields from the data up.
protocol Chain: Sendable {
  /// The hidden layers 1 … L, at index l - 1, with the correlations and responses of the network's own fields.
  var layers: [Junction] { get }
  /// Weights below layer 1 … above layer L: L + 1 of them.
  var links: [Link] { get set }

  init(links: [Link], size: Int, causality: Causality)

  /// Number of junctions of a chain of L hidden layers.
  static func junctions(hiddenLayers: Int) -> Int

  /// Goes through every junction, those that are no layer included.
  mutating func updateEach(_ body: (inout Junction) -> Void)

  /// Rows of `g^L … g^1`.
  mutating func updateBackward(kernel: RowBlock, work: inout ChainScratch)
  /// Rows of `h^1 … h^L`, given those of `h^0`.
  mutating func updateForward(
    inputResponse: Response, inputCorrelation: Correlation, kernel: RowBlock,
    work: inout ChainScratch)
}

extension Chain {
  /// Prepares an implicit block: every junction guesses its rows.
  mutating func guess(_ block: Range<Int>, lengthRatio: Double) {
    updateEach { $0.guess(block, lengthRatio: lengthRatio) }
  }

  /// The next guess starts from the rows of the block that is done.
  mutating func accept() { updateEach { $0.accept() } }

  /// What is unknown of an implicit block before it is swept.
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

  init(size: Int, capacity: Int) {
    map = RowBlock(size: size, capacity: capacity)
    source = map
    junction = Junction.Scratch(size: size, capacity: capacity)
  }
}
