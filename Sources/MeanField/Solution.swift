import Problems
import LinearAlgebra

/// What a solve found.
public struct Solution: Sendable {
  /// The problem that was solved.
  public let problem: TrainingProblem
  /// Test and train loss (2.4) of every step; of a diverged run, the steps before it diverged. Under flow and panels the
  /// reported rows alone.
  public internal(set) var curve: LearningCurve
  /// How the run ended; divergence is equation (5.2).
  public let outcome: Outcome
  /// Correlations (2.2) and responses (2.3) between all pairs of times: of steps, or of the nodes of flow and panels.
  public let orderParameters: OrderParameters
  /// Largest violation of the balance (6.7) over all steps and layers, relative to the largest `|h^1| |g^1|`: a check
  /// that costs nothing and that most mistakes in an equation would fail. Rounding leaves some 1e-14. It says
  /// nothing of rounding that grows while the balance holds.
  public let residual: Double
  /// How the spectrum was compressed (7.5) and the relative error that this left (7.6).
  public let compression: Compression
  /// How the depth was resolved and the relative error that this left (4.9); nil for a finite number of layers.
  public let depth: DepthReport?

  /// How implicit time was cut and the relative error that this left (5.9); nil for single steps.
  public let panels: PanelReport?
  /// Gradients and rates of an optimiser that reads the gradient; nil for a linear one.
  public let gradients: GradientCurves?
  /// Losses of each of several outputs; nil for one.
  public internal(set) var outputs: OutputCurves?
  /// How several outputs were solved; nil for one.
  public internal(set) var outputReport: OutputReport?
  /// Shares of labels -1 and 1 that the output has the sign of; nil without such labels.
  public private(set) var labelAccuracy: PredictedAccuracy?
  /// How well sampled paths stand for a training set; nil where nothing is sampled.
  public private(set) var sampling: SamplingReport?
  /// Moments of each row under a loss rule; nil for squared error of a linear target.
  private(set) var lossMoments: LossAnswers?
  /// Kernels of a lazy network of infinite width; nil for the mean-field theory, which alone has order parameters.
  public private(set) var wide: WideLimit?
  /// Marches whose sum this is; empty for one output and for the solution of a march.
  let parts: [(march: PreparedMarch, solution: Solution)]
  /// Losses of the outputs of one march of several, and of their pairs; nil for others.
  let blocks: LossBlocks?
  /// Panels between whose nodes the rows of the curve lie; nil where they are the time points themselves.
  let between: PanelRows?

  /// A run on panels: the curve holds the rows that are reported, the order parameters the nodes.
  init<Layers: Chain>(
    _ solver: PanelSolver, _ equations: MeanFieldEquations<Layers>, _ kernels: PanelKernels, end: PanelSolver.End,
    panels: PanelReport, compression: Compression
  ) {
    let (problem, grid) = (solver.prepared.problem, solver.grid)
    let done = kernels.panels
    let places = grid.places(before: end, reached: kernels.reached)
    let count = places.count
    let curve = grid.curve(done)
    self.problem = problem
    self.compression = compression
    self.panels = panels
    gradients = nil
    outputs = nil
    outputReport = nil
    parts = []
    depth = equations.chain.depth
    between = PanelRows(
      panels: done, curve: curve, places: places, unit: grid.unit,
      testLoss: equations.losses(of: solver.prepared.multiplicities, kind: .test))
    outcome =
      switch end {
      case .complete: .completed
      case .diverged(let place): .diverged(step: grid.isFlow ? count : Int(place.rounded()))
      case .unsettled(let place): .unsettled(step: grid.isFlow ? count : Int(place.rounded()))
      }
    let losses = [equations.testLoss, equations.trainLoss].map { loss in
      curve.values(at: places, of: loss).map { max($0, 0) }
    }
    blocks = LossBlocks(solver.prepared, count: count) { row, column, kind in
      curve.values(at: places, of: equations.losses(row, column, kind))
    }
    self.curve = LearningCurve(
      steps: Array(grid.steps.prefix(count)), times: Array(grid.times.prefix(count)), testLoss: losses[0],
      trainLoss: losses[1])
    let points = equations.blocks.last?.upperBound ?? 0
    orderParameters = OrderParameters(
      count: points, times: Array(kernels.times.prefix(points)), chain: equations.chain,
      data: equations.data, multiplicities: solver.prepared.multiplicities)
    residual = Self.imbalance(equations, count: points, richness: problem.effectiveRichness)
  }

  /// A limit that has no order parameters.
  init(
    _ problem: TrainingProblem, _ curve: LearningCurve, outcome: Outcome, outputs: OutputCurves?,
    outputReport: OutputReport?, wide: WideLimit?
  ) {
    self.problem = problem
    self.curve = curve
    self.outcome = outcome
    self.outputs = outputs
    self.outputReport = outputReport
    self.wide = wide
    orderParameters = OrderParameters()
    residual = 0
    compression = .none
    depth = nil
    panels = nil
    gradients = nil
    parts = []
    blocks = nil
    between = nil
  }

  /// Values at the rows of the curve of something known at the time points.
  ///
  /// - Parameter values: one a time point.
  /// - Returns: one a row of the curve.
  public func rows(of values: [Double]) -> [Double] {
    between?.values(of: values) ?? values
  }

  /// Indices of those rows of the curve that `training.rows` asks for, rising; under flow and panels the curve holds no
  /// others.
  public var reportedRows: [Int] {
    between == nil ? problem.time.reportedRows(of: curve.steps.count) : Array(curve.steps.indices)
  }

  init<Layers: Chain>(
    _ march: PreparedMarch, _ equations: MeanFieldEquations<Layers>, _ report: March.Report,
    times: [Double], compression: Compression
  ) {
    let problem = march.problem
    let count = report.stoppedAt ?? report.unsettledAt ?? equations.testLoss.count
    self.problem = problem
    self.compression = compression
    panels = nil
    gradients = equations.gradients.map { GradientCurves($0, problem, count: count) }
    between = nil
    outputs = nil
    outputReport = nil
    parts = []
    depth = equations.chain.depth
    outcome =
      report.stoppedAt.map { .diverged(step: $0) } ?? report.unsettledAt.map { .unsettled(step: $0) }
      ?? .completed
    curve = LearningCurve(
      steps: Array(0..<count), times: Array(times.prefix(count)),
      testLoss: Array((equations.data.givenTestLoss ?? equations.testLoss).prefix(count)),
      trainLoss: Array(equations.trainLoss.prefix(count)),
      batchLoss: problem.minibatches.map { _ in Array(equations.batchLoss.prefix(count)) })
    blocks = LossBlocks(march, count: count) { row, column, kind in
      equations.losses(row, column, kind)
    }
    orderParameters = OrderParameters(
      count: count, times: Array(times.prefix(count)), chain: equations.chain, data: equations.data,
      multiplicities: march.multiplicities)
    residual = Self.imbalance(
      equations, count: count, richness: problem.effectiveRichness)
    lossMoments = equations.data.answers
    if problem.lossRule != nil, problem.sampling.trainingSet != nil, let answers = lossMoments {
      sampling = SamplingReport(
        paths: problem.lossRule?.paths ?? 0, gauge: answers.gauge, factorDefect: answers.factorDefect)
    }
    if let answers = equations.data.answers, !answers.testAccuracy.isEmpty {
      labelAccuracy = PredictedAccuracy(
        test: Array(answers.testAccuracy.prefix(count)), train: Array(answers.trainAccuracy.prefix(count)),
        error: answers.gauge, draws: 0)
    }
  }

  /// Equation (6.7): `<g^l(t) h^l(t)>` is one number for all layers, for each output, and `γ0 <β(t) h^0(t)>/D`; with unequal widths
  /// times the root of the layer's width, equation (14.7).
  private static func imbalance<Layers: Chain>(
    _ equations: MeanFieldEquations<Layers>, count: Int, richness: Double
  ) -> Double {
    var worst = 0.0
    var scale = 0.0
    let layers = equations.chain.layers
    let roots = layers.indices.map { equations.architecture.relativeWidth($0 + 1).squareRoot() }
    for row in 0..<count * equations.layout.outputs {
      let expected = richness * equations.data.predictionGradientOverlap(row)
      let input = layers[0]
      let strength = input.forwardCorrelation.strength(row) * input.backwardCorrelation.strength(row)
      scale = max(scale, strength.squareRoot())
      for (index, layer) in layers.enumerated() {
        let balance = layer.crossCorrelation[row, row] * roots[index]
        worst = max(worst, abs(balance - expected))
      }
    }
    return scale > 0 ? worst / scale : worst
  }
}
