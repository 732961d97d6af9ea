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
    #expect(report.columns("tune_profiles") == "key,value,test_loss")
    #expect(result.values.allSatisfy { $0.range.lower <= $0.range.upper })
    #expect(try #require(result.lossAsGiven) > best.loss)
  }

  private func tune(
    _ problem: TrainingProblem, over keys: [TunedKey], checks: [(label: String, problem: TrainingProblem)] = [],
    _ change: (inout Tune.Settings) -> Void
  ) throws -> Tune {
    var settings = Tune.Settings()
    change(&settings)
    return try Tune(problem, over: keys, settings: settings, checks: checks)
  }

  @Test("schedules each at their own best, the free one the least, and networks agree")
  func schedules() throws {
    let shapes: [TunedSchedule] = [
      .named(.constant, warmsUp: false), .named(.linear, warmsUp: false), .named(.wsd, warmsUp: false), .free(knots: 6),
    ]
    let (result, report) = try report(
      tune(problem, over: [.learningRate, .schedule]) {
        $0.schedules = shapes
        $0.networks = 48
      })
    #expect(result.choices.map(\.schedule) == shapes)
    let losses = result.choices.map(\.loss)
    #expect(losses[3] <= losses[..<3].min() ?? 0 && losses[1] < losses[0] && losses[2] <= losses[1])
    let factors = try #require(result.choices[3].multipliers)
    #expect(factors.count == 30 && factors.allSatisfy { $0 > 0 } && factors[29] < factors[10])
    for choice in result.choices {
      let trained = try #require(choice.trained)
      #expect(abs(trained.value - choice.loss) < 4 * trained.standardError + 0.02 * choice.loss)
    }
    #expect(report.columns("schedules") == "step,constant,linear,wsd,free")
    #expect(report.figures.map(\.name) == ["profiles", "map", "schedules"])
  }

  /// Each family contains others: linear is a power and a stable end of nothing, no warm-up is one of no step.
  @Test("a family is no worse than what it contains, and its numbers give its loss")
  func families() throws {
    let result = try tune(problem, over: [.learningRate, .schedule]) { $0.schedules = TunedSchedule.allNamed }.run()
    func choice(_ family: TunedSchedule.Family, _ warmsUp: Bool) throws -> TuneResult.Choice {
      try #require(result.choices.first { $0.schedule == .named(family, warmsUp: warmsUp) })
    }
    let linear = try choice(.linear, false).loss
    #expect(try choice(.power, false).loss <= linear * (1 + 1e-5) && choice(.wsd, false).loss <= linear * (1 + 1e-5))
    for family in TunedSchedule.Family.allCases {
      #expect(try choice(family, true).loss <= choice(family, false).loss * (1 + 1e-4))
    }
    for choice in result.choices {
      var problem = problem
      problem.optimizer.learningRate = choice.values[0]
      problem.optimizer.schedule = try #require(choice.schedule.schedule(Array(choice.values.dropFirst()), steps: 30))
      if case .multipliers = problem.optimizer.schedule { Issue.record("no configuration names this schedule") }
      #expect(abs(try loss(problem) / choice.loss - 1) < 1e-9)
    }
  }

  @Test("a warm-up between whole steps continues the schedule of equation (1.9)")
  func continuedWarmup() throws {
    for (family, own) in [(TunedSchedule.Family.linear, []), (.wsd, [0.6]), (.constant, [])] {
      let shape = TunedSchedule.named(family, warmsUp: true)
      let whole = try #require(shape.schedule([5] + own, steps: 30))
      let near = try #require(shape.schedule([5 + 1e-9] + own, steps: 30))
      for step in 0..<30 {
        #expect(abs(whole.factor(step: step, total: 30) - near.factor(step: step, total: 30)) < 1e-8)
      }
    }
  }

  @Test("at equal samples a batch of half the size has twice the steps")
  func budget() throws {
    let result = try tune(problem, over: [.learningRate, .samplesPerStep]) {
      $0.budget = .samples
      $0.bounds = [.samplesPerStep: 8...32]
    }.run()
    let choice = result.choice
    #expect(result.amount == 480 && choice.values[1] == choice.values[1].rounded())
    #expect(choice.steps == Int(480 / choice.values[1]))
    #expect(result.tuned.data.sampling == .onePass(.count(Int(choice.values[1]))))
    #expect(abs(try loss(result.tuned) / choice.loss - 1) < 1e-9)
    var least = Double.infinity
    for (samples, steps) in [(8, 60), (12, 40), (16, 30), (24, 20), (32, 15)] {
      for octave in -8...8 {
        var other = problem
        other.optimizer.learningRate = choice.values[0] * .exp2(Double(octave) / 4)
        other.data.sampling = .onePass(.count(samples))
        other.time.kind = .discrete(steps: steps)
        least = min(least, try loss(other))
      }
    }
    #expect(choice.loss <= 1.001 * least)
  }

  @Test("at equal multiplications a wider network has fewer steps")
  func multiplications() throws {
    let result = try tune(problem, over: [.learningRate, .width]) {
      $0.budget = .multiplications
      $0.bounds = [.width: 48...128]
    }.run()
    let width = try #require(result.choice.values.last)
    let weights: Double = 64 * width + width * width + width
    let amount: Double = 3 * 16 * 30 * 8256
    #expect(result.amount == amount)
    let steps = Int(amount / (48 * weights))
    #expect(result.choice.steps == max(1, steps))
    #expect(result.tuned.architecture.width == .units(Int(width)))
  }

  @Test("a tied key follows the power of the tuned one")
  func ties() throws {
    let result = try tune(problem, over: [.samplesPerStep]) {
      $0.bounds = [.samplesPerStep: 4...64]
      $0.ties = [TunedTie(.learningRate, follows: .samplesPerStep, power: 0.5)]
    }.run()
    let samples = try #require(result.choice.values.first)
    #expect(abs(result.tuned.optimizer.learningRate / (0.02 * (samples / 16).squareRoot()) - 1) < 1e-12)
    let twice = refusal {
      _ = try tune(problem, over: [.learningRate, .samplesPerStep]) {
        $0.ties = [TunedTie(.learningRate, follows: .samplesPerStep)]
      }
    }
    #expect(twice.contains("is tuned itself"))
  }

  @Test("both kinds of momentum, each at its own best")
  func nesterov() throws {
    let result = try Tune(problem, over: [.learningRate, .momentum, .nesterov]).run()
    #expect(result.choices.map(\.nesterov) == [false, true])
    for choice in result.choices {
      var problem = problem
      problem.optimizer.learningRate = choice.values[0]
      problem.optimizer.momentum = choice.nesterov == true ? .nesterov(choice.values[1]) : .heavyBall(choice.values[1])
      #expect(abs(try loss(problem) / choice.loss - 1) < 1e-9)
    }
  }

  @Test("the train loss in place of the test loss")
  func trainLoss() throws {
    var batch = problem
    batch.data.sampling = .batch(.count(128))
    let test = try Tune(batch, over: [.learningRate]).run()
    let train = try tune(batch, over: [.learningRate]) { $0.objective = .trainLoss }.run()
    #expect(train.choice.loss < test.choice.loss)
    #expect(abs(train.choice.values[0] / test.choice.values[0] - 1) > 0.02)
    let solution = try solve(train.tuned)
    #expect(abs(try #require(solution.curve.trainLoss.last) / train.choice.loss - 1) < 1e-9)
  }

  @Test("values that change nothing are called flat")
  func flat() throws {
    var still = problem
    still.architecture.hiddenLayers = 1
    still.architecture.initScale = [1, 1]
    still.architecture.layerRates = [1, 1]
    // With hardly any rate nothing is learned, whatever the momentum.
    still.optimizer.learningRate = 1e-9
    let (result, report) = try report(Tune(still, over: [.momentum]))
    #expect(result.values[0].range.isAll)
    #expect(report.findings.contains { $0.hasPrefix("training.momentum is flat: every value from 0 to 0.99") })
    #expect(report.findings.contains { $0.hasPrefix("nothing is gained beyond 1 %") })
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
    var infinite = problem
    infinite.architecture.width = .infinite
    #expect(refusal { _ = try Tune(infinite, over: [.width]) }.contains("the width is infinite here"))
    let free = refusal { _ = try tune(problem, over: [.schedule]) { $0.schedules = [.free(knots: 5)] } }
    #expect(free.contains("begins from the best named one"))
    let budget = refusal { _ = try tune(infinite, over: [.learningRate]) { $0.budget = .multiplications } }
    #expect(budget.contains("has no number of multiplications"))
    let error = refusal { _ = try tune(problem, over: [.learningRate]) { $0.objective = .testError } }
    #expect(error.contains("needs the rows of a table with classes"))
  }
}
