import Problems
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
  private(set) var kernels: any TimeKernels
  /// Blocks that are done.
  private(set) var blocks: [Range<Int>] = []
  private var kernel: RowBlock
  /// `d(t)`.
  private var initialWeight: [Double]
  private var work: ChainScratch
  private let noiseVariance: Double
  private let richness: Double
  /// Of the covariance that the samples have.
  private let largestEigenvalue: Double

  /// - Parameters:
  ///   - problem: what is trained.
  ///   - spectrum: both spectral measures, compressed or not.
  ///   - kernels: time.
  ///   - cores: how many may work on one row.
  ///   - makeChain: makes the hidden layers from their weights.
  init(
    _ problem: TrainingProblem, spectrum: SpectralMeasures, kernels: any TimeKernels,
    cores: Int = 1, chain makeChain: ([Link], ChainShape) -> Layers
  ) {
    let size = kernels.size
    let capacity = kernels.capacity
    let causality = capacity == 1 ? Causality.steps : .panels
    self.kernels = kernels
    noiseVariance = problem.data.noise * problem.data.noise
    richness = problem.effectiveRichness
    largestEigenvalue = spectrum.largestSampleEigenvalue(problem)
    chain = makeChain(
      Self.links(problem, size: size), ChainShape(size: size, causality: causality, capacity: capacity))
    data = DataBlock(
      spectrum: spectrum, sampling: Self.sampling(problem), noiseVariance: noiseVariance,
      richness: problem.effectiveRichness, predictorVariance: problem.predictorVariance, size: size,
      causality: causality, capacity: capacity, cores: cores)
    kernel = RowBlock(size: size, capacity: capacity)
    initialWeight = Array(repeating: 0, count: size)
    work = ChainScratch(size: size, capacity: capacity, isShared: cores > 1)
  }

  func isExplicit(_ block: Range<Int>) -> Bool { kernels.isExplicit(block) }

  mutating func begin() -> Range<Int>? {
    guard let block = kernels.begin() else { return nil }
    kernels.fill(block, into: &kernel, initialWeight: &initialWeight)
    for index in chain.links.indices { chain.links[index].begin(block, initialWeight) }
    if kernels.capacity > 1 {
      chain.guess(block, lengthRatio: kernels.lengthRatio)
      data.guess(block, lengthRatio: kernels.lengthRatio)
    }
    return block
  }

  /// One pass of the march (5.1), in the order that stands below equation (3.15) for the plain chain.
  mutating func sweep(_ block: Range<Int>) {
    chain.updateBackward(kernel: kernel, work: &work)
    data.update(inputLayer: chain.layers[0], link: chain.links[0], kernel: kernel, work: &work)
    chain.updateForward(
      inputResponse: data.inputResponse, inputCorrelation: data.inputCorrelation, kernel: kernel,
      work: &work)
  }

  var unsettledChange: Double { chain.unsettledChange }

  var unknowns: [[Double]] {
    get { data.unknowns + chain.unknowns }
    set {
      data.unknowns = Array(newValue.prefix(data.unknowns.count))
      chain.unknowns = Array(newValue.dropFirst(data.unknowns.count))
    }
  }

  /// Losses (2.4) of the rows of a block, and what is made of it: whether a loss diverged, and what the kernels say.
  mutating func finish(_ block: Range<Int>, isSettled: Bool) -> March.Verdict {
    testLoss.removeSubrange(block.lowerBound...)
    trainLoss.removeSubrange(block.lowerBound...)
    for time in block {
      testLoss.append(data.errorCorrelation.strength(time) + noiseVariance)
      trainLoss.append(data.residualCorrelation.strength(time))
    }
    let verdict = kernels.judge(
      isSettled: isSettled, mismatch: mismatch(block), fastestRate: kernels.capacity > 1 ? fastestRate(block) : 0)
    if case .again = verdict { return verdict }
    if let time = block.first(where: hasDiverged) { return .stop(at: time) }
    guard case .goOn = verdict else { return verdict }
    blocks.append(block)
    chain.finish(block)
    if kernels.capacity > 1 {
      chain.accept()
      data.accept()
    }
    return chain.isResolved ? .goOn : .stop(at: block.lowerBound)
  }

  /// Equation (5.7): how far the block's polynomials, continued to the last point before the block, miss what is known there: the losses,
  /// relative to themselves or to a thousandth of their start, and the strengths of all fields likewise.
  private func mismatch(_ block: Range<Int>) -> Double {
    guard let weights = kernels.backward, block.lowerBound > 0 else { return 0 }
    let before = block.lowerBound - 1
    func miss(_ value: (Int) -> Double) -> Double {
      zip(weights, block).reduce(-value(before)) { $0 + $1.0 * value($1.1) }
    }
    var worst = 0.0
    for loss in [testLoss, trainLoss] {
      worst = max(worst, abs(miss { loss[$0] }) / max(loss[before], TimeGrid.lossFloor * loss[0]))
    }
    for layer in chain.layers {
      for field in [layer.forwardCorrelation, layer.backwardCorrelation] {
        let largest = (0..<block.upperBound).reduce(0) { max($0, field[$1, $1]) }
        let scale = max(field.strength(before), TimeGrid.lossFloor * largest)
        if scale > 0 { worst = max(worst, abs(miss { field[$0, $0] }) / scale) }
      }
    }
    return worst
  }

  /// Equation (5.10): the rate at which the fastest mode answers to its own last gradient.
  private func fastestRate(_ block: Range<Int>) -> Double {
    largestEigenvalue * chain.kernel(at: block.upperBound - 1) / richness
  }

  /// Equation (5.2): a loss is not finite, or above 1e6 times its start.
  private func hasDiverged(_ time: Int) -> Bool {
    [testLoss, trainLoss].contains { loss in
      !loss[time].isFinite || loss[time] > Outcome.divergenceFactor * loss[0]
    }
  }

  private static func links(_ problem: TrainingProblem, size: Int) -> [Link] {
    let architecture = problem.architecture
    let rates = problem.layerRates
    let branch = architecture.branchFactor ?? 1
    let last = architecture.initScale.count - 1
    return (0...last).map { index in
      let isBranch = index > 0 && index < last
      return Link(
        branchFactor: isBranch ? branch * branch : 1,
        rate: problem.effectiveRichness * rates[index],
        initScale: architecture.initScale[index], size: size)
    }
  }

  private static func sampling(_ problem: TrainingProblem) -> DataBlock.Sampling {
    switch problem.sampling {
    case .population: .population
    case .batch: .batch(sampleRatio: problem.sampleRatio ?? .infinity)
    case .onePass: .onePass(sampleRatio: problem.sampleRatio ?? .infinity)
    }
  }
}
