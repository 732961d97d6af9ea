import Fixtures
import MeanField
import Problems
import Testing

/// Changes of a problem that leave its curve as it is, up to a known factor, on problems drawn at random.
///
/// They follow from section 1: the network f of equation (1.4) is a product of its weights over γ, equation (1.10)
/// moves a weight by `η γ² D c_l` times its downhill gradient, and decay takes the share `η λ` of it. New weights that
/// stay multiples of the old ones for all times are another description of the same run.
@Suite("Rescaled problems")
struct RescalingTests {
  /// `W^l -> a_l W^l`, that is `s_l -> a_l s_l`. The branches of a residual chain have one factor a, and `b -> b/a`, so
  /// that a branch passes the same.
  ///
  /// Then f is A times as large, A being the product of the factors that no b takes back, and `γ -> A γ` undoes that.
  /// The gradient on a weight is `1/a_l` times the old one, and a step must be a_l times the old one. With
  /// `γ² -> A² γ²` this asks for `η c_l -> (a_l²/A²) η c_l`: `c_l -> a_l² c_l` and `η -> η/A²`. Decay takes the same
  /// share of a weight: `λ -> A² λ`.
  @Test("weights that are multiples of the old ones")
  func layers() throws {
    try expectSameCurves { problem, random in
      let last = problem.architecture.hiddenLayers
      var factors = random.list(last + 1) { $0.scale(0.5, 2) }
      var scale = factors.reduce(1, *)
      if case .residual(let branch) = problem.architecture.connection, last > 1 {
        for layer in 1..<last { factors[layer] = factors[1] }
        problem.architecture.connection = .residual(branchScale: branch / factors[1])
        scale = factors[0] * factors[last]
      }
      for (layer, factor) in factors.enumerated() {
        problem.architecture.initScale[layer] *= factor
        problem.architecture.layerRates[layer] *= factor * factor
      }
      problem.parameterization.richness *= scale
      Self.slowDown(&problem.optimizer, scale * scale)
      return (loss: 1, time: 1 / (scale * scale))
    }
  }

  /// Rates stand in `η c_l` alone, and decay in `η λ`: `η -> η/k`, `c_l -> k c_l`, `λ -> k λ`.
  @Test("rates that are in the layers instead of in the optimiser")
  func rates() throws {
    try expectSameCurves { problem, random in
      let factor = random.scale(0.2, 5)
      for layer in problem.architecture.layerRates.indices { problem.architecture.layerRates[layer] *= factor }
      Self.slowDown(&problem.optimizer, factor)
      return (loss: 1, time: 1 / factor)
    }
  }

  /// `β* -> q β*`, `σ -> q σ` and `γ -> γ/q`, so that f is q times as large with the same weights. The gradient has a
  /// factor q of the residuals and one of 1/γ, and `γ² -> γ²/q²` takes both back: the weights move as before. Losses
  /// are q² times as large.
  @Test("a target in other units")
  func targets() throws {
    try expectSameCurves { problem, random in
      let factor = random.scale(0.2, 5)
      var spectrum = Self.measured(problem.data)
      spectrum.targetCoefficients = spectrum.targetCoefficients.map { $0 * factor }
      problem.data.spectrum = .measured(spectrum)
      problem.data.noise *= factor
      problem.parameterization.richness /= factor
      return (loss: factor * factor, time: 1)
    }
  }

  /// `x -> √p x`, that is `λ_k -> p λ_k`, with `β* -> β*/√p` and `W^0 -> W^0/√p`, so that targets and `h^1` are the
  /// same. The gradient on W^0 is √p times as large, its step must be 1/√p times as large: `c_0 -> c_0/p`.
  @Test("inputs in other units")
  func inputs() throws {
    try expectSameCurves { problem, random in
      let factor = random.scale(0.2, 5)
      var spectrum = Self.measured(problem.data)
      spectrum.eigenvalues = spectrum.eigenvalues.map { $0 * factor }
      spectrum.targetCoefficients = spectrum.targetCoefficients.map { $0 / factor.squareRoot() }
      problem.data.spectrum = .measured(spectrum)
      problem.architecture.initScale[0] /= factor.squareRoot()
      problem.architecture.layerRates[0] /= factor
      return (loss: 1, time: 1)
    }
  }

  /// Table (1.6): NTK is muP with the richness γ/√ν, the standard rule that with rates c_l = ν behind the input layer.
  @Test("every parameterisation as muP")
  func parameterizations() throws {
    try expectSameCurves { problem, _ in
      let ratio = problem.widthRatio
      if problem.parameterization.rule == .standard {
        for layer in 1...problem.architecture.hiddenLayers { problem.architecture.layerRates[layer] *= ratio }
      }
      if problem.parameterization.rule != .muP { problem.parameterization.richness /= ratio.squareRoot() }
      problem.parameterization.rule = .muP
      return (loss: 1, time: 1)
    }
  }

  /// Trace-class spectra (7.2) are replaced: their sums are no means over a list of modes.
  private func expectSameCurves(
    sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout TrainingProblem, inout SeededRandom) -> (loss: Double, time: Double)
  ) throws {
    for var drawn in GeneratedProblem.some(100) {
      if drawn.problem.data.isTraceClass { drawn.problem.data.spectrum = .isotropic }
      var other = drawn.problem
      let factors = change(&other, &drawn.random)
      let (one, two) = (try solve(drawn.problem).curve, try solve(other).curve)
      let unit = Double(one.steps.count) * .ulpOfOne
      #expect(
        two.testLoss.distance(from: one.testLoss, times: factors.loss) <= 100 * unit, "\(drawn)",
        sourceLocation: sourceLocation)
      #expect(
        two.trainLoss.distance(from: one.trainLoss, times: factors.loss) <= 100 * unit, "\(drawn)",
        sourceLocation: sourceLocation)
      #expect(
        two.times.distance(from: one.times, times: factors.time) <= 100 * unit, "\(drawn)",
        sourceLocation: sourceLocation)
    }
  }

  private static func slowDown(_ optimizer: inout LinearOptimizer, _ factor: Double) {
    optimizer.learningRate /= factor
    switch optimizer.weightDecay {
    case .none: break
    case .coupled(let strength): optimizer.weightDecay = .coupled(strength * factor)
    case .decoupled(let strength): optimizer.weightDecay = .decoupled(strength * factor)
    }
  }

  /// The same data with a spectrum that lists every mode.
  private static func measured(_ data: DataModel) -> MeasuredSpectrum { .listing(spectrumModes(data)) }
}
