import Fixtures
import Problems
import MeanField
import Testing

@Suite("The catapult window")
struct CatapultTests {
  private func window(_ problem: TrainingProblem) throws -> CatapultWindow {
    try StableRateSearch(problem).catapultWindow(budget: SearchBudget(seconds: 60))
  }

  /// Largest train loss over its start at some rate.
  private func excess(_ problem: TrainingProblem, rate: Double, steps: Int = 200) throws -> Double {
    let losses = try RateSeries(problem, steps: steps).losses(at: rate)
    return try #require(losses.train.max()) / losses.train[0] - 1
  }

  /// A lazy network on population data steps by 1 - kη: the loss exceeds its start just beyond 2/k.
  @Test("lazy population data: it begins at 2/(L+1)", arguments: [1, 2, 3])
  func lazy(layers: Int) throws {
    let found = try window(
      makeProblem(layers: layers, width: .infinite, richness: 1e-3, sampling: .population, steps: 50))
    let edge = 2 / Double(layers + 1)
    #expect(found.beginning > 0.9999 * edge && found.beginning < 1.01 * edge, "\(found.beginning)")
    #expect(!found.isEmpty && found.end.learningRate > found.beginning)
  }

  @Test("rates on either side behave as it says, and no smaller rate exceeds")
  func bruteForce() throws {
    let problem = makeProblem(noise: 0.3, steps: 200)
    let found = try window(problem)
    #expect(found.end.learningRate > 0.3375 && found.end.learningRate < 0.3465)
    // Above the lazy edge 2/(3 x_+).
    #expect(found.beginning > 0.229 && found.beginning < found.end.learningRate)
    #expect(try excess(problem, rate: found.beginning * 1.0001) > 1e-9)
    #expect(try excess(problem, rate: found.beginning / 1.0101) <= 1e-9)
    for share in stride(from: 0.1, to: 0.95, by: 0.1) {
      #expect(try excess(problem, rate: share * found.beginning) <= 1e-9, "\(share)")
    }
    for share in stride(from: 0.1, through: 0.9, by: 0.2) {
      let rate = found.beginning + share * (found.end.learningRate - found.beginning)
      #expect(try excess(problem, rate: rate) > 1e-9, "\(share)")
    }
  }

  /// Few noisy samples: the test loss exceeds its start at a tenth of the window's beginning already, the train
  /// loss does not.
  @Test("overfitting is no catapult")
  func overfitting() throws {
    let problem = makeProblem(noise: 1, sampling: .batch(.ratio(0.5)), steps: 200)
    let slow = try RateSeries(problem).losses(at: 0.01)
    #expect(try #require(slow.test.max()) > 1.05 * slow.test[0])
    let found = try window(problem)
    #expect(!found.isEmpty)
    #expect(try excess(problem, rate: found.beginning * 1.0001) > 1e-9, "\(found.beginning)")
    #expect(try excess(problem, rate: found.beginning / 1.0101) <= 1e-9, "\(found.beginning)")
  }

  @Test("where the search for the stable rate starts does not matter", arguments: [1e-4, 3])
  func start(rate: Double) throws {
    let found = try window(makeProblem(noise: 0.3, optimizer: LinearOptimizer(learningRate: rate), steps: 200))
    #expect(found.beginning > 0.294 && found.beginning < 0.303, "\(found.beginning)")
  }

  @Test("a rate that is never used: nothing diverges, nothing exceeds, no window")
  func frozen() throws {
    let still = LinearOptimizer(learningRate: 0.1, schedule: .multipliers([0]))
    let found = try window(makeProblem(optimizer: still, steps: 1))
    #expect(found.isEmpty && found.beginning == .infinity)
  }
}
