import LinearAlgebra

/// `h^{l+1} = h^l + ε N^{-1/2} W^l h^l`: layers share neurons, so each is met from both sides at once.
///
/// Invariant embedding, equations (4.1)-(4.4): seen from layer l, everything below is `h^l = P_l g^l + p_l` and
/// everything above `g^l = Q_l h^l + q_l`. One junction joins the two (the layer itself, equation (4.4)); one carries P
/// and Π a layer up (4.2); one carries Q and Ψ a layer down (4.3). Of the latter two one field alone is asked for (`BranchJunction`).
struct ResidualChain: Chain {
  var links: [Link]
  /// Equation (4.4): maps `P_l, Q_l`, sources `Π_l, Ψ_l`.
  private(set) var layers: [Junction]
  /// Equation (4.2): everything below layer l closed by the branch above it; maps `P_l, K_l`, sources `Π_l, ε² D G^{l+1} D`.
  private var ascents: [BranchJunction]
  /// Equation (4.3): everything above layer l + 1 closed by the branch below it; maps `M_{l+1}, Q_{l+1}`, sources
  /// `ε² D H^l D, Ψ_{l+1}`.
  private var descents: [BranchJunction]

  init(links: [Link], layout: BlockLayout) {
    self.links = links
    layers = Array(repeating: Junction(layout), count: links.count - 1)
    ascents = Array(repeating: BranchJunction(.forward, layout), count: links.count - 2)
    descents = Array(repeating: BranchJunction(.backward, layout), count: links.count - 2)
  }

  func kernel(at rows: Range<Int>) -> Double { kernel(at: rows, skip: 1) }

  mutating func updateEach(_ body: (inout Junction) -> Void) {
    for index in layers.indices { body(&layers[index]) }
    for index in ascents.indices { ascents[index].update(body) }
    for index in descents.indices { descents[index].update(body) }
  }

  /// Backward half-steps of the layers, equation (4.4), from the readout down.
  mutating func updateBackward(kernel: RowBlock, work: inout ChainScratch) {
    links[layers.count].setReadoutMap(&work.map, kernel: kernel)
    links[layers.count].setReadoutSource(&work.source, times: kernel.rows)
    for index in layers.indices.reversed() {
      // Here work.map and work.source hold the rows of Q and Ψ of this layer.
      layers[index].updateBackward(map: work.map, source: work.source, work: &work.junction)
      if index > 0 { descend(from: index, kernel: kernel, work: &work) }
    }
  }

  /// Rows of Q and Ψ one layer below `index`, equation (4.3), with those of K on the branch between.
  private mutating func descend(from index: Int, kernel: RowBlock, work: inout ChainScratch) {
    let branch = index - 1
    let above = layers[index]
    descents[branch].updateBackward(map: work.map, source: work.source, work: &work.junction)

    links[index].setMap(
      &work.map, .down, response: above.backwardResponse, correlation: above.backwardCorrelation, kernel: kernel)
    links[index].setSource(&work.source, correlation: above.backwardCorrelation, times: kernel.rows)
    ascents[branch].updateBackward(map: work.map, source: work.source, work: &work.junction)

    descents[branch].add(toMap: &work.map, source: &work.source)
  }

  /// Forward half-steps of the layers, equation (4.4), from the input up.
  mutating func updateForward(
    inputResponse: Response, inputCorrelation: Correlation, kernel: RowBlock, work: inout ChainScratch
  ) {
    links[0].setMap(&work.map, .up, response: inputResponse, correlation: inputCorrelation, kernel: kernel)
    links[0].setSource(&work.source, correlation: inputCorrelation, times: kernel.rows)
    for index in layers.indices {
      // Here work.map and work.source hold the rows of P and Π of this layer.
      layers[index].updateForward(map: work.map, source: work.source, work: &work.junction)
      if index < layers.count - 1 { ascend(from: index, kernel: kernel, work: &work) }
    }
  }

  /// Rows of P and Π one layer above `index`, equation (4.2), with those of M on the branch between.
  private mutating func ascend(from index: Int, kernel: RowBlock, work: inout ChainScratch) {
    let below = layers[index]
    ascents[index].updateForward(map: work.map, source: work.source, work: &work.junction)

    links[index + 1].setMap(
      &work.map, .up, response: below.forwardResponse, correlation: below.forwardCorrelation, kernel: kernel)
    links[index + 1].setSource(&work.source, correlation: below.forwardCorrelation, times: kernel.rows)
    descents[index].updateForward(map: work.map, source: work.source, work: &work.junction)

    ascents[index].add(toMap: &work.map, source: &work.source)
  }

  /// Time matrices that it holds, and junctions that a row takes the time of: three branch junctions take that of two others.
  static func size(hiddenLayers: Int) -> (matrices: Int, junctions: Int) {
    let branches = 2 * (hiddenLayers - 1)
    return (
      hiddenLayers * Junction.matrices + branches * BranchJunction.matrices, hiddenLayers + (2 * branches + 2) / 3
    )
  }
}
