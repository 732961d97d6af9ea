import LinearAlgebra

/// `h^{l+1} = h^l + ε N^{-1/2} W^l h^l`: layers share neurons, so each is met from both sides at once.
///
/// Invariant embedding, equations (4.1)-(4.4): seen from layer l, everything below is `h^l = P_l g^l + p_l` and
/// everything above `g^l = Q_l h^l + q_l`. One junction joins the two (the layer itself, 4.4); one carries P
/// and Π a layer up (4.2); one carries Q and Ψ a layer down (4.3).
struct ResidualChain: Chain {
  let links: [Link]
  /// Equation (4.4): maps `P_l, Q_l`, sources `Π_l, Ψ_l`.
  private(set) var layers: [Junction]
  /// Equation (4.2): everything below layer l closed by the branch above it; maps `P_l, K_l`, sources `Π_l, ε² D G^{l+1} D`.
  private var ascents: [Junction]
  /// Equation (4.3): everything above layer l + 1 closed by the branch below it; maps `M_{l+1}, Q_{l+1}`.
  private var descents: [Junction]
  /// `P_l`, and `Q_l`, at index l - 1.
  private var belowMaps: [Response]
  private var aboveMaps: [Response]
  /// `M_{l+1}` and `K_l` of the branch between layers l and l + 1, at index l - 1.
  private var branchForwardMaps: [Response]
  private var branchBackwardMaps: [Response]

  init(links: [Link], size: Int, causality: Causality) {
    self.links = links
    let zero = Response(size: size, causality: causality)
    let junction = Junction(size: size, causality: causality)
    let count = links.count - 1
    layers = Array(repeating: junction, count: count)
    ascents = Array(repeating: junction, count: count - 1)
    descents = ascents
    belowMaps = Array(repeating: zero, count: count)
    aboveMaps = belowMaps
    branchForwardMaps = Array(repeating: zero, count: count - 1)
    branchBackwardMaps = branchForwardMaps
  }

  mutating func updateBackward(kernel: RowBlock, work: inout ChainScratch) {
    let top = layers.count - 1
    links[top + 1].setReadoutMap(&work.map, kernel: kernel)
    links[top + 1].setReadoutSource(&work.source, times: kernel.rows)
    for index in layers.indices.reversed() {
      // Here work.map and work.source hold the rows of Q and Ψ of this layer.
      aboveMaps[index].setRows(work.map)
      layers[index].updateBackward(
        forwardMap: belowMaps[index], backwardMap: aboveMaps[index], source: work.source,
        work: &work.junction)
      if index > 0 { descend(from: index, kernel: kernel, work: &work) }
    }
  }

  /// Rows of Q and Ψ one layer below `index`, equation (4.3), and of K on the branch between.
  private mutating func descend(from index: Int, kernel: RowBlock, work: inout ChainScratch) {
    let branch = index - 1
    let link = links[index]
    descents[branch].updateBackward(
      forwardMap: branchForwardMaps[branch], backwardMap: aboveMaps[index], source: work.source,
      work: &work.junction)

    link.setMap(
      &work.map, response: layers[index].backwardResponse,
      correlation: layers[index].backwardCorrelation, kernel: kernel)
    branchBackwardMaps[branch].setRows(work.map)
    link.setSource(
      &work.other, correlation: layers[index].backwardCorrelation, times: kernel.rows)
    ascents[branch].updateBackward(
      forwardMap: belowMaps[branch], backwardMap: branchBackwardMaps[branch], source: work.other,
      work: &work.junction)

    work.map.addRows(of: descents[branch].backwardResponse)
    work.source.begin(kernel.rows)
    work.source.addRows(of: descents[branch].backwardCorrelation)
    work.source.add(work.other)
  }

  mutating func updateForward(
    inputResponse: Response, inputCorrelation: Correlation, kernel: RowBlock,
    work: inout ChainScratch
  ) {
    links[0].setMap(
      &work.map, response: inputResponse, correlation: inputCorrelation, kernel: kernel)
    links[0].setSource(&work.source, correlation: inputCorrelation, times: kernel.rows)
    for index in layers.indices {
      // Here work.map and work.source hold the rows of P and Π of this layer.
      belowMaps[index].setRows(work.map)
      layers[index].updateForward(
        forwardMap: belowMaps[index], source: work.source, work: &work.junction)
      if index < layers.count - 1 { ascend(from: index, kernel: kernel, work: &work) }
    }
  }

  /// Rows of P and Π one layer above `index`, equation (4.2), and of M on the branch between.
  private mutating func ascend(from index: Int, kernel: RowBlock, work: inout ChainScratch) {
    let link = links[index + 1]
    ascents[index].updateForward(
      forwardMap: belowMaps[index], source: work.source, work: &work.junction)

    link.setMap(
      &work.map, response: layers[index].forwardResponse,
      correlation: layers[index].forwardCorrelation, kernel: kernel)
    branchForwardMaps[index].setRows(work.map)
    link.setSource(&work.other, correlation: layers[index].forwardCorrelation, times: kernel.rows)
    descents[index].updateForward(
      forwardMap: branchForwardMaps[index], source: work.other, work: &work.junction)

    work.map.addRows(of: ascents[index].forwardResponse)
    work.source.begin(kernel.rows)
    work.source.addRows(of: ascents[index].forwardCorrelation)
    work.source.add(work.other)
  }

  static func matrices(hiddenLayers: Int) -> Int {
    hiddenLayers * (2 + Junction.matrices) + (hiddenLayers - 1) * (2 + 2 * Junction.matrices)
  }
}
