import DeepLinear
import LinearAlgebra

/// The closed equations as one map: given everything before a block, return the block.
///
/// Order within a row: `g^L … g^1`, then `v`, `Δ`, `h^0`, then `h^1 … h^L`.
struct MeanFieldEquations<Layers: Chain>: CausalEquations {
  private(set) var chain: Layers
  private(set) var data: DataBlock
  /// Losses at every time point done, equation (2.4).
  private(set) var testLoss: [Double] = []
  private(set) var trainLoss: [Double] = []
  private var kernels: OptimizerKernels
  private var kernel: RowBlock
  private var work: ChainScratch
  private let noiseVariance: Double

  /// - Parameters:
  ///   - problem: what is trained.
  ///   - spectrum: both spectral measures, compressed or not.
  ///   - kernels: time.
  ///   - makeChain: makes the hidden layers from their weights.
  init(
    _ problem: TrainingProblem, spectrum: SpectralMeasures, kernels: OptimizerKernels,
    chain makeChain: ([Link], ChainShape) -> Layers
  ) {
    let size = kernels.size
    let capacity = kernels.blocks.map(\.count).max() ?? 1
    let causality = capacity == 1 ? Causality.steps : .panels
    self.kernels = kernels
    noiseVariance = problem.data.noise * problem.data.noise
    chain = makeChain(
      Self.links(problem, kernels.initialWeight),
      ChainShape(size: size, causality: causality, capacity: capacity))
    data = DataBlock(
      spectrum: spectrum, sampling: Self.sampling(problem), noiseVariance: noiseVariance,
      richness: problem.effectiveRichness, predictorVariance: problem.predictorVariance, size: size,
      causality: causality, capacity: capacity)
    kernel = RowBlock(size: size, capacity: capacity)
    work = ChainScratch(size: size, capacity: capacity)
  }

  var blocks: [Range<Int>] { kernels.blocks }

  func isExplicit(_ block: Range<Int>) -> Bool { block.count == 1 }

  mutating func begin(_ block: Range<Int>) {
    kernels.fill(block, into: &kernel)
  }

  mutating func sweep(_ block: Range<Int>) -> Double {
    let before = isExplicit(block) ? nil : fingerprint(block)
    chain.updateBackward(kernel: kernel, work: &work)
    data.update(inputLayer: chain.layers[0], link: chain.links[0], kernel: kernel, work: &work)
    chain.updateForward(
      inputResponse: data.inputResponse, inputCorrelation: data.inputCorrelation, kernel: kernel,
      work: &work)
    return before.map { relativeChange(from: $0, to: fingerprint(block)) } ?? 0
  }

  var unsettledChange: Double { chain.unsettledChange }

  mutating func finish(_ block: Range<Int>) -> Int? {
    for time in block {
      testLoss.append(data.errorCorrelation.strength(time) + noiseVariance)
      trainLoss.append(data.residualCorrelation.strength(time))
      if hasDiverged(time) { return time }
    }
    chain.finish(block)
    return chain.isResolved ? nil : block.lowerBound
  }

  /// Equation (5.2): a loss is not finite, or above 1e6 times its start.
  private func hasDiverged(_ time: Int) -> Bool {
    [testLoss, trainLoss].contains { loss in
      !loss[time].isFinite || loss[time] > Outcome.divergenceFactor * loss[0]
    }
  }

  /// The rows that an implicit block has to agree on: both ends of the network and of the data.
  private func fingerprint(_ block: Range<Int>) -> [Double] {
    let layers = chain.layers
    let top = layers[layers.count - 1].forwardCorrelation
    let bottom = layers[0].backwardCorrelation
    return block.flatMap { time in
      (0..<block.upperBound).flatMap { column in
        [
          data.errorCorrelation[time, column], data.sampleResponse[time, column],
          top[time, column], bottom[time, column],
        ]
      }
    }
  }

  private func relativeChange(from old: [Double], to new: [Double]) -> Double {
    var change = 0.0
    var scale = 0.0
    for (old, new) in zip(old, new) {
      guard new.isFinite else { return .nan }
      change = max(change, abs(new - old))
      scale = max(scale, abs(new))
    }
    return scale > 0 ? change / scale : 0
  }

  private static func links(_ problem: TrainingProblem, _ initialWeight: [Double]) -> [Link] {
    let architecture = problem.architecture
    let rates = problem.layerRates
    let branch = architecture.branchFactor ?? 1
    let last = architecture.initScale.count - 1
    return (0...last).map { index in
      let isBranch = index > 0 && index < last
      return Link(
        branchFactor: isBranch ? branch * branch : 1,
        rate: problem.effectiveRichness * rates[index],
        initialWeight: initialWeight.map { architecture.initScale[index] * $0 })
    }
  }

  private static func sampling(_ problem: TrainingProblem) -> DataBlock.Sampling {
    switch problem.data.sampling {
    case .population: .population
    case .batch: .batch(sampleRatio: problem.sampleRatio ?? .infinity)
    case .onePass: .onePass(sampleRatio: problem.sampleRatio ?? .infinity)
    }
  }
}
