import Calculus
import Problems
import Fixtures
import Foundation
import Testing

@testable import MeanField

/// `makeProblem` with infinitely many residual layers.
func makeDeepProblem(
  width: Architecture.Width = .ratio(1.5), branchScale: Double = 1, initScale: [Double]? = nil,
  layerRates: [Double]? = nil, richness: Double = 1, noise: Double = 0.2,
  sampling: DataModel.Sampling = .batch(.ratio(2)), optimizer: LinearOptimizer = LinearOptimizer(learningRate: 0.03),
  steps: Int = 15
) -> TrainingProblem {
  var problem = makeProblem(
    width: width, richness: richness, noise: noise, sampling: sampling, optimizer: optimizer, steps: steps)
  problem.architecture = Architecture(
    hiddenLayers: 1, width: width, connection: .residual(branchScale: branchScale), depth: .infinite,
    initScale: initScale, layerRates: layerRates)
  return problem
}

/// Solves with a given number of nodes.
func solve(_ problem: TrainingProblem, nodes: Int) throws -> Solution {
  struct Visitor: ChainMarch.Visitor {
    let prepared: PreparedMarch
    let times: [Double]
    func visit<Layers: Chain>(_ equations: MeanFieldEquations<Layers>, _ report: March.Report) -> Solution {
      Solution(prepared, equations, report, times: times, compression: prepared.spectra.compression)
    }
  }
  let steps = try #require(problem.time.steps)
  let kernels = OptimizerKernels(problem.optimizer, scheduleSteps: steps, steps: steps)
  let prepared = try PreparedMarch(problem, compressing: false)
  let march = ChainMarch(
    problem: problem, spectrum: prepared.spectra.rule, kernels: kernels, depthTolerance: .infinity, depthNodes: nodes)
  return march.run(Visitor(prepared: prepared, times: kernels.times))
}

/// Largest relative difference of any loss.
func distance(_ one: LearningCurve, _ other: LearningCurve) -> Double {
  guard one.steps == other.steps else { return .infinity }
  return zip(one.testLoss + one.trainLoss, other.testLoss + other.trainLoss).reduce(0) { max($0, abs($1.0 / $1.1 - 1)) }
}

@Suite("Infinite depth")
struct InfiniteDepthTests {
  static let problems = [
    makeDeepProblem(steps: 60),
    makeDeepProblem(branchScale: 0.5, steps: 60),
    makeDeepProblem(branchScale: 1.5, optimizer: LinearOptimizer(learningRate: 0.02), steps: 60),
    makeDeepProblem(width: .infinite, sampling: .population, steps: 40),
    makeDeepProblem(richness: 2, sampling: .onePass(.ratio(1)), steps: 30),
    makeDeepProblem(
      initScale: [0.8, 1.3, 1.1], layerRates: [1, 0.5, 2],
      optimizer: LinearOptimizer(learningRate: 0.01, momentum: .heavyBall(0.6), weightDecay: .coupled(0.3)), steps: 40),
    makeDeepProblem(
      initScale: [1.2, 0.7, 0.9],
      optimizer: LinearOptimizer(learningRate: 0.02, momentum: .nesterov(0.5), weightDecay: .decoupled(0.2)), steps: 30),
  ]

  /// Reference values, computed by a separate program.
  @Test("the reference curve")
  func reference() throws {
    let curve = try solve(makeDeepProblem()).curve
    for (step, loss) in [(0, 2.85218789), (1, 1.42293664), (5, 0.74024282), (10, 0.48457150), (15, 0.35504404)] {
      #expect(abs(curve.testLoss[step] - loss) < 6e-9, "step \(step)")
    }
    #expect(abs(curve.trainLoss[15] - 0.12150586) < 6e-9)
  }

  @Test("the solver's nodes agree with twice as many, and its estimate says by how much at most", arguments: problems)
  func twice(problem: TrainingProblem) throws {
    let solution = try solve(problem)
    let depth = try #require(solution.depth)
    #expect(solution.outcome == .completed)
    let twice = try solve(problem, nodes: 2 * depth.places.count)
    let difference = distance(solution.curve, twice.curve)
    #expect(difference < 1e-8)
    #expect(depth.error < 1e-8 && difference <= depth.error + 1e-11, "\(difference), estimated \(depth.error)")
    let ends = [1, solution.orderParameters.hiddenLayers]
    for (own, other) in zip(ends, [1, twice.orderParameters.hiddenLayers]) {
      for quantity in [
        OrderParameters.forwardCorrelation, OrderParameters.backwardCorrelation, OrderParameters.forwardResponse,
        OrderParameters.backwardResponse,
      ] {
        let first = DenseMatrix(quantity(solution.orderParameters)(own))
        #expect(first.distance(DenseMatrix(quantity(twice.orderParameters)(other))) < 1e-8)
      }
    }
  }

  @Test("too few nodes are reported as too few", arguments: [5, 7])
  func honest(nodes: Int) throws {
    for problem in Self.problems {
      let coarse = try solve(problem, nodes: nodes)
      let difference = distance(coarse.curve, try solve(problem, nodes: 15).curve)
      let estimate = try #require(coarse.depth).error
      // Coarse tails are not yet in their asymptotic fall: hence the factor.
      #expect(estimate > difference / 10, "\(difference), estimated \(estimate)")
    }
  }

  @Test("errors fall spectrally: by more than a decade a node")
  func spectral() throws {
    let problem = makeDeepProblem()
    let exact = try solve(problem, nodes: 14).curve
    let nodes = [4, 5, 6, 7, 8]
    let errors = try nodes.map { distance(try solve(problem, nodes: $0).curve, exact) }
    #expect(slope(nodes.map(Double.init), errors.map { log10($0) }) < -1, "\(errors)")
    #expect(zip(errors, errors.dropFirst()).allSatisfy { $1 < $0 })
  }

  @Test("a residual chain approaches it as 1/L")
  func manyLayers() throws {
    let limit = try #require(try solve(makeDeepProblem()).curve.testLoss.last)
    let depths = [9, 17, 33, 65]
    let gaps = try depths.map { layers in
      let finite = makeProblem(
        layers: layers, width: .ratio(1.5), connection: .residual(branchScale: 1), noise: 0.2,
        optimizer: LinearOptimizer(learningRate: 0.03), steps: 15)
      return abs(try #require(try solve(finite).curve.testLoss.last) - limit)
    }
    let order = slope(depths.map { log(Double($0 - 1)) }, gaps.map { log($0) })
    #expect(abs(order + 1) < 0.05, "\(order)")
  }

  @Test("lazy limit", arguments: [0.5, 1.3])
  func lazy(branchScale: Double) throws {
    let problem = makeDeepProblem(
      width: .infinite, branchScale: branchScale, richness: 1e-3, noise: 0.3,
      optimizer: LinearOptimizer(learningRate: 0.02), steps: 40)
    let curve = try solve(problem).curve
    for step in curve.steps {
      let exact = try Limits.lazyLoss(
        step: step, kernelFactor: Limits.KernelFactor.of(problem), learningRate: 0.02,
        sampleRatio: 2, noise: 0.3)
      #expect(abs(curve.testLoss[step] - exact) < 5e-6 * exact, "step \(step)")
    }
  }

  @Test("loss at step 0", arguments: problems)
  func start(problem: TrainingProblem) throws {
    let exact = Limits.initialLoss(problem)
    #expect(abs(try solve(problem).curve.testLoss[0] - exact) < 1e-12 * exact)
  }

  @Test("the balance holds at every τ", arguments: problems)
  func balance(problem: TrainingProblem) throws {
    #expect(try solve(problem).residual < 1e-8)
    #expect(try solve(problem, nodes: 19).residual < 1e-10)
  }

  @Test("blocks of several steps agree with single steps")
  func blocks() throws {
    let problem = makeDeepProblem()
    let rows = try Solver(problem, blockLength: 1, compressing: false).solve()
    let blocks = try Solver(problem, blockLength: 3, compressing: false).solve()
    #expect(blocks.outcome == .completed && distance(rows.curve, blocks.curve) < 1e-10)
  }

  @Test("a diverging run says so")
  func diverging() throws {
    let solution = try solve(makeDeepProblem(optimizer: LinearOptimizer(learningRate: 3), steps: 20))
    #expect(solution.outcome != .completed)
    #expect(solution.curve.testLoss.allSatisfy { $0.isFinite })
  }
}
