import Experiments
import Fixtures
import JSON
import Problems
@testable import Reports
import Testing

/// What a report says of a curve beside its numbers.
@Suite struct CurveFindingsTests {
  @Test func theNetworkIsNamedLinearEverywhere() throws {
    let solve = try Solve(makeProblem(noise: 0.5, steps: 5))
    let report = try report(solve).report
    #expect(solve.headline[0].hasPrefix("deep linear network (plain chain), 2 hidden layers, "))
    #expect(report.problem[0].hasPrefix("deep linear network"))
    #expect(report.json(head: [:])["problem"]?.elements.first?.text?.hasPrefix("deep linear network") == true)
    for figure in report.figures { #expect(figure.title.contains("deep linear network"), "\(figure.title)") }
    var residual = makeProblem(steps: 2)
    residual.architecture.connection = .residual(branchScale: 1)
    #expect(try Solve(residual).headline[0].hasPrefix("deep linear network (residual chain of branch scale 1), "))
  }

  @Test func explainedVarianceIsTheLastColumn() throws {
    let report = try report(Solve(makeProblem(noise: 0.5, steps: 5))).report
    #expect(report.columns("curves").hasSuffix(",train_loss,r_squared"))
    let (losses, shares) = (report.numbers("curves", "test_loss"), report.numbers("curves", "r_squared"))
    #expect(losses.count == 6 && shares == losses.map { 1 - $0 / 1.25 })
    // CSV and JSON say the same.
    #expect(report.json(head: [:])["r_squared"]?.elements.compactMap(\.number) == shares)
    #expect(report.details["target_variance"] == .number(1.25))
    #expect(report.lines.contains { $0.contains("target's variance without noise; R^2 = 1 - test / 1.25") })
    #expect(DataModel(inputDimension: 4, sampling: .population).targetVariance == 1)
  }

  @Test func risingTrainLossIsWarnedOf() throws {
    var problem = makeProblem(noise: 0.3, steps: 100)
    #expect(try report(Solve(problem)).report.findings.allSatisfy { !$0.contains("warning") })
    problem.optimizer.learningRate = 0.32
    let (result, report) = try report(Solve(problem))
    let start = try #require(result.curve.trainLoss.first)
    #expect(result.curve.trainLoss.contains { $0 > 1.01 * start }, "the problem is no catapult")
    let warnings = report.findings.filter { $0.hasPrefix("warning: ") }
    #expect(warnings.count == 1 && warnings[0].contains("catapult window"), "\(warnings)")
    #expect(report.findings.contains { $0.hasPrefix("warning: the train loss rises to ") })
  }

  @Test func divergingIsNoCatapult() throws {
    let wild = makeProblem(noise: 0.3, optimizer: LinearOptimizer(learningRate: 3), steps: 40)
    let (result, report) = try report(Solve(wild))
    #expect(result.outcome != .completed && result.curve.trainLoss.count > 1)
    #expect(report.findings.contains { $0.hasPrefix("diverged at step ") })
    #expect(report.findings.allSatisfy { !$0.contains("catapult") }, "\(report.findings)")
  }

  @Test func bestStepIsNamedWhereItIsNotTheLast() throws {
    let overfitted = try report(
      Solve(makeProblem(noise: 2, sampling: .batch(.ratio(0.9)), steps: 150)))
    let best = try #require(overfitted.result.curve.testLoss.min())
    let step = try #require(overfitted.result.curve.testLoss.firstIndex(of: best))
    #expect(step > 0 && step < 150)
    let sentence = "smallest test loss \(NumberText.short(best)) at step \(step), before the end"
    #expect(overfitted.report.findings.contains(sentence), "\(overfitted.report.findings)")
    #expect(overfitted.report.details["best_step"] == .integer(step))
    #expect(try report(Solve(makeProblem(steps: 5))).report.findings.allSatisfy { !$0.hasPrefix("smallest") })
    // Here the last losses differ by rounding alone.
    let (all, learned) = try report(Solve(makeProblem(sampling: .population, steps: 900)))
    #expect(try #require(all.curve.testLoss.last) < 1e-13)
    #expect(learned.findings.allSatisfy { !$0.hasPrefix("smallest") }, "\(learned.findings)")
  }

  @Test func depthNearWidthIsWarnedOf() throws {
    let deep = makeProblem(
      layers: 16, width: .units(32), dimension: 32, optimizer: LinearOptimizer(learningRate: 0.001), steps: 2)
    #expect(try report(Solve(deep)).report.findings.contains { $0.hasPrefix("warning: depth over width L/N = 0.5:") })
    let wide = makeProblem(layers: 2, width: .units(256), dimension: 32, steps: 2)
    #expect(try report(Solve(wide)).report.findings.allSatisfy { !$0.contains("depth over width") })
    var residual = deep
    residual.architecture.connection = .residual(branchScale: 1)
    #expect(residual.depthOverWidth == nil && deep.depthOverWidth == 0.5)
  }
}
