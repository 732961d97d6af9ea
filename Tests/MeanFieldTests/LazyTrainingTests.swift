import Fixtures
import Problems
import MeanField
import Testing

/// The lazy limit in all its branches against the full solver where it is exact, and against itself.
@Suite("Lazy limit")
struct LazyTrainingTests {
  private static let lazy = 1e-3
  private static let uneven = (initScale: [1.1, 0.7, 0.9, 1.2], layerRates: [0.6, 1.3, 0.8, 1.1])

  private static let batches: [TrainingProblem] = [
    makeProblem(width: .infinite, richness: lazy, noise: 0.4, sampling: .batch(.ratio(0.6)), steps: 30),
    makeProblem(
      layers: 3, width: .infinite, initScale: uneven.initScale, layerRates: uneven.layerRates, richness: lazy,
      noise: 0.4,
      optimizer: LinearOptimizer(learningRate: 0.05, momentum: .nesterov(0.6)), steps: 30),
    makeProblem(
      layers: 3, width: .infinite, connection: .residual(branchScale: 1.2), initScale: uneven.initScale,
      layerRates: uneven.layerRates, richness: lazy, noise: 0.4,
      optimizer: LinearOptimizer(
        learningRate: 0.05, schedule: .warmup(steps: 4, decay: .cosine, finalFraction: 0.1)), steps: 30),
  ]
  private static let otherData: [TrainingProblem] = [DataModel.Sampling.population, .onePass(.ratio(3))].map {
    sampling in
    makeProblem(
      layers: 3, width: .infinite, initScale: uneven.initScale, layerRates: uneven.layerRates, richness: lazy,
      spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 1.2, signalDecay: 1.5)), dimension: 12, noise: 0.4,
      sampling: sampling,
      optimizer: LinearOptimizer(
        learningRate: 0.03, schedule: .warmup(steps: 4, decay: .linear, finalFraction: 0.1)), steps: 30)
  }

  @Test("test and train loss of the full solver", arguments: batches + otherData)
  func solver(problem: TrainingProblem) throws {
    let curve = try solve(problem).curve
    let limit = try Limits.Lazy(problem)
    let exact = try limit.curve(at: curve)
    #expect(limit.departures == [LimitDeparture(quantity: "richness", value: Self.lazy)])
    #expect(curve.testLoss[30] < 0.9 * curve.testLoss[0])
    for row in curve.steps {
      #expect(abs(curve.testLoss[row] - exact.testLoss[row]) < 2e-6, "test loss, step \(row)")
      #expect(abs(curve.trainLoss[row] - exact.trainLoss[row]) < 2e-6, "train loss, step \(row)")
    }
  }

  /// NTK keeps its initial predictor as it widens.
  @Test("a very wide NTK network starts from a random predictor", arguments: [nil, 3.0])
  func initialPredictor(freshSamples: Double?) throws {
    let problem = makeProblem(
      width: .ratio(1e9), rule: .ntk, richness: 0.8, noise: 0.3,
      sampling: freshSamples.map { .onePass(.ratio($0)) } ?? .batch(.ratio(1.5)), steps: 25)
    let curve = try solve(problem).curve
    let exact = try Limits.Lazy(problem).curve(at: curve)
    #expect(abs(exact.testLoss[0] - Limits.initialLoss(problem)) < 1e-12)
    for row in curve.steps {
      #expect(abs(curve.testLoss[row] - exact.testLoss[row]) < 1e-6, "test loss, step \(row)")
      #expect(abs(curve.trainLoss[row] - exact.trainLoss[row]) < 1e-6, "train loss, step \(row)")
    }
  }

  @Test("discrete steps approach the flow at first order", arguments: [batches[0], otherData[0]])
  func flow(problem: TrainingProblem) throws {
    let time = 1.5
    var flowing = problem
    flowing.time.kind = .flow(horizon: time)
    let end = LearningCurve(steps: [1], times: [time], testLoss: [0], trainLoss: [0])
    let exact = try Limits.Lazy(flowing).curve(at: end)
    let errors = try [200, 400, 800].map { steps in
      var stepping = problem
      stepping.time.kind = .discrete(steps: steps)
      stepping.optimizer = LinearOptimizer(learningRate: time / Double(steps))
      let last = LearningCurve(steps: [steps], times: [time], testLoss: [0], trainLoss: [0])
      let found = try Limits.Lazy(stepping).curve(at: last)
      return (abs(found.testLoss[0] - exact.testLoss[0]), abs(found.trainLoss[0] - exact.trainLoss[0]))
    }
    for (coarse, fine) in zip(errors, errors.dropFirst()) {
      #expect(abs(coarse.0 / fine.0 - 2) < 0.05 && abs(coarse.1 / fine.1 - 2) < 0.05, "\(coarse), \(fine)")
    }
  }

  @Test("kernel factor and first loss of deep residual chains approach infinite depth as one over the depth")
  func infiniteDepth() throws {
    func network(_ architecture: Architecture) -> TrainingProblem {
      var problem = makeProblem(richness: 0.9, noise: 0.2)
      problem.architecture = architecture
      return problem
    }
    let limit = network(
      Architecture(
        hiddenLayers: 2, width: .ratio(1), connection: .residual(branchScale: 1.3), depth: .infinite,
        initScale: [1.1, 0.8, 0.9], layerRates: [0.6, 1.4, 1.2]))
    let errors = [200, 400].map { layers in
      let branches = layers - 1
      let finite = network(
        Architecture(
          hiddenLayers: layers, width: .ratio(1), connection: .residual(branchScale: 1.3),
          initScale: [1.1] + Array(repeating: 0.8, count: branches) + [0.9],
          layerRates: [0.6] + Array(repeating: 1.4, count: branches) + [1.2]))
      return (
        Limits.KernelFactor.of(finite) - Limits.KernelFactor.of(limit),
        Limits.initialLoss(finite) - Limits.initialLoss(limit)
      )
    }
    #expect(abs(errors[0].0 / errors[1].0 - 2) < 0.02 && abs(errors[0].1 / errors[1].1 - 2) < 0.02, "\(errors)")
  }

  @Test("unit scales and rates give the closed factors")
  func unitScales() {
    #expect(abs(Limits.KernelFactor.of(makeProblem(layers: 4)) - 5) < 1e-14)
    let residual = Limits.KernelFactor.of(makeProblem(layers: 6, connection: .residual(branchScale: 1.3)))
    #expect(abs(residual - Limits.KernelFactor.residual(hiddenLayers: 6, branchScale: 1.3)) < 1e-13)
  }

  @Test("where there is no such limit it says why")
  func absence() {
    let decaying = LinearOptimizer(learningRate: 0.05, weightDecay: .coupled(0.1))
    #expect(throws: LimitAbsence.self) { try Limits.Lazy(makeProblem(optimizer: decaying)) }
    let law = Spectrum.powerLaw(PowerLaw(eigenvalueDecay: 1.2, signalDecay: 1.5))
    #expect(throws: LimitAbsence.self) { try Limits.Lazy(makeProblem(spectrum: law)) }
    let carried = LinearOptimizer(learningRate: 0.05, momentum: .heavyBall(0.5))
    #expect(throws: LimitAbsence.self) {
      try Limits.Lazy(makeProblem(sampling: .onePass(.ratio(2)), optimizer: carried))
    }
  }
}
