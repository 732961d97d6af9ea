import Fixtures
import DeepLinear
import MeanField
import Testing

@Suite("Cost")
struct CostTests {
  @Test("bytes are counted, not guessed: 8 T² a matrix, 8 T a vector")
  func bytes() throws {
    // Plain, L = 3: seven matrices a layer; six for the data and seven for its one mode.
    let plain = try Solver(makeProblem(layers: 3, steps: 999)).cost
    #expect(plain.bytes == (3 * 7 + 6 + 7) * 8 * 1_000_000 + 2 * 8 * 1000)
    #expect(plain.bytes < 750_000_000)
    // At infinite width with population data nothing fluctuates and the mode needs no matrix.
    let limit = try Solver(
      makeProblem(layers: 3, width: .infinite, sampling: .population, steps: 999)
    ).cost
    #expect(limit.bytes == (3 * 7 + 6) * 8 * 1_000_000 + 2 * 8 * 1000)
    let residual = try Solver(
      makeProblem(layers: 3, connection: .residual(branchScale: 1), steps: 999)
    ).cost
    #expect(residual.bytes == (7 * 7 + 6 + 7) * 8 * 1_000_000 + 2 * 8 * 1000)
  }

  @Test("the number of steps that fits does fit, and one more does not")
  func fitting() throws {
    let memory = 1_000_000_000
    let steps = try Solver(makeProblem(steps: 1_000_000)).cost.steps(within: memory)
    #expect(try Solver(makeProblem(steps: steps)).cost.bytes <= memory)
    #expect(try Solver(makeProblem(steps: steps + 1)).cost.bytes > memory)
  }
}
