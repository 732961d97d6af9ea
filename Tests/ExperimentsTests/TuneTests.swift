import Fixtures
import MeanField
import Problems
import Studies
import Testing

@testable import Experiments

@Suite("Tune", .serialized)
struct TuneTests {
  private let problem = makeProblem(
    width: .units(64), dimension: 64, noise: 0.5, sampling: .onePass(.count(16)),
    optimizer: LinearOptimizer(learningRate: 0.02), steps: 30)

  private func loss(_ problem: TrainingProblem) throws -> Double {
    let solution = try solve(problem)
    guard case .completed = solution.outcome else { return .infinity }
    return try #require(solution.curve.testLoss.last)
  }

  /// A scan of two values on a fine grid.
  @Test("nothing on a fine grid is better, and the range is where the loss has risen by 1 %")
  func scan() throws {
    let (result, report) = try report(Tune(problem, over: [.learningRate, .momentum]))
    let best = result.choices[result.best]
    var least = Double.infinity
    for octave in -12...12 {
      for momentum in [0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9] {
        var other = problem
        other.optimizer.learningRate = best.values[0] * .exp2(Double(octave) / 4)
        other.optimizer.momentum = momentum > 0 ? .heavyBall(momentum) : .none
        least = min(least, try loss(other))
      }
    }
    #expect(best.loss <= 1.001 * least)
    var tuned = problem
    tuned.optimizer.learningRate = best.values[0]
    tuned.optimizer.momentum = best.values[1] > 0 ? .heavyBall(best.values[1]) : .none
    #expect(abs(try loss(tuned) / best.loss - 1) < 1e-9)
    #expect(result.tuned.optimizer == tuned.optimizer)
    #expect(report.findings[0].hasPrefix("best: training.learningRate="))
    #expect(report.columns("tune") == "key,best,from,to,given,loss_as_given")
    #expect(result.values.allSatisfy { $0.range.lower <= $0.range.upper })
    #expect(try #require(result.lossAsGiven) > best.loss)
  }

  @Test("schedules each at their own best, the free one the least, and networks agree")
  func schedules() throws {
    let (result, report) = try report(Tune(problem, over: [.learningRate, .schedule], knots: 6, networks: 48))
    #expect(result.choices.map(\.schedule) == [.constant, .linear, .cosine, .free(knots: 6)])
    let losses = result.choices.map(\.loss)
    #expect(losses[3] <= losses[..<3].min() ?? 0 && losses[1] < losses[0])
    let factors = try #require(result.choices[3].multipliers)
    #expect(factors.count == 30 && factors.allSatisfy { $0 > 0 } && factors[29] < factors[10])
    for choice in result.choices {
      let trained = try #require(choice.trained)
      #expect(abs(trained.value - choice.loss) < 4 * trained.standardError + 0.02 * choice.loss)
    }
    #expect(report.columns("schedules") == "step,constant,linear,cosine,free")
    #expect(report.figures.map(\.name) == ["schedules"])
  }

  @Test("the tuned values at another width beside that width's own")
  func elsewhere() throws {
    var wide = problem
    wide.architecture.width = .units(256)
    let result = try Tune(problem, over: [.learningRate], checks: [("network.width=256", wide)]).run()
    let size = try #require(result.sizes.first)
    let (loss, own) = (try #require(size.loss), try #require(size.own))
    wide.optimizer.learningRate = result.choices[0].values[0]
    #expect(abs(try self.loss(wide) / loss - 1) < 1e-12 && own.loss <= loss)
  }

  @Test("what cannot be tuned is refused")
  func refusals() {
    var flow = problem
    flow.time = TimeGrid(.flow(horizon: 1))
    #expect(refusal { _ = try Tune(flow, over: [.learningRate]) }.contains("gradient flow has no learning rate"))
    var batch = problem
    batch.data.sampling = .batch(.count(64))
    #expect(refusal { _ = try Tune(batch, over: [.samplesPerStep]) }.contains("there is no batch to tune"))
    #expect(refusal { _ = try Tune(problem, over: []) }.contains("name keys with --over"))
  }
}
