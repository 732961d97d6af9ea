import Fixtures
import LinearAlgebra
import Problems
import Testing

@testable import MeanField

/// `network.regime: lazy` through the solver, section 20.
@Suite("Wide solver")
struct WideSolverTests {
  private func load(_ overrides: String...) throws -> TrainingProblem {
    try loadProblem(
      overrides: [
        "data.trainFile=Tests/Fixtures/oracle/tables/diabetes300_train.csv",
        "data.testFile=Tests/Fixtures/oracle/tables/diabetes300_test.csv", "data.target=progression",
        "data.standardize=zscore", "training.steps=30", "training.learningRate=0.05",
      ] + overrides)
  }

  /// The mean-field theory on the same rows, where features hardly move.
  @Test(
    "a linear lazy network is the mean-field theory of vanishing richness",
    arguments: [
      ["network.residual=false"], ["network.residual=true", "network.branchScale=0.6"], ["training.momentum=0.5"],
    ])
  func poor(_ overrides: [String]) throws {
    var problem = try load("network.width=infinite", "network.hiddenLayers=3")
    problem = try loadProblem(
      overrides: [
        "data.trainFile=Tests/Fixtures/oracle/tables/diabetes300_train.csv",
        "data.testFile=Tests/Fixtures/oracle/tables/diabetes300_test.csv", "data.target=progression",
        "data.standardize=zscore", "training.steps=30", "training.learningRate=0.02", "network.width=infinite",
        "network.hiddenLayers=3", "network.richness=1e-5",
      ] + overrides)
    let rich = try solve(problem).curve
    problem.architecture.regime = .lazy
    let lazy = try solve(problem)
    #expect(lazy.wide?.kernels.ntk.rows == 442 && lazy.orderParameters.count == 0)
    for step in 0...30 {
      #expect(abs(rich.testLoss[step] - lazy.curve.testLoss[step]) <= 1e-8)
      #expect(abs(rich.trainLoss[step] - lazy.curve.trainLoss[step]) <= 1e-8)
    }
  }

  @Test("what the limit cannot have is refused by its key")
  func refusals() throws {
    func keys(_ change: (inout TrainingProblem) -> Void) throws -> [String] {
      var problem = try load()
      problem.architecture.regime = .lazy
      problem.architecture.activation = .relu
      change(&problem)
      return Solver.refusals(problem).map(\.key)
    }
    #expect(try keys { _ in } == [])
    #expect(try keys { $0.optimizer.weightDecay = .coupled(0.1) } == ["training.weightDecay"])
    #expect(try keys { $0.data.rows = nil } == ["network.regime"])
    #expect(try keys { $0.time.kind = .flow(horizon: 1) } == ["training.time"])
    #expect(try keys { $0.architecture.regime = .rich } == ["network.activation"])
    #expect(
      try keys {
        $0.parameterization.rule = .standard
        $0.architecture.width = .infinite
      } == ["network.width"])
  }

  @Test("a rate beyond 2/k diverges, and says so")
  func divergence() throws {
    var problem = try load("network.activation=tanh", "network.regime=lazy", "network.parameterization=NTK")
    let edge = try #require(try solve(problem).wide?.report.edge)
    problem.optimizer.learningRate = 1.5 * edge
    problem.time.kind = .discrete(steps: 400)
    let solution = try solve(problem)
    guard case .diverged(let step) = solution.outcome else {
      Issue.record("did not diverge")
      return
    }
    #expect(solution.curve.testLoss.count == step)
  }

  @Test("the cost counts the kernels of all rows")
  func cost() throws {
    let solver = try Solver(try load("network.activation=relu", "network.regime=lazy"))
    #expect(solver.cost.bytes > 8 * 4 * 442 * 442 && solver.cost.bytes < 8 * 30 * 442 * 442)
    #expect(solver.cost.seconds < 2)
  }
}
