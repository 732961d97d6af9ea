import DeepLinear
import LinearAlgebra

/// What a solve found.
public struct Solution: Sendable {
  /// The problem that was solved.
  public let problem: TrainingProblem
  /// Test and train loss of every step; of a diverged run, the steps before it diverged.
  public let curve: LearningCurve
  /// How the run ended.
  public let outcome: Outcome
  /// Correlations and responses between all pairs of times.
  public let orderParameters: OrderParameters
  /// Largest violation of the balance (6.7) over all steps and layers, relative to the largest `|h^1| |g^1|`: a check
  /// that costs nothing and that most mistakes in an equation would fail. Rounding leaves some 1e-14. It says
  /// nothing of rounding that grows while the balance holds.
  public let residual: Double
  /// How the spectrum was compressed and the error that this left.
  public let compression: Compression
  /// How the depth was resolved; nil for a finite number of layers.
  public let depth: DepthReport?

  init<Layers: Chain>(
    _ problem: TrainingProblem, _ equations: MeanFieldEquations<Layers>, _ report: March.Report,
    times: [Double], compression: Compression
  ) {
    let count = report.stoppedAt ?? report.unsettledAt ?? equations.testLoss.count
    self.problem = problem
    self.compression = compression
    depth = equations.chain.depth
    outcome =
      report.stoppedAt.map { .diverged(step: $0) } ?? report.unsettledAt.map { .unsettled(step: $0) }
      ?? .completed
    curve = LearningCurve(
      steps: Array(0..<count), times: Array(times.prefix(count)),
      testLoss: Array(equations.testLoss.prefix(count)),
      trainLoss: Array(equations.trainLoss.prefix(count)))
    orderParameters = OrderParameters(count: count, chain: equations.chain, data: equations.data)
    residual = Self.imbalance(
      equations, count: count, richness: problem.effectiveRichness)
  }

  /// Equation (6.7): `<g^l(t) h^l(t)>` is one number for all layers, and `γ0 <β(t) h^0(t)>/D`.
  private static func imbalance<Layers: Chain>(
    _ equations: MeanFieldEquations<Layers>, count: Int, richness: Double
  ) -> Double {
    var worst = 0.0
    var scale = 0.0
    let layers = equations.chain.layers
    for time in 0..<count {
      let expected = richness * equations.data.predictionGradientOverlap(time)
      let input = layers[0]
      let strength = input.forwardCorrelation.strength(time) * input.backwardCorrelation.strength(time)
      scale = max(scale, strength.squareRoot())
      for layer in layers {
        worst = max(worst, abs(layer.crossCorrelation[time, time] - expected))
      }
    }
    return scale > 0 ? worst / scale : worst
  }
}
