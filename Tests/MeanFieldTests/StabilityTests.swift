import DeepLinear
import MeanField
import Testing

@Suite("Divergence and the largest stable rate")
struct StabilityTests {
  /// A lazy network on population data steps by 1 - kη: stable up to 2/k. Just beyond, it has 200 steps to
  /// grow by the factor 1e6 that counts as divergence.
  @Test("lazy population data: 2/k and a little more", arguments: [1, 3])
  func lazy(layers: Int) throws {
    let problem = makeProblem(
      layers: layers, width: .infinite, richness: 1e-4, sampling: .population, steps: 50)
    let found = try StableRate(problem)
    let edge = 2 / Limits.KernelFactor.plain(hiddenLayers: layers)
    #expect(found.steps == 200)
    #expect(found.learningRate > 0.99 * edge && found.learningRate < 1.03 * edge)
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

  @Test("what is not solved yet is refused by name")
  func refusals() throws {
    var problem = makeProblem()
    #expect(Solver.refusals(problem).isEmpty)
    problem.time.kind = .flow(horizon: 10)
    #expect(Solver.refusals(problem).map(\.key) == ["training.time"])
    problem.architecture.depth = .infinite
    #expect(Solver.refusals(problem).map(\.key) == ["training.time", "network.depth"])
    #expect(throws: SolverFailure.self) { try Solver(problem) }
  }
}
