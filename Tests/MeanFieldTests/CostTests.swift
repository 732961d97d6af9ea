import Fixtures
import Problems
import Testing

@testable import MeanField

@Suite("Cost")
struct CostTests {
  @Test("most bytes are counted: 8 T² a matrix in short runs, at most 4 T (T + 32) in long ones, 8 T a vector")
  func mostBytes() throws {
    // Plain, L = 3: eight matrices a layer; six for the data and eight for its one mode.
    let plain = try Solver(makeProblem(layers: 3, steps: 999)).cost
    #expect(plain.mostBytes == (3 * 8 + 6 + 8) * 4 * 1000 * 1032 + 2 * 8 * 1000)
    let short = try Solver(makeProblem(layers: 3, steps: 99)).cost
    #expect(short.bytes <= short.mostBytes && short.mostBytes == (3 * 8 + 6 + 8) * 8 * 10_000 + 2 * 8 * 100)
    // At infinite width with population data nothing fluctuates and the mode needs no matrix.
    let limit = try Solver(
      makeProblem(layers: 3, width: .infinite, sampling: .population, steps: 999)
    ).cost
    #expect(limit.mostBytes == (3 * 8 + 6) * 4 * 1000 * 1032 + 2 * 8 * 1000)
    let residual = try Solver(
      makeProblem(layers: 3, connection: .residual(branchScale: 1), steps: 999)
    ).cost
    #expect(residual.mostBytes == (3 * 8 + 4 * 6 + 6 + 8) * 4 * 1000 * 1032 + 2 * 8 * 1000)
  }

  @Test("rows that alternate are not factored: then the usual bytes are the most")
  func alternating() throws {
    let smooth = try Solver(makeProblem(optimizer: LinearOptimizer(learningRate: 0.02), steps: 1999)).cost
    #expect(Double(smooth.bytes) < 0.3 * Double(smooth.mostBytes))
    let fast = try Solver(makeProblem(optimizer: LinearOptimizer(learningRate: 0.4), steps: 1999)).cost
    #expect(fast.bytes == fast.mostBytes && fast.mostBytes == smooth.mostBytes && fast.seconds > 2 * smooth.seconds)
  }

  @Test("panels say that their seconds are those of an easy problem; single steps of finite depth do not")
  func leastSeconds() throws {
    var problem = makeProblem(steps: 100)
    #expect(try !Solver(problem).cost.isLeast)
    problem.time.kind = .panels(steps: 100)
    #expect(try Solver(problem).cost.isLeast)
    problem.time.kind = .flow(horizon: 10)
    #expect(try Solver(problem).cost.isLeast)
  }

  @Test("panels end where memory does not hold more points, and say so")
  func pointsWithinMemory() throws {
    var problem = makeProblem(noise: 0.3)
    problem.time.kind = .flow(horizon: 100)
    let solver = try Solver(problem)
    let whole = solver.solve(memory: .max)
    #expect(whole.outcome == .completed && whole.panels?.isOutOfPoints == false)
    // What is likely is always allocated.
    #expect(solver.solve(memory: solver.cost.bytes).outcome == .completed)
  }

  @Test("the number of steps that fits does fit, and one more does not")
  func fitting() throws {
    let memory = 1_000_000_000
    let steps = try Solver(makeProblem(steps: 1_000_000)).cost.steps(within: memory)
    #expect(try Solver(makeProblem(steps: steps)).cost.mostBytes <= memory)
    #expect(try Solver(makeProblem(steps: steps + 1)).cost.mostBytes > memory)
  }
}
