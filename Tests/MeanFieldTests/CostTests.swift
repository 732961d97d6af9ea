import Fixtures
import Problems
import MeanField
import Testing

@Suite("Cost")
struct CostTests {
  @Test("bytes are counted: 8 T² a matrix in short runs, at most 4 T (T + 32) in long ones, 8 T a vector")
  func bytes() throws {
    // Plain, L = 3: eight matrices a layer; six for the data and eight for its one mode.
    let plain = try Solver(makeProblem(layers: 3, steps: 999)).cost
    #expect(plain.bytes == (3 * 8 + 6 + 8) * 4 * 1000 * 1032 + 2 * 8 * 1000)
    let short = try Solver(makeProblem(layers: 3, steps: 99)).cost
    #expect(short.bytes == (3 * 8 + 6 + 8) * 8 * 10_000 + 2 * 8 * 100)
    // At infinite width with population data nothing fluctuates and the mode needs no matrix.
    let limit = try Solver(
      makeProblem(layers: 3, width: .infinite, sampling: .population, steps: 999)
    ).cost
    #expect(limit.bytes == (3 * 8 + 6) * 4 * 1000 * 1032 + 2 * 8 * 1000)
    let residual = try Solver(
      makeProblem(layers: 3, connection: .residual(branchScale: 1), steps: 999)
    ).cost
    #expect(residual.bytes == (7 * 8 + 6 + 8) * 4 * 1000 * 1032 + 2 * 8 * 1000)
  }

  @Test("the number of steps that fits does fit, and one more does not")
  func fitting() throws {
    let memory = 1_000_000_000
    let steps = try Solver(makeProblem(steps: 1_000_000)).cost.steps(within: memory)
    #expect(try Solver(makeProblem(steps: steps)).cost.bytes <= memory)
    #expect(try Solver(makeProblem(steps: steps + 1)).cost.bytes > memory)
  }
}
