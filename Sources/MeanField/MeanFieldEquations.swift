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
  /// Of the batch of each time point, equation (15.5); empty without minibatches.
  private(set) var batchLoss: [Double] = []
  private(set) var kernels: any TimeKernels
  /// Blocks that are done.
  private(set) var blocks: [Range<Int>] = []
  /// Rows of κ over time points, and over all rows.
  private var timeKernel: RowBlock
  private var kernel: RowBlock
  /// `d(t)`.
  private var initialWeight: [Double]
  private var work: ChainScratch
  /// What layers learn under an optimiser that reads the gradient; nil for a linear one.
  private(set) var gradients: GradientCoefficients?
  /// Number of rows and outputs.
  let layout: BlockLayout
  let outputs: OutputCovariances
  let richness: Double
  let architecture: Architecture
  /// Of the covariance that the samples have.
  private let largestEigenvalue: Double

  /// - Parameters:
  ///   - problem: what is trained.
  ///   - spectrum: both spectral measures, compressed or not.
  ///   - kernels: time.
  ///   - outputs: covariances of the targets and of their noise; nil: one output with the noise of the problem.
  ///   - multiplicities: how often each output stands for one of the network; nil: once.
  ///   - cores: how many may work on one row.
  ///   - makeChain: makes the hidden layers from their weights.
  init(
    _ problem: TrainingProblem, spectrum: SpectralMeasures, kernels: any TimeKernels,
    outputs: OutputCovariances? = nil, multiplicities: [Double]? = nil, cores: Int = 1,
    chain makeChain: ([Link], BlockLayout) -> Layers
  ) {
    let outputs = outputs ?? .one(noise: problem.data.noise)
    let layout = BlockLayout(times: kernels.size, outputs: outputs.count, timesEach: kernels.capacity)
    self.layout = layout
    self.outputs = outputs
    self.kernels = kernels
    richness = problem.effectiveRichness
    architecture = problem.architecture
    largestEigenvalue = spectrum.largestSampleEigenvalue(problem)
    chain = makeChain(Self.links(problem, layout), layout)
    data = DataBlock(
      spectrum: spectrum.scalingSignal(by: problem.lossRule?.signalFactor), outputs: outputs,
      rule: problem.sampleRule(layout: layout, noise: outputs.noise, cores: cores),
      richness: problem.richness(1), predictorVariance: problem.predictorVariance, layout: layout,
      batches: GivenBatches(problem), cores: cores)
    timeKernel = RowBlock(size: layout.times, capacity: layout.timesEach)
    kernel = RowBlock(size: layout.size, capacity: layout.height)
    initialWeight = Array(repeating: 0, count: layout.times)
    work = ChainScratch(layout: layout, isShared: cores > 1)
    gradients = GradientCoefficients(
      problem, multiplicities: multiplicities ?? Array(repeating: 1, count: outputs.count))
  }

  func isExplicit(_ block: Range<Int>) -> Bool { kernels.isExplicit(block) }

  mutating func begin() -> Range<Int>? {
    guard let block = kernels.begin() else { return nil }
    kernels.fill(block, into: &timeKernel, initialWeight: &initialWeight)
    kernel.setEveryOutput(timeKernel, outputs: layout.outputs)
    for index in chain.links.indices { chain.links[index].begin(block, initialWeight) }
    if var own = gradients {
      // While it is changed, nobody else may hold it.
      gradients = nil
      own.begin(&chain.links, kernel: timeKernel, share: initialWeight[block.lowerBound])
      gradients = own
    }
    if kernels.capacity > 1 {
      chain.guess(layout.rows(block), lengthRatio: kernels.lengthRatio)
      data.guess(layout.rows(block), lengthRatio: kernels.lengthRatio)
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

  /// Losses (2.4), with several outputs (14.5), of the rows of a block, and what is made of it: whether a loss diverged, and what the kernels say.
  mutating func finish(_ block: Range<Int>, isSettled: Bool) -> March.Verdict {
    testLoss.removeSubrange(block.lowerBound...)
    trainLoss.removeSubrange(block.lowerBound...)
    batchLoss.removeSubrange(min(block.lowerBound, batchLoss.count)...)
    for time in block {
      if let answers = data.answers {
        testLoss.append(answers.test[time])
        trainLoss.append(answers.train[time])
        if data.hasBatches { batchLoss.append(data.batchLoss(time, time)) }
        continue
      }
      let rows = layout.rows(time)
      testLoss.append(
        zip(rows, 0...).reduce(0) { $0 + data.errorCorrelation.strength($1.0) + outputs.noise[$1.1, $1.1] })
      trainLoss.append(data.residualCorrelation.strength(rows))
      if data.hasBatches { batchLoss.append(rows.reduce(0) { $0 + data.batchLoss($1, $1) }) }
    }
    let verdict = kernels.judge(
      isSettled: isSettled, mismatch: mismatch(block), fastestRate: kernels.capacity > 1 ? fastestRate(block) : 0)
    if case .again = verdict { return verdict }
    if let time = block.first(where: hasDiverged) { return .stop(at: time) }
    guard case .goOn = verdict else { return verdict }
    blocks.append(block)
    if gradients != nil {
      let layers = chain.layers
      let (forward, rows) = ([data.inputCorrelation] + layers.map(\.forwardCorrelation), layout.rows(block))
      gradients?.finish(rows, forward: forward, backward: layers.map(\.backwardCorrelation))
    }
    chain.finish(layout.rows(block))
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
        let largest = (0..<block.upperBound).reduce(0) { max($0, field.trace(layout.rows($1))) }
        let scale = max(field.strength(layout.rows(before)), TimeGrid.lossFloor * largest)
        if scale > 0 { worst = max(worst, abs(miss { field.trace(layout.rows($0)) }) / scale) }
      }
    }
    return worst
  }

  /// Equation (5.10): the rate at which the fastest mode answers to its own last gradient.
  private func fastestRate(_ block: Range<Int>) -> Double {
    largestEigenvalue * chain.kernel(at: layout.rows(block.upperBound - 1)) / richness
  }

  /// An entry of a block of equal times, equation (14.5).
  ///
  /// - Parameters:
  ///   - row: an output.
  ///   - column: an output, at most `row`.
  ///   - time: a time point that is done.
  ///   - kind: of which loss.
  /// - Returns: the mean product of two outputs' errors.
  func loss(_ row: Int, _ column: Int, at time: Int, kind: LossKind) -> Double {
    let first = time * layout.outputs
    return switch kind {
    case .test: data.errorCorrelation[first + row, first + column] + outputs.noise[row, column]
    case .train: data.residualCorrelation[first + row, first + column]
    case .batch: data.batchLoss(first + row, first + column)
    }
  }

  /// Losses at every time point done, of outputs that each stand for several of the network.
  ///
  /// - Parameters:
  ///   - multiplicities: for how many each stands.
  ///   - kind: of which loss.
  /// - Returns: one number a time point.
  func losses(of multiplicities: [Double], kind: LossKind) -> [Double] {
    if multiplicities == [1] {
      return switch kind {
      case .test: testLoss
      case .train: trainLoss
      case .batch: batchLoss
      }
    }
    return testLoss.indices.map { time in
      zip(multiplicities, 0...).reduce(0) { $0 + $1.0 * loss($1.1, $1.1, at: time, kind: kind) }
    }
  }

  /// An entry of the blocks (14.5) at every time point done.
  func losses(_ row: Int, _ column: Int, _ kind: LossKind) -> [Double] {
    testLoss.indices.map { loss(row, column, at: $0, kind: kind) }
  }

  /// Equation (5.2): a loss is not finite, or above 1e6 times its start.
  private func hasDiverged(_ time: Int) -> Bool {
    [testLoss, trainLoss, batchLoss].contains { loss in
      time < loss.count && (!loss[time].isFinite || loss[time] > Outcome.divergenceFactor * loss[0])
    }
  }

  private static func links(_ problem: TrainingProblem, _ layout: BlockLayout) -> [Link] {
    let architecture = problem.architecture
    let rates = problem.layerRates
    let branch = architecture.branchFactor ?? 1
    let last = architecture.initScale.count - 1
    return (0...last).map { index in
      let isBranch = index > 0 && index < last
      return Link(
        branchFactor: isBranch ? branch * branch : 1,
        rate: problem.effectiveRichness * rates[index],
        widths: (
          index > 0 ? architecture.relativeWidth(index) : nil,
          index < last ? architecture.relativeWidth(index + 1) : nil
        ),
        initScale: architecture.initScale[index], layout: layout)
    }
  }
}
