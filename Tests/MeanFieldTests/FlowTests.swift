import Calculus
import Problems
import Fixtures
import Foundation
import Testing

@testable import MeanField

/// Losses of gradient flow marched on panels at given ends, with so many nodes.
func flowLosses(_ problem: TrainingProblem, ends: [Double], nodes: Int, at times: [Double]) throws -> [Double] {
  struct Reader: ChainMarch.Visitor {
    let times: [Double]
    func visit<Layers: Chain>(_ equations: MeanFieldEquations<Layers>, _ report: March.Report) -> [Double] {
      let panels = (equations.kernels as? PanelKernels)?.panels ?? []
      return PanelCurve(panels, hasOrigin: true).values(at: times, of: equations.testLoss)
        + PanelCurve(panels, hasOrigin: true).values(at: times, of: equations.trainLoss)
    }
  }
  let kernels = PanelKernels(
    .flow(RadauRule(nodes)), ends: ends, decay: problem.optimizer.weightDecay.strength, settling: 3e-12)
  var march = March()
  march.tolerance = 3e-12
  march.sweepLimit = 80
  return ChainMarch(
    problem: problem, spectrum: try SpectralMeasures(problem).compressed(for: problem), kernels: kernels,
    march: march
  ).run(Reader(times: times))
}

/// Relative difference as tolerances count it: to the loss, or to a thousandth of the start.
func allowedDistance(_ one: [Double], _ other: [Double], start: Double) -> Double {
  zip(one, other).reduce(0) { max($0, abs($1.0 - $1.1) / max($1.1, 1e-3 * start)) }
}

@Suite("Gradient flow")
struct FlowTests {
  /// Reference value from a separate program: test loss .20312461 at t = 3.
  static let reference = makeProblem(noise: 0.3)

  static let problems: [TrainingProblem] =
    IdentityTests.problems + [
      makeProblem(layers: 1, noise: 0.5, sampling: .batch(.ratio(1))),
      makeProblem(
        layers: 3, initScale: [0.7, 1.2, 1, 0.9], layerRates: [1, 0.5, 2, 1.5], richness: 3,
        sampling: .batch(.ratio(0.6)), optimizer: LinearOptimizer(learningRate: 0.05, weightDecay: .decoupled(0.2))),
    ]

  @Test("the reference value, and spectral order: over .7 decades a node", .slow(.long))
  func order() throws {
    let nodes = [4, 5, 6, 7, 8, 9, 10]
    let values = try nodes.map { nodes in
      try flowLosses(Self.reference.flowing(to: 4), ends: [0.25, 0.5, 1, 2, 4], nodes: nodes, at: [3])[0]
    }
    let exact = try #require(try solve(Self.reference.flowing(to: 3, tolerance: 1e-11)).curve.testLoss.last)
    #expect(abs(exact - 0.20312461) < 5e-9)
    let errors = values.map { abs($0 - exact) }
    #expect(errors[6] < 1e-4 * errors[0], "\(errors)")
    let order = slope(nodes.map(Double.init), errors.map { log10($0) })
    #expect(order < -0.7, "\(order)")
    let usual = try #require(try solve(Self.reference.flowing(to: 3)).curve.testLoss.last)
    #expect(abs(usual - 0.20312461) < 1e-8)
  }

  @Test(
    "the reported error is more than the distance from twice the nodes", .slow(.long), arguments: problems,
    [1e-4, 1e-7])
  func honest(problem: TrainingProblem, tolerance: Double) throws {
    let problem = problem.flowing(to: 8, tolerance: tolerance)
    let solution = try solve(problem)
    let report = try #require(solution.panels)
    #expect(solution.outcome == .completed && report.error <= tolerance)
    let ends = try #require(solution.between).panels.map(\.end)
    let fine = try flowLosses(problem, ends: ends, nodes: 2 * report.nodes, at: solution.curve.times)
    let start = solution.curve.testLoss[0]
    let distance = allowedDistance(solution.curve.testLoss + solution.curve.trainLoss, fine, start: start)
    #expect(distance <= report.error, "\(distance) \(report)")
  }

  @Test("SGD approaches it at first order in the rate", arguments: [problems[0], problems[4], problems[5]])
  func firstOrder(problem: TrainingProblem) throws {
    let exact = try #require(try solve(problem.flowing(to: 0.5, tolerance: 1e-9)).curve.testLoss.last)
    let counts = [40, 80, 160]
    let gaps = try counts.map { steps in
      var discrete = problem
      discrete.optimizer.learningRate = 0.5 / Double(steps)
      discrete.time = TimeGrid(.discrete(steps: steps))
      return abs(try #require(try solve(discrete).curve.testLoss.last) - exact)
    }
    let order = slope(counts.map { log(Double($0)) }, gaps.map { log($0) })
    #expect(abs(order + 1) < 0.05, "\(order) \(gaps)")
  }

  @Test("infinite depth: what small steps approach, quadratically once the first order is taken out")
  func infiniteDepth() throws {
    let problem = makeDeepProblem(width: .ratio(1), noise: 0.3)
    let exact = try #require(try solve(problem.flowing(to: 0.5)).curve.testLoss.last)
    func step(_ count: Int) throws -> Double {
      var discrete = problem
      discrete.optimizer.learningRate = 0.5 / Double(count)
      discrete.time = TimeGrid(.discrete(steps: count))
      return try #require(try solve(discrete).curve.testLoss.last)
    }
    let (coarse, middle, fine) = (try step(20), try step(40), try step(80))
    let first = abs(2 * middle - coarse - exact)
    let second = abs(2 * fine - middle - exact)
    #expect(second < 3e-4 * exact && second < first / 3, "\(first) \(second)")
  }

  @Test("one hidden layer at infinite width, where one number is enough")
  func oneHiddenLayer() throws {
    let problem = makeProblem(layers: 1, width: .infinite, richness: 2, sampling: .population)
      .flowing(to: 3, tolerance: 1e-9)
    let curve = try solve(problem).curve
    let exact = try Limits.OneHiddenLayer.flowLosses(at: curve.times, richness: 2)
    #expect(allowedDistance(curve.testLoss, exact, start: 1) < 1e-9)
  }

  @Test("one hidden layer on any spectrum, with weight decay")
  func spectrumAndDecay() throws {
    let problem = makeProblem(
      layers: 1, width: .infinite, richness: 1.5,
      spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 1, signalDecay: 1.4)), dimension: 12, sampling: .population,
      optimizer: LinearOptimizer(learningRate: 0.05, weightDecay: .coupled(0.15))
    ).flowing(to: 20, tolerance: 1e-9)
    let curve = try solve(problem).curve
    let exact = try Limits.HiddenLayerOnSpectrum(problem).curve(at: curve).testLoss
    #expect(allowedDistance(curve.testLoss, exact, start: 1) < 2e-9)
  }

  @Test("the lazy limit")
  func lazy() throws {
    let problem = makeProblem(width: .infinite, richness: 1e-3, noise: 0.3, sampling: .batch(.ratio(1.5)))
      .flowing(to: 10, tolerance: 1e-8)
    let curve = try solve(problem).curve
    let exact = try Limits.Lazy(problem).curve(at: curve)
    #expect(allowedDistance(curve.testLoss, exact.testLoss, start: 1) < 3e-6)
    #expect(allowedDistance(curve.trainLoss, exact.trainLoss, start: 1) < 3e-6)
  }

  @Test("every layer carries the same overlap", .slow(.long), arguments: problems)
  func balance(problem: TrainingProblem) throws {
    // The balance holds in continuous time: on panels to their error.
    #expect(try solve(problem.flowing(to: 5, tolerance: 1e-8)).residual < 1e-6)
  }

  @Test("fresh batches are the population")
  func onePass() throws {
    let fresh = makeProblem(width: .infinite, noise: 0.2, sampling: .onePass(.ratio(1))).flowing(to: 4)
    var population = fresh
    population.data.sampling = .population
    #expect(try solve(fresh).curve == solve(population).curve)
  }

  @Test("batch with fewer samples than dimensions, to t = 1e6", .slow(.long))
  func interpolation() throws {
    let problem = makeProblem(layers: 3, noise: 0.3, sampling: .batch(.ratio(0.8))).flowing(to: 1e6)
    let solution = try solve(problem)
    #expect(solution.outcome == .completed && (solution.panels?.error ?? 1) <= 1e-6)
    let curve = solution.curve
    for (time, loss) in zip(curve.times, curve.trainLoss) {
      #expect(loss >= 0)
      if time >= 316 { #expect(loss < 1e-12) }
    }
    for (time, loss) in zip(curve.times, curve.testLoss) where time >= 316 {
      #expect(abs(loss - 0.968848) < 2e-6, "\(time)")
    }
    #expect(curve.times.last == 1e6)
  }

  @Test("ten times the horizon costs at most twice as much", .slow(.long))
  func cost() throws {
    let problem = makeProblem(
      width: .infinite, spectrum: .powerLaw(PowerLaw(eigenvalueDecay: 1.5, signalDecay: 1.6, scale: .top)),
      dimension: 1_000_000_000_000, sampling: .population)
    let work = try [1e5, 1e6].map { horizon in
      let panels = try #require(try solve(problem.flowing(to: horizon, tolerance: 1e-4)).panels)
      // A sweep reads the square of the points.
      return Double(panels.sweeps * panels.points * panels.points)
    }
    #expect(work[1] < 2 * work[0], "\(work)")
  }

  @Test("tiny and huge horizons", .slow(.long), arguments: [1e-9, 1e-3, 1e12])
  func horizons(horizon: Double) throws {
    let curve = try solve(Self.reference.flowing(to: horizon, tolerance: 1e-4)).curve
    #expect(curve.times.first == 0 && curve.times.last == horizon)
    let start = Limits.initialLoss(Self.reference)
    #expect(abs(curve.testLoss[0] - start) < 1e-12 * start)
    if horizon < 1e-8 { #expect(abs(curve.testLoss[1] - start) < 1e-7) }
    // What least squares leaves: σ² α/(α - 1).
    if horizon > 1e11 { #expect(abs((curve.testLoss.last ?? 0) - 0.18) < 1e-5) }
  }
}
