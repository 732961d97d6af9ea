import Fixtures
import Problems
import Testing

@testable import MeanField

/// Blocks of several steps are implicit: swept until they settle they must give what explicit rows give.
@Suite("Panels")
struct PanelTests {
  @Test("blocks of four steps agree with single steps", arguments: IdentityTests.problems)
  func agree(problem: TrainingProblem) throws {
    let rows = try Solver(problem, blockLength: 1, compressing: false).solve()
    let panels = try Solver(problem, blockLength: 4, compressing: false).solve()
    #expect(panels.outcome == .completed && panels.curve.steps == rows.curve.steps)
    for (one, other) in zip(rows.curve.testLoss, panels.curve.testLoss) {
      #expect(abs(one - other) < 1e-11 * one)
    }
    let last = problem.architecture.hiddenLayers
    let first = DenseMatrix(rows.orderParameters.forwardResponse(last))
    #expect(first.distance(DenseMatrix(panels.orderParameters.forwardResponse(last))) < 1e-10)
  }
}
