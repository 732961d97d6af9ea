import Calculus
import Problems
import Fixtures
import LinearAlgebra
import Testing

@testable import MeanField

@Suite("Compressed steps")
struct StepPanelTests {
  static let problems: [TrainingProblem] = [
    makeProblem(noise: 0.3),
    makeProblem(layers: 3, noise: 0.3, sampling: .batch(.ratio(0.8)), optimizer: LinearOptimizer(learningRate: 0.02)),
    makeProblem(layers: 1, width: .infinite, sampling: .population),
    makeProblem(
      noise: 0.2, optimizer: LinearOptimizer(learningRate: 0.05, weightDecay: .coupled(0.1))),
    makeProblem(layers: 4, connection: .residual(branchScale: 1), optimizer: LinearOptimizer(learningRate: 0.03)),
    // Rate times eigenvalue is above one: modes alternate, and are stepped until they have died.
    makeProblem(noise: 0.3, optimizer: LinearOptimizer(learningRate: 0.2)),
    // The kernel grows while it learns, until a mode that had died comes back.
    makeProblem(
      width: .infinite, richness: 3, sampling: .population, optimizer: LinearOptimizer(learningRate: 0.2)),
  ]

  @Test("agree with single steps to 1e-8", .slow(.long), arguments: problems)
  func agree(problem: TrainingProblem) throws {
    var single = problem
    single.time = TimeGrid(.discrete(steps: 400))
    let exact = try solve(single).curve
    let solution = try solve(problem.compressed(steps: 400))
    #expect(solution.curve.steps == exact.steps && solution.outcome == .completed)
    for (one, other) in [
      (solution.curve.testLoss, exact.testLoss), (solution.curve.trainLoss, exact.trainLoss),
    ] {
      let distance = allowedDistance(one, other, start: other[0])
      #expect(distance < 1e-8 && distance <= (solution.panels?.error ?? 0) + 3e-12, "\(distance)")
    }
    for (one, other) in zip(solution.curve.times, exact.times) { #expect(abs(one - other) < 1e-12 * (1 + other)) }
  }

  @Test("a million steps end at least squares")
  func million() throws {
    let problem = makeProblem(noise: 0.3, optimizer: LinearOptimizer(learningRate: 0.02))
      .compressed(steps: 1_000_000, rows: .log, tolerance: 1e-6)
    let solution = try solve(problem)
    #expect(solution.curve.steps.last == 1_000_000)
    #expect(abs((solution.curve.testLoss.last ?? 0) - 0.18) < 1e-6)
    #expect(abs((solution.curve.trainLoss.last ?? 0) - 0.045) < 1e-6)
    #expect((solution.panels?.points ?? .max) < 300)
  }

  @Test("few steps", arguments: [1, 2, 3, 7, 11, 13])
  func few(steps: Int) throws {
    var single = Self.problems[0]
    single.time = TimeGrid(.discrete(steps: steps))
    let one = try solve(Self.problems[0].compressed(steps: steps)).curve
    let other = try solve(single).curve
    #expect(one.steps == other.steps)
    #expect(allowedDistance(one.testLoss, other.testLoss, start: 1) < 1e-9)
  }

  @Test("a rate that diverges diverges at the same step")
  func diverges() throws {
    let problem = makeProblem(noise: 0.3, optimizer: LinearOptimizer(learningRate: 2))
    var single = problem
    single.time = TimeGrid(.discrete(steps: 200))
    let solution = try solve(problem.compressed(steps: 200))
    #expect(solution.outcome == (try solve(single).outcome))
    guard case .diverged(let step) = solution.outcome else {
      Issue.record("a rate of 2 did not diverge")
      return
    }
    #expect(solution.curve.steps.last.map { $0 < step } ?? false)
  }

  @Test("sums over whole numbers are exact", arguments: [(5, 3), (12, 12), (1000, 7), (1_000_000, 9)])
  func sums(count: Int, nodes: Int) {
    let rule = DiscreteMeasure.wholeNumbers(count: count, nodes: nodes)
    #expect(rule.count == min(count, nodes))
    let scale = Double(count)
    for power in 0..<(2 * min(nodes, 6)) {
      let direct = (0..<count).reduce(0.0) { sum, number in
        sum + (0..<power).reduce(1.0) { value, _ in value * Double(number) / scale }
      }
      let summed = rule.integral { point in (0..<power).reduce(1.0) { value, _ in value * point / scale } }
      #expect(abs(summed - direct) < 1e-12 * scale, "power \(power)")
    }
  }
}
