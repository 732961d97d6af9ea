import LinearAlgebra

/// `h^{l+1} = N^{-1/2} W^l h^l`: layers that share no neurons, so each is one junction, equation (3.15).
struct PlainChain: Chain {
  var links: [Link]
  private(set) var layers: [Junction]

  init(links: [Link], layout: BlockLayout) {
    self.links = links
    layers = Array(repeating: Junction(layout), count: links.count - 1)
  }

  func kernel(at rows: Range<Int>) -> Double { kernel(at: rows, skip: 0) }

  mutating func updateEach(_ body: (inout Junction) -> Void) {
    for index in layers.indices { body(&layers[index]) }
  }

  /// Backward half of equation (3.15), from the readout down.
  mutating func updateBackward(kernel: RowBlock, work: inout ChainScratch) {
    for index in layers.indices.reversed() {
      let link = links[index + 1]
      if index == layers.count - 1 {
        link.setReadoutMap(&work.map, kernel: kernel)
        link.setReadoutSource(&work.source, times: kernel.rows)
      } else {
        let above = layers[index + 1]
        link.setMap(
          &work.map, .down, response: above.backwardResponse, correlation: above.backwardCorrelation,
          kernel: kernel)
        link.setSource(
          &work.source, correlation: above.backwardCorrelation, times: kernel.rows)
      }
      layers[index].updateBackward(map: work.map, source: work.source, work: &work.junction)
    }
  }

  /// Forward half of equation (3.15), from the input up.
  mutating func updateForward(
    inputResponse: Response, inputCorrelation: Correlation, kernel: RowBlock,
    work: inout ChainScratch
  ) {
    for index in layers.indices {
      let response = index == 0 ? inputResponse : layers[index - 1].forwardResponse
      let correlation = index == 0 ? inputCorrelation : layers[index - 1].forwardCorrelation
      links[index].setMap(
        &work.map, .up, response: response, correlation: correlation, kernel: kernel)
      links[index].setSource(&work.source, correlation: correlation, times: kernel.rows)
      layers[index].updateForward(map: work.map, source: work.source, work: &work.junction)
    }
  }

  static func junctions(hiddenLayers: Int) -> Int { hiddenLayers }
}
