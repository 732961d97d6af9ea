import Fixtures
import Problems
import MeanField
import RealModule
import Testing

@Suite("Divergence and the largest stable rate")
struct StabilityTests {
  /// A lazy network on population data steps by 1 - kη. Just beyond 2/k it grows by |1 - kη|² a step and has 200
  /// steps for the factor 1e6 that counts as divergence; the richness keeps the catapult out of reach.
  @Test("lazy population data: 2/k and what 200 steps forgive", arguments: [1, 3])
  func lazy(layers: Int) throws {
    let problem = makeProblem(
      layers: layers, width: .infinite, richness: 1e-6, sampling: .population, steps: 50)
    let found = try StableRate(problem)
    let growth = Double.pow(1e6, 1.0 / 400)
    let edge = (1 + growth) / Limits.KernelFactor.plain(hiddenLayers: layers)
    #expect(found.steps == 200)
    #expect(found.learningRate > edge / 1.011 && found.learningRate < 1.001 * edge)
  }

  @Test("rates on either side of the answer behave as it says")
  func bracket() throws {
    var problem = makeProblem(layers: 3, noise: 0.3, steps: 200)
    let found = try StableRate(problem).learningRate
    problem.optimizer.learningRate = found
    #expect(try solve(problem).outcome == .completed)
    problem.optimizer.learningRate = 1.03 * found
    #expect(try solve(problem).outcome != .completed)
  }

  @Test("the answer does not depend on where the search starts", arguments: [1e-4, 0.03, 40])
  func start(rate: Double) throws {
    let found = try StableRate(
      makeProblem(layers: 2, noise: 0.3, optimizer: LinearOptimizer(learningRate: rate), steps: 200)
    ).learningRate
    let usual = try StableRate(makeProblem(layers: 2, noise: 0.3, steps: 200)).learningRate
    #expect(found == usual && found > 0.3375 && found < 0.3465, "\(found)")
    let search = try StableRateSearch(makeProblem(layers: 2, noise: 0.3, steps: 200))
    #expect(search.run(from: rate, factor: 1.05, budget: SearchBudget(seconds: 60)).learningRate == usual)
  }

  @Test("a search from far beyond its range comes back to the same edge", arguments: [1e-320, 1e-20, 1e13, 1e300])
  func farStart(rate: Double) throws {
    let found = try StableRate(
      makeProblem(layers: 1, optimizer: LinearOptimizer(learningRate: rate), steps: 3)
    ).learningRate
    #expect(found > 0.1 && found < 10, "\(found)")
  }

  @Test("a loss that is not a number is a divergence, also at step 0", arguments: [1e200, 1e140])
  func notANumber(noise: Double) throws {
    let solution = try solve(makeProblem(noise: noise, optimizer: LinearOptimizer(learningRate: 1e150), steps: 5))
    guard case .diverged(let step) = solution.outcome else {
      Issue.record("it did not diverge")
      return
    }
    #expect(step <= 1 && solution.curve.steps.count == step)
  }

  @Test("a diverged run keeps its finite steps and says where it broke")
  func diverged() throws {
    let problem = makeProblem(optimizer: LinearOptimizer(learningRate: 50), steps: 30)
    let solution = try solve(problem)
    guard case .diverged(let step) = solution.outcome else {
      Issue.record("a rate of 50 did not diverge")
      return
    }
    #expect(solution.curve.steps == Array(0..<step))
    #expect(solution.curve.testLoss.allSatisfy { $0.isFinite && $0 <= 1e6 * solution.curve.testLoss[0] })
    #expect(solution.orderParameters.errorCorrelation.count == step * step)
  }

  @Test("what compressed steps can't do is refused by name, all at once")
  func refusals() throws {
    var problem = makeProblem(
      sampling: .onePass(.ratio(1)), optimizer: LinearOptimizer(learningRate: 0.05, momentum: .nesterov(0.5)))
    #expect(Solver.refusals(problem).isEmpty)
    problem.time.kind = .panels(steps: 10)
    #expect(Solver.refusals(problem).map(\.key) == ["training.momentum", "training.mode"])
    #expect(throws: SolverFailure.self) { try Solver(problem) }
  }
}
