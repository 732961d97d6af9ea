import Fixtures
import Problems
import MeanField
import RealModule
import Testing

/// One hidden layer on any spectrum, and the balanced mode that it becomes when it is rich.
@Suite("Limits of one hidden layer")
struct OneLayerLimitsTests {
  private func network(
    spectrum: Spectrum = .powerLaw(PowerLaw(eigenvalueDecay: 1.2, signalDecay: 1.5)), dimension: Int = 12,
    richness: Double = 1.6, noise: Double = 0, optimizer: LinearOptimizer = LinearOptimizer(learningRate: 0.02),
    isEven: Bool = false, time: TimeGrid.Kind = .discrete(steps: 60)
  ) -> TrainingProblem {
    var problem = makeProblem(
      layers: 1, width: .infinite, initScale: isEven ? nil : [1.2, 0.7], layerRates: isEven ? nil : [0.6, 1.5],
      richness: richness, spectrum: spectrum, dimension: dimension, noise: noise, sampling: .population,
      optimizer: optimizer)
    problem.time.kind = time
    return problem
  }

  private func row(_ step: Int, _ time: Double) -> LearningCurve {
    LearningCurve(steps: [step], times: [time], testLoss: [0], trainLoss: [0])
  }

  @Test("the full solver on a power law, with schedule and decay", arguments: [PowerLaw.Scale.mean, .top])
  func solver(scale: PowerLaw.Scale) throws {
    let problem = network(
      spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 1.2, signalDecay: 1.5, scale: scale)), noise: 0.3,
      optimizer: LinearOptimizer(
        learningRate: 0.04, schedule: .warmup(steps: 5, decay: .cosine, finalFraction: 0.2),
        weightDecay: .decoupled(0.1)))
    let curve = try solve(problem).curve
    let limit = try Limits.HiddenLayerOnSpectrum(problem)
    let exact = try limit.curve(at: curve)
    #expect(limit.departures.isEmpty && curve.testLoss[60] < 0.6 * curve.testLoss[0])
    for step in curve.steps {
      #expect(abs(curve.testLoss[step] - exact.testLoss[step]) < 1e-10, "step \(step)")
      #expect(abs(curve.trainLoss[step] - exact.trainLoss[step]) < 1e-10, "step \(step)")
    }
  }

  @Test("isotropic data: the two numbers of the short recursion, and the flow's one angle")
  func isotropic() throws {
    let steps = network(spectrum: .isotropic, isEven: true)
    let rows = LearningCurve(
      steps: Array(0...60), times: (0...60).map { 0.05 * Double($0) }, testLoss: [], trainLoss: [])
    let recursion = Limits.OneHiddenLayer.losses(steps: 60, richness: 1.6, learningRate: 0.02)
    let found = try Limits.HiddenLayerOnSpectrum(steps).curve(at: rows).testLoss
    #expect(zip(found, recursion).allSatisfy { abs($0 - $1) < 1e-12 })
    let flowing = network(spectrum: .isotropic, isEven: true, time: .flow(horizon: 3))
    let angle = try Limits.OneHiddenLayer.flowLosses(at: rows.times, richness: 1.6)
    let flow = try Limits.HiddenLayerOnSpectrum(flowing).curve(at: rows).testLoss
    #expect(zip(flow, angle).allSatisfy { abs($0 - $1) < 1e-10 })
  }

  /// 150 modes are compressed, by other rules for the flow than for steps.
  @Test("discrete steps approach the flow at first order, decay included", arguments: [12, 150])
  func order(dimension: Int) throws {
    let time = 2.0
    let decay = LinearOptimizer.WeightDecay.coupled(0.07)
    let exact = try Limits.HiddenLayerOnSpectrum(
      network(
        dimension: dimension, optimizer: LinearOptimizer(learningRate: 1, weightDecay: decay),
        time: .flow(horizon: time))
    ).curve(at: row(1, time)).testLoss[0]
    let counts = [1000, 2000, 4000]
    let errors = try counts.map { steps in
      let optimizer = LinearOptimizer(learningRate: time / Double(steps), weightDecay: decay)
      let problem = network(dimension: dimension, optimizer: optimizer, time: .discrete(steps: steps))
      return abs(try Limits.HiddenLayerOnSpectrum(problem).curve(at: row(steps, time)).testLoss[0] - exact)
    }
    let order = slope(counts.map { -Double.log(Double($0)) }, errors.map { Double.log($0) })
    #expect(abs(order - 1) < 0.02, "order \(order), errors \(errors)")
  }

  @Test("Saxe's closed form is the balanced mode of two weight layers", arguments: [0.3, 1, 4])
  func saxe(target: Double) throws {
    let mode = BalancedMode(weightLayers: 2, target: target, rate: 0.7, start: 1e-3)
    let times = stride(from: 0.0, through: 20, by: 0.5).map { $0 }
    for (time, strength) in zip(times, try mode.strengths(at: times)) {
      #expect(abs(strength - mode.saxeStrength(at: time)) < 1e-10, "time \(time)")
    }
  }

  /// `a^{2-D}` falls linearly while u is small, and the rest decays at the rate `D r s^{2-2/D}`.
  @Test("plateau and relaxation of deeper modes", arguments: [3, 5])
  func phases(weightLayers: Int) throws {
    let mode = BalancedMode(weightLayers: weightLayers, target: 2, rate: 0.5, start: 1e-9)
    let power = weightLayers - 2
    let first = Double.root(1e-9, weightLayers)
    let plateau = 1 / (.pow(first, power) * Double(power) * 2 * 0.5)
    let found = try mode.strengths(at: [0.5 * plateau])[0]
    let expected = Double.pow(first, weightLayers) * .pow(0.5, -Double(weightLayers) / Double(power))
    #expect(abs(found / expected - 1) < 1e-6)
    let late = BalancedMode(weightLayers: weightLayers, target: 2, rate: 0.5, start: 2 - 1e-5)
    let decay = Double.log(1e-5 / (2 - (try late.strengths(at: [0.5])[0]))) / 0.5
    #expect(abs(decay - Double(weightLayers) * 0.5 * .pow(2, 2 - 2 / Double(weightLayers))) < 1e-3, "\(decay)")
  }

  @Test("the rich limit is reached as one over the richness, with any scales and rates", arguments: [true, false])
  func rich(isEven: Bool) throws {
    let errors = try [100.0, 200, 400].map { richness in
      let times = (0...100).map { 0.1 * Double($0) / richness }
      let problem = network(
        spectrum: .isotropic, richness: richness, isEven: isEven, time: .flow(horizon: 10 / richness))
      let rows = LearningCurve(steps: Array(0...100), times: times, testLoss: [], trainLoss: [])
      let exact = try Limits.HiddenLayerOnSpectrum(problem).curve(at: rows).testLoss
      let mode = try Limits.RichMode(problem).curve(at: rows).testLoss
      #expect(exact[0] > 0.99 && exact[100] < 1e-3)
      return try #require(zip(exact, mode).map { abs($0 - $1) }.max())
    }
    #expect(abs(errors[0] / errors[1] - 2) < 0.1 && abs(errors[1] / errors[2] - 2) < 0.1, "\(errors)")
  }

  @Test("where there is no such limit it says why")
  func absence() {
    #expect(throws: LimitAbsence.self) { try Limits.HiddenLayerOnSpectrum(makeProblem(layers: 2)) }
    #expect(throws: LimitAbsence.self) { try Limits.RichMode(makeProblem(layers: 2)) }
    #expect(throws: LimitAbsence.self) { try Limits.RichMode(network()) }
    let carried = LinearOptimizer(learningRate: 0.05, momentum: .heavyBall(0.5))
    #expect(throws: LimitAbsence.self) { try Limits.HiddenLayerOnSpectrum(network(optimizer: carried)) }
  }
}
